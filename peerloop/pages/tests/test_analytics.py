"""The creator's figures, and how soon teachers earn a course's price back."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from billing.models import PaymentSplit, Transaction
from billing.queries.course_figures import EarnedBack, earned_back, sales_by_month
from billing.tests.money_stage import paid_enrollment
from catalog.inquiries.actions import ask_creator, write_to
from catalog.models import Side
from learning.models import Enrollment, StudentTeacher
from peerloop.kit.markup.charts import Bar, bar_chart
from peerloop.pages.analytics import inquiry_figures, months_until
from tests.cast import a_course, a_member, a_teacher, an_enrollment, browse

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def sold() -> Enrollment:
    """Somebody bought a course this month."""
    enrollment = paid_enrollment(modules=1)
    Transaction.objects.filter(enrollment=enrollment).update(paid_at=NOW)
    return enrollment


def test_months_run_to_this_one_over_the_year():
    months = months_until(NOW)

    assert (len(months), months[0], months[-1]) == (
        12,
        datetime(2025, 4, 1, tzinfo=UTC),
        datetime(2026, 3, 1, tzinfo=UTC),
    )


def test_sales_are_summed_by_month_without_what_went_back():
    enrollment = sold()
    payment = Transaction.objects.get(enrollment=enrollment)

    (month,) = sales_by_month(enrollment.course_id, since=NOW - timedelta(days=300))

    assert (month.begins, month.sales) == (datetime(2026, 3, 1, tzinfo=UTC), 1)
    assert (month.gross, month.net) == (payment.amount_cents, payment.amount_cents)
    assert sales_by_month(enrollment.course_id, since=NOW + timedelta(days=1)) == []


def test_a_creator_sees_charts_with_the_rows_behind():
    enrollment = sold()
    creator = enrollment.course.creator
    Enrollment.objects.filter(pk=enrollment.pk).update(progress_percent=40, created_at=NOW)

    page = browse(creator).get("/create/analytics").content.decode()

    assert page.count('class="chart__bars"') == 4
    spread = page.partition("How far students are: the figures")[2]
    assert '<td>26-50%</td><td data-label="Students" class="num">1</td>' in spread
    assert '<td>51-75%</td><td data-label="Students" class="num">0</td>' in spread


def test_a_creator_without_sales_sees_empty_charts():
    creator = a_member("Clara Creator", is_creator=True)
    browser = browse(creator)

    assert "once you have a course" in browser.get("/create/analytics").content.decode()
    a_course(creator)
    assert "$0.00" in browser.get("/create/analytics").content.decode()


def test_figures_are_of_own_courses_alone():
    course = a_course(a_member("Clara Creator", is_creator=True))
    stranger = a_member("Cora Creator", is_creator=True)

    assert browse(stranger).get(f"/create/analytics?course={course.pk}").status_code == 404


@pytest.mark.parametrize("number", [1, 6])
def test_many_students_need_as_many_statements(number, django_assert_num_queries):
    course = a_course(a_member("Clara Creator", is_creator=True))
    for _ in range(number):
        an_enrollment(a_member(), course)
    browser = browse(course.creator)
    browser.get("/create/analytics")

    with django_assert_num_queries(16):
        browser.get("/create/analytics")


def test_questions_are_counted_with_the_median_of_the_first_answers():
    course = a_course(a_member("Clara Creator", is_creator=True))
    for number, hours in enumerate((1, 3, 50, None)):
        text = f"Are there times before ten? {number}"
        inquiry = ask_creator(course=course, text=text, by=a_member(), at=NOW)
        if hours:
            later = NOW + timedelta(hours=hours)
            write_to(inquiry=inquiry, side=Side.CREATOR, text="Yes.", at=later)

    found = inquiry_figures(course.creator)

    assert (found.asked, found.converted, found.hours, found.percent) == (4, 0, 3, 0)


def earning(course, days: int | None, *, settled: int = 200) -> StudentTeacher:
    """A teacher of the course who earned its price so many days after the certificate, or never."""
    row = a_teacher(course)
    since = NOW - timedelta(days=settled)
    StudentTeacher.objects.filter(pk=row.pk).update(certified_date=since.date())
    if days is not None:
        enrollment = paid_enrollment(modules=1, course=course, teacher=row)
        PaymentSplit.objects.filter(enrollment=enrollment, share="teaching").update(
            recipient=row.user, delivered_at=since + timedelta(days=days)
        )
    return row


def price_of(course) -> int:
    """What one student brings their teacher: so one session is enough."""
    return course.price_cents * 7 // 10


def back_of(course) -> EarnedBack | None:
    return earned_back(course.pk, price_cents=price_of(course), at=NOW)


def test_half_of_the_teachers_tell_how_long_it_takes():
    course = a_course()
    for days in (10, 30, 90):
        earning(course, days)

    assert back_of(course) == EarnedBack(teachers=3, earned=3, days=30)


def test_who_never_earned_it_counts_as_never():
    course = a_course()
    for days in (10, None, None):
        earning(course, days)

    assert back_of(course) == EarnedBack(teachers=3, earned=1, days=None)


def test_few_teachers_and_fresh_ones_tell_nothing():
    course = a_course()
    for days in (10, 30):
        earning(course, days)
    earning(course, 5, settled=20)

    assert back_of(course) is None


def test_the_course_page_says_it():
    course = a_course()
    for days in (10, 30, 90):
        earning(course, days)
    course.price_cents = price_of(course)
    course.save(update_fields=["price_cents"])

    page = browse().get(f"/courses/{course.slug}/related").content.decode()

    assert "<strong>30 days</strong>" in page


def test_a_chart_is_as_high_as_its_highest_bar():
    drawn = bar_chart([Bar("Jan", 2, "two"), Bar("Feb", 4, "<four>")], "Sold", "Number")

    assert 'height="48.0"' in drawn
    assert 'height="96.0"' in drawn
    assert "&lt;four&gt;" in drawn
    assert 'height="0.0"' in bar_chart([Bar("Jan", 0, "0")], "Sold", "Number")
