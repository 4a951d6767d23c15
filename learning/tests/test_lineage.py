"""Who taught whom, for those who agreed."""

import pytest

from learning.queries.lineage import DEEPEST, chains
from learning.tests.people import AT
from peerloop.pages.tests.test_learn import text_of
from tests.cast import a_course, a_member, a_teacher, an_enrollment, browse

pytestmark = pytest.mark.django_db


def a_line(length, **fields):
    """People who taught one another a course: the first is its creator."""
    fields.setdefault("privacy_public", True)
    course = a_course(a_member("Clara Creator", is_creator=True, **fields))
    rights = [a_teacher(course, course.creator)]
    for number in range(1, length):
        student = a_member(f"Member {number}", **fields)
        an_enrollment(
            student,
            course,
            rights[-1],
            status="completed",
            completed_at=AT,
            completion_fired_at=AT,
        )
        rights.append(a_teacher(course, student))
    return course, [right.user for right in rights]


def names(found):
    return [[one.name for one in chain] for chain in found]


def test_a_chain_goes_from_who_taught_first_to_who_teaches_now():
    course, people = a_line(3)
    found = chains([(people[-1].pk, course.pk)])
    assert names(found) == [["Clara Creator", "Member 1", "Member 2"]]
    assert all(one.code for one in found[0])


def test_a_chain_begins_behind_who_did_not_agree():
    course, people = a_line(4)
    people[1].shows_lineage = False
    people[1].save(update_fields=["shows_lineage"])
    assert names(chains([(people[-1].pk, course.pk)])) == [["Member 2", "Member 3"]]


def test_private_people_stand_in_it_only_if_they_chose_to():
    course, people = a_line(2, privacy_public=False)
    assert chains([(people[-1].pk, course.pk)]) == []
    for one in people:
        one.shows_lineage = True
        one.save(update_fields=["shows_lineage"])
    assert len(chains([(people[-1].pk, course.pk)])[0]) == 2


def test_a_suspended_member_ends_a_chain():
    course, people = a_line(3)
    people[0].suspended_at = AT
    people[0].save(update_fields=["suspended_at"])
    assert names(chains([(people[-1].pk, course.pk)])) == [["Member 1", "Member 2"]]


def test_chains_are_no_deeper_than_that_and_one_statement(django_assert_num_queries):
    course, people = a_line(DEEPEST + 4)
    with django_assert_num_queries(1):
        found = chains([(one.pk, course.pk) for one in people])
    assert max(map(len, found)) == DEEPEST + 1


def test_a_chain_that_another_one_continues_is_told_once():
    course, people = a_line(4)
    assert len(chains([(one.pk, course.pk) for one in people])) == 1


def test_two_who_taught_each_other_do_not_go_round():
    course, people = a_line(2)
    an_enrollment(
        people[0], course, None, status="completed", completed_at=AT, completion_fired_at=AT
    )
    assert len(chains([(people[1].pk, course.pk)])[0]) == 2


def test_course_and_teacher_show_it_with_the_certificate_behind_each_link():
    course, people = a_line(3)
    for path in (f"/courses/{course.slug}", f"/u/{people[-1].handle}"):
        shown = text_of(browse().get(path))
        assert "Passed on from one to the next" in shown
        assert shown.count("/certificates/verify/") >= 3


def test_the_choice_stands_in_the_settings():
    member = a_member(privacy_public=True)
    browser = browse(member)
    assert "Show who taught me" in text_of(browser.get("/settings/profile"))
    browser.post("/settings/profile", {"name": member.name, "privacy_public": "on"})
    member.refresh_from_db()
    assert (member.privacy_public, member.is_in_lineage) == (True, False)
