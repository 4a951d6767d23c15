"""The first page of the admin site: what is wrong, what waits, figures, and how it all works."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import CreatorApplication, Email, User
from billing.models import BooksLook, Withdrawal
from peerloop.kit import clock, overview
from peerloop.kit.redis import redis_client
from peerloop.operations.heartbeats import WORKER_KEY
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True)


def text_of(answer):
    return " ".join(answer.content.decode().split())


def page_of(ada):
    return text_of(browse(ada).get("/admin/"))


def an_application(days):
    row = CreatorApplication.objects.create(user=a_member("Carl"))
    at = clock.now() - timedelta(days=days)
    CreatorApplication.objects.filter(pk=row.pk).update(created_at=at)


def test_what_waits_is_counted_with_the_age_of_the_oldest_and_leads_to_its_list(ada):
    for days in (1, 9, 3):
        an_application(days)

    answer = browse(ada).get("/admin/")

    [one] = answer.context["waiting"]
    assert (one.count, one.wait.label) == (3, "Applications of creators")
    assert timedelta(days=9) <= clock.now() - one.oldest < timedelta(days=10)
    assert f'href="{one.wait.href}"' in answer.content.decode()
    rows = browse(ada).get(one.wait.href).context["cl"].result_list
    assert len(rows) == 3


def test_what_went_wrong_stands_above_what_waits(ada):
    an_application(1)
    Email.objects.create(to="x@members.peerloop.test", template="welcome", status="failed")

    page = page_of(ada)

    assert page.index("What went wrong") < page.index("Mails that could not be sent")
    assert page.index("Mails that could not be sent") < page.index("What waits for you")


def test_an_empty_desk_says_so_and_names_nothing(ada):
    page = page_of(ada)
    assert "Nothing waits." in page
    assert "What went wrong" not in page
    assert "Withdrawals to answer" not in page


def test_what_was_decided_waits_no_more(ada):
    given = {"name": "Sam", "email": "s@members.peerloop.test", "order": "A book"}
    row = Withdrawal.objects.create(status="waiting", received_at=clock.now(), **given)
    assert "Withdrawals to answer" in page_of(ada)
    Withdrawal.objects.filter(pk=row.pk).update(
        status="answered", answer="Here it is.", answered_by=ada
    )
    assert "Withdrawals to answer" not in page_of(ada)


def test_each_wait_and_figure_leads_to_a_page_that_shows_its_rows(ada):
    """A filter that the list does not know would lead back to the whole list."""
    client = browse(ada)
    for one in (*overview.waits(), *overview.figures()):
        answer = client.get(one.href)
        assert answer.status_code == 200, one.label


def test_figures_count_whole_days_and_compare_with_the_weeks_before(ada):
    User.objects.update(created_at=clock.now() - timedelta(days=300))
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    # Today is not over; 28 and 56 days ago are the first days of their spans.
    ages = [0, 1, 1, 28, 29, 56, 57]
    for age in ages:
        at = midnight - timedelta(days=age) + timedelta(hours=1 if age else 0)
        User.objects.filter(pk=a_member().pk).update(created_at=at)

    [members] = [one for one in overview.trends(clock.now()) if one.figure.label == "New members"]

    assert (members.total, members.before) == (3, 2)
    assert (len(members.days), members.days[-1], members.days[0]) == (28, 2, 1)
    assert members.change_words == "50% more than in the weeks before"
    assert "50% more than in the weeks before" in page_of(ada)


@pytest.mark.parametrize(
    ("total", "before", "words"),
    [
        (0, 0, ""),
        (3, 0, ""),
        (5, 5, "as in the weeks before"),
        (0, 4, "100% less than in the weeks before"),
        (44, 4, "1,000% more than in the weeks before"),
    ],
)
def test_a_change_is_said_in_words(total, before, words):
    [figure, *_] = overview.figures()
    assert overview.Trend(figure, [total], total, before).change_words == words


def test_the_books_say_how_they_stand(ada):
    assert "were not read for more than a day" in page_of(ada)
    now = clock.now()
    BooksLook.objects.create(
        since=now - timedelta(days=1), until=now, began_at=now, finished_at=now
    )
    assert "Ledger and books</a> agree" in page_of(ada)


def test_parts_that_do_not_work_are_named(ada):
    page = page_of(ada)
    assert "<strong>Database</strong> works" in page
    redis_client().delete(WORKER_KEY)
    assert "the worker executed nothing yet" in page_of(ada)


def test_the_page_needs_as_many_statements_for_many_rows_as_for_none(ada):
    client = browse(ada)
    client.get("/admin/")
    with CaptureQueriesContext(connection) as empty:
        client.get("/admin/")
    for days in range(4):
        an_application(days)
    with CaptureQueriesContext(connection) as full:
        client.get("/admin/")
    assert len(full) == len(empty)
    assert len(full) <= 12


def test_what_waits_is_read_from_an_index_however_many_rows_are_done():
    unserved = []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for one in overview.waits():
            plan = one.rows().order_by(one.since).values(one.since)[:1_000].explain()
            if "Seq Scan" in plan:
                unserved.append(one.label)
        for figure in overview.figures():
            within = {f"{figure.at}__gte": clock.now() - timedelta(days=56)}
            if "Seq Scan" in figure.rows().filter(**within).explain():
                unserved.append(figure.label)
    assert unserved == []
