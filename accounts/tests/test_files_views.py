"""Uploads as they come over the wire: broken forms, large files, many at once; and staff."""

import pytest
from django.test import Client

from accounts.files import pictures
from accounts.files.actions.take_down import take_down
from accounts.files.storage import opened
from accounts.members.actions.pictures import change_picture
from accounts.models import AuditEntry, File, Notification, User, UserMedia
from accounts.tests.uploads import pdf, picture, upload
from peerloop.kit import clock
from peerloop.kit.refusals import Forbidden, Invalid
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db
PATH = "/settings/profile/picture"
B = "multipart/form-data; boundary=bound"


@pytest.fixture
def sam():
    return a_member()


def part(head, content=b"x", end=b"\r\n--bound--\r\n"):
    return b"--bound\r\n" + head + b"\r\n\r\n" + content + end


FILE = b'Content-Disposition: form-data; name="file"; filename="a.png"'
BROKEN = {
    "no boundary": ("multipart/form-data", part(FILE)),
    "odd boundary": ("multipart/form-data; boundary=\xff\xfe", part(FILE)),
    "endless boundary": ("multipart/form-data; boundary=" + "b" * 500, part(FILE)),
    "nothing": (B, b""),
    "noise": (B, bytes(range(256)) * 9),
    "breaks off": (B, part(FILE, picture()[:40], b"")),
    "no name": (B, part(b'Content-Disposition: form-data; filename="a.png"', picture())),
    "other field": (B, part(FILE.replace(b'"file"', b'"avatar"'), picture())),
    "no disposition": (B, part(b"Content-Type: image/png", picture())),
    "wrong packing": (B, part(FILE + b"\r\nContent-Transfer-Encoding: base64", b"%%%not base64")),
    "long head": (B, part(FILE + b"\r\nX-Long: " + b"y" * 200_000, picture())),
    "odd name": (B, part(FILE.replace(b"a.png", b"\xff\x00\n.png"), b"x")),
    "odd charset": (
        B + "; charset=no-such",
        part(FILE[:-16] + b"; filename*=no-such''%ff%00.png", b"x"),
    ),
    "empty name": (B, part(FILE.replace(b"a.png", b""), picture())),
    "text as file": (B, part(b'Content-Disposition: form-data; name="file"', b"a.png")),
    "eleven files": (B, part(FILE, b"x", b"") * 11 + b"--bound--\r\n"),
    "a form": ("application/x-www-form-urlencoded", b"file=a.png&focus=top"),
    "json": ("application/json", b'{"file": "a.png"}'),
}


@pytest.mark.parametrize("label", BROKEN)
def test_a_broken_form_is_refused(sam, label):
    kind, body = BROKEN[label]
    answer = browse(sam).generic("POST", PATH, body, kind)
    assert answer.status_code in (400, 422)
    assert not File.objects.exists()


@pytest.mark.parametrize("label", ["noise", "breaks off", "eleven files", "no boundary"])
def test_nor_does_the_check_of_the_form_stumble(sam, label):
    kind, body = BROKEN[label]
    client = Client(enforce_csrf_checks=True)
    client.force_login(sam, backend="accounts.identity.backends.EmailBackend")
    assert client.post(PATH, body, content_type=kind).status_code in (400, 403)


def test_a_file_too_large_for_memory_is_stored_completely(sam):
    content = pdf(b"%0123456789\n" * 300_000)
    sent = {"file": upload("long.pdf", content), "title": "Long"}
    assert browse(sam).post("/settings/profile/media/files", sent).status_code == 302
    file = File.objects.get()
    assert file.size == len(content) > 3_000_000
    assert opened(file.key).read() == content


def test_while_too_many_wait_the_next_upload_is_refused(sam, monkeypatch):
    monkeypatch.setattr(pictures, "PATIENCE", 0.01)
    for _ in range(2):
        pictures.AT_ONCE.acquire()
    try:
        answer = browse(sam).post(PATH, {"file": upload("a.png", picture())})
    finally:
        pictures.AT_ONCE.release(2)
    assert answer.status_code == 503
    assert "Many pictures are being prepared" in answer.content.decode()


def test_staff_takes_a_file_away_with_a_reason(sam):
    ada = a_member("Ada Admin", is_admin=True)
    sam = change_picture(user=sam, upload=upload("a.png", picture()), at=clock.now())
    browse(sam).post("/settings/profile/media/files", {"file": upload("cv.pdf", pdf())})
    for file in File.objects.all():
        with pytest.raises(Forbidden):
            take_down(file=file, reason="x", by=sam, at=clock.now())
        with pytest.raises(Invalid):
            take_down(file=file, reason=" ", by=ada, at=clock.now())
        for _ in range(2):
            take_down(file=file, reason="Not yours.", by=ada, at=clock.now())
    assert User.objects.get(pk=sam.pk).avatar_url == ""
    assert not UserMedia.objects.exists()
    assert not File.objects.filter(deleted_at=None).exists()
    assert AuditEntry.objects.filter(action="file.take_down", actor=ada).count() == 2
    assert "Not yours." in Notification.objects.filter(user=sam)[0].body


def test_the_admin_site_lists_files_and_takes_them_away(sam):
    ada = a_member("Ada Admin", is_admin=True, is_superuser=True)
    change_picture(user=sam, upload=upload("a.png", picture()), at=clock.now())
    file, admin = File.objects.get(), browse(ada)
    listed = admin.get("/admin/accounts/file/")
    assert listed.status_code == 200
    assert "Made anew by us" in listed.content.decode()
    assert file.key not in admin.get(f"/admin/accounts/file/{file.pk}/change/").content.decode()
    sent = {"action": "take_away", "_selected_action": [file.pk], "apply": "1", "reason": "Spam."}
    admin.post("/admin/accounts/file/", sent)
    file.refresh_from_db()
    assert file.deleted_at
