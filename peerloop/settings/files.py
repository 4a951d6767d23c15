"""What members upload: where it lies, how much, who scans it."""

from peerloop.kit import environment as env
from peerloop.kit.storage_url import scanner_of, storage_of
from peerloop.settings.base import DATA_DIR, STORAGES

FILES_FOLDER = DATA_DIR / "files"
STORAGES["default"] = storage_of(env.text("STORAGE_URL"), folder=FILES_FOLDER)
# clamd; None: uploads are marked as not checked.
CLAMD = scanner_of(env.text("CLAMD_URL"))
# All that one member may keep here.
FILES_QUOTA_BYTES = env.number("FILES_QUOTA_MB", 1_024, least=1) * 1024 * 1024
# How long the address of a private file works.
FILE_LINK_SECONDS = env.number("FILE_LINK_SECONDS", 900, least=60, most=3_600)
# Larger uploads go to a temporary file; who sends more files than a form has, is refused.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_NUMBER_FILES = 10
