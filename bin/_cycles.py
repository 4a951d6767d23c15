"""Finds circles of imports among our modules. Imports inside functions count too.

A circle means that its modules can only be understood, tested and moved together. Tests and
migrations are left out, and so are imports for type checkers alone.
"""

import sys
import tomllib
from pathlib import Path

import grimp

PROJECT = Path(__file__).resolve().parent.parent
LEFT_OUT = {"tests", "migrations", "djstripe_migrations", "conftest"}


def imports_of(packages: list[str]) -> dict[str, set[str]]:
    """Each module of the packages with the modules that it imports itself."""
    graph = grimp.build_graph(*packages, exclude_type_checking_imports=True, cache_dir=None)
    modules = {name for name in graph.modules if not LEFT_OUT & set(name.split("."))}
    return {name: graph.find_modules_directly_imported_by(name) & modules for name in modules}


def circles(imports: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that reach each other: Kosaraju's algorithm."""
    order: list[str] = []
    _walk_all(imports, sorted(imports), order)
    importers: dict[str, set[str]] = {name: set() for name in imports}
    for name, imported in imports.items():
        for one in imported:
            importers[one].add(name)
    groups = _walk_all(importers, reversed(order), [])
    return sorted((sorted(group) for group in groups if len(group) > 1), key=len, reverse=True)


def _walk_all(edges: dict[str, set[str]], starts, order: list[str]) -> list[set[str]]:  # noqa: ANN001
    """What is reached from each start and was not before; ``order`` gets each once it is done."""
    seen: set[str] = set()
    groups = []
    for start in starts:
        if start in seen:
            continue
        seen.add(start)
        group, path = {start}, [(start, iter(sorted(edges[start])))]
        while path:
            name, rest = path[-1]
            for following in rest:
                if following not in seen:
                    seen.add(following)
                    group.add(following)
                    path.append((following, iter(sorted(edges[following]))))
                    break
            else:
                order.append(name)
                path.pop()
        groups.append(group)
    return groups


def main() -> int:
    """Print each circle with the imports inside it; 1 when there is one."""
    sys.path.insert(0, str(PROJECT))
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    imports = imports_of(settings["tool"]["importlinter"]["root_packages"])
    found = circles(imports)
    for group in found:
        print(f"{len(group)} modules import each other:")
        for name in group:
            print(f"  {name} imports {', '.join(sorted(imports[name] & set(group)))}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
