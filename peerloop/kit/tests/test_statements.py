"""Statements that are built once: the same rows each time, with other arguments."""

from uuid import UUID, uuid4

import pytest

from accounts.models import User
from peerloop.kit.statements import compiled, statement
from tests.cast import a_member

pytestmark = pytest.mark.django_db


def test_each_call_compares_with_its_own_arguments(django_assert_num_queries):
    built = []

    @compiled
    def names(*, user_id: UUID, other_id: UUID | None, role: str):
        built.append(user_id)
        rows = User.objects.active().filter(requested_role=role)
        return rows.filter(pk__in=[user_id, other_id]).order_by("name").values_list("name")

    ada = a_member("Ada", requested_role="student")
    bob = a_member("Bob", requested_role="student")
    gone = a_member("Gone", requested_role="student", is_active=False)
    with django_assert_num_queries(4):
        assert names(user_id=ada.pk, other_id=bob.pk, role="student") == [("Ada",), ("Bob",)]
        assert names(user_id=ada.pk, other_id=gone.pk, role="student") == [("Ada",)]
        assert names(user_id=bob.pk, other_id=None, role="student") == [("Bob",)]
        assert names(user_id=uuid4(), other_id=None, role="creator") == []
    assert len(built) == 1


def test_conditions_are_put_in_by_name():
    assert statement("SELECT 1 WHERE {is_open} AND id = %s", is_open="a = 1") == (
        "SELECT 1 WHERE a = 1 AND id = %s"
    )
