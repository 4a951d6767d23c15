"""API endpoints of sign-up, sign-in and e-mail verification."""

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.identity import sign_in_limits
from accounts.identity.actions import passwords, tokens, verification
from accounts.identity.actions.second_step import SecondFactorNeeded, WrongCode
from accounts.identity.actions.sign_in import (
    is_known_client,
    member_by_password,
    note_sign_in,
)
from accounts.identity.actions.sign_up import sign_up
from accounts.identity.actions.tokens import TokenPair
from accounts.identity.email_addresses import address_of
from accounts.identity.factors.attempts import consume_code_with_limit
from accounts.identity.queries.factors import has_second_factor
from accounts.identity.serializers import (
    EmailInput,
    LogInInput,
    RefreshInput,
    ResetInput,
    SignInAnswer,
    SignUpInput,
    TokenInput,
    TokensAnswer,
)
from accounts.models import User
from peerloop.kit import clock
from peerloop.kit.api import Endpoint
from peerloop.kit.inputs import Input
from peerloop.kit.network import client_address
from peerloop.kit.pools import PASSWORDS, runs_in
from peerloop.kit.refusals import Refused
from peerloop.kit.schema import EMPTY_OBJECT

DONE = OpenApiResponse(EMPTY_OBJECT, description="Done.")
ENDED_NOW = OpenApiResponse(description="Signed out; no body.")
SAME = OpenApiResponse(
    EMPTY_OBJECT, description="The same answer whether or not the address has an account."
)
BAD = OpenApiResponse(description="Something in the request is not right.")
TOO_MANY = OpenApiResponse(description="Too often; Retry-After says when to go on.")
ENDED = OpenApiResponse(description="The token or the credentials don't count.")
SECOND_STEP = OpenApiResponse(
    description="`wrong_credentials`: address and password don't belong together. "
    "`second_factor_needed`: they do, and this member signs in with a second step: send `code` "
    "too. `wrong_code`: that code doesn't count, or was used.",
)
USED = OpenApiResponse(description="The link was used or has expired.")
TAKEN = OpenApiResponse(description="The address has an account already.")


class SignInEndpoint(Endpoint):
    """Base of the public endpoints: a token that is sent along is ignored."""

    authentication_classes = []
    permission_classes = []

    def counted(self, limit: str, shape: type[Input]) -> dict[str, Any]:
        """The valid body, after counting the attempt against the limit.

        Counted by network address, and by account where the body names one."""
        try:
            given = self.body(shape)
        except (APIException, Refused):
            sign_in_limits.count_address(self.request, limit)
            raise
        sign_in_limits.count_both(self.request, limit, sign_in_limits.account_of(given["email"]))
        return given


def _issue(request: Request, user: User) -> TokenPair:
    return tokens.issue_tokens(
        user=user, agent=sign_in_limits.agent_of(request), address=client_address(request)
    )


@runs_in(PASSWORDS)
class SignUp(SignInEndpoint):
    """POST /auth/signup."""

    @extend_schema(
        operation_id="auth_signup",
        request=SignUpInput,
        responses={201: SignInAnswer, 400: BAD, 409: TAKEN, 429: TOO_MANY},
    )
    def post(self, request: Request) -> Response:
        """Make a member. The role creator asks for it; an admin decides."""
        given = self.counted("signup", SignUpInput)
        user = sign_up(**given, at=clock.now())
        answer = SignInAnswer({"user": user, "tokens": _issue(request, user)})
        return Response(answer.data, status=201)


@runs_in(PASSWORDS)
class LogIn(SignInEndpoint):
    """POST /auth/login."""

    @extend_schema(
        operation_id="auth_login",
        request=LogInInput,
        responses={200: SignInAnswer, 400: BAD, 401: SECOND_STEP, 429: TOO_MANY},
    )
    def post(self, request: Request) -> Response:
        """Sign in with address and password, and a code where a second step is set up."""
        given = self.counted("login", LogInInput)
        user = member_by_password(
            request=request._request, email=given["email"], password=given["password"]
        )
        self._second_step(user, given["code"])
        agent = sign_in_limits.agent_of(request)
        is_new = not is_known_client(user, agent=agent)
        pair = _issue(request, user)
        note_sign_in(
            user=user,
            at=clock.now(),
            agent=agent,
            timezone=given["timezone"],
            is_new_device=is_new,
        )
        return Response(SignInAnswer({"user": user, "tokens": pair}).data)

    def _second_step(self, user: User, code: str) -> None:
        """Check the code if the member has a second factor.

        Raises SecondFactorNeeded, WrongCode or TooMany."""
        if not has_second_factor(user):
            return
        if not code:
            raise SecondFactorNeeded
        try:
            consume_code_with_limit(user=user, code=code, counted_as=user.email)
        except WrongCode as refusal:
            raise SecondFactorNeeded(refusal.message, code=refusal.code) from None


