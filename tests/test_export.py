"""A data export contains all rows of the member and no secrets (PRI-3)."""

import io
import json
import stat
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from accounts.files import storage
from accounts.files.actions.storing import store_file
from accounts.models import DataExport, Email, File, Notification, User
from accounts.privacy.actions import export as acts
from accounts.privacy.actions.export import ExportUnderWay, ask_for_export
from accounts.privacy.archive import write_archive
from accounts.privacy.personal_rows import known_tables, model_of
from accounts.tests.uploads import picture, upload
from peerloop.kit.refusals import TooMany
from scheduling.models import Session
from scheduling.tests.people import NOW
from tests.cast import a_member, browse
from tests.lived_life import PERSON, fill_with_canaries, kims_life, rows_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def sam():
    return a_member("Sam Student", email="sam@example.com")


def archive_of(user: User) -> dict[str, bytes]:
    """The files of the ZIP by name."""
    out = io.BytesIO()
    write_archive(out, user=user, at=NOW, report=lambda done, total: None)
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def made(user: User) -> DataExport:
    """Request an export and build it."""
    export = ask_for_export(user=user, at=NOW)
    acts.make(export_id=export.pk, at=NOW)
    export.refresh_from_db()
    return export


def test_it_contains_every_row_that_references_the_member():
    with time_machine.travel(NOW, tick=False):
        kim = kims_life()
        fill_with_canaries(kim)
    kim.refresh_from_db()
    files = archive_of(kim)

    missing = []
    for table in known_tables():
        keys = {str(key) for key in rows_of(table, kim).values_list("pk", flat=True)}
        name = f"{model_of(table)._meta.db_table}.json"
        told = json.loads(files[name])["rows"] if name in files else []
        ids = {str(row.get("id", row.get("user"))) for row in told}
        untold = {
            str(key)
            for path in table.not_exported
            for key in model_of(table).objects.filter(**{path: kim.pk}).values_list("pk", flat=True)
        }
        missing += [f"{name} {key}" for key in keys - ids - untold]
    assert not missing


def test_it_contains_no_secrets_and_no_private_text_of_others():
    with time_machine.travel(NOW, tick=False):
        kim = kims_life()
    session = Session.objects.filter(student=kim).get()
    session.assessments.filter(assessee=kim).update(comment="zqtheirs")
    told = archive_of(kim)
    text = b"".join(told.values()).decode()

    assert kim.password not in text
    assert "zqtheirs" not in text
    secret = {"password", "token_hash", "session_data", "room_secrets", "archive_key"}
    kept_back = {"files.json": {"key"}, "mfa_authenticator.json": {"data"}}
    for name in (name for name in told if name.endswith(".json")):
        for row in json.loads(told[name])["rows"]:
            assert not (secret | kept_back.get(name, set())) & set(row), name
    readme = told["README.txt"].decode()
    assert PERSON.title() in readme
    assert "whom others shut out is theirs to tell" in readme
    user = json.loads(told["users.json"])
    assert user["left_out"]["password"]
    assert user["rows"][0]["email"] == kim.email


def test_it_contains_the_files_of_the_member(sam):
    file = store_file(
        owner=sam, purpose=File.Purpose.AVATAR, upload=upload("me.png", picture()), at=NOW
    )
    # Its content is missing: that is noted in the export, which continues.
    File.objects.create(
        owner=sam,
        purpose=File.Purpose.RESOURCE,
        name="gone.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        scan="clean",
        scanner="none",
        stored_at=NOW,
    )

    told = archive_of(sam)

    (own,) = [name for name in told if name.startswith("files/")]
    assert str(file.pk) in own
    assert told[own].startswith(b"RIFF")


