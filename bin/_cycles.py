"""Finds circles of imports among our modules. Imports inside functions count too.

A circle means that its modules can only be understood, tested and moved together. Tests and
migrations are left out, and so are imports for type checkers alone.
"""

import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp

PROJECT = Path(__file__).resolve().parent.parent
LEFT_OUT = {"tests", "migrations", "djstripe_migrations", "conftest"}


def imports_of(packages: list[str]) -> dict[str, set[str]]:
    """Each module of the packages with the modules that it imports itself."""
    graph = grimp.build_graph(*packages, exclude_type_checking_imports=True, cache_dir=None)
    modules = {name for name in graph.modules if not LEFT_OUT & set(name.split("."))}
    return {name: graph.find_modules_directly_imported_by(name) & modules for name in modules}


def main() -> int:
    """Print a circle of imports; 1 when there is one."""
    sys.path.insert(0, str(PROJECT))
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    imports = imports_of(settings["tool"]["importlinter"]["root_packages"])
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        # In the list each module is imported by the next one; printed, it imports the next.
        print("These modules import each other:", *reversed(error.args[1]), sep="\n  ")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
