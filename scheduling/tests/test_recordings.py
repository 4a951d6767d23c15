"""Recordings are copied into our storage, and opened by links made when asked (rule ROOM-11)."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from accounts.files import storage
from accounts.files.actions.storing import used_bytes
from accounts.files.actions.take_down import take_down
from accounts.models import File
from scheduling.actions import recording_copies
from scheduling.actions.recording_copies import copy_due, copy_recording
from scheduling.actions.recordings import find_missing_recordings, keep_recording
from scheduling.models import SessionRecording
from scheduling.providers.base import RecordingLink
from scheduling.tests.rooms import BrokenVideo, FakeVideo, at, held_lesson, minute, video_is
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db

FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(range(256)) * 12_000


class FilmServer:
    """A web server with one film, which may break off, and counts what it sent."""

    def __init__(self, httpserver: HTTPServer, film: bytes = FILM) -> None:
        self.film, self.sent, self.asked = film, 0, []
        self.breaks_after: int | None = None
        self.tag = '"one"'
        self.knows_ranges = True
        self.url = httpserver.url_for("/film")
        httpserver.expect_request("/film").respond_with_handler(self.answer)

    def answer(self, request: Request) -> Response:
        self.asked.append(request.headers.get("Range", ""))
        whole = f"bytes 0-{len(self.film) - 1}/{len(self.film)}"
        start = 0
        wanted = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        same = request.headers.get("If-Range", self.tag) == self.tag
        if wanted and same and self.knows_ranges:
            start = int(wanted[1])
            whole = whole.replace("0-", f"{start}-", 1)
        body = self.film[start:]
        headers = {"ETag": self.tag, "Content-Length": str(len(body)), "Content-Type": "video/mp4"}
        if start:
            headers["Content-Range"] = whole
        if self.breaks_after is not None:
            body = body[: self.breaks_after]
        self.sent += len(body)
        # A stream: a body that is shorter than its announced length breaks off.
        return Response(iter([body]), status=206 if start else 200, headers=headers)


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.RECORDINGS_FOLDER = tmp_path / "recordings"


@pytest.fixture
def lesson():
    lesson = held_lesson()
    lesson.provider = "plugnmeet"
    lesson.save()
    return lesson


@pytest.fixture
def films(httpserver, monkeypatch):
    server = FilmServer(httpserver)
    fake = FakeVideo()
    fake.recordings = {"R1": RecordingLink(server.url)}
    with video_is(monkeypatch, fake):
        server.video = fake
        yield server


def recorded(lesson) -> SessionRecording:
    return keep_recording(session_id=lesson.pk, record_id="R1", at=minute(70))


def opened(lesson, person) -> str:
    """Where the button of the recording's page leads."""
    browser = browse(person)
    page = browser.get(f"/sessions/{lesson.pk}/recording").content.decode()
    found = re.search(rf'href="(/sessions/{lesson.pk}/recordings/[^"]+)"', page)
    assert found, page
    return browser.get(found[1])["Location"]


def test_a_recording_is_copied_and_opens_at_our_address(lesson, films):
    recording = recorded(lesson)

    copy_recording(recording_id=recording.pk, at=minute(71))

    recording.refresh_from_db()
    assert (recording.status, recording.file.size) == ("stored", len(FILM))
    assert recording.file.content_type == "video/mp4"
    with at(80):
        address = opened(lesson, lesson.student)
        assert address.startswith("/files/")
        answer = browse(lesson.student).get(address)
        assert b"".join(answer.streaming_content) == FILM
        assert browse(a_member()).get(f"/sessions/{lesson.pk}/recording").status_code == 404
    lesson.refresh_from_db()
    assert lesson.recording_url.endswith(f"/sessions/{lesson.pk}/recording")


def test_a_copy_that_was_killed_goes_on_where_it_broke_off(lesson, films, monkeypatch):
    class Killed(BaseException):
        """The worker is gone: nothing after this line runs."""

    def killed(response, into, *more):
        into.write(response.raw.read(1_000_000))
        into.flush()
        raise Killed

    recording = recorded(lesson)
    with monkeypatch.context() as patch:
        patch.setattr("scheduling.providers.download._read", killed)
        with pytest.raises(Killed):
            copy_recording(recording_id=recording.pk, at=minute(71))

    copy_recording(recording_id=recording.pk, at=minute(72))
    assert len(films.asked) == 1, "another worker still has the lease"
    copy_recording(recording_id=recording.pk, at=minute(77))

    recording.refresh_from_db()
    assert films.asked == ["", "bytes=1000000-"]
    assert recording.status == "stored"
    with storage.opened(recording.file.key) as content:
        assert content.read() == FILM


def test_a_cut_connection_costs_only_what_is_missing(lesson, films):
    recording = recorded(lesson)
    films.breaks_after = 2_000_000
    copy_recording(recording_id=recording.pk, at=minute(71))
    recording.refresh_from_db()
    assert (recording.status, recording.tries) == ("waiting", 1)
    assert films.url not in recording.error

    films.breaks_after = None
    copy_recording(recording_id=recording.pk, at=minute(75))

    recording.refresh_from_db()
    assert recording.status == "stored"
    assert films.sent < len(FILM) + 100_000


@pytest.mark.parametrize("change", ["another film", "no ranges"])
def test_a_server_that_sends_it_whole_again_is_read_from_the_start(lesson, films, change):
    recording = recorded(lesson)
    films.breaks_after = 2_000_000
    copy_recording(recording_id=recording.pk, at=minute(71))
    films.breaks_after = None
    if change == "another film":
        films.film, films.tag = FILM[:1_500_000], '"two"'
    else:
        films.knows_ranges = False

    copy_recording(recording_id=recording.pk, at=minute(75))

    recording.refresh_from_db()
    assert (recording.status, recording.file.size) == ("stored", len(films.film))


