"""Serializers of the sign-in endpoints."""

from typing import Any

from rest_framework import serializers

from accounts.identity.passwords import LONGEST
from accounts.models import User
from peerloop.kit.inputs import Choice, Input, Text


class PasswordField(Text):
    """A password as typed: not trimmed, not cut."""

    def __init__(self, **kwargs: Any) -> None:
        # More than allowed, so that the password rule itself explains the limit.
        super().__init__(trim_whitespace=False, max_length=LONGEST * 8, **kwargs)


class SignUpInput(Input):
    """POST /auth/signup."""

    name = Text(max_length=400)
    email = Text(max_length=320)
    password = PasswordField()
    role = Choice(User.RequestedRole.choices, default="student")
    timezone = Text(max_length=64, required=False, allow_blank=True, default="")


class LogInInput(Input):
    """POST /auth/login."""

    email = Text(max_length=320)
    password = PasswordField()
    code = Text(
        max_length=40,
        required=False,
        allow_blank=True,
        default="",
        help_text="Of an authenticator app, or a recovery code: needed by who set up a second "
        "step. Each counts once.",
    )
    timezone = Text(max_length=64, required=False, allow_blank=True, default="")


class FreshInput(Input):
    """Base of bodies that need a fresh sign-in (security ID-7)."""

    current_password = PasswordField(
        required=False,
        allow_blank=True,
        default="",
        help_text="Needed when this sign-in is older than 15 minutes.",
    )


class EmailInput(Input):
    """The requests that only name an address."""

    email = Text(max_length=320)


class RefreshInput(Input):
    """POST /auth/refresh; ``refresh_token`` is another spelling of ``refreshToken``."""

    refreshToken = Text(max_length=500)  # noqa: N815 the seeds spell it so

    def to_internal_value(self, data: Any) -> Any:
        """As usual, with the other spelling accepted."""
        if isinstance(data, dict) and "refreshToken" not in data and "refresh_token" in data:
            data = {**data, "refreshToken": data["refresh_token"]}
        return super().to_internal_value(data)


class TokenInput(Input):
    """POST /auth/verify-email."""

    token = Text(max_length=200)


class ResetInput(Input):
    """POST /auth/reset-password/confirm."""

    token = Text(max_length=200)
    password = PasswordField()


class AccountAnswer(serializers.Serializer[Any]):
    """The member who signed in."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(["student", "creator", "moderator", "admin"])


class SignInAnswer(serializers.Serializer[Any]):
    """A member and the tokens of this sign-in."""

    user = AccountAnswer()
    token = serializers.CharField(source="tokens.access")
    refreshToken = serializers.CharField(source="tokens.refresh")  # noqa: N815 the seeds spell it so


class TokensAnswer(serializers.Serializer[Any]):
    """The next pair of tokens."""

    token = serializers.CharField(source="access")
    refreshToken = serializers.CharField(source="refresh")  # noqa: N815 the seeds spell it so
