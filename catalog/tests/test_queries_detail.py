"""One course with all its lists."""

import pytest

from catalog.actions.drafting import edit_course
from catalog.actions.following import follow_course
from catalog.queries import course_detail
from catalog.tests.people import AT, clara
from peerloop.kit.refusals import Missing
from tests.cast import a_course, a_member

pytestmark = pytest.mark.django_db


def test_a_course_is_found_by_id_and_by_slug():
    course = a_course()

    assert course_detail(course.pk) == course_detail(str(course.pk)) == course_detail(course.slug)
    assert course_detail(course).title == course.title


def test_lists_keep_their_order():
    creator = clara()
    course = a_course(creator, modules=3)
    edit_course(
        course=course,
        by=creator,
        objectives=["Write", "Ask"],
        includes=["Sessions"],
        target_audience=["Writers"],
        prerequisites=[("A laptop", "required")],
        tags=["Writing", "AI"],
    )
    course.modules.filter(module_order=2).update(module_order=None, archived_at=AT)

    found = course_detail(course)

    assert found.objectives == ["Write", "Ask"]
    assert (found.includes, found.audience, found.tags) == (
        ["Sessions"],
        ["Writers"],
        ["ai", "writing"],
    )
    assert [(line.text, line.kind_label) for line in found.prerequisites] == [
        ("A laptop", "Required")
    ]
    assert [module.title for module in found.modules] == ["Module 1", "Module 3"]
    assert found.creator.name == creator.name
    assert found.features["teacher_commission"] == 70


def test_a_draft_without_content_is_found_too():
    course = a_course(published=False, modules=0, thumbnail_url=None)
    type(course).objects.filter(pk=course.pk).update(category=None)

    found = course_detail(course)

    assert (found.category, found.modules, found.is_listed) == (None, [], False)


def test_following_is_the_viewers_own():
    course, sam, olga = a_course(), a_member("Sam Student"), a_member("Olga Other")
    follow_course(course=course, by=sam)

    assert course_detail(course, viewer=sam).is_following
    assert not course_detail(course, viewer=olga).is_following
    assert not course_detail(course).is_following


def test_an_unknown_course_is_missing():
    for key in ("nothing-like-this", "01a1fffb-b38f-7334-87f1-c009883b6efb"):
        with pytest.raises(Missing):
            course_detail(key)


def test_all_of_it_is_one_statement(django_assert_num_queries):
    course = a_course(modules=20)

    with django_assert_num_queries(1):
        assert len(course_detail(course.slug).modules) == 20
