"""Choosing a teacher, paying, coming back: complete without a script."""

import re

import pytest

from billing.models import CheckoutSession
from billing.money import shares
from billing.providers import local_page
from billing.tests.stage import Away, a_checkout, an_event, outcome, pay, session_data
from learning.models import Enrollment
from peerloop.kit.formats import money_text
from tests.cast import a_course, a_member, a_teacher, an_enrollment, browse

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return a_course()


@pytest.fixture
def tom(course):
    return a_teacher(course).user


@pytest.fixture
def sam():
    return a_member()


def page_of(course):
    return f"/courses/{course.slug}/enroll"


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_visitor_sees_it_all_and_signs_in_before_paying(course, tom):
    shown = text(browse().get(page_of(course)))
    for words in (tom.name, "Your account", "$315.00", "comes back"):
        assert words in shown
    assert "Pay $450.00" not in shown
    answer = browse().post(page_of(course), {"teacher": str(tom.pk)})
    assert answer.status_code == 302
    assert answer.url == f"/login?next={page_of(course)}"


def test_the_page_shows_teachers_price_split_and_refund(course, tom, sam):
    shown = text(browse(sam).get(page_of(course)))
    for words in (tom.name, "Decide later", "Pay $450.00", "$315.00", "$67.50", "comes back"):
        assert words in shown


def test_a_creator_who_teaches_alone_gets_both_parts(course, sam):
    a_teacher(course, course.creator)
    shown = text(browse(sam).get(page_of(course)))
    assert "$382.50" in shown
    assert "wrote the course and teaches it" in shown


@pytest.mark.parametrize("price_cents", [45_000, 33_751])
def test_who_chooses_the_creator_reads_that_they_get_both_parts(sam, price_cents):
    course = a_course(price_cents=price_cents)
    a_teacher(course)
    a_teacher(course, course.creator)
    parts = shares(price_cents, creator_teaches=True)

    page = browse(sam).get(page_of(course)).content.decode()

    assert re.search(rf'value="{course.creator_id}" data-creator', page)
    assert page.count("data-creator") == 1
    creators = page[page.index('enroll__split--creator">') :]
    assert f">{money_text(parts.creator)}</span>" in creators
    assert f">{money_text(parts.platform)}</span>" in creators
    assert "Your teacher" not in creators
    assert f"their part is {money_text(parts.creator)}" in page


def test_many_teachers_cost_no_more_queries(course, sam, django_assert_max_num_queries):
    for number in range(9):
        a_teacher(course, name=f"Teacher {number}")
    client = browse(sam)
    with django_assert_max_num_queries(10):
        shown = text(client.get(page_of(course)))
    assert "Teacher 8" in shown
    assert "Show all teachers" in shown


def test_a_choice_in_the_address_is_kept(course, tom, sam):
    tina = a_teacher(course, name="Tina Teacher").user
    html = browse(sam).get(page_of(course), {"teacher": str(tina.pk)}).content.decode()
    assert re.search(rf'value="{tina.pk}" checked', html)


def test_paying_leads_to_the_hosted_page(course, tom, sam):
    answer = browse(sam).post(page_of(course), {"teacher": str(tom.pk)})
    checkout = CheckoutSession.objects.get()
    assert (answer.status_code, answer.url) == (302, checkout.url)
    assert checkout.teacher == tom


@pytest.mark.parametrize("choice", ["later", "any"])
def test_the_choice_of_a_teacher_can_be_left_open(course, tom, sam, choice):
    browse(sam).post(page_of(course), {"teacher": choice})
    assert CheckoutSession.objects.get().teacher is None


@pytest.mark.parametrize("choice", ["", "tom", "x" * 50, "9e4b3f3e-1111-7000-8000-000000000000"])
def test_a_choice_that_is_none_is_refused_on_the_page(course, tom, sam, choice):
    answer = browse(sam).post(page_of(course), {"teacher": choice})
    assert answer.status_code in {400, 422}
    assert "Pay $450.00" in text(answer)
    assert not CheckoutSession.objects.exists()


