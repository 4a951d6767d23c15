"""Making a course, changing what it says, deleting a draft."""

import pytest

from catalog.actions.drafting import create_course, delete_course, edit_course
from catalog.models import Course
from catalog.tests.people import AT, ada, clara
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, Missing
from tests.cast import a_course, a_member

pytestmark = pytest.mark.django_db


def test_a_new_course_is_a_draft_with_the_draft_price():
    creator = clara()

    course = create_course(title="  Café\u200b   bread ", by=creator, at=AT)

    assert (course.title, course.slug, course.status) == ("Café bread", "cafe-bread", "draft")
    assert (course.price_cents, course.currency, course.session_minutes) == (45_000, "usd", 60)
    assert course.peerloop_features.teacher_commission == 70


def test_the_same_title_gets_an_address_of_its_own():
    creator = clara()

    slugs = {create_course(title="Bread", by=creator, at=AT).slug for _ in range(3)}

    assert len(slugs) == 3


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Хлеб", "khleb"),
        ("Weißbrot für Đorđe", "weissbrot-fur-dorde"),
        ("面包的做法", "mianbaodezuofa"),
        ("🍞🍞🍞", "course"),
    ],
)
def test_a_title_in_any_script_has_an_address_made_of_it(title, slug):
    assert create_course(title=title, by=clara(), at=AT).slug == slug


@pytest.mark.parametrize("title", ["", "  ", "ab", "\u3164\u2800\u3164", "x" * 141])
def test_a_title_has_a_fair_length(title):
    with pytest.raises(Invalid) as refused:
        create_course(title=title, by=clara(), at=AT)
    assert list(refused.value.fields) == ["title"]


def test_only_creators_make_courses():
    with pytest.raises(Forbidden):
        create_course(title="Bread", by=a_member(), at=AT)


def test_basics_are_changed_and_checked():
    course = a_course(clara(), published=False)

    edit_course(course=course, by=course.creator, tagline=" By  hand ", session_minutes=90)

    course.refresh_from_db()
    assert (course.tagline, course.session_minutes) == ("By hand", 90)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("session_minutes", 50),
        ("level", "expert"),
        ("price_cents", -1),
        ("price_cents", 10_000_001),
        ("tagline", "x" * 201),
        ("status", "published"),
        ("price_cents", 49),
        ("description", "short"),
        ("thumbnail_url", None),
        ("category", None),
    ],
)
def test_a_published_course_refuses_what_would_break_it(field, value):
    course = a_course(clara())

    with pytest.raises(Invalid) as refused:
        edit_course(course=course, by=course.creator, **{field: value})
    assert list(refused.value.fields) == [field]


def test_strangers_change_nothing_and_admins_may():
    course = a_course(clara())

    with pytest.raises(Missing):
        edit_course(course=course, by=a_member(), title="Mine now")
    assert edit_course(course=course, by=ada(), title="Better title").title == "Better title"


def test_a_draft_that_was_never_published_can_go():
    draft = a_course(clara(), published=False)

    delete_course(course=draft, by=draft.creator, at=AT)

    assert Course.objects.get(pk=draft.pk).deleted_at == AT


def test_what_was_published_once_stays():
    course = a_course(clara())
    Course.objects.filter(pk=course.pk).update(status="draft")

    with pytest.raises(Conflict):
        delete_course(course=course, by=course.creator, at=AT)
