"""Idempotency-Key: one effect and one answer for copies of a request."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate

from accounts.incoming.idempotency import forget_old, idempotent
from accounts.models import IdempotencyKey, Notification
from peerloop.kit.api import Endpoint
from peerloop.kit.refusals import Conflict, Invalid, Missing, OutsideDown, TooMany
from tests.cast import a_member

LOCK = "SELECT pg_advisory_lock(hashtextextended(%s, 0))"
ID = UUID("019a0000-0000-7000-8000-000000000001")


class Buy(Endpoint):
    """An endpoint with an effect: it leaves a notice."""

    failing: Exception | None = None

    @idempotent
    def post(self, request):
        count = Notification.objects.filter(user=request.user).count()
        Notification.objects.create(user=request.user, kind="system", title=str(count))
        if Buy.failing is not None:
            raise Buy.failing
        return Response({"id": ID, "at": timezone.now(), "number": count}, status=201)


@pytest.fixture(autouse=True)
def _works():
    Buy.failing = None
    yield
    Buy.failing = None


def buy(user, key="k-1", body=None, path="/api/v1/buy"):
    headers = {"HTTP_IDEMPOTENCY_KEY": key} if key is not None else {}
    request = APIRequestFactory().post(path, body or {"course": 1}, format="json", **headers)
    force_authenticate(request, user)
    response = Buy.as_view()(request)
    response.render()
    return response


def effects():
    return Notification.objects.count()


@pytest.mark.django_db
def test_the_same_request_gets_the_same_answer_and_no_second_effect():
    sam = a_member()
    first, second = buy(sam), buy(sam)

    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert second["Idempotent-Replayed"] == "true"
    assert effects() == 1


@pytest.mark.django_db
def test_without_a_key_nothing_is_remembered():
    sam = a_member()
    buy(sam, key=None)
    buy(sam, key=None)

    assert effects() == 2


@pytest.mark.django_db
def test_the_order_of_fields_does_not_matter_and_the_alias_is_the_same_path():
    sam = a_member()
    buy(sam, body={"a": 1, "b": 2})

    assert buy(sam, body={"b": 2, "a": 1}, path="/api/buy").status_code == 201
    assert effects() == 1


@pytest.mark.django_db
def test_another_body_under_the_key_is_refused():
    sam = a_member()
    buy(sam)

    response = buy(sam, body={"course": 2})

    assert (response.status_code, response.data["code"]) == (422, "idempotency_key_reused")
    assert effects() == 1


@pytest.mark.django_db
def test_keys_are_each_members_own():
    buy(a_member())
    buy(a_member())

    assert effects() == 2


@pytest.mark.django_db
def test_a_copy_that_comes_while_the_first_runs_is_asked_to_wait():
    sam = a_member()
    buy(sam)
    IdempotencyKey.objects.update(status=None, response=None)
    elsewhere = connection.copy()
    with elsewhere.cursor() as cursor:
        cursor.execute(LOCK, [str(IdempotencyKey.objects.get().pk)])

        response = buy(sam)
    elsewhere.close()

    assert (response.status_code, response.data["code"]) == (409, "request_running")
    assert effects() == 1


@pytest.mark.django_db
def test_a_request_whose_process_died_can_be_repeated_at_once():
    sam = a_member()
    buy(sam)
    IdempotencyKey.objects.update(status=None, response=None)

    assert buy(sam).status_code == 201
    assert effects() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error",
    [
        *(Invalid.field("course", "Which?"), Missing(), Conflict("taken")),
        *(OutsideDown(), TooMany(retry_after=5)),
    ],
)
def test_a_refusal_is_not_stored_and_leaves_the_key_free(error):
    sam = a_member()
    Buy.failing = error
    assert buy(sam).status_code == error.status
    Buy.failing = None

    assert buy(sam, body={"course": 3}).status_code == 201


@pytest.mark.django_db
def test_a_crash_is_not_stored():
    sam = a_member()
    Buy.failing = RuntimeError("broken")
    with pytest.raises(RuntimeError):
        buy(sam)
    Buy.failing = None

    assert buy(sam).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["with space", "x" * 256, "ключ", "tab\t"])
def test_a_key_that_is_none_is_refused(key):
    response = buy(a_member(), key=key)

    assert response.status_code == 400
    assert effects() == 0


@pytest.mark.django_db
def test_keys_are_forgotten_after_two_days():
    buy(a_member())
    forget_old(at=timezone.now() + timedelta(hours=47))
    assert IdempotencyKey.objects.exists()
    forget_old(at=timezone.now() + timedelta(hours=49))
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_forty_copies_at_once_have_one_effect():
    sam = a_member()

    def once(_: int) -> int:
        try:
            return buy(sam).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(once, range(40)))

    assert answers <= {201, 409}
    assert 201 in answers
    assert effects() == 1