def test_it_is_built_announced_downloaded_and_deleted_after_a_week(sam):
    web = browse(sam)
    with time_machine.travel(NOW, tick=False):
        web = browse(sam)
        assert web.post("/settings/privacy/export")["Location"] == "/settings/privacy"
        export = DataExport.objects.get()
        assert "We are putting it together" in web.get("/settings/privacy").content.decode()
        assert web.get(f"/settings/privacy/export/{export.pk}").status_code == 410
        acts.make_due(at=NOW)
        export.refresh_from_db()
        page = web.get("/settings/privacy").content.decode()
        assert "Your copy is ready" in page
        assert f"/settings/privacy/export/{export.pk}" in page
        assert "Ask for a copy" not in page
        mail = Email.objects.get(template="data-export-ready")
        assert str(export.pk) not in str(mail.context)
        assert Notification.objects.filter(user=sam, url="/settings/privacy").exists()

        answer = web.get(f"/settings/privacy/export/{export.pk}")

        assert answer["Content-Disposition"] == (
            'attachment; filename="peerloop-data-2026-05-03.zip"'
        )
        assert "no-store" in answer["Cache-Control"]
        with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
            assert "users.json" in archive.namelist()
    key = export.archive_key
    acts.make_due(at=NOW + timedelta(days=7))
    export.refresh_from_db()
    assert (export.status, export.archive_key) == ("expired", "")
    with pytest.raises(FileNotFoundError):
        storage.opened(key)


def test_only_the_owner_downloads_it_after_a_fresh_sign_in(sam):
    export = made(sam)
    assert browse(a_member("Olga")).get(f"/settings/privacy/export/{export.pk}").status_code == 404
    web = browse(sam)
    session = web.session
    session["proved_at"] = 0
    session.save()

    for answer in (
        web.get(f"/settings/privacy/export/{export.pk}"),
        web.post("/settings/privacy/export"),
    ):
        assert answer["Location"].startswith("/confirm")


def test_one_export_a_day_and_one_at_a_time(sam):
    first = ask_for_export(user=sam, at=NOW)
    with pytest.raises(ExportUnderWay):
        ask_for_export(user=sam, at=NOW)
    acts.make(export_id=first.pk, at=NOW)

    with pytest.raises(TooMany) as refused:
        ask_for_export(user=sam, at=NOW + timedelta(hours=1))

    assert refused.value.retry_after == 23 * 3600 + 1
    ask_for_export(user=sam, at=NOW + DAY)


def test_an_export_of_a_dead_worker_is_retried_a_limited_number_of_times(sam, monkeypatch):
    export = ask_for_export(user=sam, at=NOW)
    real = acts.write_archive

    def killed(out, **named):
        real(out, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(acts, "write_archive", killed)
    at = NOW
    for _ in range(acts.MOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            acts.make(export_id=export.pk, at=at)
        acts.make_due(at=at + timedelta(minutes=1))
        at += acts.LEASE
    acts.make_due(at=at)
    export.refresh_from_db()
    assert export.status == DataExport.Status.FAILED
    monkeypatch.undo()
    with time_machine.travel(NOW, tick=False):
        assert "could not be made" in browse(sam).get("/settings/privacy").content.decode()

    second = made(sam)

    assert second.status == DataExport.Status.READY


def test_the_command_writes_a_file_that_only_its_owner_can_read(sam, tmp_path):
    path = tmp_path / "sam.zip"
    call_command("export_member", sam.email, to=str(path))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with zipfile.ZipFile(path) as archive:
        assert json.loads(archive.read("users.json"))["rows"][0]["id"] == str(sam.pk)
    with pytest.raises(CommandError, match="is there already"):
        call_command("export_member", str(sam.pk), to=str(path))
    with pytest.raises(CommandError, match="can't be written"):
        call_command("export_member", sam.email, to=str(tmp_path / "no" / "x.zip"))
    with pytest.raises(CommandError, match="Nobody"):
        call_command("export_member", "nobody@example.com", to=str(tmp_path / "x.zip"))


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("data_export_status", {"status": "lost"}),
        ("data_export_ready_is_whole", {"status": "ready"}),
        ("data_export_one_open", {"status": "queued"}),
    ],
    ids=["status", "ready", "open"],
)
def test_the_database_refuses_inconsistent_rows(sam, constraint, wrong):
    DataExport.objects.create(user=sam)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        DataExport.objects.create(user=sam, **wrong)
