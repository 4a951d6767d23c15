"""Uploads of members: storage, quota, virus scanner."""

from peerloop.kit import environment as env
from peerloop.kit.storage_url import scanner_of, storage_of
from peerloop.settings.base import DATA_DIR, STORAGES

FILES_FOLDER = DATA_DIR / "files"
# Where recordings are gathered while they are copied from a video server.
RECORDINGS_FOLDER = DATA_DIR / "recordings"
STORAGES["default"] = storage_of(env.text("STORAGE_URL"), folder=FILES_FOLDER)
# Address of clamd; None: uploads are recorded as not scanned.
CLAMD = scanner_of(env.text("CLAMD_URL"))
# For all files of one member.
FILES_QUOTA_BYTES = env.number("FILES_QUOTA_MB", 1_024, least=1) * 1024 * 1024
# How long the address of a private file works.
FILE_LINK_SECONDS = env.number("FILE_LINK_SECONDS", 900, least=60, most=3_600)
# Larger uploads go to a temporary file; a request with more files is refused.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_NUMBER_FILES = 10
