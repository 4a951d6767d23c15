"""The files room on a store of objects: the same contract as on a disk."""

import io

import pytest

from accounts.files import storage
from accounts.files.actions.storing import clear_removed, remove_file, store_file
from accounts.files.links import file_link
from accounts.models.files import Purpose
from accounts.tests.s3_stand_in import running
from accounts.tests.uploads import pdf, picture, upload
from peerloop.kit import clock
from peerloop.kit.refusals import OutsideDown
from peerloop.kit.storage_url import storage_of
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(settings):
    with running() as one:
        url = f"s3+http://KEY:hush@127.0.0.1:{one.server_port}/box?region=eu-1&prefix=media"
        settings.STORAGES = {**settings.STORAGES, "default": storage_of(url, folder=None)}
        yield one


def kept(owner, content=b"", name="a.pdf"):
    file = upload(name, content or pdf(b"%" * 300))
    return store_file(owner=owner, purpose=Purpose.HOMEWORK, upload=file, at=clock.now())


def test_files_are_written_read_in_parts_and_deleted(store):
    sam, content = a_member(), pdf(b"%" * 300)
    file = kept(sam, content)
    assert store.objects == {f"/box/media/{file.key[:2]}/{file.key}": content}
    assert all("Credential=KEY/" in asked and "hush" not in asked for asked in store.asked)

    link = file_link(file, member=sam, at=clock.now())
    assert b"".join(browse(sam).get(link).streaming_content) == content
    part = browse(sam).get(link, headers={"Range": "bytes=1-3"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"PDF")

    # A part costs a part of the traffic: nothing is fetched whole first.
    assert store.sent[-1] < len(content)
    with storage.opened(file.key) as opened:
        assert opened.read(4) == b"%PDF"
        assert opened.seek(-6, io.SEEK_END) == opened.tell() == len(content) - 6
        assert opened.read() == b"%%EOF\n"
        assert opened.read() == b""

    image = kept(sam, picture(), "a.png")
    assert len(store.objects) == 3
    for one in (file, image):
        remove_file(file=one, at=clock.now())
    assert clear_removed(at=clock.now()) == 2
    assert store.objects == {}
    with pytest.raises(FileNotFoundError):
        storage.opened(file.key)


def test_a_store_that_is_down_refuses_and_loses_nothing(store):
    sam = a_member()
    file = kept(sam)
    store.is_down = True
    with pytest.raises(OutsideDown):
        kept(sam)
    assert browse(sam).get(file_link(file, member=sam, at=clock.now())).status_code == 503
    assert clear_removed(at=clock.now()) == 0
    store.is_down = False
    assert browse(sam).get(file_link(file, member=sam, at=clock.now())).status_code == 200
