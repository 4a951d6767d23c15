"""Shapes of the sign-in endpoints: what they read and what they answer."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.passwords import LONGEST
from peerloop.kit.api import Input


class PasswordField(serializers.CharField):
    """Taken as typed: nothing is trimmed or cut."""

    def __init__(self, **kwargs: Any) -> None:
        # Beyond the longest allowed, so that the password's own rule answers in its own words.
        super().__init__(trim_whitespace=False, max_length=LONGEST * 8, **kwargs)


class SignUpInput(Input):
    """POST /auth/signup."""

    name = serializers.CharField(max_length=400)
    email = serializers.CharField(max_length=320)
    password = PasswordField()
    role = serializers.ChoiceField(User.RequestedRole.choices, default="student")
    timezone = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")


class LogInInput(Input):
    """POST /auth/login."""

    email = serializers.CharField(max_length=320)
    password = PasswordField()
    timezone = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")


class EmailInput(Input):
    """The requests that only name an address."""

    email = serializers.CharField(max_length=320)


class RefreshInput(Input):
    """POST /auth/refresh; ``refresh_token`` is another spelling of ``refreshToken``."""

    refreshToken = serializers.CharField(max_length=500)  # noqa: N815 the seeds spell it so

    def to_internal_value(self, data: Any) -> Any:
        """As usual, with the other spelling accepted."""
        if isinstance(data, dict) and "refreshToken" not in data and "refresh_token" in data:
            data = {**data, "refreshToken": data["refresh_token"]}
        return super().to_internal_value(data)


class TokenInput(Input):
    """POST /auth/verify-email."""

    token = serializers.CharField(max_length=200)


class ResetInput(Input):
    """POST /auth/reset-password/confirm."""

    token = serializers.CharField(max_length=200)
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
    token = serializers.CharField()
    refreshToken = serializers.CharField()  # noqa: N815 the seeds spell it so


class TokensAnswer(serializers.Serializer[Any]):
    """The next pair of tokens."""

    token = serializers.CharField()
    refreshToken = serializers.CharField()  # noqa: N815 the seeds spell it so


class ErrorAnswer(serializers.Serializer[Any]):
    """Every error of the API."""

    code = serializers.CharField()
    detail = serializers.CharField()
    # DRF's own attribute of this name is made per instance; here it is the answer's key.
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField())
    )
