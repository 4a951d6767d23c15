"""Pages behind the ASGI server: what comes in, what goes out."""

import asyncio

import pytest

from peerloop.kit.bodies import SMALL_BODY, Bodies, Pace
from peerloop.kit.bridge import PIECE, Bridge
from peerloop.kit.pools import Pool

LIMIT = 4 * SMALL_BODY
UPLOAD_LIMIT, DRAINED = 8 * SMALL_BODY, 16 * SMALL_BODY


def limits(path):
    return (UPLOAD_LIMIT, DRAINED) if path == "/upload" else (LIMIT, LIMIT)


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


def asked(application, *messages, method="GET", path="/courses", headers=(), **bodies):
    """All messages that the bridge sends for one request."""
    given, sent = list(messages), []

    async def receive():
        if not given:
            await asyncio.sleep(10)
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
    bridge = Bridge(
        application,
        pools={"pages": Pool(threads=1, wait_seconds=1)},
        pool_of=lambda method, path: "pages",
        bodies=Bodies(limits, least_limit=LIMIT, **bodies),
        page_of=lambda refusal: refusal.message.encode(),
    )
    asyncio.run(bridge(scope, receive, send))
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


def test_a_large_body_comes_whole_too():
    echo = Echo()
    piece = b"x" * SMALL_BODY

    asked(echo, *[body(piece, more=True)] * 3, body(b"end"), method="POST")

    assert echo.body == piece * 3 + b"end"
    assert echo.environ["CONTENT_LENGTH"] == str(3 * SMALL_BODY + 3)


def test_a_body_that_breaks_off_is_not_acted_on():
    echo = Echo()

    sent = asked(echo, body(b"amount=1", more=True), {"type": "http.disconnect"}, method="POST")

    assert (sent, hasattr(echo, "environ")) == ([], False)


@pytest.mark.parametrize(
    ("path", "kind"), [("/login", b"text/html; charset=utf-8"), ("/api/x", b"application/json")]
)
def test_a_body_that_comes_too_slowly_is_refused_without_a_thread(path, kind):
    echo = Echo()

    head, rest = asked(
        echo, body(b"x", more=True), method="POST", path=path, pace=Pace(idle=0.05, grace=1)
    )

    assert (head["status"], dict(head["headers"])[b"content-type"]) == (408, kind)
    assert b"too slowly" in rest["body"]
    assert not hasattr(echo, "environ")


def test_a_body_that_trickles_in_is_refused_in_the_end():
    pace = Pace(idle=1, grace=0.001, least_rate=10**9)

    head, _ = asked(Echo(), *[body(b"x", more=True)] * 10**5, method="POST", pace=pace)

    assert head["status"] == 408


def test_bodies_together_may_only_take_so_much():
    head, _ = asked(Echo(), body(b"x" * 100, more=True), method="POST", most_held=99)

    assert (head["status"], dict(head["headers"])[b"retry-after"]) == (503, b"10")


def test_what_was_held_for_a_body_is_free_after_its_answer():
    bodies = Bodies(limits, most_held=10)

    async def one_after_the_other():
        for _ in range(3):
            given = [body(b"x" * 10)]

            async def receive(given=given):
                return given.pop(0)

            async with bodies.read({}, "/", receive) as file:
                assert file.read() == b"x" * 10

    asyncio.run(one_after_the_other())


def test_a_body_larger_than_its_view_takes_is_not_read_at_all():
    echo = Echo()

    asked(echo, method="POST", headers=[(b"content-length", str(LIMIT + 1).encode())])

    assert (echo.body, echo.environ["CONTENT_LENGTH"]) == (b"", str(LIMIT + 1))


def test_an_upload_that_is_too_large_is_read_and_dropped():
    # A browser whose connection ends while it sends shows its own error page instead of ours.
    echo = Echo()
    pieces = [body(b"x" * SMALL_BODY, more=True)] * 9
    headers = [(b"content-length", str(9 * SMALL_BODY + 3).encode())]

    asked(echo, *pieces, body(b"end"), method="POST", path="/upload", headers=headers)

    assert echo.body == b""


def test_a_body_without_a_length_is_cut_at_the_limit_and_refused_by_its_view():
    echo = Echo()

    asked(echo, *[body(b"x" * SMALL_BODY, more=True)] * 99, method="POST")

    assert (echo.body, int(echo.environ["CONTENT_LENGTH"]) > LIMIT) == (b"", True)


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
