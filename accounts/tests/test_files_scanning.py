"""The virus check against a real socket: clean, bad, away, killed (FIL-4)."""

from datetime import timedelta

import pytest

from accounts.events import FileRemoved
from accounts.files import clamd, scanning, storage
from accounts.files.actions.storing import store_file
from accounts.files.words import scan_description
from accounts.models import File, Notification, UserMedia
from accounts.models.files import Purpose
from accounts.tests.clamd import running
from accounts.tests.uploads import EICAR, pdf, picture, upload
from peerloop.kit import clock, events
from peerloop.kit.providers import Unavailable
from tests.cast import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam():
    return a_member()


@pytest.fixture
def scanner(settings):
    with running() as one:
        settings.CLAMD = one.address
        yield one


def kept(sam, content=b"", name="notes.pdf", purpose=Purpose.HOMEWORK):
    return store_file(
        owner=sam, purpose=purpose, upload=upload(name, content or pdf()), at=clock.now()
    )


def test_without_a_scanner_files_say_that_they_are_not_checked(sam, settings):
    settings.CLAMD = None
    file = kept(sam)
    assert (file.scan, file.scanner) == ("clean", "none")
    assert scan_description(file) == "Not checked for viruses"
    assert scanning.scan_due(at=clock.now()) == 0


def test_a_clean_file_is_streamed_whole_and_marked(sam, scanner):
    content = pdf(b"%" * 200_000)
    file = kept(sam, content)
    assert (file.scan, scan_description(file)) == ("pending", "Being checked for viruses")

    scanning.scan_file(file_id=file.pk, at=clock.now())

    file.refresh_from_db()
    assert (file.scan, file.scanner, file.next_scan_at) == ("clean", "clamd", None)
    assert scan_description(file) == "Checked for viruses"
    assert scanner.seen == [content]
    scanning.scan_file(file_id=file.pk, at=clock.now())
    assert len(scanner.seen) == 1


def test_a_bad_file_is_removed_and_its_owner_notified(sam, scanner, monkeypatch):
    heard = []
    monkeypatch.setitem(events._in_transaction, FileRemoved, [heard.append])
    file = kept(sam, pdf(EICAR), purpose=Purpose.PROFILE_MEDIA)
    UserMedia.objects.create(user=sam, kind="pdf", file=file, title="Notes", position=1)

    assert scanning.scan_due(at=clock.now()) == 1

    file.refresh_from_db()
    assert (file.scan, file.scanner) == ("bad", "clamd")
    assert file.deleted_at
    assert file.erased_at
    assert file.name == "removed"
    assert not UserMedia.objects.exists()
    with pytest.raises(FileNotFoundError):
        storage.opened(file.key)
    notice = Notification.objects.get(user=sam)
    assert "notes.pdf" in notice.body
    assert [fact.file_id for fact in heard] == [file.pk]
    scanning.scan_due(at=clock.now())
    assert Notification.objects.count() == 1


def test_a_scanner_that_is_away_is_asked_once_a_sweep(sam, scanner):
    kept(sam)
    kept(sam)
    scanner.kill()
    assert scanning.scan_due(at=clock.now()) == 1
    assert sorted(File.objects.values_list("scan_tries", flat=True)) == [0, 1]


def test_a_killed_scanner_leaves_files_pending_until_it_is_back(sam, scanner, settings):
    file = kept(sam)
    scanner.kill()
    now = clock.now()

    scanning.scan_due(at=now)

    file.refresh_from_db()
    assert (file.scan, file.scan_tries) == ("pending", 1)
    assert file.next_scan_at > now
    with running() as again:
        settings.CLAMD = again.address
        assert scanning.scan_due(at=now) == 0
        assert scanning.scan_due(at=now + timedelta(hours=1)) == 1
    file.refresh_from_db()
    assert file.scan == "clean"


@pytest.mark.parametrize(
    "says",
    [
        b"",
        b"stream: INSTREAM size limit exceeded. ERROR\0",
        b"UNKNOWN COMMAND\0",
        b"OK\0extra",
        b"\xff",
    ],
    ids=["nothing", "too large", "no command", "half", "noise"],
)
def test_only_a_clear_answer_of_the_scanner_counts(sam, scanner, says):
    scanner.says = says
    file = kept(sam)
    scanning.scan_due(at=clock.now())
    file.refresh_from_db()
    assert file.scan == ("clean" if says.startswith(b"OK") else "pending")


def test_a_scanner_on_a_socket_file_works_too(sam, settings, tmp_path):
    with running(tmp_path / "clamd.sock") as scanner:
        settings.CLAMD = scanner.address
        clamd.ping()
        kept(sam)
        scanning.scan_due(at=clock.now())
    assert File.objects.get().scanner == "clamd"
    with pytest.raises(Unavailable):
        clamd.ping()


def test_files_stored_without_a_scanner_are_scanned_once_there_is_one(sam, settings):
    settings.CLAMD = None
    file = kept(sam, pdf(EICAR))
    with running() as scanner:
        settings.CLAMD = scanner.address
        scanning.scan_due(at=clock.now())
    file.refresh_from_db()
    assert file.scan == "bad"


def test_a_scanner_taken_away_leaves_nothing_waiting(sam, scanner, settings):
    file = kept(sam)
    settings.CLAMD = None
    scanning.scan_due(at=clock.now())
    file.refresh_from_db()
    assert (file.scan, file.scanner) == ("clean", "none")


def test_pictures_are_reencoded_and_need_no_scan(sam, scanner):
    file = kept(sam, picture("JPEG") + EICAR, "a.jpg")
    assert (file.scan, scan_description(file)) == ("clean", "Made anew by us")
    assert scanning.scan_due(at=clock.now()) == 0
