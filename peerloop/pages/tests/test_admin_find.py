"""The search of the admin site over members, courses, enrollments, payments and more."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench import growth_world
from learning.models import Certificate
from peerloop.kit.ids import uuid7
from peerloop.pages import admin_find
from tests.cast import a_course, a_member, an_enrollment, browse

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return browse(a_member("Ada Admin", is_admin=True))


@pytest.fixture
def enrollment():
    anna = a_member("Anna Berg", email="anna.berg@members.peerloop.test")
    return an_enrollment(anna, a_course(title="Watercolour"))


def asked(ada, words):
    return ada.get("/admin/find/", {"q": words})


def labels(answer):
    return [section.label for section in answer.context["sections"]]


@pytest.mark.parametrize("words", ["anna", "ANNA BERG", "anna.berg@", "berg anna"])
def test_a_member_is_found_by_any_part_of_name_and_address_with_what_is_theirs(
    ada, enrollment, words
):
    answer = asked(ada, words)
    assert labels(answer) == ["Users", "Enrollments"]
    page = answer.content.decode()
    assert reverse("admin:accounts_user_change", args=[enrollment.student_id]) in page
    assert reverse("admin:learning_enrollment_change", args=[enrollment.pk]) in page


def test_a_course_is_found_by_its_title_and_a_certificate_by_its_whole_code(ada, enrollment):
    Certificate.objects.create(
        user=enrollment.student,
        course=enrollment.course,
        enrollment=enrollment,
        type="completion",
        code="ABCD2345EFGH",
    )
    assert labels(asked(ada, "watercol")) == ["Courses", "Enrollments", "Certificates"]
    assert labels(asked(ada, "ABCD2345EFGH")) == ["Certificates"]
    assert labels(asked(ada, "ABCD2345")) == []


def test_an_id_leads_to_its_row_at_once(ada, enrollment):
    for name, row in (("accounts_user", enrollment.student), ("learning_enrollment", enrollment)):
        answer = asked(ada, str(row.pk))
        assert answer["Location"] == reverse(f"admin:{name}_change", args=[row.pk])
    assert "Nothing matches" in asked(ada, str(uuid7())).content.decode()


@pytest.mark.parametrize("words", ["", " ", "a", "%%", "\u0000x", "x" * 5_000, "'; DROP", "\u202e"])
def test_what_means_nothing_finds_nothing_and_breaks_nothing(ada, enrollment, words):
    answer = asked(ada, words)
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert labels(answer) == []


def test_of_many_a_few_are_shown_and_the_rest_is_a_link_away(ada):
    for number in range(admin_find.SHOWN + 1):
        a_member(f"Bert Number{number}")
    [section] = asked(ada, "bert").context["sections"]
    assert len(section.rows) == admin_find.SHOWN
    assert section.has_more
    assert len(ada.get(section.href).context["cl"].result_list) == admin_find.SHOWN + 1


def test_it_needs_as_many_statements_for_many_rows_as_for_few(ada, monkeypatch):
    growth_world.fill(120)
    seen = []
    for shown in (1, 6, 30):
        monkeypatch.setattr(admin_find, "SHOWN", shown)
        with CaptureQueriesContext(connection) as statements:
            assert any(len(one.rows) == shown for one in asked(ada, "mem").context["sections"])
        seen.append(len(statements))
    assert len(set(seen)) == 1


def test_others_are_shown_nothing(enrollment):
    for who in (None, a_member("Max"), a_member("Mona", is_moderator=True)):
        answer = asked(browse(who), "anna")
        assert answer.status_code == 302
        assert b"Berg" not in answer.content
