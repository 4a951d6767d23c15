"""notify, and the notice centre."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Email, Notification
from accounts.models.preferences import Group
from accounts.notifications.queries import unread_count
from accounts.tests.kinds import notify_of_news
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def tell(*people, **changes):
    notify_of_news(people, **{"at": AT, **changes})


def test_each_person_is_notified_once():
    sam, tom = a_member(), a_member("Tom Teacher")

    for _ in range(2):
        tell(sam, tom, sam, key="lesson:1", mail="welcome", a=1)

    assert Notification.objects.count() == 2
    assert Email.objects.count() == 2
    assert Email.objects.filter(user=sam).get().context["a"] == 1


def test_without_a_key_each_event_counts():
    sam = a_member()
    tell(sam)
    tell(sam)

    assert unread_count(sam) == 2


def test_long_texts_are_cut_not_refused():
    tell(a_member(), words="x" * 300, more="y" * 900)

    notice = Notification.objects.get()
    assert (len(notice.title), len(notice.body)) == (200, 500)


def test_the_notification_centre_shows_the_newest_first_and_marks_unread_ones():
    sam = a_member()
    tell(sam, words="First", url="/learn")
    tell(sam, words="Second", more="<b>bold</b>", at=AT + timedelta(seconds=1))
    page = browse(sam)

    text = page.get("/notifications").content.decode()
    assert text.index("Second") < text.index("First")
    assert "&lt;b&gt;bold" in text

    first = Notification.objects.get(title="First")
    response = page.post(f"/notifications/{first.pk}/read", {"next": "/learn"})
    assert (response.status_code, response["Location"]) == (302, "/learn")
    assert unread_count(sam) == 1
    page.post("/notifications/read")
    assert unread_count(sam) == 0
    page.post(f"/notifications/{first.pk}/delete")
    assert Notification.objects.count() == 1


def test_the_choices_of_all_are_read_once():
    people = [a_member() for _ in range(3)]

    with CaptureQueriesContext(connection) as seen:
        tell(*people, group=Group.SESSION_BOOKED, mail="session-booked")

    assert sum("notification_preferences" in query["sql"] for query in seen) == 1
    assert Email.objects.count() == 3


@pytest.mark.parametrize("act", ["read", "delete"])
def test_another_members_notification_is_missing(act):
    tell(a_member())
    notice = Notification.objects.get()

    response = browse(a_member("Olga Stranger")).post(f"/notifications/{notice.pk}/{act}")

    assert response.status_code == 404
    assert Notification.objects.get().read_at is None


def test_a_notification_links_to_our_pages_only():
    sam = a_member()
    tell(sam)
    notice = Notification.objects.get()

    response = browse(sam).post(f"/notifications/{notice.pk}/read", {"next": "https://evil.test/"})

    assert response["Location"] == "/notifications"


def test_an_empty_centre_says_what_will_be_there():
    text = browse(a_member()).get("/notifications").content.decode()

    assert "will appear here" in text


def test_thirty_notifications_cost_no_more_queries_than_one(django_assert_max_num_queries):
    sam = a_member()
    for number in range(30):
        tell(sam, words=f"Notice {number}")
    page = browse(sam)

    with django_assert_max_num_queries(9):
        page.get("/notifications")


def test_every_page_of_the_notification_centre_costs_the_same(django_assert_num_queries):
    sam = a_member()
    for number in range(65):
        tell(sam, words=f"Notice {number}", url="/learn", at=AT + timedelta(seconds=number))
    page = browse(sam)
    page.get("/notifications")
    with CaptureQueriesContext(connection) as seen:
        first = page.get("/notifications").content.decode()
    with django_assert_num_queries(len(seen)):
        last = page.get("/notifications?page=3").content.decode()

    assert "page=2" in first
    assert ("Notice 64" in first, "Notice 34" in first) == (True, False)
    assert ("Notice 4<" in last, "Notice 5<" in last) == (True, False)
    assert page.get("/notifications?page=99").status_code == 200
    assert page.get("/notifications?page=x").status_code == 200


def test_reading_opens_the_page_of_the_notification_and_is_safe_to_repeat():
    sam = a_member()
    tell(sam, url="/learn")
    notice = Notification.objects.get()
    page = browse(sam)

    text = page.get("/notifications").content.decode()
    assert 'name="next" value="/learn"' in text
    for _ in range(2):
        page.post(f"/notifications/{notice.pk}/read", {"next": "/learn"})
    assert unread_count(sam) == 0
    assert page.post(f"/notifications/{notice.pk}/delete").status_code == 302
    assert page.post(f"/notifications/{notice.pk}/delete").status_code == 404


def test_read_all_and_delete_touch_nobody_elses():
    sam, tom = a_member(), a_member("Tom Teacher")
    tell(sam, tom)

    browse(sam).post("/notifications/read")

    assert (unread_count(sam), unread_count(tom)) == (0, 1)
