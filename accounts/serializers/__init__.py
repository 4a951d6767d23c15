"""Shapes of the sign-in endpoints: what they read and what they answer."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.passwords import LONGEST
from peerloop.kit.api import Input


class Text(serializers.CharField):
    """Text and nothing else: a number is not quietly made into one."""

    def to_internal_value(self, data: Any) -> str:
        """The text; raises for any other JSON type."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Truth(serializers.BooleanField):
    """``true`` or ``false`` and nothing else."""

    def to_internal_value(self, data: Any) -> bool:
        """The truth; raises for any other JSON value."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class PasswordField(Text):
    """Taken as typed: nothing is trimmed or cut."""

    def __init__(self, **kwargs: Any) -> None:
        # Beyond the longest allowed, so that the password's own rule answers in its own words.
        super().__init__(trim_whitespace=False, max_length=LONGEST * 8, **kwargs)


class SignUpInput(Input):
    """POST /auth/signup."""

    name = Text(max_length=400)
    email = Text(max_length=320)
    password = PasswordField()
    role = serializers.ChoiceField(User.RequestedRole.choices, default="student")
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
    token = serializers.CharField()
    refreshToken = serializers.CharField()  # noqa: N815 the seeds spell it so


class TokensAnswer(serializers.Serializer[Any]):
    """The next pair of tokens."""

    token = serializers.CharField()
    refreshToken = serializers.CharField()  # noqa: N815 the seeds spell it so


class ProfileInput(Input):
    """PATCH /users/:id; null empties a text."""

    name = Text(max_length=400, required=False)
    title = Text(max_length=400, required=False, allow_blank=True, allow_null=True)
    bio = Text(max_length=10_000, required=False, allow_blank=True, allow_null=True)
    bio_short = Text(max_length=400, required=False, allow_blank=True, allow_null=True)
    website = Text(max_length=400, required=False, allow_blank=True, allow_null=True)
    avatar_url = Text(max_length=600, required=False, allow_blank=True, allow_null=True)
    qualifications = serializers.ListField(
        child=Text(max_length=400),
        max_length=50,
        required=False,
        help_text="Replaces all: at most 10 sentences of 300 characters.",
    )
    expertise = serializers.ListField(
        child=Text(max_length=100),
        max_length=50,
        required=False,
        help_text="Replaces all: at most 12 tags of 40 characters.",
    )
    privacy_public = Truth(required=False)
    is_student_teacher = Truth(required=False)


class QualificationAnswer(serializers.Serializer[Any]):
    """One sentence of what a member brings."""

    id = serializers.UUIDField()
    sentence = serializers.CharField()


class FiguresAnswer(serializers.Serializer[Any]):
    """What a member has done so far."""

    students_taught = serializers.IntegerField()
    courses_created = serializers.IntegerField()
    average_rating = serializers.FloatField(allow_null=True)
    total_reviews = serializers.IntegerField()


class ProfileAnswer(serializers.Serializer[Any]):
    """A member as the asker may see them: of a private one hardly more than the name (PRIV-2)."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    handle = serializers.CharField()
    title = serializers.CharField(allow_null=True)
    avatar_url = serializers.CharField(allow_null=True)
    bio = serializers.CharField(allow_null=True)
    bio_short = serializers.CharField(allow_null=True)
    website = serializers.CharField(allow_null=True)
    is_creator = serializers.BooleanField()
    is_student_teacher = serializers.BooleanField()
    is_private = serializers.BooleanField()
    qualifications = QualificationAnswer(many=True)
    expertise = serializers.ListField(child=serializers.CharField())
    stats = FiguresAnswer()
    follower_count = serializers.IntegerField()
    following_count = serializers.IntegerField()
    is_following = serializers.BooleanField()


class ErrorAnswer(serializers.Serializer[Any]):
    """Every error of the API."""

    code = serializers.CharField()
    detail = serializers.CharField()
    # DRF's own attribute of this name is made per instance; here it is the answer's key.
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField())
    )
