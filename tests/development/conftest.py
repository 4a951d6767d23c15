"""Fixtures: a data folder prepared once, and a running stack that tests share or kill."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import SERVERS
from development import PROJECT
from development.processes import run_to_end
from tests.stack import Stack, clean_environment

PREPARE = """
import os, django
import development
development.set_environment()
os.environ["DJANGO_SETTINGS_MODULE"] = "peerloop.settings"
with development.ensure_running(development.data_dir_of(), purpose="tests"):
    django.setup()
    from development.prepare import prepare
    prepare(with_demo=False)
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that start a stack as slow."""
    for item in items:
        if Path(__file__).parent in item.path.parents and "stacks" in getattr(
            item, "fixturenames", ()
        ):
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.stack)


@pytest.fixture(scope="session")
def prepared_data() -> Iterator[Path]:
    """A data folder with a space in its name, a migrated database and no demo data."""
    folder = SERVERS.folder / "life cycle"
    shutil.rmtree(folder, ignore_errors=True)
    code, said = run_to_end(
        [sys.executable, "-c", PREPARE],
        env=clean_environment(PEERLOOP_DATA_DIR=str(folder), PYTHONPATH=str(PROJECT)),
    )
    assert code == 0, said
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


class Stacks:
    """Stacks on the prepared data, one running at a time, since starting one takes seconds."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._all: list[Stack] = []

    def start(self, *options: str, port: int | None = None) -> Stack:
        """Start a stack without waiting until it is ready."""
        self._all.append(
            Stack(
                self.data_dir,
                *("--no-reload", "--no-demo", *options),
                port=port,
                env=clean_environment(API_THROTTLES="0"),
            )
        )
        return self._all[-1]

    def ready(self) -> Stack:
        """The stack that an earlier test left running, else a new one; ready."""
        for stack in self._all:
            if stack.is_ready and not stack.has_ended:
                return stack
        return self.start().wait_until_ready()

    def end(self) -> None:
        """Stop the running stack, if any."""
        for stack in self._all:
            stack.stop()
        self._all.clear()


@pytest.fixture(scope="session")
def stacks(prepared_data: Path) -> Iterator[Stacks]:
    """The stacks of the tests, which may leave one running or kill it."""
    stacks = Stacks(prepared_data)
    yield stacks
    stacks.end()
