"""Homework, a quiz and materials in the browser: both sides, without scripts, on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.steps import sign_in
from tests.browser.tour import NARROW, Tour

Arrive = Callable[..., Person]
COURSE = "AI Prompting Mastery"


def open_room(somebody: Person) -> None:
    """Open the course room of the demo's student."""
    somebody.goto("/learn")
    somebody.page.get_by_role("link", name=COURSE).first.click()
    expect(somebody.page.get_by_role("heading", name="Modules")).to_be_visible()


def test_a_student_works_on_a_phone_without_scripts_and_the_teacher_answers(
    person: Arrive,
) -> None:
    student = person("student", viewport=NARROW, java_script_enabled=False)
    sign_in(student, "student@demo.peerloop.test")
    open_room(student)
    page = student.page
    page.get_by_role("link", name="A prompt that somebody else can use").first.click()
    page.get_by_label("Your text").fill("Act as an editor. **Ask me** who reads it.")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Handed in", exact=True).first).to_be_visible()
    address = page.url

    page.goto(page.url.split("/homework")[0])
    page.get_by_role("link", name="Quiz: Asking well").click()
    page.get_by_label("What the answer is for").check()
    page.get_by_label("Give the source and ask to quote it").check()
    page.get_by_label("Your answer to question 3").fill("A letter of condolence.")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Being marked").first).to_be_visible()

    teacher = person("teacher", java_script_enabled=False)
    sign_in(teacher, "teacher@demo.peerloop.test")
    teacher.goto("/teach/homework")
    teacher.page.get_by_role("link", name="A prompt that somebody else can use").click()
    teacher.page.get_by_label("Points").fill("18")
    teacher.page.get_by_role("button", name="Approve").click()
    page.goto(address)
    expect(page.get_by_text("18 of 20 points")).to_be_visible()


@pytest.mark.parametrize("name", ["student", "teacher", "creator"])
def test_the_pages_of_homework_quizzes_and_materials_are_accessible(
    person: Arrive, name: str
) -> None:
    somebody = person(name, reduced_motion="reduce")
    sign_in(somebody, f"{name}@demo.peerloop.test")
    tour = Tour(somebody)
    if name == "student":
        open_room(somebody)
        room = somebody.page.url
        somebody.page.get_by_role("link", name="Quiz: Asking well").click()
        quiz = somebody.page.url
        somebody.goto(f"{room}/homework")
        somebody.page.get_by_role("link", name="Three prompts").click()
        tour.visit(room, f"{room}/homework", somebody.page.url, quiz, f"{room}/resources")
    elif name == "teacher":
        somebody.goto("/teach/homework")
        somebody.page.get_by_role("link", name="Three prompts").first.click()
        tour.visit("/teach/homework", somebody.page.url)
    else:
        somebody.goto("/create")
        somebody.page.get_by_role("link", name=COURSE, exact=True).click()
        studio = somebody.page.url
        somebody.goto(f"{studio}/outline")
        somebody.page.locator("a[href*='/modules/']").first.click()
        somebody.page.get_by_role("link", name=re.compile("(Edit|Make) (the|a) quiz")).click()
        tour.visit(f"{studio}/homework", f"{studio}/resources", somebody.page.url)
    assert not tour.complaints, "\n".join(tour.complaints)
