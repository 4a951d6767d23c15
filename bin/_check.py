"""Runs all static checks, as many at once as there are cores; prints each with its time."""

import os
import secrets
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
NOWHERE = {
    # Addresses without a server, so that no check can depend on one.
    "DATABASE_URL": "postgresql://peerloop@/peerloop?host=/nonexistent",
    "REDIS_URL": "unix:///nonexistent/redis.sock?db=0",
    "PEERLOOP_DATA_DIR": str(PROJECT / "var"),
}
DEVELOPMENT = {**NOWHERE, "DEBUG": "1"}
PRODUCTION = {
    **NOWHERE,
    "DEBUG": "0",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "BASE_URL": "https://peerloop.example",
    "ALLOWED_HOSTS": "peerloop.example",
}


@dataclass
class Step:
    """One check: a command that exits with 0 when all is well."""

    name: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)


def tool(name: str, *arguments: str) -> list[str]:
    """A program of the virtual environment."""
    return [str(TOOLS / name), *arguments]


def manage(*arguments: str) -> list[str]:
    """A command of manage.py, without Django's warning that there is no database."""
    return [sys.executable, "-W", "ignore::RuntimeWarning", "manage.py", *arguments]


# The longest first, so that the short ones fill the other cores.
STEPS = [
    Step("types", tool("mypy"), DEVELOPMENT),
    Step("OpenAPI document", manage("export_openapi", "--check"), DEVELOPMENT),
    Step("import layers", tool("lint-imports", "--no-cache")),
    Step("import circles", [sys.executable, "bin/_cycles.py"]),
    Step("migrations", manage("makemigrations", "--check", "--dry-run"), DEVELOPMENT),
    Step("templates", manage("check_templates"), DEVELOPMENT),
    Step("addresses", manage("check_addresses"), DEVELOPMENT),
    Step("deployment", manage("check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
    Step("requirements", [sys.executable, "bin/_check_requirements.py"]),
    Step("lint", tool("ruff", "check", "--quiet", ".")),
    Step("format", tool("ruff", "format", "--check", "--quiet", ".")),
]


def run(step: Step) -> tuple[int, str, float]:
    """Exit code, output, and seconds."""
    began = time.monotonic()
    environment = {name: value for name, value in os.environ.items() if name != "DEBUG"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        step.command,
        cwd=PROJECT,
        env=environment | step.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode, done.stdout.decode(errors="replace"), time.monotonic() - began


def main(names: list[str]) -> int:
    """Run the steps named, or all; 1 when one fails."""
    steps = [step for step in STEPS if not names or step.name in names]
    failed = []
    began = time.monotonic()
    with ThreadPoolExecutor(max_workers=max(os.cpu_count() or 1, 2)) as pool:
        for step, (code, said, seconds) in zip(steps, pool.map(run, steps), strict=True):
            print(f"{'ok  ' if code == 0 else 'FAIL'} {step.name:<17} {seconds:5.1f} s", flush=True)
            if code:
                failed.append(step.name)
                print("     " + said.strip().replace("\n", "\n     "), flush=True)
    verdict = f"failed: {', '.join(failed)}" if failed else "all checks passed"
    print(f"{verdict} ({time.monotonic() - began:.1f} s)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
