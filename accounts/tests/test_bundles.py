"""Much of the same is one notice and one mail (rule NOTE-4), and the live count stays true."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts.models import Email, LocalMail, Notification, NotificationPreference
from accounts.models.preferences import Group
from accounts.notifications.actions import delete_notification, mark_all_read, mark_read
from accounts.notifications.kinds import declared_kinds
from accounts.notifications.notify import notify
from accounts.notifications.outbox import delivery
from accounts.notifications.outbox.bundles import MOST_REMEMBERED
from accounts.notifications.queries import notifications_of, unread_count
from accounts.tests.kinds import LIKE
from community.conversations.notifications import MESSAGE
from tests.cast import a_member, browse

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KINDS = [
    *("session_booked", "session_rescheduled", "session_cancelled", "session_reminder"),
    *("session_no_show", "session_completed", "session_invite", "enrollment", "course_update"),
    *("course_no_teachers", "homework", "certificate", "teaching_application"),
    *("creator_application", "payment", "payout", "refund", "dispute", "message", "inquiry"),
    *("follow", "feed", "moderation", "goodwill", "summons", "newsletter", "system"),
]
DUTIES = {
    *("payment", "refund", "payout", "dispute", "enrollment", "inquiry", "moderation", "system"),
    *("session_cancelled", "session_rescheduled", "session_no_show", "course_no_teachers"),
    *("teaching_application", "creator_application"),
}


@pytest.fixture
def sam():
    return a_member()


def message(person, number=1, *, at=AT, talk="talk:1"):
    notify(
        MESSAGE,
        people=[person],
        key=f"{talk}:{number}",
        bundle_key=talk,
        url="/messages/1",
        name="Tom Teacher",
        text=f"Message {number}",
        at=at,
    )


def like(person, number=1, *, at=AT, bundle_key="likes:1"):
    notify(
        LIKE,
        people=[person],
        bundle_key=bundle_key,
        url="/community/posts/1",
        words=f"Member {number} likes your post",
        more="",
        at=at,
    )


def mailed(person, at):
    delivery.deliver_due(at=at)
    return list(
        LocalMail.objects.filter(to=person.email)
        .order_by("created_at")
        .values_list("subject", flat=True)
    )


def test_there_are_no_other_kinds():
    assert {kind.word for kind in declared_kinds()} <= set(KINDS)


@pytest.mark.parametrize("kind", declared_kinds(), ids=lambda kind: kind.name)
def test_each_kind_has_one_group_or_is_never_optional(kind):
    assert kind.group is None or kind.group in Group
    if kind.word in DUTIES:
        assert kind.group is None


@pytest.mark.django_db
def test_messages_of_half_an_hour_are_one_notification_and_one_mail(sam):
    for minute in range(0, 30, 10):
        message(sam, minute, at=AT + minute * MINUTE)

    [notice] = notifications_of(sam)
    assert (notice.title, notice.body) == ("3 messages from Tom Teacher", "Message 20")
    assert Email.objects.get().template == "message-unread"
    assert notice.created_at == AT + 20 * MINUTE
    assert unread_count(sam) == 1
    assert mailed(sam, AT + 29 * MINUTE) == []
    assert mailed(sam, AT + 30 * MINUTE) == ["3 messages from Tom Teacher"]
    assert "Message 20" in LocalMail.objects.get().text


@pytest.mark.django_db
def test_what_still_comes_makes_a_mail_for_each_further_window(sam):
    for minute in range(0, 120, 5):
        message(sam, minute, at=AT + minute * MINUTE)
        delivery.deliver_due(at=AT + minute * MINUTE)

    words = ["6", "12", "18"]
    assert mailed(sam, AT + 119 * MINUTE) == [f"{n} messages from Tom Teacher" for n in words]
    assert unread_count(sam) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["read", "read all", "delete"])
def test_what_was_read_meanwhile_is_not_mailed(sam, how):
    message(sam)
    notice = Notification.objects.get()
    if how == "read":
        mark_read(notification=notice, at=AT + MINUTE)
    elif how == "read all":
        mark_all_read(user=sam, at=AT + MINUTE)
    else:
        delete_notification(notification=notice)

    assert mailed(sam, AT + 30 * MINUTE) == []
    assert Email.objects.get().status == Email.Status.SKIPPED
    message(sam, 2, at=AT + 31 * MINUTE)
    assert mailed(sam, AT + 61 * MINUTE) == ["Tom Teacher wrote to you"]


@pytest.mark.django_db
def test_each_conversation_and_each_person_has_its_own(sam):
    tim = a_member("Tim Other")
    message(sam)
    message(sam, talk="talk:2")
    message(tim)

    assert unread_count(sam) == 2
    assert len(mailed(sam, AT + 30 * MINUTE)) == 2
    assert len(mailed(tim, AT + 30 * MINUTE)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("is_read", [False, True])
def test_the_same_event_repeated_changes_nothing(sam, is_read):
    message(sam, 1)
    message(sam, 2)
    if is_read:
        mark_all_read(user=sam, at=AT)
    before = Notification.objects.values().get()

    message(sam, 1, at=AT + MINUTE)

    assert Notification.objects.values().get() == before
    assert Email.objects.count() == 1


@pytest.mark.django_db
def test_a_bundle_remembers_only_so_many_events(sam, monkeypatch):
    monkeypatch.setattr("accounts.notifications.outbox.bundles.MOST_REMEMBERED", 3)
    for number in range(7):
        message(sam, number)

    notice = Notification.objects.get()
    assert notice.bundle_count == 7
    assert notice.data["keys"] == [f"message:talk:1:{number}" for number in (4, 5, 6)]
    assert MOST_REMEMBERED == 200


@pytest.mark.django_db
def test_likes_of_an_hour_are_one_notification_and_no_mail(sam):
    for number in range(50):
        like(sam, number, at=AT + number * MINUTE)

    [notice] = notifications_of(sam)
    assert notice.title == "50 members like your post"
    assert Email.objects.count() == 0
    mark_read(notification=notice, at=AT + 50 * MINUTE)
    like(sam, 51, at=AT + 51 * MINUTE)
    assert [notice.title for notice in notifications_of(sam)] == [
        "Member 51 likes your post",
        "50 members like your post",
    ]


@pytest.mark.django_db
def test_who_wants_mails_but_no_notifications_gets_one_a_window(sam):
    NotificationPreference.objects.create(user=sam, group="new_message", in_app=False, email=True)
    for minute in range(0, 30, 10):
        message(sam, minute, at=AT + minute * MINUTE)

    assert unread_count(sam) == 0
    assert mailed(sam, AT + 60 * MINUTE) == ["Tom Teacher wrote to you"]


@pytest.mark.django_db
def test_who_wants_neither_gets_neither(sam):
    NotificationPreference.objects.create(user=sam, group="new_message", in_app=False, email=False)
    message(sam)

    assert (Notification.objects.count(), Email.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_mail_on_its_way_is_left_alone(sam):
    message(sam, 1)
    Email.objects.update(status=Email.Status.SENDING, tries=1)
    message(sam, 2)

    mail = Email.objects.get()
    assert mail.context["count"] == 1


@pytest.mark.django_db
def test_open_pages_are_notified_and_count_one(
    sam, monkeypatch, django_capture_on_commit_callbacks
):
    told = []
    monkeypatch.setattr("accounts.notifications.live_count._publish", told.extend)
    with django_capture_on_commit_callbacks(execute=True):
        message(sam, 1)
        message(sam, 2)

    assert len(told) == 2
    assert unread_count(sam) == 1
    assert browse(sam).get("/notifications").content.decode().count("notice--unread") == 1


@pytest.mark.django_db
def test_a_long_key_is_a_mistake(sam):
    with pytest.raises(ValueError, match="100"):
        like(sam, bundle_key="x" * 101)


@pytest.mark.django_db(transaction=True)
def test_at_once_none_is_lost(sam):
    gate = threading.Barrier(8)

    def tell(number):
        gate.wait(10)
        try:
            message(sam, number)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(tell, range(8)))

    notice = Notification.objects.get()
    assert notice.bundle_count == 8
    assert len(notice.data["keys"]) == 8
    assert Email.objects.count() == 1
