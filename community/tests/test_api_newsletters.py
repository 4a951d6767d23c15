"""Newsletters over the API."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.models import Email, WebhookEvent
from accounts.notifications.webhooks import apply_resend_event
from community.models import Newsletter, NewsletterDelivery
from community.newsletters.actions import end_subscription
from community.tests.newsletters import (
    NOW,
    a_creator,
    a_newsletter,
    begin,
    readers,
    sent,
    subscription,
)
from peerloop.kit import clock
from peerloop.kit.invariants import differences
from tests.cast import a_member, api

pytestmark = pytest.mark.django_db
URL = "/api/v1/newsletters"


@pytest.fixture
def clara():
    return a_creator()


def one(newsletter, act=""):
    return f"{URL}/{newsletter.pk}{act}"


def test_a_creator_writes_changes_lists_and_deletes_drafts(clara):
    client = api(clara)
    made = client.post(URL, {"subject": " News ", "body": "Try this.\n"}, "json")
    assert (made.status_code, made.json()["status"], made.json()["subject"]) == (
        201,
        "draft",
        "News",
    )
    path = f"{URL}/{made.json()['id']}"

    changed = client.patch(path, {"subject": "Better news"}, "json")
    assert (changed.json()["subject"], changed.json()["body"]) == ("Better news", "Try this.")
    listed = client.get(URL).json()
    assert [row["subject"] for row in listed["newsletters"]] == ["Better news"]
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_send_answers_202_and_its_state_tells_how_far_it_is(clara):
    readers(clara)
    newsletter = a_newsletter(clara)

    answer = api(clara).post(one(newsletter, "/send").replace("/api/v1/", "/api/"))

    assert (answer.status_code, answer.json()["status"]) == (202, "sending")


def test_only_its_creator_knows_of_a_newsletter(clara):
    readers(clara)
    newsletter = a_newsletter(clara)
    for path in (one(newsletter), f"{URL}/{uuid4()}", f"{URL}/nonsense"):
        assert api(a_creator("Cora Creator")).get(path).status_code == 404
    assert api(a_creator("Cora Creator")).post(one(newsletter, "/send")).status_code == 404
    assert api(a_member()).post(one(newsletter, "/send")).status_code == 403
    assert api().post(one(newsletter, "/send")).status_code == 401
    assert Newsletter.objects.get().status == "draft"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("subject", ""), ("subject", "   "), ("subject", "x" * 998), ("subject", "\u200b\u2060")),
        *(("body", ""), ("body", " \n "), ("body", "x" * 20_001), ("body", None), ("body", 5)),
        ("subject", ["News"]),
    ],
)
def test_bad_words_are_refused_by_the_name_of_their_field(clara, field, value):
    body = {"subject": "News", "body": "Try this."} | {field: value}

    answer = api(clara).post(URL, body, "json")

    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    assert not Newsletter.objects.exists()


def test_a_line_break_in_the_subject_does_not_become_a_header(clara):
    readers(clara, 1)
    row = a_newsletter(clara, subject="News\r\nBcc: everybody@example.com")
    assert row.subject == "News Bcc: everybody@example.com"
    assert sent(row).status == "sent"


def test_a_second_send_is_409_and_says_what_it_is_now(clara):
    readers(clara)
    newsletter = a_newsletter(clara)
    client = api(clara)
    assert client.post(one(newsletter, "/send")).status_code == 202

    again = client.post(one(newsletter, "/send"))
    other = client.post(one(a_newsletter(clara, "Again"), "/send"))

    assert (again.status_code, again.json()["code"]) == (409, "wrong_moment")
    assert (other.status_code, other.json()["code"]) == (409, "too_soon")


def test_without_readers_it_is_409(clara):
    answer = api(clara).post(one(a_newsletter(clara), "/send"))
    assert (answer.status_code, answer.json()["code"]) == (409, "no_readers")


def test_it_is_scheduled_moved_and_cancelled(clara):
    newsletter, client = a_newsletter(clara), api(clara)
    when = (clock.now() + timedelta(days=2)).replace(microsecond=0)
    for moment in (when, when + timedelta(hours=1)):
        answer = client.post(one(newsletter, "/schedule"), {"send_at": moment.isoformat()}, "json")
        assert (answer.status_code, answer.json()["status"]) == (200, "scheduled")
    past = client.post(one(newsletter, "/schedule"), {"send_at": "2020-01-01T10:00:00Z"}, "json")
    assert (past.status_code, list(past.json()["fields"])) == (400, ["send_at"])
    for _ in range(2):
        answer = client.delete(one(newsletter, "/schedule"))
        assert (answer.status_code, answer.json()["status"]) == (200, "draft")


def test_a_member_subscribes_and_ends_it_each_safe_to_repeat(clara):
    sam = a_member()
    path = f"/api/v1/creators/{clara.pk}/subscribe"
    assert [api(sam).post(path).status_code for _ in range(2)] == [204, 204]
    listed = api(sam).get("/api/v1/newsletter-subscriptions").json()
    assert [row["creator"]["id"] for row in listed["subscriptions"]] == [str(clara.pk)]
    told = api(clara).get("/api/v1/newsletter-subscribers").json()
    assert [row["user"]["id"] for row in told["subscribers"]] == [str(sam.pk)]
    assert sam.email not in json.dumps(told)
    assert [api(sam).delete(path).status_code for _ in range(2)] == [204, 204]
    assert subscription(clara, sam).status == "unsubscribed"


def test_who_creates_nothing_can_not_be_subscribed_to():
    path = f"/api/v1/creators/{a_member('Olga').pk}/subscribe"
    assert api(a_member()).post(path).status_code == 404


def resend_event(kind, email, **data):
    event = WebhookEvent.objects.create(
        provider="resend",
        event_id=str(uuid4()),
        kind=kind,
        payload={"data": {"email_id": email.provider_id, "to": [email.to], **data}},
        received_at=NOW,
    )
    apply_resend_event(event)


def test_events_of_the_mail_provider_reach_the_figures_in_any_order(clara):
    people = readers(clara, 4)
    newsletter = sent(a_newsletter(clara))
    mails = {mail.user_id: mail for mail in Email.objects.filter(template="newsletter")}
    one_, two, three, four = (mails[person.pk] for person in people)

    resend_event("email.delivered", one_)
    resend_event("email.bounced", two, bounce={"type": "Permanent"})
    resend_event("email.complained", three)
    resend_event("email.delivered", three)
    # Who ends it stays counted, whatever is heard of the mail afterwards.
    end_subscription(subscriber=subscription(clara, people[3]), newsletter_id=newsletter.pk, at=NOW)
    resend_event("email.delivered", four)

    figures = api(clara).get(one(newsletter)).json()["figures"]
    assert figures == {
        "waiting": 0,
        "sent": 4,
        "delivered": 3,
        "bounced": 1,
        "failed": 0,
        "left_out": 0,
        "unsubscribed": 2,
    }
    assert subscription(clara, people[2]).status == "unsubscribed"
    assert differences() == []


def test_what_failed_after_all_is_told_and_sent_again(clara):
    [sam, *_] = readers(clara)
    newsletter = sent(a_newsletter(clara))
    email = Email.objects.get(to=sam.email)
    assert api(clara).post(one(newsletter, "/retry")).json()["code"] == "nothing_failed"

    resend_event("email.failed", email)
    assert NewsletterDelivery.objects.get(email=email).status == "failed"
    answer = api(clara).post(one(newsletter, "/retry"))

    assert (answer.status_code, answer.json()["status"]) == (202, "sending")
    assert answer.json()["figures"]["waiting"] == 1


def test_a_newsletter_that_is_sent_can_not_be_retried_yet(clara):
    readers(clara)
    newsletter = begin(a_newsletter(clara))
    answer = api(clara).post(one(newsletter, "/retry"))
    assert answer.json()["code"] == "wrong_moment"
