"""Courses that members miss: asking, votes, what becomes of them (rule REQ-1)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry, Notification
from catalog.content_requests.actions import (
    AskedAlready,
    EnoughAsked,
    decide_request,
    remove_request,
    request_course,
    vote,
)
from catalog.models import ContentRequest
from catalog.tests.people import AT, ada
from peerloop.kit.refusals import Forbidden, Invalid, WrongMoment
from tests.cast import a_course, a_member, browse
from tests.threads import at_once

pytestmark = pytest.mark.django_db
TITLE, REASON = "How to repair a bicycle", "I would stop paying for small things."


def wanted(by=None, **given) -> ContentRequest:
    given = {"title": TITLE, "reason": REASON, "at": AT, **given}
    return request_course(by=by or a_member(), **given)


def decided(row: ContentRequest, status: str, **given) -> ContentRequest:
    return decide_request(request=row, status=status, by=given.pop("by", ada()), at=AT, **given)


def test_who_asks_votes_for_it():
    row = wanted()

    assert (row.status, row.vote_count) == ("open", 1)


def test_a_member_has_one_vote_and_may_take_it_back():
    row, sam = wanted(), a_member()

    for is_wanted, count in ((True, 2), (True, 2), (False, 1), (False, 1)):
        vote(request=row, wanted=is_wanted, by=sam, at=AT)
        row.refresh_from_db()
        assert row.vote_count == count


@pytest.mark.django_db(transaction=True)
def test_votes_at_once_are_all_counted():
    row, sam, tom = wanted(), a_member(), a_member()

    at_once(
        [lambda who=who: vote(request=row, wanted=True, by=who, at=AT) for who in (sam, tom, sam)]
    )

    row.refresh_from_db()
    assert row.vote_count == 3


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": "Bikes"}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"reason": "   " * 20}, "reason"),
        ({"reason": "x" * 1001}, "reason"),
    ],
)
def test_what_says_too_little_or_too_much_is_refused(given, field):
    with pytest.raises(Invalid) as refusal:
        wanted(**given)

    assert list(refusal.value.fields) == [field]


def test_the_same_course_is_asked_for_once():
    wanted()

    with pytest.raises(AskedAlready):
        wanted(title=TITLE.upper())


def test_three_in_thirty_days_are_enough():
    sam = a_member()
    for number in range(3):
        wanted(sam, title=f"{TITLE} {number}")

    with pytest.raises(EnoughAsked):
        wanted(sam, title=f"{TITLE} again")
    assert wanted(sam, title=f"{TITLE} later", at=AT + timedelta(days=31))


def test_an_unverified_member_neither_asks_nor_votes():
    nora, row = a_member(verified=False), wanted()

    with pytest.raises(Forbidden):
        wanted(nora, title=f"{TITLE} too")
    with pytest.raises(Forbidden):
        vote(request=row, wanted=True, by=nora, at=AT)


def test_all_who_voted_are_told_that_there_is_a_course():
    row, sam, course = wanted(), a_member(), a_course()
    vote(request=row, wanted=True, by=sam, at=AT)

    row = decided(row, "published", course=course, answer="Kofi wrote it.")

    told = Notification.objects.filter(kind="course_update")
    assert {one.user for one in told} == {row.author, sam}
    assert "There is a course now." in told[0].body.replace("\u2068", "").replace("\u2069", "")
    assert (row.course, row.decided_at) == (course, AT)


def test_a_decision_is_audited_and_made_once():
    row, admin = wanted(), ada()
    for _ in range(2):
        decided(row, "declined", answer="Nobody can teach it alone.", by=admin)

    entry = AuditEntry.objects.get(action="content_request.declined")
    assert (entry.actor, entry.before, entry.after["status"]) == (
        admin,
        {"status": "open"},
        "declined",
    )
    assert Notification.objects.count() == 1


def test_what_was_decided_takes_no_votes_until_it_is_open_again():
    row = decided(wanted(), "declined", answer="Not now.")

    with pytest.raises(WrongMoment):
        vote(request=row, wanted=True, by=a_member(), at=AT)
    vote(request=decided(row, "open"), wanted=True, by=a_member(), at=AT)


def test_a_decision_needs_its_words_its_course_and_an_admin():
    row = wanted()

    with pytest.raises(Invalid) as refusal:
        decided(row, "declined")
    assert list(refusal.value.fields) == ["answer"]
    for course in (None, a_course(published=False)):
        with pytest.raises(Invalid) as refusal:
            decided(row, "published", course=course)
        assert list(refusal.value.fields) == ["course"]
    with pytest.raises(Forbidden):
        decided(row, "planned", by=a_member())
    with pytest.raises(Forbidden):
        remove_request(request=row, by=a_member(), at=AT)


def test_what_should_not_be_read_is_removed_with_its_votes():
    row = wanted()

    remove_request(request=row, by=ada(), at=AT)

    assert not ContentRequest.objects.exists()
    assert AuditEntry.objects.filter(action="content_request.removed").exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "lost"},
        {"title": "x"},
        {"status": "published"},
        {"status": "planned"},
        {"status": "declined", "decided_at": AT},
    ],
)
def test_the_database_refuses_what_can_not_be(fields):
    row = wanted()

    with pytest.raises(IntegrityError), transaction.atomic():
        ContentRequest.objects.filter(pk=row.pk).update(**fields)


def test_the_list_shows_what_is_wanted_first():
    bikes, boats = wanted(), wanted(title="How to repair a boat")
    vote(request=boats, wanted=True, by=a_member(), at=AT)
    decided(wanted(title="How to repair a plane"), "declined", answer="Too dangerous.")

    page = browse().get("/course-requests").content.decode()
    declined = browse().get("/course-requests?show=declined").content.decode()

    assert page.index(boats.title) < page.index(bikes.title)
    assert "a plane" not in page
    assert "Too dangerous." in declined


def test_a_vote_changes_its_row_alone_with_htmx():
    row, sam = wanted(), a_member()
    browser = browse(sam)

    part = browser.post(
        f"/course-requests/{row.pk}/vote", {"vote": "1"}, headers={"HX-Request": "true"}
    ).content.decode()
    page = browser.post(f"/course-requests/{row.pk}/vote", {"vote": "0"})

    assert 'aria-pressed="true"' in part
    assert "<html" not in part
    assert page.headers["Location"] == "/course-requests"
    row.refresh_from_db()
    assert row.vote_count == 1


def test_a_vote_without_a_word_is_refused():
    row = wanted()

    assert browse(a_member()).post(f"/course-requests/{row.pk}/vote").status_code == 400


def test_a_search_that_finds_nothing_leads_to_asking():
    page = browse().get("/courses?q=zzzzzz").content.decode()

    assert 'href="/course-requests/new?title=zzzzzz"' in page
    form = browse(a_member()).get("/course-requests/new?title=zzzzzz").content.decode()
    assert 'value="zzzzzz"' in form


def test_a_member_asks_on_the_page_and_keeps_the_text_of_a_refusal():
    with time_machine.travel(AT, tick=False):
        browser = browse(a_member())
        browser.post("/course-requests/new", {"title": TITLE, "reason": REASON})
        again = browser.post("/course-requests/new", {"title": TITLE, "reason": REASON})

    assert ContentRequest.objects.get().title == TITLE
    assert again.status_code == 422
    assert REASON in again.content.decode()
    assert "Somebody asked for this already." in again.content.decode()
