"""The page that teacher and student of a session share: goal, notes, next step, links."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from peerloop.kit.refusals import Forbidden, Invalid, WrongMoment
from scheduling.actions.materials import add_material
from scheduling.actions.shared_page import Edit, page_of, write_page
from scheduling.models import SessionMaterial, SharedPage
from scheduling.tests.people import MONDAY_TEN, a_session
from scheduling.tests.rooms import a_lesson, a_running_lesson, at, held_lesson, minute
from tests.cast import a_member, browse
from tests.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_ten():
    with time_machine.travel(MONDAY_TEN, tick=False):
        yield


def wrote(lesson, who, **parts):
    """Write parts, each as words over an empty text or as (base, words)."""
    edits = {
        part: Edit(*said) if isinstance(said, tuple) else Edit("", said)
        for part, said in parts.items()
    }
    return write_page(session=lesson, by=who, at=minute(0), edits=edits)


def test_both_write_to_the_page_and_both_read_it():
    lesson = a_lesson()
    tom, sam = browse(lesson.teacher), browse(lesson.student)
    path = f"/sessions/{lesson.pk}"
    sent = {"goal": "A page that sells", "notes": "Bring your text"}

    answer = sam.post(f"{path}/page", sent)

    assert (answer.status_code, answer["Location"]) == (302, f"{path}#shared")
    shown = tom.get(path).content.decode()
    assert 'value="A page that sells"' in shown
    assert "Bring your text" in shown


def test_until_somebody_writes_the_goal_is_what_was_said_at_booking():
    lesson = a_lesson(topic="My first page")

    assert page_of(lesson).goal == "My first page"
    assert (
        'value="My first page"'
        in browse(lesson.teacher).get(f"/sessions/{lesson.pk}").content.decode()
    )
    assert wrote(lesson, lesson.teacher, goal=("My first page", "Two pages")).goal == "Two pages"


def test_notes_that_both_wrote_meanwhile_all_stay():
    lesson = a_lesson()
    wrote(lesson, lesson.teacher, notes="Plan\n\nQuestions")

    wrote(lesson, lesson.student, notes=("Plan\n\nQuestions", "Plan\n\nQuestions\nWhy so long?"))
    page = wrote(lesson, lesson.teacher, notes=("Plan\n\nQuestions", "Plan: the head\n\nQuestions"))

    assert page.notes == "Plan: the head\n\nQuestions\nWhy so long?"


@pytest.mark.django_db(transaction=True)
def test_notes_that_both_send_at_once_both_stay():
    lesson = a_lesson()
    people = [lesson.teacher, lesson.student]

    at_once([lambda who=who: wrote(lesson, who, notes=f"From {who.name}") for who in people])

    assert set(page_of(lesson).notes.split("\n")) == {f"From {who.name}" for who in people}
    assert SharedPage.objects.count() == 1


def test_a_goal_that_the_other_changed_meanwhile_is_shown_and_not_overwritten():
    lesson = a_lesson()
    wrote(lesson, lesson.teacher, goal="Write a headline")
    path = f"/sessions/{lesson.pk}/page"
    sent = {"goal": "Write a page", "base_goal": "", "notes": "Mine", "base_notes": ""}

    answer = browse(lesson.student).post(path, sent)

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Write a headline" in shown
    assert 'value="Write a page"' in shown
    assert "Mine" in shown
    assert (page_of(lesson).goal, page_of(lesson).notes) == ("Write a headline", "")
    again = browse(lesson.student).post(path, {**sent, "base_goal": "Write a headline"})
    assert again.status_code == 302
    assert (page_of(lesson).goal, page_of(lesson).notes) == ("Write a page", "Mine")


def test_a_save_that_arrives_twice_is_no_change():
    lesson = a_lesson()
    once = wrote(lesson, lesson.student, goal="Write a page", notes="One")
    twice = wrote(lesson, lesson.student, goal="Write a page", notes="One")

    assert (once.revision, twice.revision) == (1, 1)
    assert twice.notes == "One"


def test_a_part_that_was_not_touched_keeps_what_the_other_wrote():
    lesson = a_lesson()
    wrote(lesson, lesson.teacher, goal="Write a headline")

    wrote(lesson, lesson.student, goal="", notes="Only notes")

    assert page_of(lesson).goal == "Write a headline"


def test_others_neither_see_nor_write_the_page():
    lesson = a_lesson()
    wrote(lesson, lesson.student, goal="Between us")
    creator, olga = lesson.course.creator, a_member("Olga")

    assert "Between us" not in browse(creator).get(f"/sessions/{lesson.pk}").content.decode()
    for person in (creator, olga):
        assert browse(person).post(f"/sessions/{lesson.pk}/page", {"goal": "x"}).status_code == 404
        assert browse(person).get(f"/sessions/{lesson.pk}/room/page").status_code == 404
        with pytest.raises(Forbidden):
            wrote(lesson, person, goal="x")


def test_of_a_cancelled_session_the_page_is_read_and_not_written():
    lesson = a_lesson()
    wrote(lesson, lesson.student, goal="A page that sells", notes="Bring your text")
    lesson.status, lesson.cancelled_at = "cancelled", minute(0)
    lesson.save()

    shown = browse(lesson.student).get(f"/sessions/{lesson.pk}").content.decode()
    assert "A page that sells" in shown
    assert "Bring your text" in shown
    assert "data-shared" not in shown
    with pytest.raises(WrongMoment):
        wrote(lesson, lesson.student, goal="Late")


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("goal", "x" * 501),
        ("next_step", "x" * 501),
        ("notes", "x" * 10_001),
        ("notes", "x\n" * 450),
    ],
)
def test_too_much_is_refused_beside_the_part(part, words):
    lesson = a_lesson()
    path = f"/sessions/{lesson.pk}"

    with pytest.raises(Invalid) as refusal:
        wrote(lesson, lesson.student, **{part: words + "x"})
    assert part in refusal.value.fields
    assert browse(lesson.student).post(f"{path}/page", {part: words + "x"}).status_code == 400
    answer = browse(lesson.student).post(f"{path}/room/page", {part: words + "x"})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [part])


@pytest.mark.parametrize("name", ["notes", "base_notes"])
def test_characters_that_cannot_be_kept_are_refused_where_the_script_saves(name):
    lesson = a_lesson()
    path = f"/sessions/{lesson.pk}/room/page"
    answer = browse(lesson.student).post(path, {"notes": "Fine", "base_notes": "", name: "a\x00b"})
    assert answer.status_code == 400
    assert name in answer.json()["fields"]
    assert not SharedPage.objects.exists()


def test_notes_that_would_grow_too_long_together_are_refused_and_nothing_is_lost():
    lesson = a_lesson()
    wrote(lesson, lesson.teacher, notes="t" * 6000)

    with pytest.raises(Invalid):
        wrote(lesson, lesson.student, notes="s" * 6000)
    assert page_of(lesson).notes == "t" * 6000


def test_the_database_refuses_notes_beyond_the_limit():
    with pytest.raises(IntegrityError), transaction.atomic():
        SharedPage.objects.create(session=a_lesson(), notes="x" * 10_001)


def test_the_next_step_is_asked_once_the_session_began_and_shown_before_the_next_one():
    lesson = held_lesson()
    first = browse(lesson.student)
    path = f"/sessions/{lesson.pk}"
    assert "Next step" in first.get(path).content.decode()
    first.post(f"{path}/page", {"next_step": "Show three headlines"})

    later = a_session(lesson.enrollment, start=MONDAY_TEN + timedelta(days=7))
    shown = browse(lesson.teacher).get(f"/sessions/{later.pk}").content.decode()
    assert "Show three headlines" in shown
    assert 'name="next_step"' not in shown
    room = first.get(f"/learn/{lesson.enrollment_id}").content.decode()
    assert "Show three headlines" in room


def test_the_script_reads_what_changed_and_saves_parts():
    lesson = a_running_lesson()
    sam, path = browse(lesson.student), f"/sessions/{lesson.pk}/room/page"
    assert sam.get(f"{path}?revision=0").status_code == 204

    saved = sam.post(path, {"notes": "One\r\nTwo ", "base_notes": ""}).json()
    assert saved["words"]["notes"] == saved["bases"]["notes"] == "One\nTwo"
    assert sam.get(f"{path}?revision={saved['revision']}").status_code == 204
    wrote(lesson, lesson.teacher, notes=("", "Three"))
    assert (
        sam.get(f"{path}?revision={saved['revision']}").json()["words"]["notes"]
        == "One\nTwo\nThree"
    )


def test_the_script_is_told_of_a_goal_that_changed_meanwhile():
    lesson = a_running_lesson()
    wrote(lesson, lesson.teacher, goal="Write a headline")

    answer = browse(lesson.student).post(
        f"/sessions/{lesson.pk}/room/page", {"goal": "Write a page", "base_goal": "Old"}
    )

    assert answer.status_code == 409
    assert (answer.json()["part"], answer.json()["words"]) == ("goal", "Write a headline")


def test_the_page_stands_beside_the_videos():
    lesson = a_running_lesson()
    wrote(lesson, lesson.teacher, goal="Write a headline")

    shown = browse(lesson.student).get(f"/sessions/{lesson.pk}/room").content.decode()

    assert 'value="Write a headline"' in shown
    assert "data-notes-button" in shown
    assert "js/shared" in shown
    assert "js/shared" in browse(lesson.student).get(f"/sessions/{lesson.pk}").content.decode()


def test_both_share_links_before_the_session_and_each_removes_their_own():
    lesson = a_lesson()
    with at(-60):
        tom, sam = browse(lesson.teacher), browse(lesson.student)
        path = f"/sessions/{lesson.pk}"
        assert (
            sam.post(f"{path}/materials", {"link": "https://example.com/text"}).status_code == 302
        )
        add_material(
            session=lesson, by=lesson.teacher, at=minute(-60), link="https://example.com/t"
        )
        own, others = SessionMaterial.objects.order_by("position")
        assert "https://example.com/text" in tom.get(path).content.decode()
        assert sam.post(f"{path}/materials/{others.pk}/remove").status_code == 403
        assert sam.post(f"{path}/materials/{own.pk}/remove").status_code == 302
        assert list(SessionMaterial.objects.all()) == [others]


def test_the_page_of_a_session_asks_the_same_number_of_statements(django_assert_max_num_queries):
    lesson = a_lesson()
    for number in range(9):
        link = f"https://example.com/{number}"
        add_material(session=lesson, by=lesson.teacher, at=minute(0), link=link)
    sam = browse(lesson.student)
    sam.get(f"/sessions/{lesson.pk}")
    with django_assert_max_num_queries(15):
        sam.get(f"/sessions/{lesson.pk}")
