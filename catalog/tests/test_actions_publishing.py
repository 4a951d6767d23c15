"""The statuses of a course, and what publishing requires."""

import pytest

from accounts.models import AuditEntry, UserStats
from catalog.actions.publishing import (
    NotReady,
    feature_course,
    publish_course,
    retire_course,
    suspend_course,
    unpublish_course,
)
from catalog.events import CoursePublished
from catalog.models import Course, PeerLoopFeatures
from catalog.tests.people import AT, ada, clara
from peerloop.kit import events
from peerloop.kit.refusals import Forbidden, Invalid, Missing, WrongMoment
from tests.cast import a_course, a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced(monkeypatch):
    """The events announced."""
    heard: list[CoursePublished] = []
    monkeypatch.setitem(events._in_transaction, CoursePublished, [heard.append])
    return heard


def a_draft(creator=None, **fields) -> Course:
    return a_course(creator or clara(), published=False, **fields)


def test_a_complete_draft_is_published_and_announced_once(announced):
    draft = a_draft()

    for _ in range(2):
        course = publish_course(course=draft, by=draft.creator, at=AT)

    assert (course.status, course.first_published_at) == ("published", AT)
    assert announced == [CoursePublished(draft.pk, draft.creator_id, AT)]
    assert UserStats.objects.get(user=draft.creator).courses_created == 1


def test_publishing_again_keeps_the_first_date_and_announces_nothing(announced):
    draft = a_draft()
    publish_course(course=draft, by=draft.creator, at=AT)
    unpublish_course(course=draft, by=draft.creator, at=AT)

    course = publish_course(course=draft, by=draft.creator, at=AT.replace(year=2027))

    assert course.first_published_at == AT
    assert len(announced) == 1


def test_all_that_is_missing_is_listed():
    creator = a_member("Cleo Creator", is_creator=True)
    draft = Course.objects.create(creator=creator, title="Bread", slug="bread", price_cents=20)
    PeerLoopFeatures.objects.create(course=draft)

    with pytest.raises(NotReady) as refused:
        publish_course(course=draft, by=creator, at=AT)

    assert list(refused.value.fields) == [
        *("description", "thumbnail_url", "category", "duration", "price_cents", "modules"),
        "payout_account",
    ]
    assert refused.value.status == 409
    assert refused.value.as_json()["missing"][1] == {"field": "thumbnail_url", "needs": "a picture"}
    assert "Add a picture." in refused.value.fields["thumbnail_url"]


def test_archived_modules_do_not_count():
    draft = a_draft(modules=1)
    draft.modules.update(module_order=None, archived_at=AT)

    with pytest.raises(NotReady, match="at least one module"):
        publish_course(course=draft, by=draft.creator, at=AT)


def test_a_stranger_has_no_course_to_publish():
    draft = a_draft()

    with pytest.raises(Missing):
        publish_course(course=draft, by=a_member("Olga Other"), at=AT)


def test_a_former_creator_publishes_nothing_new():
    draft = a_draft(clara(is_creator=False))

    with pytest.raises(Forbidden):
        publish_course(course=draft, by=draft.creator, at=AT)


def test_an_admin_suspends_with_a_reason_and_only_an_admin_lifts():
    course, admin = a_course(clara()), ada()

    with pytest.raises(Invalid, match="Say why"):
        suspend_course(course=course, reason="  ", by=admin, at=AT)
    with pytest.raises(Missing):
        suspend_course(course=course, reason="Spam", by=course.creator, at=AT)
    suspended = suspend_course(course=course, reason="Spam", by=admin, at=AT)
    assert (suspended.status, suspended.suspended_reason) == ("suspended", "Spam")
    with pytest.raises(Forbidden):
        publish_course(course=course, by=course.creator, at=AT)

    lifted = publish_course(course=course, by=admin, at=AT)

    assert (lifted.status, lifted.suspended_reason) == ("published", "")
    actions = AuditEntry.objects.order_by("pk").values_list("action", "reason")
    assert list(actions) == [("course.suspended", "Spam"), ("course.published", "")]


def test_a_retired_course_can_come_back():
    course = a_course(clara())

    retired = retire_course(course=course, by=course.creator, at=AT)
    assert (retired.status, retired.retired_at) == ("retired", AT)

    back = publish_course(course=course, by=course.creator, at=AT)
    assert (back.status, back.retired_at) == ("published", None)


def test_a_draft_is_not_suspended():
    with pytest.raises(WrongMoment):
        suspend_course(course=a_draft(), reason="Spam", by=ada(), at=AT)


def test_transitions_are_safe_to_repeat():
    course = a_course(clara())

    for _ in range(2):
        assert unpublish_course(course=course, by=course.creator, at=AT).status == "draft"


def test_featuring_is_for_admins_and_logged():
    course, admin = a_course(clara()), ada()

    with pytest.raises(Missing):
        feature_course(course=course, featured=True, by=course.creator, at=AT)
    for _ in range(2):
        assert feature_course(course=course, featured=True, by=admin, at=AT).is_featured

    assert AuditEntry.objects.filter(action="course.featured").count() == 1
