"""The API writes and reads each kind of thing in one form."""

import json
import re
from typing import Any

import pytest
from django.conf import settings

from billing.tests.money_stage import earned
from peerloop.kit import clock
from scheduling.models import Session, SessionAssessment
from scheduling.tests.people import a_session, open_hours
from tests.cast import a_member, api

pytestmark = pytest.mark.django_db
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
LOOKS_LIKE_A_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]")
PUBLIC = ("courses", "categories", "creators", "student-teachers")


def texts(value: Any, name: str = "") -> Any:
    """Every text of an answer with the name of its field."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, name)
    elif isinstance(value, str):
        yield name, value


@pytest.fixture
def answers() -> list[Any]:
    enrollment = earned()
    enrollment.refresh_from_db()
    tom, sam = enrollment.teacher, enrollment.student
    assert tom is not None
    tom.avatar_url = f"/pictures/{'a' * 40}/256.webp"
    tom.save()
    open_hours(tom)
    session = a_session(enrollment, start=clock.now().replace(minute=0))
    student, teacher = api(sam), api(tom)
    paths = ("sessions", f"sessions/{session.pk}", "enrollments", f"courses/{session.course_id}")
    found = [student.get(f"/api/v1/{path}") for path in (*paths, *PUBLIC, f"users/{tom.pk}")]
    found.append(student.get(f"/api/v1/availability/{tom.pk}"))
    found += [teacher.get(f"/api/v1/{path}") for path in ("earnings", "payments/connect/status")]
    assert {answer.status_code for answer in found} == {200}
    return [json.loads(answer.content) for answer in found]


def test_every_time_is_in_utc_with_whole_seconds(answers: list[Any]) -> None:
    times = [text for _, text in texts(answers) if LOOKS_LIKE_A_TIME.match(text)]
    assert len(times) > 5
    assert [text for text in times if not INSTANT.fullmatch(text)] == []


def test_every_url_is_a_whole_one(answers: list[Any]) -> None:
    urls = [text for name, text in texts(answers) if name.endswith("_url")]
    assert f"{settings.BASE_URL}/pictures/{'a' * 40}/256.webp" in urls
    assert f"{settings.BASE_URL}/static/img/cover.svg" in urls
    assert [url for url in urls if not url.startswith(("http://", "https://"))] == []


@pytest.mark.parametrize("token", ["nonsense", "a.b.c"])
def test_a_token_that_has_ended_does_not_close_what_everybody_may_read(token: str) -> None:
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    member = a_member(privacy_public=True)
    for path in (*PUBLIC, f"users/{member.pk}"):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == 200, path
        assert answer.content == api().get(f"/api/v1/{path}").content
        assert 'error="invalid_token"' in answer["WWW-Authenticate"]
    for path in ("earnings", "sessions"):
        assert client.get(f"/api/v1/{path}").status_code == 401
    assert client.patch(f"/api/v1/users/{member.pk}", {}, format="json").status_code == 401


@pytest.mark.parametrize("rating", ["5", 5.0, True, 0, 6, None, [5]])
def test_a_rating_is_a_whole_number_from_one_to_five(rating: Any) -> None:
    enrollment = earned()
    session = Session.objects.filter(enrollment=enrollment, status="completed")[0]
    path = f"/api/v1/sessions/{session.pk}/assessment"

    answer = api(enrollment.student).post(path, {"rating": rating}, format="json")

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["rating"])
    assert not SessionAssessment.objects.exists()
