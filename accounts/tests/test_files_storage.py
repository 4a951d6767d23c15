"""Where files lie, as STORAGE_URL and CLAMD_URL say it; half-set ones refuse to start."""

from pathlib import Path
from types import ModuleType

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from accounts.tests.clamd import running
from peerloop.kit import storage_url
from peerloop.kit.storage_url import scanner_of, storage_of
from peerloop.operations.diagnosis_files import check_files

FOLDER = Path("/data/files")
SECRET = "s3cr/et+key"
URL = "s3://KEY:s3cr%2Fet%2Bkey@account.r2.example:8443/uploads?region=eu-1&prefix=media"


def test_without_a_url_files_lie_in_the_data_folder_for_us_alone():
    made = storage_of("", folder=FOLDER)
    assert made["BACKEND"] == "django.core.files.storage.FileSystemStorage"
    assert made["OPTIONS"]["location"] == "/data/files"
    assert made["OPTIONS"]["base_url"] is None
    assert storage_of("file:///srv/my%20files", folder=FOLDER)["OPTIONS"]["location"] == (
        "/srv/my files"
    )


def test_files_on_disk_are_read_by_nobody_else(tmp_path):
    options = storage_of(f"file://{tmp_path}/deep", folder=FOLDER)["OPTIONS"]
    storage = FileSystemStorage(**options)
    storage.save("ab/abc", ContentFile(b"x"))
    assert (tmp_path / "deep/ab/abc").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "deep/ab").stat().st_mode & 0o077 == 0


@pytest.fixture
def client_of_s3(monkeypatch):
    monkeypatch.setattr(storage_url, "find_spec", ModuleType)
    monkeypatch.setattr(storage_url, "_client_config", lambda: None)


@pytest.mark.usefixtures("client_of_s3")
def test_object_storage_is_configured_by_one_url():
    made = storage_of(URL, folder=FOLDER)
    assert made["BACKEND"] == "storages.backends.s3.S3Storage"
    assert (
        made["OPTIONS"]
        | {
            "access_key": "KEY",
            "secret_key": SECRET,
            "bucket_name": "uploads",
            "endpoint_url": "https://account.r2.example:8443",
            "region_name": "eu-1",
            "location": "media",
            "default_acl": None,
        }
        == made["OPTIONS"]
    )
    plain = storage_of("s3+http://a:b@localhost:9000/box", folder=FOLDER)["OPTIONS"]
    assert plain["endpoint_url"] == "http://localhost:9000"


@pytest.mark.usefixtures("client_of_s3")
@pytest.mark.parametrize(
    "url",
    [
        *("s3://bucket", "s3://KEY@host/b", "s3://KEY:hush@host", "s3://KEY:hush@host/a/b"),
        *("file://host/path", "file:relative", "ftp://x/y", "nonsense"),
    ],
    ids=str,
)
def test_an_incomplete_url_refuses_to_start_and_reveals_no_secret(url):
    with pytest.raises(ImproperlyConfigured) as refusal:
        storage_of(url, folder=FOLDER)
    assert "STORAGE_URL" in str(refusal.value)
    assert "hush" not in str(refusal.value)


def test_a_missing_client_says_what_to_install(monkeypatch):
    monkeypatch.setattr(storage_url, "find_spec", lambda _: None)
    with pytest.raises(ImproperlyConfigured, match=r"requirements-s3\.txt"):
        storage_of(URL, folder=FOLDER)


def test_the_scanner_is_configured_by_port_or_socket():
    assert scanner_of("") is None
    assert scanner_of("tcp://scanner:3311") == ("scanner", 3311)
    assert scanner_of("tcp://scanner") == ("scanner", 3310)
    assert (
        scanner_of("unix:///run/clamd.sock") == scanner_of("/run/clamd.sock") == "/run/clamd.sock"
    )
    for wrong in ("http://scanner:3310", "tcp://", "tcp://scanner:x", "clamd"):
        with pytest.raises(ImproperlyConfigured, match="CLAMD_URL"):
            scanner_of(wrong)


def test_doctor_tries_the_storage_and_warns_without_a_scanner(settings):
    settings.CLAMD = None
    kept, scanner = check_files("files")
    assert (kept.level, scanner.level) == ("ok", "warning")
    assert "CLAMD_URL" in scanner.cure
    with running() as one:
        settings.CLAMD = one.address
        assert [found.level for found in check_files("files")] == ["ok", "ok"]
    assert [found.level for found in check_files("files")] == ["ok", "problem"]
