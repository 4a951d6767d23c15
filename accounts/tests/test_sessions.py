"""Web sessions: kept under a hash, listed as devices, ended from elsewhere (security ID-6)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.identity.queries.browsers import browsers_of, device_name
from accounts.identity.sessions import SessionStore, coarse, row_id
from accounts.models import User, WebSession
from accounts.privacy.actions.cleanup import clear_expired
from peerloop.kit import clock
from tests.cast import PASSWORD, a_member, api, browse

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PAGE = "/settings/security"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) AppleWebKit/605 Version/17.5 Safari/604.1"


@pytest.fixture
def sam():
    return a_member(email="sam@example.com")


def sign_in(agent: str = FIREFOX, address: str = "192.0.2.77") -> Client:
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    client.post("/login", {"email": "sam@example.com", "password": PASSWORD})
    return client


def key_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def end(client: Client, other: Client):
    return client.post(f"{PAGE}/browsers/{row_id(key_of(other))}/end")


def test_the_table_holds_no_key_that_opens_anything(sam):
    client = sign_in()
    row = WebSession.objects.get(user=sam)

    assert row.pk == row_id(key_of(client))
    assert not is_in(_with_cookie(row.pk.hex))
    assert not is_in(_with_cookie(str(row.pk)))
    assert is_in(_with_cookie(key_of(client)))


def _with_cookie(value: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = value
    return client


def test_browsers_are_listed_with_device_coarse_address_and_times(sam):
    with time_machine.travel(START, tick=False) as now:
        here = sign_in()
        now.shift(timedelta(hours=3))
        sign_in(SAFARI, "198.51.100.4")
        found = browsers_of(sam, session_key=key_of(here))
        text = here.get(PAGE).content.decode()

    assert [(one.name, one.address, one.is_current) for one in found] == [
        ("Firefox on Linux", "192.0.2.x", True),
        ("Safari on iPhone", "198.51.100.x", False),
    ]
    assert found[0].began_at == START
    assert "This browser" in text
    assert "198.51.100.x" in text
    assert "192.0.2.77" not in text


def test_one_browser_is_signed_out_at_its_next_request_and_the_others_stay(sam):
    here, there, third = sign_in(), sign_in(SAFARI), sign_in("Third")

    assert end(here, there)["Location"] == PAGE

    assert (is_in(here), is_in(there), is_in(third)) == (True, False, True)


def test_ending_this_browser_is_signing_out(sam):
    here = sign_in()

    assert end(here, here)["Location"] == "/login"
    assert not is_in(here)


def test_another_members_browser_is_missing(sam):
    there = sign_in()

    assert end(browse(a_member("Olga")), there).status_code == 404
    assert is_in(there)
    assert Client().post(f"{PAGE}/browsers/{row_id('x')}/end")["Location"].startswith("/login")


def test_signing_out_everywhere_else_ends_browsers_and_programs(sam):
    here, there, program = sign_in(), sign_in(SAFARI), api(sam)

    here.post(f"{PAGE}/sign-ins/others/end")

    assert (is_in(here), is_in(there)) == (True, False)
    assert program.post("/api/v1/auth/logout").status_code == 401
    assert len(browsers_of(sam, session_key=None)) == 1


def test_a_request_under_way_cannot_bring_an_ended_session_back(sam):
    client = sign_in()
    store = SessionStore(key_of(client))
    store["seen_at"] = store["seen_at"] + 1
    WebSession.objects.filter(user=sam).delete()

    with pytest.raises(UpdateError):
        store.save()
    assert not WebSession.objects.filter(user=sam).exists()


def test_data_of_a_new_session_is_kept_when_it_gets_a_row():
    store = SessionStore()
    store["step"] = 2
    store.save()
    store.cycle_key()
    store.save()

    assert SessionStore(store.session_key)["step"] == 2
    assert WebSession.objects.count() == 1


def test_the_id_is_new_at_sign_in_and_gone_at_sign_out(sam):
    client = Client()
    client.get("/login")
    before = client.cookies.get(settings.SESSION_COOKIE_NAME)
    client.post("/login", {"email": "sam@example.com", "password": PASSWORD})
    during = key_of(client)
    client.post("/logout")

    assert before is None or before.value != during
    assert not WebSession.objects.filter(pk=row_id(during)).exists()
    assert not is_in(_with_cookie(during))


@pytest.mark.parametrize("right", ["is_admin", "is_moderator", "is_creator"])
def test_the_id_is_new_once_rights_change(sam, right):
    client = sign_in()
    before = key_of(client)

    User.objects.filter(pk=sam.pk).update(**{right: True})

    assert is_in(client)
    given = key_of(client)
    assert given != before
    assert not is_in(_with_cookie(before))
    assert is_in(client)
    assert key_of(client) == given
    assert browsers_of(sam, session_key=given)[0].name == "Firefox on Linux"


def test_a_visit_is_noted_at_most_every_five_minutes(sam):
    with time_machine.travel(START, tick=False) as now:
        client = sign_in()
        now.shift(timedelta(minutes=4))
        with CaptureQueriesContext(
            connection,
        ) as quiet:
            client.get("/settings/blocks")
        now.shift(timedelta(minutes=2))
        client.get("/settings/blocks")

    assert not [
        query for query in quiet if "web_sessions" in query["sql"] and "UPDATE" in query["sql"]
    ]
    assert WebSession.objects.get(user=sam).seen_at == START + timedelta(minutes=6)


def test_looking_up_a_session_costs_one_statement(sam):
    client = sign_in()
    with CaptureQueriesContext(connection) as captured:
        client.get("/settings/blocks")

    assert len([query for query in captured if "web_sessions" in query["sql"]]) == 1


def test_a_moderator_stays_in_for_thirty_idle_minutes_and_twelve_hours_in_all(sam):
    User.objects.filter(pk=sam.pk).update(is_moderator=True)
    with time_machine.travel(START, tick=False) as now:
        client = sign_in()
        now.shift(timedelta(minutes=29))
        assert is_in(client)
        now.shift(timedelta(minutes=32))
        assert not is_in(client)

        client = sign_in()
        for _ in range(27):
            now.shift(timedelta(minutes=26))
            assert is_in(client)
        now.shift(timedelta(minutes=26))
        assert not is_in(client)


def test_sessions_that_are_past_are_not_listed_and_then_cleared_away(sam):
    with time_machine.travel(START, tick=False) as now:
        sign_in()
        now.shift(timedelta(days=14, minutes=1))
        assert browsers_of(sam, session_key=None) == []
        clear_expired(at=clock.now())

    assert not WebSession.objects.exists()


def test_a_visitor_with_a_made_up_cookie_is_a_visitor():
    for value in ["x" * 8, "\u00e9" * 40, "0" * 4_000]:
        assert _with_cookie(value).get("/courses").status_code == 200


@pytest.mark.parametrize(
    ("address", "told"),
    [("192.0.2.77", "192.0.2.x"), ("2001:db8:1:2::", "2001:db8:1::/48"), ("unknown", "")],
)
def test_only_the_network_of_an_address_is_stored(address, told):
    assert coarse(address) == told


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (SAFARI, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126 Safari/537 Edg/126", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126 Mobile Safari/537", "Chrome on Android"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "A browser without a name"),
    ],
    ids=["firefox", "safari", "edge", "chrome", "program", "none"],
)
def test_a_device_has_a_name(agent, name):
    assert device_name(agent) == name


def test_the_database_refuses_a_session_seen_before_it_began(sam):
    now = clock.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        WebSession.objects.create(
            pk=row_id("x"), user=sam, expire_date=now, began_at=now, seen_at=now - timedelta(1)
        )
