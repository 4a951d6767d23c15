"""The checkout of one time: held for whoever chose it, paid and booked in one (HOLD-1, HOLD-2)."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.conf import settings

from accounts.models import User
from accounts.tests.mails import last_mail, link_in
from billing.models import CheckoutSession
from billing.providers import local_page
from billing.tests.stage import settle
from billing.tests.test_pages_checkout import text
from scheduling.actions.booking import book_session
from scheduling.models import Session, SlotHold
from scheduling.tests.people import MONDAY_TEN, NOW, open_hours
from tests.cast import PASSWORD, a_course, a_member, a_teacher, an_enrollment, browse

pytestmark = pytest.mark.django_db
START = "2026-05-04T10:00:00Z"
NIA = {"name": "Nia New", "email": "nia@members.peerloop.test", "password": "a long quiet sentence"}


@pytest.fixture(autouse=True)
def _sunday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def row():
    row = a_teacher(a_course(price_cents=24_000))
    open_hours(row.user)
    return row


@pytest.fixture
def sam():
    return a_member(timezone="UTC")


def choice(row, start=START) -> dict[str, str]:
    return {"teacher": str(row.user_id), "start": start}


def page_of(row, part="") -> str:
    return f"/courses/{row.course.slug}/enroll{part}"


def address(row, start=START) -> str:
    return f"{page_of(row)}?{urlencode(choice(row, start))}"


def hold(client, row, start=START, **headers):
    return client.post(page_of(row, "/hold"), choice(row, start), headers=headers)


def test_the_page_of_a_time_says_who_when_for_how_much(row, sam):
    shown = text(browse(sam).get(address(row)))
    for words in (
        row.user.name,
        "Mon 4 May, 10:00",
        "Pay $240.00 and book Mon 10:00",
        "$168.00",
        "$36.00",
        "comes back",
        "Decide the time later",
    ):
        assert words in shown


def test_with_the_creator_they_get_both_parts(row, sam):
    own = a_teacher(row.course, row.course.creator)
    open_hours(own.user)
    shown = text(browse(sam).get(address(own)))
    assert "$204.00" in shown
    assert "$168.00" not in shown


def test_a_time_without_a_teacher_is_the_first_teachers_who_is_free(row):
    shown = text(browse().get(page_of(row), {"start": START}))
    assert row.user.name in shown
    assert "Mon 4 May, 10:00" in shown


def test_opening_the_page_holds_nothing(row):
    browse().get(address(row))
    browse().head(address(row))
    assert not SlotHold.objects.exists()


def test_a_visitor_holds_a_time_and_reads_until_when(row):
    client = browse()
    answer = hold(client, row, **{"HX-Request": "true"})
    assert 'data-seconds="600"' in answer.content.decode()
    shown = client.get(address(row)).content.decode()
    assert 'data-seconds="600"' in shown
    assert "data-hx-post" not in shown.split('id="hold"')[1].split(">")[0]


def test_without_scripts_holding_leads_back_to_the_page(row):
    answer = hold(browse(), row)
    assert (answer.status_code, answer.url) == (302, address(row))
    assert SlotHold.objects.exists()


def test_what_others_hold_is_not_free(row):
    hold(browse(), row)
    answer = hold(browse(), row, **{"HX-Request": "true"})
    assert "just taken" in text(answer)
    shown = text(browse().get(address(row)))
    assert "That time is no longer free" in shown
    # The session of an hour with a pause of 15 minutes on both sides.
    assert "11:30" in shown


def test_a_hold_is_not_reached_with_a_forged_cookie(row):
    owner = browse()
    hold(owner, row)
    held = SlotHold.objects.get()
    for forged in (str(held.pk), str(held.visitor), held.visitor.hex, "x" * 32):
        thief = browse()
        thief.cookies[settings.SESSION_COOKIE_NAME] = forged
        thief.cookies["visitor"] = str(held.visitor)
        assert "data-seconds" not in thief.get(address(row)).content.decode()
        thief.post(page_of(row, "/hold"), {"visitor": str(held.visitor), "hold": str(held.pk)})
        thief.post(page_of(row, "/hold"), choice(row) | {"visitor": str(held.visitor)})
    assert SlotHold.objects.get() == held
    assert held.visitor.hex not in str(owner.cookies)


def test_deciding_later_frees_the_time(row):
    client = browse()
    hold(client, row)
    page = client.get(address(row)).content.decode()
    form = page.split("Decide the time later")[0].rsplit("<form", 1)[1]
    assert f'action="{page_of(row, "/hold")}"' in form
    answer = client.post(page_of(row, "/hold"))
    assert answer.url == page_of(row)
    assert not SlotHold.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"teacher": "later", "start": START},
        {"teacher": "any", "start": START},
        {"teacher": "x" * 99, "start": START},
        {"teacher": "9e4b3f3e-1111-7000-8000-000000000000", "start": START},
        {"start": "9999-12-31T23:59:59Z"},
        {"start": "0001-01-01T00:00:00+14:00"},
        {"start": "2026-05-04T10:00:00.5Z"},
        {"start": "tomorrow"},
        {"start": "2026-05-04T03:00:00Z"},
    ],
)
def test_choices_that_are_none_are_refused_everywhere(row, sam, wrong):
    sent = {"teacher": str(row.user_id)} | wrong
    for client in (browse(), browse(sam)):
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.post(page_of(row, "/hold"), sent, headers=headers)
            assert answer.status_code in {200, 204, 302}
        assert client.get(page_of(row), sent).status_code == 200
        assert client.post(page_of(row, "/account"), sent | NIA).status_code == 302
    assert not SlotHold.objects.exists()


@pytest.mark.usefixtures("_limits")
class TestLimits:
    @pytest.fixture
    def _limits(self, settings):
        settings.SIGN_IN_LIMITS = True

    def test_ten_thousand_holds_of_one_visitor_are_refused_but_for_three(self, row):
        client, counted = browse(), 0
        with time_machine.travel(NOW, tick=True):
            for number in range(12):
                start = (MONDAY_TEN + timedelta(minutes=30 * number)).isoformat()
                answer = hold(client, row, start, **{"HX-Request": "true"})
                counted += "data-seconds" in answer.content.decode()
            assert "held several times" in text(answer)
        assert counted == 3
        assert SlotHold.objects.count() == 1

    def test_a_member_has_three_from_wherever_they_come(self, row, sam):
        for number in range(4):
            client = browse(sam)
            start = (MONDAY_TEN + timedelta(hours=2 * number)).isoformat()
            place = f"192.0.2.{number}"
            answer = client.post(page_of(row, "/hold"), choice(row, start), REMOTE_ADDR=place)
            assert answer.status_code == 302
        assert SlotHold.objects.get().starts_at == MONDAY_TEN + timedelta(hours=4)

    def test_over_the_limit_one_can_still_pay_and_book(self, row, sam):
        client = browse(sam)
        for number in range(1, 5):
            hold(client, row, (MONDAY_TEN + timedelta(hours=number)).isoformat())
        answer = client.post(page_of(row), choice(row))
        assert answer.status_code == 302
        assert CheckoutSession.objects.get().starts_at == MONDAY_TEN


def test_paying_books_the_time_and_the_page_says_so(row, sam):
    client = browse(sam)
    answer = client.post(page_of(row), choice(row))
    checkout = CheckoutSession.objects.get()
    assert answer.url == checkout.url
    assert SlotHold.objects.get().holder == sam
    local_page.pay(checkout.stripe_session_id)
    settle()

    paid = client.get("/enroll/success", {"session_id": checkout.stripe_session_id})

    session = Session.objects.get()
    assert session.scheduled_start == MONDAY_TEN
    assert "You are booked" in text(paid)
    assert f"/sessions/{session.pk}" in paid.content.decode()


def test_paying_for_one_time_in_two_tabs_pays_once(row, sam):
    tabs = [browse(sam), browse(sam)]
    pages = {tab.post(page_of(row), choice(row)).url for tab in tabs}
    assert len(pages) == 1
    assert SlotHold.objects.count() == 1


def test_a_time_taken_meanwhile_is_refused_before_paying(row, sam):
    other = an_enrollment(a_member("Olga Other"), row.course, row)
    client = browse(sam)
    client.get(address(row))
    book_session(enrollment=other, teacher=row.user, start=MONDAY_TEN, by=other.student, at=NOW)

    answer = client.post(page_of(row), choice(row))

    assert answer.status_code == 409
    assert "You were not charged" in text(answer)
    assert "11:30" in text(answer)
    assert not CheckoutSession.objects.exists()


def test_a_time_taken_while_paying_is_told_with_the_nearest(row, sam):
    client = browse(sam)
    client.post(page_of(row), choice(row))
    checkout = CheckoutSession.objects.get()
    other = an_enrollment(a_member("Olga Other"), row.course, row)
    later = NOW + timedelta(minutes=11)
    book_session(enrollment=other, teacher=row.user, start=MONDAY_TEN, by=other.student, at=later)
    with time_machine.travel(later, tick=False):
        local_page.pay(checkout.stripe_session_id)
        settle()
        paid = client.get("/enroll/success", {"session_id": checkout.stripe_session_id})

    assert "The time was taken while you paid" in text(paid)
    assert "start=2026-05-04T11%3A30%3A00Z" in paid.content.decode()


def test_who_signs_up_in_the_checkout_keeps_the_time_and_pays(row):
    client = browse()
    hold(client, row)

    answer = client.post(page_of(row, "/account"), NIA | choice(row) | {"act": "sign-up"})

    assert (answer.status_code, answer.url) == (302, address(row))
    nia = User.objects.get(email=NIA["email"])
    shown = client.get(answer.url)
    assert "Confirm your address" in text(shown)
    assert "Mon 4 May, 10:00" in text(shown)
    assert "Pay $240.00" not in text(shown)
    nothing = client.get(answer.url, headers={"HX-Request": "true"})
    assert nothing.status_code == 204

    link = link_in_mail(nia)
    opened = client.get(link)
    assert "data-press" in opened.content.decode()
    assert not User.objects.get(pk=nia.pk).is_verified
    confirmed = client.post(link)
    assert (confirmed.status_code, confirmed.url) == (302, address(row))
    waiting = client.get(answer.url, headers={"HX-Request": "true"})
    assert "Pay $240.00 and book" in text(waiting)
    assert "data-seconds" in client.get(answer.url).content.decode()
    assert client.post(page_of(row), choice(row)).status_code == 302
    assert SlotHold.objects.get().holder == nia


def link_in_mail(member) -> str:
    return link_in(last_mail(member.email))


def test_on_another_device_the_mail_leads_to_the_checkout_too(row):
    client = browse()
    client.post(page_of(row, "/account"), NIA | choice(row) | {"act": "sign-up"})
    link = link_in_mail(User.objects.get(email=NIA["email"]))

    phone = browse()
    assert "data-press" not in phone.get(link).content.decode()
    answer = phone.post(link)

    assert answer.url == f"/login?{urlencode({'next': address(row)})}"
    signed_in = phone.post(answer.url, {"email": NIA["email"], "password": NIA["password"]})
    assert signed_in.url == address(row)
    assert 'data-seconds="600"' in phone.get(signed_in.url).content.decode()


def test_an_address_that_exists_is_offered_to_sign_in_in_place(row, sam):
    client = browse()
    hold(client, row)
    sent = NIA | choice(row) | {"email": sam.email, "act": "sign-up"}

    answer = client.post(page_of(row, "/account"), sent)

    assert answer.status_code == 422
    html = answer.content.decode()
    assert "This address has an account already" in html
    assert re.search(
        rf'id="sign_in_email"[^>]*value="{sam.email}"|value="{sam.email}"[^>]*id="sign_in_email"',
        html,
    )
    assert '<details class="disclosure" open>' in html
    signed_in = client.post(
        page_of(row, "/account"),
        choice(row) | {"act": "sign-in", "email": sam.email, "password": PASSWORD},
    )
    assert signed_in.url == address(row)
    assert "Pay $240.00 and book Mon 10:00" in text(client.get(signed_in.url))
    assert User.objects.filter(email=sam.email).count() == 1


def test_a_wrong_password_is_told_on_the_checkout(row, sam):
    answer = browse().post(
        page_of(row, "/account"),
        choice(row) | {"act": "sign-in", "email": sam.email, "password": "wrong"},
    )
    assert answer.status_code == 422
    assert "Mon 4 May, 10:00" in text(answer)


@pytest.mark.parametrize("missing", ["name", "email", "password"])
def test_what_is_missing_is_said_and_the_rest_kept(row, missing):
    answer = browse().post(page_of(row, "/account"), NIA | choice(row) | {missing: ""})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Please check this" in html
    assert START in html
    assert not User.objects.filter(email=NIA["email"]).exists()


def test_deciding_the_time_later_stays_possible(row, sam):
    shown = text(browse(sam).get(page_of(row), {"teacher": "later"}))
    assert "Decide later" in shown
    assert "Pay $240.00" in shown
    browse(sam).post(page_of(row), {"teacher": "later"})
    assert CheckoutSession.objects.get().starts_at is None


def test_many_teachers_and_times_cost_no_more_queries(row, sam, django_assert_max_num_queries):
    for number in range(9):
        open_hours(a_teacher(row.course, name=f"Teacher {number}").user)
    client = browse(sam)
    with django_assert_max_num_queries(12):
        client.get(address(row))
