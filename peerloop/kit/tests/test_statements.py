"""Reads that are compiled once: the rows of their QuerySet, with other values each time."""

from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import OuterRef, Subquery

from accounts.models import User
from catalog.models import Course
from community.models import Conversation
from peerloop.kit.paging import Page
from peerloop.kit.statements import (
    Given,
    ModelRead,
    PagedRead,
    Read,
    columns,
    number_of,
    packed,
    prepared_rows,
    statement,
    unpacked,
)
from tests.cast import a_course, a_member

pytestmark = pytest.mark.django_db


class Person(NamedTuple):
    id: UUID
    name: str


def test_each_call_compares_with_its_own_values(django_assert_num_queries):
    built = []

    def rows():
        built.append(1)
        found = User.objects.active().filter(requested_role=Given("role"))
        return found.order_by("name").values_list("pk", "name")

    people = Read(Person, rows)
    ada = a_member("Ada", requested_role="student")
    bob = a_member("Bob", requested_role="creator")
    a_member("Gone", requested_role="student", is_active=False)

    with django_assert_num_queries(3):
        assert people.all(role="student") == [Person(ada.pk, "Ada")]
        assert people.all(role="creator") == [Person(bob.pk, "Bob")]
        assert people.first(role="admin") is None
    assert len(built) == 1


def test_what_is_not_given_stands_in_the_statement():
    read = Read(columns, lambda: User.objects.filter(name="100 %s'").values_list("name"))
    a_member("100 %s'")

    assert read.all() == [("100 %s'",)]
    assert "%(" not in read.sql


def test_a_page_brings_the_total_also_past_the_end(django_assert_num_queries):
    for name in ("Ada", "Bob", "Cleo"):
        a_member(name, requested_role="student")
    members = PagedRead(
        Person,
        lambda: User.objects.filter(requested_role=Given("role")).order_by("name"),
        lambda: ("pk", "name"),
    )

    with django_assert_num_queries(1):
        found, total = members.page(Page(1, 2), role="student")
    assert ([one.name for one in found], total) == (["Ada", "Bob"], 3)
    assert members.page(Page(3, 2), role="student") == ([], 3)
    assert members.page(Page(1, 2), role="nobody") == ([], 0)


def test_columns_of_a_subquery_travel_packed():
    ada = a_member("Ada")
    own = User.objects.filter(pk=OuterRef("pk"))
    read = Read(
        columns,
        lambda: User.objects.filter(pk=Given("user")).values_list(
            Subquery(own.values_list(packed("pk", "name"))), number_of(own)
        ),
    )

    [(person, number)] = read.all(user=ada.pk)

    assert unpacked(person) == [str(ada.pk), "Ada"]
    assert number == 1
    assert unpacked(None) == []


def test_the_server_keeps_the_plan():
    read = Read(columns, lambda: User.objects.filter(pk=Given("user")).values_list("name"))
    read.all(user=uuid4())
    read.all(user=uuid4())

    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans + custom_plans, statement FROM pg_prepared_statements")
        kept = [row for row in cursor.fetchall() if "name" in row[1]]
    assert kept == [(2, read.sql.replace("%(user)s", "$1"))]


def test_nothing_is_prepared_where_a_pooler_would_lose_it(monkeypatch):
    monkeypatch.setattr(connection.connection, "prepare_threshold", None)

    assert prepared_rows("SELECT %(word)s::text", {"word": "hello"}) == [("hello",)]

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%::text'")
        assert cursor.fetchone() == (0,)


def test_conditions_are_put_in_by_name():
    assert statement("SELECT 1 WHERE {is_open} AND id = %(id)s", is_open="a = 1") == (
        "SELECT 1 WHERE a = 1 AND id = %(id)s"
    )


def test_whole_rows_come_with_those_that_they_name(django_assert_num_queries):
    read = ModelRead(
        Course,
        lambda: Course.objects.filter(slug=Given("slug")),
        related=("category", "creator"),
        without=("search", "creator__bio"),
    )
    course = a_course()
    creator = course.creator
    creator.origin = {"campaign": "spring"}
    creator.save(update_fields=["origin"])

    found = read.first(slug=course.slug)

    assert found is not None
    with django_assert_num_queries(0):
        assert found == course
        assert found.category == course.category
        assert found.creator.origin == {"campaign": "spring"}
    with django_assert_num_queries(1):
        assert found.creator.bio == creator.bio
    assert read.first(slug="nothing") is None


def test_a_row_that_names_nothing_has_nothing_beside_it(django_assert_num_queries):
    conversations = ModelRead(Conversation, Conversation.objects.all, related=("course",))
    Conversation.objects.create(kind="support", created_by=a_member())

    with django_assert_num_queries(1):
        assert conversations.all()[0].course is None
