"""Bearer tokens: who gets in, and who no longer does."""

import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from django.conf import settings
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from accounts.identity.actions.tokens import (
    end_sign_in,
    issue_tokens,
    rotate_tokens,
)
from accounts.identity.authentication import BearerAuthentication
from accounts.models import RefreshToken, User
from accounts.models.tokens import end_all_sign_ins
from tests.cast import a_member

pytestmark = pytest.mark.django_db


def who(header: str | None):
    headers = {} if header is None else {"HTTP_AUTHORIZATION": header}
    request = Request(APIRequestFactory().get("/", **headers))
    found = BearerAuthentication().authenticate(request)
    return found[0] if found else None


def refused(token: str | bytes) -> bool:
    from rest_framework.exceptions import AuthenticationFailed

    try:
        who(f"Bearer {token}")
    except AuthenticationFailed as error:
        return error.status_code == 401
    return False


def test_a_member_is_known_by_one_query(django_assert_num_queries):
    sam = a_member()
    access = issue_tokens(user=sam).access

    with django_assert_num_queries(1):
        assert who(f"Bearer {access}") == sam


def test_without_a_token_nobody_is_signed_in():
    assert who(None) is None
    assert who("Basic c2FtOnNhbQ==") is None


def test_an_access_token_lives_through_a_refresh():
    sam = a_member()
    pair = issue_tokens(user=sam)

    rotate_tokens(refresh=pair.refresh)

    assert who(f"Bearer {pair.access}") == sam


def test_signing_out_ends_the_access_token_at_once():
    access = issue_tokens(user=a_member()).access

    end_sign_in(family=RefreshToken.objects.get().family)

    assert refused(access)


def test_ending_all_sign_ins_ends_access_tokens_at_once():
    sam = a_member()
    access = issue_tokens(user=sam).access

    end_all_sign_ins(user=sam)

    assert refused(access)


@pytest.mark.parametrize(
    "change",
    [
        {"suspended_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"deleted_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"is_active": False},
    ],
)
def test_a_closed_account_is_refused_at_once(change):
    sam = a_member()
    access = issue_tokens(user=sam).access
    User.objects.filter(pk=sam.pk).update(**change)

    assert refused(access)


def test_an_access_token_ends_after_its_minutes(time_machine):
    access = issue_tokens(user=a_member()).access
    time_machine.move_to(datetime.now(UTC) + timedelta(seconds=settings.ACCESS_TOKEN_SECONDS + 10))

    assert refused(access)


def forged(sam: User, **changes) -> str:
    good = jwt.decode(
        issue_tokens(user=sam).access,
        settings.SECRET_KEY,
        algorithms=["HS256"],
        audience="peerloop-api",
    )
    key = changes.pop("_key", settings.SECRET_KEY)
    algorithm = changes.pop("_algorithm", "HS256")
    claims = {**good, **changes}
    return jwt.encode(
        {name: value for name, value in claims.items() if value is not None},
        key,
        algorithm=algorithm,
    )


FUTURE = datetime(2090, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "changes",
    [
        {"_key": "another-key-that-is-long-enough-for-hs256-to-like"},
        {"_algorithm": "HS512"},
        {"_algorithm": "HS384"},
        {"_key": "", "_algorithm": "none"},
        {"typ": "refresh"},
        {"typ": None},
        {"aud": "somebody-else"},
        {"aud": None},
        {"iss": "somebody-else"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"iat": int(FUTURE.timestamp())},
        {"iat": None},
        {"jti": None},
        {"nbf": int(FUTURE.timestamp())},
        {"sub": None},
        {"sub": "1"},
        {"sub": "00000000-0000-0000-0000-000000000000"},
        {"family": None},
        {"family": "x"},
        {"family": "00000000-0000-0000-0000-000000000000"},
        {"version": 7},
        {"version": None},
        {"version": "0"},
        {"version": [0]},
    ],
    ids=str,
)
def test_a_forged_token_is_refused(changes):
    assert refused(forged(a_member(), **changes))


def test_a_token_of_one_member_does_not_open_anothers_account():
    sam, olga = a_member(), a_member("Olga Stranger")

    assert refused(forged(sam, sub=str(olga.pk)))


@pytest.mark.parametrize(
    "raw", ["", "a", "a.b.c", "a b", "." * 3_000, "e" * 3_000, "ä.ö.ü", "null.null.null"]
)
def test_garbage_is_refused(raw):
    assert refused(raw)


def test_a_token_with_its_payload_swapped_is_refused():
    head, body, signature = issue_tokens(user=a_member()).access.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["version"] = 99
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")

    assert refused(f"{head}.{body}.{signature}")
