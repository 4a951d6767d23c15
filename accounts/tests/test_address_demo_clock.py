"""The way back of a changed address where the demo's clock is ahead of real time."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.tests.factors import a_passkey
from accounts.tests.test_address_change import OLD, change
from peerloop.kit import clock
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db


def test_sign_in_methods_added_since_the_change_are_removed(monkeypatch):
    sam = a_member(email=OLD)
    monkeypatch.setattr(clock, "_readers", [lambda: timedelta(days=20)])
    link = change(browse(sam))
    a_passkey(sam, "The thief's")

    Client().post(link)

    assert not Authenticator.objects.filter(user=sam).exists()
