"""The pages of questions: the form, the inbox, the threads."""

import pytest
import time_machine

from catalog.inquiries.links import token_of
from catalog.models import Inquiry, Side
from catalog.tests.people import AT, clara
from catalog.tests.test_inquiries import QUESTION, UNA, asked
from tests.cast import a_course, a_member, browse

pytestmark = pytest.mark.django_db
FILLED = {"text": QUESTION, **UNA}
PART = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(AT, tick=False):
        yield


def test_the_course_page_leads_to_the_form():
    course = a_course(clara())

    page = browse().get(f"/courses/{course.slug}").content.decode()

    assert f'href="/courses/{course.slug}/ask"' in page


def test_a_visitor_asks_without_an_account():
    course = a_course(clara())

    answer = browse().post(f"/courses/{course.slug}/ask", FILLED)

    assert answer.headers["Location"] == f"/courses/{course.slug}"
    assert Inquiry.objects.get().messages.get().body == QUESTION


def test_the_part_is_replaced_by_what_happens_next():
    course = a_course(clara())

    answer = browse().post(f"/courses/{course.slug}/ask", FILLED, headers=PART)

    assert "Your question is on its way" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_a_member_is_not_asked_for_name_and_address():
    course = a_course(clara())
    browser = browse(sam := a_member())

    assert 'name="email"' not in browser.get(f"/courses/{course.slug}/ask").content.decode()
    browser.post(f"/courses/{course.slug}/ask", {"text": QUESTION, **UNA})
    assert Inquiry.objects.get().user == sam


def test_a_text_that_is_too_short_stays_in_the_form():
    course = a_course(clara())

    answer = browse().post(f"/courses/{course.slug}/ask", {**FILLED, "text": "Why <b>?"})

    assert answer.status_code == 422
    assert "Why &lt;b&gt;?" in answer.content.decode()
    assert not Inquiry.objects.exists()


def test_a_program_learns_nothing_and_reaches_nobody():
    course = a_course(clara())

    answer = browse().post(f"/courses/{course.slug}/ask", {**FILLED, "homepage": "http://x"})

    assert answer.status_code == 302
    assert not Inquiry.objects.exists()


def test_the_fourth_question_of_an_hour_waits(settings):
    settings.SIGN_IN_LIMITS = True
    address = f"/courses/{a_course(clara()).slug}/ask"
    for number in range(3):
        browse().post(address, {**FILLED, "text": f"{QUESTION} {number}"})

    answer = browse().post(address, FILLED)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert Inquiry.objects.count() == 3


def test_an_unlisted_course_takes_no_questions():
    course = a_course(clara(), published=False)

    assert browse().get(f"/courses/{course.slug}/ask").status_code == 404


def test_the_inbox_shows_what_waits_and_what_is_done():
    creator = clara()
    course = a_course(creator)
    asked(course)
    done = asked(course, text=f"{QUESTION} Really?", name="Dora Done")
    browser = browse(creator)
    browser.post(f"/create/inquiries/{done.pk}", {"text": "Yes."})

    waiting = browser.get("/create/inquiries").content.decode()
    others = browser.get("/create/inquiries?show=done").content.decode()

    assert ("Una Visitor" in waiting, "Dora Done" in waiting) == (True, False)
    assert ("Una Visitor" in others, "Dora Done" in others) == (False, True)


def test_the_inbox_is_for_creators():
    assert browse(a_member()).get("/create/inquiries").status_code == 403


@pytest.mark.parametrize("number", [1, 9])
def test_the_inbox_needs_as_many_statements_for_many(number, django_assert_max_num_queries):
    creator = clara()
    course = a_course(creator)
    for place in range(number):
        asked(course, text=f"{QUESTION} {place}", by=a_member())
    browser = browse(creator)
    browser.get("/create/inquiries")

    with django_assert_max_num_queries(6):
        browser.get("/create/inquiries")


def test_a_creator_answers_on_the_page_and_puts_it_away():
    inquiry = asked()
    browser = browse(inquiry.creator)

    browser.post(f"/create/inquiries/{inquiry.pk}", {"text": "Yes."})
    browser.post(f"/create/inquiries/{inquiry.pk}/status", {"status": "closed"})

    inquiry.refresh_from_db()
    assert inquiry.is_closed
    assert inquiry.messages.count() == 2


def test_a_creator_answers_by_the_link_without_signing_in():
    inquiry = asked()
    address = f"/questions/by-mail/{token_of(inquiry.pk, Side.CREATOR)}"

    page = browse().get(address).content.decode()
    browse().post(address, {"text": "Yes."})

    assert QUESTION in page
    assert "It is spam" not in page
    inquiry.refresh_from_db()
    assert inquiry.is_answered


def test_a_visitor_asks_on_by_the_link():
    inquiry = asked()
    address = f"/questions/by-mail/{token_of(inquiry.pk, Side.ASKER)}"

    browse().post(address, {"text": "On Mondays?"})

    assert inquiry.messages.filter(side="asker").count() == 2


def test_an_empty_answer_is_asked_for_again():
    inquiry = asked()

    answer = browse(inquiry.creator).post(f"/create/inquiries/{inquiry.pk}", {"text": " "})

    assert answer.status_code == 422
    assert inquiry.messages.count() == 1


def test_a_member_reads_the_answer_and_nobody_else_does():
    sam = a_member()
    inquiry = asked(by=sam)

    assert QUESTION in browse(sam).get(f"/questions/{inquiry.pk}").content.decode()
    assert browse(a_member()).get(f"/questions/{inquiry.pk}").status_code == 404
    assert browse(sam).get(f"/create/inquiries/{inquiry.pk}").status_code == 404


def test_text_is_shown_as_text():
    inquiry = asked(name="<script>alert(1)", text="<script>alert(2)</script> and so on?")

    page = browse(inquiry.creator).get(f"/create/inquiries/{inquiry.pk}").content.decode()

    assert "<script>alert(" not in page
