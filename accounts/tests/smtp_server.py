"""A mail server of a few words: takes every mail, counts connections, hangs up when told to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class MailServer(socketserver.ThreadingTCPServer):
    """What came lies in ``mails``, raw; after ``hang_up_after`` mails a connection just ends."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.mails: list[bytes] = []
        self.connections = 0
        self.hang_up_after: int | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        """One connection."""
        self.server.connections += 1
        taken = 0
        self._say("220 here")
        for line in self.rfile:
            word = line[:4].upper().strip()
            if word == b"DATA":
                if self.server.hang_up_after is not None and taken >= self.server.hang_up_after:
                    return
                self._say("354 go on")
                self.server.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                taken += 1
            self._say("221 bye" if word == b"QUIT" else "250 ok")
            if word == b"QUIT":
                return

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """The server, for the length of a block."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
