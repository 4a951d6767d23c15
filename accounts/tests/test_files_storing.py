"""Keeping files: quota, races, writes that break off, sweeps, constraints."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from accounts.files import storage
from accounts.files.actions.storing import (
    QuotaReached,
    clear_removed,
    remove_file,
    remove_files,
    store_file,
    used_bytes,
)
from accounts.models import File, UserMedia
from accounts.models.files import Purpose
from accounts.tests.uploads import pdf, picture, upload
from peerloop.kit import clock
from peerloop.kit.refusals import OutsideDown
from tests.cast import a_member

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def kept(owner, content=b"", name="a.pdf", purpose=Purpose.HOMEWORK):
    return store_file(
        owner=owner, purpose=purpose, upload=upload(name, content or pdf()), at=clock.now()
    )


def is_there(file):
    try:
        storage.opened(file.key, max(file.widths) if file.widths else None).close()
    except FileNotFoundError:
        return False
    return True


def test_a_file_is_stored_unchanged_under_a_random_key():
    content = pdf(b"%unique words")
    file = kept(a_member(), content, "Grüße.pdf")

    assert storage.opened(file.key).read() == content
    assert (file.name, file.content_type, file.size) == (
        "Grüße.pdf",
        "application/pdf",
        len(content),
    )
    assert file.is_live
    assert len(file.key) == 40
    assert file.key != kept(file.owner, content).key


def test_homework_pictures_keep_their_aspect_ratio_and_are_never_enlarged():
    small = kept(a_member(), picture(size=(300, 100)), "a.png")
    large = kept(small.owner, picture(size=(3_000, 1_000)), "a.png")
    assert (small.width, small.height, small.widths) == (300, 100, [480, 1600])
    assert (large.width, large.height) == (1600, 533)


def test_course_images_are_cropped_wide_around_their_focus():
    at = clock.now()
    image = upload("a.png", picture(size=(400, 800)))
    clara = a_member()
    file = store_file(owner=clara, purpose=Purpose.COURSE_IMAGE, upload=image, focus="top", at=at)
    assert (file.width, file.height, file.widths) == (1280, 720, [320, 640, 1280])


def test_the_quota_is_counted_and_removed_files_give_their_place_back(settings):
    sam, content = a_member(), pdf(b"%" * 1_000)
    settings.FILES_QUOTA_BYTES = len(content) * 2
    first = kept(sam, content)
    kept(sam, content)

    with pytest.raises(QuotaReached) as refusal:
        kept(sam, content)
    assert (refusal.value.status, list(refusal.value.fields)) == (422, ["file"])
    kept(a_member(), content)

    remove_file(file=first, at=clock.now())
    kept(sam, content)
    assert used_bytes(sam) == settings.FILES_QUOTA_BYTES


@pytest.mark.django_db(transaction=True)
def test_eight_uploads_at_once_stay_within_the_quota(settings):
    sam, content = a_member(), pdf(b"%" * 5_000)
    settings.FILES_QUOTA_BYTES = len(content) * 3
    gate, answers = threading.Barrier(8), []

    def send() -> None:
        gate.wait(5)
        try:
            kept(sam, content)
            answers.append("kept")
        except QuotaReached:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(answers) == ["kept"] * 3 + ["refused"] * 5
    assert used_bytes(sam) == settings.FILES_QUOTA_BYTES


def test_a_removed_file_leaves_no_content_and_no_name():
    sam = a_member()
    for file in (kept(sam, name="secret plan.pdf"), kept(sam, picture(), "me.png")):
        assert is_there(file)
        remove_file(file=file, at=clock.now())
        remove_file(file=file, at=clock.now())
        assert clear_removed(at=clock.now()) == 1
        assert not is_there(file)
        file.refresh_from_db()
        assert (file.name, bool(file.erased_at)) == ("removed", True)
    assert clear_removed(at=clock.now()) == 0


def test_a_write_that_breaks_off_is_swept_up(monkeypatch):
    """A process that dies between row and content, or between content and its mark."""
    sam = a_member()

    class Killed(BaseException):
        pass

    def dies(*_: Any) -> None:
        raise Killed

    really_write = storage.write
    for write in (dies, lambda *told: (really_write(*told), dies())):
        monkeypatch.setattr(storage, "write", write)
        with pytest.raises(Killed):
            kept(sam)
        file = File.objects.get(erased_at=None)
        assert not file.is_live
        assert clear_removed(at=clock.now()) == 0, "it may still be being written"
        assert clear_removed(at=clock.now() + 2 * HOUR) == 1
        assert not is_there(file)


def test_a_storage_that_is_away_refuses_and_loses_nothing(monkeypatch):
    sam = a_member()
    old = kept(sam)
    backend = storage.storages["default"]

    def away(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        for name in ("save", "delete", "open"):
            patch.setattr(backend, name, away)
        with pytest.raises(OutsideDown):
            kept(sam)
        assert used_bytes(sam) == old.size
        assert clear_removed(at=clock.now()) == 0
    assert clear_removed(at=clock.now()) == 1
    assert is_there(old)


def test_many_are_removed_by_one_condition():
    sam = a_member()
    kept(sam)
    kept(sam)
    other = kept(a_member())
    assert remove_files(files=Q(owner=sam), at=clock.now()) == 2
    other.refresh_from_db()
    assert other.is_live


WRONG: dict[str, dict[str, Any]] = {
    "purpose": {"purpose": "anything"},
    "scan": {"scan": "maybe", "scanner": "clamd"},
    "scanner": {"scanner": "me"},
    "no name": {"name": ""},
    "empty": {"size": 0},
    "over 50 MB": {"size": 50 * 1024 * 1024 + 1},
    "checksum": {"sha256": "A" * 64},
    "key": {"key": "../../etc/passwd"},
    "width alone": {"width": 5},
    "nothing wide": {"width": 0, "height": 5},
    "pending by somebody": {"scan": "pending", "scanner": "clamd"},
    "clean by nobody": {"scanner": ""},
    "bad and there": {"scan": "bad", "scanner": "clamd"},
    "erased and there": {"erased_at": clock.now()},
}


@pytest.mark.parametrize("label", WRONG)
def test_the_database_refuses_rows_that_lie(label):
    file = kept(a_member())
    with pytest.raises(IntegrityError), transaction.atomic():
        File.objects.filter(pk=file.pk).update(**WRONG[label])


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "video_link"},
        {"kind": "pdf", "url": "https://vimeo.com/12345"},
        {"kind": "gif", "url": "https://vimeo.com/12345"},
        {"kind": "video_link", "url": "https://vimeo.com/12345", "title": ""},
    ],
    ids=["nothing", "link as paper", "kind", "no title"],
)
def test_the_database_refuses_media_that_are_neither_file_nor_link(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        UserMedia.objects.create(**{"user": a_member(), "position": 1, "title": "x", **fields})