def test_who_can_not_enroll_reads_why(course, tom, sam):
    creator = text(browse(course.creator).get(page_of(course)))
    assert "This is your own course" in creator
    an_enrollment(sam, course)
    enrolled = browse(sam).get(page_of(course))
    assert "Go to your course" in text(enrolled)
    assert "Pay $450.00" not in text(enrolled)
    assert browse(sam).post(page_of(course), {"teacher": "later"}).status_code == 409


def test_unverified_members_find_the_way_to_the_link(course, tom):
    shown = browse(a_member(verified=False)).get(page_of(course))
    assert "/verify-email" in shown.content.decode()


def test_a_draft_is_not_there(sam):
    draft = a_course(published=False)
    assert browse(sam).get(page_of(draft)).status_code == 404


def test_a_retired_course_says_so(course, tom, sam):
    course.status = "retired"
    course.save()
    assert "not open for enrollment" in text(browse(sam).get(page_of(course)))


def test_with_the_provider_away_the_page_says_that_nothing_was_charged(
    course, tom, sam, monkeypatch
):
    monkeypatch.setattr("billing.actions.checkout.payments", Away)
    answer = browse(sam).post(page_of(course), {"teacher": str(tom.pk)})
    assert answer.status_code == 503
    assert "You were not charged" in text(answer)


def back(checkout, user, **query):
    query = {"session_id": checkout.stripe_session_id, **query}
    return browse(user).get("/enroll/success", query)


def test_coming_back_after_the_event_shows_receipt_and_next_step(course, tom, sam):
    checkout = a_checkout(sam, course, tom)
    pay(checkout)

    answer = back(checkout, sam)

    enrollment = Enrollment.objects.get()
    assert f"/learn/{enrollment.pk}/book" in answer.content.decode()
    for words in ("You are enrolled", "$450.00 USD", tom.name):
        assert words in text(answer)


def test_coming_back_before_the_event_asks_the_provider(course, tom, sam):
    checkout = a_checkout(sam, course, tom)
    local_page.pay(checkout.stripe_session_id)

    assert "You are enrolled" in text(back(checkout, sam))
    assert Enrollment.objects.count() == 1


def test_a_page_that_waits_for_payment_says_when_it_takes_longer(course, tom, sam):
    checkout = a_checkout(sam, course, tom)
    first = back(checkout, sam)
    assert "Waiting for your payment" in text(first)
    assert "look=1" in first.content.decode()

    last = back(checkout, sam, look="5")
    assert "takes longer than usual" in text(last)
    assert "data-hx-get" not in last.content.decode().split('id="paid-state"')[1]
    assert not Enrollment.objects.exists()


def test_htmx_gets_the_state_alone(course, tom, sam):
    checkout = a_checkout(sam, course, tom)
    answer = browse(sam).get(
        "/enroll/success",
        {"session_id": checkout.stripe_session_id, "look": "2"},
        headers={"HX-Request": "true"},
    )
    html = answer.content.decode()
    assert html.lstrip().startswith("<div")
    assert "look=3" in html


def test_with_the_provider_away_the_page_waits(course, tom, sam, monkeypatch):
    checkout = a_checkout(sam, course, tom)
    monkeypatch.setattr("billing.actions.settling.payments", Away)
    assert "Waiting for your payment" in text(back(checkout, sam))


def test_a_closed_page_leads_back(course, tom, sam):
    checkout = a_checkout(sam, course, tom)
    expired = session_data(checkout, status="expired", payment_status="unpaid")
    outcome(an_event("checkout.session.expired", expired))
    assert "Nothing was paid" in text(back(checkout, sam))


def test_a_second_payment_is_explained(course, tom, sam):
    checkout = a_checkout(sam, course, tom)
    an_enrollment(sam, course)
    pay(checkout)
    assert "comes back to you in full" in text(back(checkout, sam))


@pytest.mark.parametrize("session_id", ["", "cs_unknown", "x" * 400])
def test_an_unknown_checkout_session_is_not_found(sam, session_id):
    answer = browse(sam).get("/enroll/success", {"session_id": session_id})
    assert answer.status_code == 404


def test_somebody_elses_session_is_not_there(course, tom, sam):
    checkout = a_checkout(sam, course, tom)
    assert back(checkout, a_member("Olga Other")).status_code == 404
    assert browse().get("/enroll/success").status_code == 302