class LogOut(Endpoint):
    """POST /auth/logout: never refused for what was sent before."""

    throttle_classes = []

    @extend_schema(operation_id="auth_logout", request=None, responses={204: ENDED_NOW, 401: ENDED})
    def post(self, request: Request) -> Response:
        """End this sign-in: its refresh tokens and the access token that came along."""
        claims: Any = request.auth
        tokens.end_sign_in(family=uuid.UUID(claims["family"]))
        return Response(status=204)


class Refresh(SignInEndpoint):
    """POST /auth/refresh: limited by member, since a network address may be that of many."""

    throttle_classes = []

    @extend_schema(
        operation_id="auth_refresh",
        request=RefreshInput,
        responses={200: TokensAnswer, 400: BAD, 401: ENDED, 429: TOO_MANY},
    )
    def post(self, request: Request) -> Response:
        """Trade a refresh token for the next pair. A used one that comes again ends the sign-in."""
        refresh = self.body(RefreshInput)["refreshToken"]
        sign_in_limits.count_refresh(request, tokens.member_of_token(refresh))
        pair = tokens.rotate_tokens(
            refresh=refresh,
            agent=sign_in_limits.agent_of(request),
            address=client_address(request),
        )
        return Response(TokensAnswer(pair).data)


class ForgotPassword(SignInEndpoint):
    """POST /auth/forgot-password."""

    @extend_schema(
        operation_id="auth_forgot_password",
        request=EmailInput,
        responses={200: SAME, 400: BAD, 429: TOO_MANY},
    )
    def post(self, request: Request) -> Response:
        """Send a link to set a new password, if the address has an account."""
        given = self.counted("reset", EmailInput)
        passwords.request_password_reset(email=given["email"], at=clock.now())
        return Response({})


@extend_schema_view(post=extend_schema(operation_id="auth_reset_password"))
class AskForReset(ForgotPassword):
    """POST /auth/reset-password: the other seed's path of the same endpoint, under one limit."""


@runs_in(PASSWORDS)
class ResetPassword(SignInEndpoint):
    """POST /auth/reset-password/confirm."""

    @extend_schema(
        operation_id="auth_reset_password_confirm",
        request=ResetInput,
        responses={200: DONE, 400: BAD, 410: USED, 429: TOO_MANY},
    )
    def post(self, request: Request) -> Response:
        """Set a new password with the token of a reset link; ends every sign-in."""
        sign_in_limits.count_address(request, "password")
        passwords.reset_password(**self.body(ResetInput), at=clock.now())
        return Response({})


class ResendVerification(SignInEndpoint):
    """POST /auth/resend-verification."""

    @extend_schema(
        operation_id="auth_resend_verification",
        request=EmailInput,
        responses={200: SAME, 400: BAD, 429: TOO_MANY},
    )
    def post(self, request: Request) -> Response:
        """Send the link that proves the address once more, if there is something to prove."""
        address = address_of(self.body(EmailInput)["email"])
        sign_in_limits.count_verification(request, address)
        verification.request_verification(email=address, at=clock.now())
        return Response({})


class VerifyEmail(SignInEndpoint):
    """POST /auth/verify-email."""

    @extend_schema(
        operation_id="auth_verify_email",
        request=TokenInput,
        responses={200: DONE, 400: BAD, 410: USED, 429: TOO_MANY},
    )
    def post(self, request: Request) -> Response:
        """Take the address as proven with the token of a verification link."""
        sign_in_limits.count_address(request, "link")
        verification.verify_email(**self.body(TokenInput), at=clock.now())
        return Response({})
