"""A data folder that is prepared once: every test starts and kills its own stack on it."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import SERVERS
from peerloop.services import PROJECT
from peerloop.services.processes import run_to_end
from tests.stack import Stack, clean_environment

PREPARE = """
import os, django
from peerloop import services
services.development_environment()
os.environ["DJANGO_SETTINGS_MODULE"] = "peerloop.settings"
with services.ensure_running(services.data_dir_of(), purpose="tests"):
    django.setup()
    from peerloop.services.prepare import prepare
    prepare(with_demo=False)
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever starts a stack here takes seconds."""
    for item in items:
        if Path(__file__).parent in item.path.parents and "start" in getattr(
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


@pytest.fixture
def start(prepared_data: Path) -> Iterator[Callable[..., Stack]]:
    """`start()`: a stack on the prepared data, not yet waited for; ended after the test."""
    stacks: list[Stack] = []

    def begin(*options: str, **settings: object) -> Stack:
        stacks.append(Stack(prepared_data, "--no-reload", "--no-demo", *options, **settings))
        return stacks[-1]

    yield begin
    for stack in stacks:
        stack.stop()
