"""Signing in with e-mail address and password."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.identity.email_addresses import address_or_none
from accounts.models import User
from accounts.sanctions.actions.suspension import lift_if_over
from peerloop.kit import clock
from peerloop.kit.statements import Given, ModelRead

# Every page of a member asks.
BY_ID = ModelRead(User, lambda: User.objects.filter(pk=Given("user")))


class EmailBackend(ModelBackend):
    """Django's backend with the e-mail address as user name; inactive members are refused."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The member or None; one hash is computed either way, known address or not (ID-5)."""
        if password is None:
            return None
        email = address_or_none(username or kwargs.get("email") or "")
        user = User.objects.filter(email=email).first() if email else None
        if user is None:
            User().set_password(password)
            return None
        if not user.check_password(password):
            return None
        lift_if_over(user=user, at=clock.now())
        return user if self.user_can_authenticate(user) else None

    def get_user(self, user_id: Any) -> User | None:
        """The member of a session, if they may sign in."""
        user = BY_ID.first(user=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether the member may sign in (rule ROLE-12)."""
        return bool(user.may_sign_in)
