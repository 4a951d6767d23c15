"""The checks of backups of `manage.py doctor`: a finding for each state, a fix for each problem."""

from datetime import UTC, datetime, timedelta

import pytest

from peerloop.operations import diagnosis_backups
from peerloop.operations.backups.folder import BackupFolder, Base, note_base
from peerloop.operations.diagnosis_backups import check_backups, unreceived_bytes


@pytest.fixture
def folder(settings, tmp_path):
    settings.BACKUP_FOLDER = str(tmp_path / "backups")
    return BackupFolder(tmp_path / "backups")


@pytest.fixture
def received(monkeypatch):
    """Says what the database knows of the receiver."""

    def say(answer):
        monkeypatch.setattr(diagnosis_backups, "unreceived_bytes", lambda: answer)

    say((2048, True))
    return say


def a_base(folder, *, age):
    ended = (datetime.now(UTC) - age).isoformat()
    home = folder.bases_folder / "20260101T000000Z"
    home.mkdir(parents=True)
    note_base(home, Base(home.name, "1", ended, ended, "0" * 24))


def said(level=None):
    found = list(check_backups("backups"))
    assert all(one.cure for one in found if one.level != "ok")
    return " ".join(one.text for one in found if level in (None, one.level))


def test_all_is_well(folder, received):
    a_base(folder, age=timedelta(hours=2))

    assert said("problem") + said("warning") == ""
    assert "2 hours old" in said()
    assert "2 KB on their way" in said()


def test_production_without_any_backup_is_warned(settings, received):
    received(None)
    settings.DEBUG = False

    assert "no backup is known here" in said("warning")


def test_a_backup_that_fails_day_after_day(folder, received):
    a_base(folder, age=timedelta(hours=49))

    assert "49 hours old" in said("problem")


def test_a_folder_without_backups(folder, received):
    assert "holds no backup" in said("problem")


def test_a_receiver_that_is_gone(folder, received):
    a_base(folder, age=timedelta(hours=1))
    received((300 * 1024**2, False))

    assert "300 MB wait on the database's disk" in said("problem")


def test_copies_without_the_changes_since(folder, received):
    a_base(folder, age=timedelta(hours=1))
    received(None)

    assert "no changes are received" in said("problem")


@pytest.mark.django_db
def test_a_database_without_receiver_says_so():
    assert unreceived_bytes() is None
