"""Roles and counts of the menus: one statement, put together from what the apps declare."""

import pytest

from accounts.models import Notification
from peerloop.kit import roles
from tests.cast import a_course, a_member, a_teacher

pytestmark = pytest.mark.django_db


def test_roles_are_listed_in_their_order():
    assert roles.declared_roles() == [
        *("learn", "teach", "create", "moderate", "moderate_community", "earn", "admin"),
    ]


def test_roles_and_counts_cost_one_query(django_assert_num_queries):
    tom = a_teacher(a_course()).user
    Notification.objects.create(user=tom, kind="system", title="News")
    with django_assert_num_queries(1):
        assert roles.menu_of(tom) == (
            ["learn", "teach"],
            {
                "unread_notifications": 1,
                "waiting_inquiries": 0,
                "waiting_homework": 0,
                "unread_conversations": 0,
                "waiting_cases": 0,
                "waiting_cases_in_scope": 0,
                "waiting_calls": 0,
            },
        )


def test_one_role_on_several_grounds():
    owner = a_course().creator
    approved = a_member("Olga", is_creator=True)
    type(owner).objects.filter(pk=owner.pk).update(is_creator=False)
    assert roles.roles_of(owner) == roles.roles_of(approved) == ["learn", "create"]


def test_nobody_holds_only_what_everybody_holds():
    gone = a_member()
    type(gone).objects.filter(pk=gone.pk).delete()
    assert roles.menu_of(gone) == (
        ["learn"],
        dict.fromkeys(
            (
                *("unread_notifications", "waiting_inquiries", "waiting_homework"),
                "unread_conversations",
                *("waiting_cases", "waiting_cases_in_scope", "waiting_calls"),
            ),
            0,
        ),
    )


@pytest.mark.parametrize(("waiting", "counted"), [(99, 99), (120, 100)])
def test_a_count_ends_where_menus_say_99_plus(waiting, counted):
    sam = a_member()
    Notification.objects.bulk_create(
        Notification(user=sam, kind="system", title=f"News {number}") for number in range(waiting)
    )

    assert roles.menu_of(sam).counts["unread_notifications"] == counted
