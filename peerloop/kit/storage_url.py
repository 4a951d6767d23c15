"""Readers of STORAGE_URL and CLAMD_URL; errors say how to correct the value."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

LOCAL = "django.core.files.storage.FileSystemStorage"
S3 = "storages.backends.s3.S3Storage"
EXAMPLE = "s3://KEY:SECRET@host/bucket?region=auto"
# Only the server's own user reads what members uploaded.
FILE_MODE, FOLDER_MODE = 0o600, 0o700


def storage_of(url: str, *, folder: Path) -> dict[str, Any]:
    """The entry of STORAGES: ``file://`` and a folder, or ``s3://``; without a URL, the folder."""
    parts = urlsplit(url)
    if not url or parts.scheme == "file":
        if url and (parts.netloc not in ("", "localhost") or not parts.path.startswith("/")):
            raise ImproperlyConfigured("STORAGE_URL needs a full path: file:///var/lib/peerloop.")
        return {
            "BACKEND": LOCAL,
            "OPTIONS": {
                "location": unquote(parts.path) if url else str(folder),
                "base_url": None,
                "file_permissions_mode": FILE_MODE,
                "directory_permissions_mode": FOLDER_MODE,
            },
        }
    if parts.scheme in ("s3", "s3+http"):
        return _s3(url)
    raise ImproperlyConfigured(f"STORAGE_URL begins with neither file:// nor s3://: {EXAMPLE}")


def _s3(url: str) -> dict[str, Any]:
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured(
            "STORAGE_URL names an S3 store, but its client is not installed. "
            "Run: pip install -r requirements-s3.txt"
        )
    parts = urlsplit(url)
    bucket, more = parts.path.strip("/"), parse_qs(parts.query)
    if not (parts.hostname and parts.username and parts.password and bucket) or "/" in bucket:
        # The URL itself is not shown: it holds the secret.
        raise ImproperlyConfigured(f"STORAGE_URL is not complete. Set it like {EXAMPLE}")
    host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    return {
        "BACKEND": S3,
        "OPTIONS": {
            "access_key": unquote(parts.username),
            "secret_key": unquote(parts.password),
            "bucket_name": bucket,
            "endpoint_url": f"{'http' if parts.scheme == 's3+http' else 'https'}://{host}",
            "region_name": more.get("region", ["auto"])[0],
            "location": more.get("prefix", [""])[0],
            "client_config": _client_config(),
            "default_acl": None,
            "file_overwrite": True,
        },
    }


def _client_config() -> Any:
    """Options of the S3 client: addressing, signature, timeouts and retries."""
    from botocore.config import Config

    return Config(
        s3={"addressing_style": "path"},
        signature_version="s3v4",
        connect_timeout=3,
        read_timeout=20,
        retries={"max_attempts": 2, "mode": "standard"},
    )


def scanner_of(url: str) -> tuple[str, int] | str | None:
    """Where clamd listens: host and port of ``tcp://host:3310``, or the path of a socket."""
    if not url:
        return None
    parts = urlsplit(url)
    try:
        port = parts.port or 3310
    except ValueError:
        port = 0
    if parts.scheme == "tcp" and parts.hostname and port:
        return parts.hostname, port
    path = parts.path if parts.scheme == "unix" else url
    if path.startswith("/"):
        return path
    raise ImproperlyConfigured("Set CLAMD_URL like tcp://localhost:3310 or unix:///run/clamd.sock.")