def test_a_long_film_is_copied_in_stretches(lesson, films, monkeypatch):
    monkeypatch.setattr(recording_copies, "STRETCH_SECONDS", 0.0)
    monkeypatch.setattr("scheduling.providers.download.CHUNK", 500_000)
    recording = recorded(lesson)

    for number in range(20):
        copy_recording(recording_id=recording.pk, at=minute(71 + number))

    recording.refresh_from_db()
    assert recording.status == "stored"
    assert films.asked[1].startswith("bytes=")
    left = [path.name for path in recording_copies._path(recording).parent.iterdir()]
    assert left == ["lock"]


def test_on_one_machine_one_copy_runs_at_a_time(lesson, films):
    recording = recorded(lesson)

    with recording_copies._alone(recording_copies.LOCK):
        copy_recording(recording_id=recording.pk, at=minute(71))
    assert not films.asked

    copy_recording(recording_id=recording.pk, at=minute(71))
    recording.refresh_from_db()
    assert recording.status == "stored"


def test_no_link_of_the_video_server_is_kept(lesson, films):
    films.video.recordings = {"R1": RecordingLink("http://127.0.0.1:9/download/recording/T0KEN")}
    find_missing_recordings(at=minute(70))
    (recording,) = lesson.recordings.all()

    copy_recording(recording_id=recording.pk, at=minute(71))

    lesson.refresh_from_db()
    recording.refresh_from_db()
    kept = [*vars(lesson).values(), *vars(recording).values()]
    assert not [value for value in kept if "T0KEN" in str(value)]
    with at(75):
        assert opened(lesson, lesson.teacher).endswith("/T0KEN")


def test_a_recording_that_has_only_a_page_opens_at_the_video_server(lesson, films):
    films.video.recordings = {"R1": RecordingLink("https://video.example/page", is_page=True)}
    recording = recorded(lesson)
    copy_recording(recording_id=recording.pk, at=minute(71))
    copy_recording(recording_id=recording.pk, at=minute(71) + timedelta(days=15))

    recording.refresh_from_db()
    assert recording.status == "left"
    with at(75):
        assert opened(lesson, lesson.student) == "https://video.example/page"

    films.video.recordings = {"R1": RecordingLink(films.url)}
    recorded(lesson)
    copy_recording(recording_id=recording.pk, at=minute(80))
    recording.refresh_from_db()
    assert recording.status == "stored"


def test_a_web_page_in_place_of_the_film_is_not_stored(lesson, films, httpserver):
    httpserver.expect_request("/page").respond_with_data("<html>", content_type="text/html")
    films.video.recordings = {"R1": RecordingLink(httpserver.url_for("/page"))}
    recording = recorded(lesson)

    copy_recording(recording_id=recording.pk, at=minute(71))

    recording.refresh_from_db()
    assert recording.status == "waiting"
    assert not File.objects.exists()


def test_a_video_server_that_is_away_loses_nothing(lesson, monkeypatch):
    recording = recorded(lesson)
    with video_is(monkeypatch, BrokenVideo()), at(80):
        copy_recording(recording_id=recording.pk, at=minute(71))
        path = f"/sessions/{lesson.pk}/recordings/{recording.pk}"
        answer = browse(lesson.student).get(path)

    assert answer.status_code == 503
    assert "doesn't give it out right now" in answer.content.decode().replace("&#x27;", "'")
    recording.refresh_from_db()
    assert recording.next_try_at == minute(72)
    assert copy_due(at=minute(72)) == 1


def test_a_recording_takes_nothing_of_the_teachers_quota(lesson, films, settings):
    settings.FILES_QUOTA_BYTES = 10
    recording = recorded(lesson)

    copy_recording(recording_id=recording.pk, at=minute(71))

    recording.refresh_from_db()
    assert recording.status == "stored"
    assert used_bytes(lesson.teacher) == 0


def test_a_recording_that_staff_removed_is_gone_and_stays_gone(lesson, films):
    recording = recorded(lesson)
    copy_recording(recording_id=recording.pk, at=minute(71))
    recording.refresh_from_db()
    ada = a_member("Ada", is_admin=True)
    with at(80):
        take_down(file=recording.file, reason="Asked by both", by=ada, at=minute(80))
        recorded(lesson)
        copy_recording(recording_id=recording.pk, at=minute(90))
        page = browse(lesson.student).get(f"/sessions/{lesson.pk}/recording").content.decode()

    assert "There is no recording yet" in page
    lesson.refresh_from_db()
    assert lesson.recording_url is None


def test_both_people_are_told_once_of_several_recordings(lesson, films):
    first, again = recorded(lesson), recorded(lesson)
    second = keep_recording(session_id=lesson.pk, record_id="R2", at=minute(72))

    assert first == again != second
    with at(75):
        page = browse(lesson.student).get(f"/sessions/{lesson.pk}/recording").content.decode()
    assert "Open the recording 2" in page


@pytest.mark.parametrize(
    "wrong",
    [{"status": "stored", "next_try_at": None}, {"status": "left"}, {"next_try_at": None}],
)
def test_the_database_refuses_a_recording_that_contradicts_itself(lesson, wrong):
    recording = recorded(lesson)

    with pytest.raises(IntegrityError), transaction.atomic():
        SessionRecording.objects.filter(pk=recording.pk).update(**wrong)
