"""Contents in Django's default storage, by STORAGE_URL on a disk or at S3."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages

from peerloop.kit.refusals import OutsideDown

logger = logging.getLogger(__name__)


class StorageDown(OutsideDown):
    """The storage is unavailable."""

    message = "Files can't be reached right now. Nothing was lost; try again soon."


def path_of(key: str, width: int | None = None) -> str:
    """The name in the storage: of a content, or of one version of a picture."""
    return f"{key[:2]}/{key}" if width is None else f"{key[:2]}/{key}-{width}.webp"


def write(key: str, content: IO[bytes] | bytes, width: int | None = None) -> None:
    """Write one content; raises StorageDown."""
    with _answering():
        wrapped = ContentFile(content) if isinstance(content, bytes) else File(content)
        storages["default"].save(path_of(key, width), wrapped)


def opened(key: str, width: int | None = None) -> Any:
    """One content, open for reading; raises StorageDown, FileNotFoundError."""
    with _answering():
        return storages["default"].open(path_of(key, width))


def discard(key: str, widths: list[int]) -> None:
    """Delete all contents of a file; missing ones are no error. Raises StorageDown."""
    with _answering():
        for path in (path_of(key), *(path_of(key, width) for width in widths)):
            storages["default"].delete(path)


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except _failures() as error:
        logger.warning("the storage failed: %s", type(error).__name__)
        raise StorageDown from error


def _failures() -> tuple[type[Exception], ...]:
    """What a storage raises; the S3 client is installed only where it is used."""
    if "botocore.exceptions" not in sys.modules:
        return (OSError,)
    from botocore.exceptions import BotoCoreError, ClientError

    return (OSError, BotoCoreError, ClientError)
