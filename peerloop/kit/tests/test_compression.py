"""Text is compressed for those who take it so, without telling secrets by its length."""

import gzip

import pytest
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory

from peerloop.kit.compression import CompressionMiddleware

BODY = b"Learn it one to one. Then teach it. " * 40


def answer(kind="text/html; charset=utf-8", *, path="/", accept="gzip, br", body=BODY, made=None):
    request = RequestFactory().get(path, headers={"Accept-Encoding": accept})
    response = made or HttpResponse(body, content_type=kind)
    return CompressionMiddleware(lambda _: response)(request)


@pytest.mark.parametrize(
    "kind", ["text/html; charset=utf-8", "application/json", "image/svg+xml", "text/calendar"]
)
def test_text_is_compressed(kind):
    response = answer(kind)

    assert response["Content-Encoding"] == "gzip"
    assert response["Vary"] == "Accept-Encoding"
    assert len(response.content) < len(BODY) / 2
    assert int(response["Content-Length"]) == len(response.content)
    assert gzip.decompress(response.content) == BODY


def test_the_length_of_one_page_differs_each_time():
    assert len({len(answer().content) for _ in range(40)}) > 5


@pytest.mark.parametrize(
    "how",
    [
        {"accept": ""},
        {"kind": "image/webp"},
        {"kind": "application/pdf"},
        {"path": "/api/v1/auth/login", "kind": "application/json"},
        {"body": b"short"},
    ],
)
def test_other_answers_stay_as_they_are(how):
    assert "Content-Encoding" not in answer(**how)


def test_a_file_that_may_be_asked_for_by_ranges_stays_as_it_is(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_bytes(BODY)

    response = answer(made=FileResponse(file.open("rb"), content_type="text/plain"))

    assert "Content-Encoding" not in response
    assert response["Content-Length"] == str(len(BODY))


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/courses", "/api/v1/categories", "/api/v1/courses"])
def test_pages_and_the_api_are_compressed(client, path):
    compressed = client.get(path, headers={"Accept-Encoding": "gzip"})
    plain = client.get(path)

    assert "Content-Encoding" not in plain
    if len(plain.content) > 1000:
        assert compressed["Content-Encoding"] == "gzip"
