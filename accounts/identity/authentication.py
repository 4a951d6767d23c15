"""Access tokens of the API: one query tells whether their sign-in is still valid."""

import uuid
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken

from accounts.identity.factors.requirement import require_second_factor_of_staff
from accounts.identity.reauthentication import note_age_of_token
from accounts.models import RefreshToken, User
from peerloop.kit.statements import Given, ModelRead
from peerloop.kit.tracing import actor_id

LONGEST = 2_000


def _signed_in_members() -> QuerySet[User]:
    usable = RefreshToken.objects.usable(Given("at"))
    signed_in = usable.filter(user=OuterRef("pk"), family=Given("family"))
    members = User.objects.filter(pk=Given("user"), token_version=Given("version"))
    return members.filter(Exists(signed_in))


SIGNED_IN = ModelRead(User, _signed_in_members)


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer <access token>``; ``request.auth`` is then its claims.

    Signing out, a reset and a suspension end the token at once (rules AUTH-7, ROLE-11, ROLE-12).
    """

    def authenticate(self, request: Any) -> tuple[User, dict[str, Any]] | None:
        """The member and the claims of the token; None without a token.

        Raises AuthenticationFailed for an invalid one.

        Staff who need a second factor and have none get SecondFactorRequired everywhere: they would
        see and do what is theirs alone also where members may come (security ID-8).
        """
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2 or len(words[1]) > LONGEST:
            raise _refused()
        claims = _claims(words[1])
        user = _signed_in(claims)
        if user is None:
            raise _refused()
        require_second_factor_of_staff(user)
        actor_id.set(str(user.pk))
        note_age_of_token(claims)
        return user, claims

    def authenticate_header(self, request: Any) -> str:
        """The WWW-Authenticate header of a 401."""
        return 'Bearer realm="api"'


def _refused() -> AuthenticationFailed:
    return AuthenticationFailed(
        "This token doesn't count any more. Refresh it, or sign in again.", code="token_refused"
    )


def _claims(raw: bytes) -> dict[str, Any]:
    """Signature, algorithm, type, issuer, audience and times, checked (security ID-9)."""
    try:
        claims = AccessToken(raw).payload  # type: ignore[arg-type]
    except TokenError:
        raise _refused() from None
    if not isinstance(claims.get("iat"), int) or not isinstance(claims.get("version"), int):
        raise _refused()
    return dict(claims)


def _signed_in(claims: dict[str, Any]) -> User | None:
    try:
        user_id, family = uuid.UUID(claims["sub"]), uuid.UUID(claims["family"])
    except (KeyError, ValueError, TypeError, AttributeError):
        return None
    at = timezone.now()
    user = SIGNED_IN.first(user=user_id, version=claims["version"], family=family, at=at)
    return user if user is not None and user.may_sign_in else None


class BearerScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document describes access tokens."""

    target_class = "accounts.identity.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """HTTP bearer with a JWT."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
