"""Which members are active: the same for a row and for the database."""

from itertools import product

import pytest

from accounts.models import Follow, User
from accounts.models.member import active_member
from peerloop.kit import clock
from tests.cast import a_member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("states", list(product([True, False], repeat=3)))
def test_a_member_is_active_who_may_sign_in(states):
    is_active, is_suspended, is_closed = states
    now = clock.now()
    sam = a_member(
        is_active=is_active,
        suspended_at=now if is_suspended else None,
        deleted_at=now if is_closed else None,
    )

    assert User.objects.active().filter(pk=sam.pk).exists() == sam.may_sign_in
    Follow.objects.create(follower=sam, followed=a_member("Tom Teacher"))
    assert Follow.objects.filter(active_member("follower__")).exists() == sam.may_sign_in
