"""Pages behind the ASGI server: what comes in, what goes out."""

import asyncio

from peerloop.kit.bridge import PIECE, SMALL_BODY, Bridge


class Echo:
    """A WSGI application that keeps what it was asked and answers in pieces."""

    def __init__(self, *pieces, streaming=False):
        self.pieces = pieces or (b"hello",)
        self.streaming = streaming
        self.closed = False

    def __call__(self, environ, start_response):
        self.environ = environ
        self.body = environ["wsgi.input"].read()
        start_response("201 Created", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1")])
        return self

    def __iter__(self):
        return iter(self.pieces)

    def close(self):
        self.closed = True


def asked(application, *messages, method="GET", path="/courses", headers=()):
    """All messages that the bridge sends for one request."""
    given, sent = list(messages), []

    async def receive():
        return given.pop(0)

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": path,
        "query_string": b"page=2",
        "headers": list(headers),
        "server": ("peerloop.example", 443),
        "client": ("192.0.2.7", 1234),
    }
    asyncio.run(Bridge(application, threads=1)(scope, receive, send))
    return sent


def body(piece, *, more=False):
    return {"type": "http.request", "body": piece, "more_body": more}


def test_a_page_leaves_in_two_messages():
    head, rest = asked(Echo(b"one ", b"two"))

    assert head["status"] == 201
    assert head["headers"] == [(b"content-type", b"text/plain"), (b"set-cookie", b"a=1")]
    assert rest == {"type": "http.response.body", "body": b"one two", "more_body": False}


def test_the_application_sees_the_address_as_wsgi_has_it():
    echo = Echo()

    asked(echo, path="/courses/\N{LATIN SMALL LETTER E WITH ACUTE}", headers=[(b"host", b"here")])

    seen = echo.environ
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/courses/é"
    assert (seen["QUERY_STRING"], seen["HTTP_HOST"]) == ("page=2", "here")
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("192.0.2.7", "https")


def test_cookies_in_several_headers_are_one_list():
    echo = Echo()

    asked(echo, headers=[(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x-kind", b"1")])

    assert echo.environ["HTTP_COOKIE"] == "a=1; b=2"
    assert echo.environ["HTTP_X_KIND"] == "1"


def test_a_small_body_comes_whole():
    echo = Echo()

    asked(echo, body(b"na", more=True), body(b"me"), method="POST")

    assert echo.body == b"name"


def test_a_large_body_is_read_piece_by_piece():
    echo = Echo()
    piece = b"x" * SMALL_BODY

    asked(echo, *[body(piece, more=True)] * 3, body(b"end"), method="POST")

    assert echo.body == piece * 3 + b"end"


def test_a_body_that_breaks_off_ends_there():
    echo = Echo()
    piece = b"x" * (SMALL_BODY + 1)

    asked(echo, body(piece, more=True), {"type": "http.disconnect"}, method="POST")

    assert echo.body == piece


def test_a_file_is_sent_in_large_pieces_while_it_is_read():
    small = b"x" * (PIECE // 4)

    sent = asked(Echo(*[small] * 6, streaming=True))

    assert [len(message["body"]) for message in sent[1:]] == [PIECE, PIECE // 2, 0]
    assert [message["more_body"] for message in sent[1:]] == [True, True, False]


def test_the_answer_is_closed_in_the_end():
    echo, stream = Echo(), Echo(streaming=True)

    asked(echo)
    asked(stream)

    assert echo.closed
    assert stream.closed
