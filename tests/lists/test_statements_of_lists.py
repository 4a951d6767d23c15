"""No page and no endpoint makes more statements for a long list than for a short one."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bench import growth, growth_world
from peerloop.kit.redis import redis_client
from tests.cast import api, browse

pytestmark = pytest.mark.django_db
# A tenth of the rows belongs to one member: six of each list, and thirty.
FEW, MANY = 60, 300


def statements(rows: int) -> dict[str, int]:
    """The statements of each address that answers, in a world that is gone afterwards."""
    with transaction.atomic():
        growth_world.fill(rows)
        clients: dict[tuple[int | None, bool], Any] = {}
        for who in (None, growth_world.ADA, growth_world.HANNA):
            user = who and User.objects.get(pk=growth_world.key("users", who))
            clients |= {(who, True): api(user), (who, False): browse(user)}
        found = {}
        for name, path, who in growth.addresses():
            # The lists of the admin site have a test of their own; later pages may be empty.
            if name.startswith("admin/") or "page=" in name:
                continue
            found[name] = asked(clients[who, path.startswith("/api/")], path)
        transaction.set_rollback(True)
    return {name: number for name, number in found.items() if number is not None}


def asked(client: Any, path: str) -> int | None:
    client.raise_request_exception = False
    # What is kept for a minute must not depend on the minute, nor on what was asked before.
    redis_client().flushdb()
    with CaptureQueriesContext(connection) as counted:
        answer = client.get(path)
    assert answer.status_code != 500, path
    return len(counted) if answer.status_code == 200 else None


def test_every_list_needs_as_many_statements_for_thirty_rows_as_for_six() -> None:
    few, many = statements(FEW), statements(MANY)
    grown = {
        name: (number, many[name])
        for name, number in few.items()
        if many.get(name, number) > number
    }

    assert len(few) > 100
    assert grown == {}
