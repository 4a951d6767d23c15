"""A stand-in for clamd that speaks its protocol on a real socket, and can be killed."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from accounts.tests.uploads import EICAR


class Scanner:
    """Finds the test virus; ``says`` overrides its answer, ``seen`` counts what was streamed."""

    def __init__(self, listener: socket.socket, address: Any) -> None:
        self.listener, self.address = listener, address
        self.says: bytes | None = None
        self.seen: list[bytes] = []
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def kill(self) -> None:
        """Answer nobody any more."""
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, suppress(OSError), connection.makefile("rb") as asked:
                connection.sendall(self._answer(asked))

    def _answer(self, asked: Any) -> bytes:
        command = b""
        while not command.endswith(b"\0"):
            command += asked.read(1)
        if command == b"zPING\0":
            return self.says or b"PONG\0"
        content = b""
        while length := struct.unpack("!L", asked.read(4))[0]:
            content += asked.read(length)
        self.seen.append(content)
        if self.says is not None:
            return self.says
        return b"stream: Eicar-Test FOUND\0" if EICAR in content else b"stream: OK\0"


@contextmanager
def running(path: Path | None = None) -> Iterator[Scanner]:
    """A scanner on a free port of this machine, or on a socket file."""
    if path is None:
        listener = socket.create_server(("127.0.0.1", 0))
        address: Any = listener.getsockname()
    else:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(path))
        listener.listen()
        address = str(path)
    scanner = Scanner(listener, address)
    try:
        yield scanner
    finally:
        scanner.kill()
