"""Contents in Django's default storage, by STORAGE_URL on a disk or at S3."""

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Self

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
        found = storages["default"].open(path_of(key, width))
    return _Streamed(found) if hasattr(found, "obj") else found


def discard(key: str, widths: list[int]) -> None:
    """Delete all contents of a file; missing ones are no error. Raises StorageDown."""
    with _answering():
        for path in (path_of(key), *(path_of(key, width) for width in widths)):
            storages["default"].delete(path)


class _Streamed:
    """An object at S3, read from where it is asked: the client would fetch all of it first."""

    def __init__(self, found: Any) -> None:
        self.size: int = found.size
        self._object = found.obj
        self._place = 0
        self._body: Any = None

    def read(self, count: int = -1) -> bytes:
        """The next bytes, from a request that goes on until the next ``seek``."""
        if self._place >= self.size:
            return b""
        if self._body is None:
            self._body = self._object.get(Range=f"bytes={self._place}-")["Body"]
        piece: bytes = self._body.read(None if count < 0 else count)
        self._place += len(piece)
        return piece

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another place, as for any file."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.size}[whence]
        if start + offset != self._place:
            self.close()
            self._place = start + offset
        return self._place

    def tell(self) -> int:
        """Where the next bytes come from."""
        return self._place

    def close(self) -> None:
        """End the request that is under way."""
        if self._body is not None:
            self._body.close()
            self._body = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


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
