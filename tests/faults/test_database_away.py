"""PostgreSQL away, or its disk full: a page and JSON that say when to try again (DUR-7)."""

import psycopg
import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper

from peerloop.kit.refusals import OutsideDown
from tests.cast import a_member, api, browse

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Our database does not answer at the moment."


@pytest.fixture
def clients():
    sam = a_member()
    page, program = browse(sam), api(sam)
    page.raise_request_exception = program.raise_request_exception = False
    return page, program


@pytest.fixture
def _away(clients, monkeypatch):
    def refused(self, params):
        raise psycopg.OperationalError("connection refused")

    with monkeypatch.context() as patched:
        patched.setattr(DatabaseWrapper, "get_new_connection", refused)
        connection.close()
        yield


@pytest.fixture(params=["53100", "53300", "57P01", "57014", "25006", "58030"])
def _failing(request, clients):
    """The database answers each statement with this SQLSTATE: disk full, too many clients ..."""

    def fail(execute, sql, params, many, context):
        raised = f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{request.param}'; END $$"
        return execute(raised, None, many, context)

    with connection.execute_wrapper(fail):
        yield


def both_say_when_to_try_again(page, program):
    shown = page.get("/dashboard")
    told = program.get("/api/v1/users/me")

    assert (shown.status_code, shown["Retry-After"]) == (503, "10")
    assert WORDS in shown.content.decode()
    assert (told.status_code, told["Retry-After"]) == (503, "10")
    assert told.json()["code"] == "unavailable"
    assert told.json()["request_id"] == told["X-Request-ID"]


@pytest.mark.usefixtures("_away")
def test_while_the_database_is_away_page_and_json_say_when_to_try_again(clients):
    both_say_when_to_try_again(*clients)


@pytest.mark.usefixtures("_away")
def test_while_the_database_is_away_visitors_and_forms_are_told_too(clients):
    visitor = browse()
    visitor.raise_request_exception = False

    answers = [
        visitor.get("/courses"),
        visitor.post("/login", {"email": "a@b.example", "password": "x"}),
    ]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert visitor.get("/healthz").status_code == 200


@pytest.mark.usefixtures("_failing")
def test_while_the_database_takes_nothing_page_and_json_say_when_to_try_again(clients):
    both_say_when_to_try_again(*clients)


def test_an_error_of_our_own_stays_a_500(clients):
    def fail(execute, sql, params, many, context):
        return execute("SELECT no_such_column", None, many, context)

    with connection.execute_wrapper(fail):
        assert clients[0].get("/dashboard").status_code == 500


def test_a_provider_that_is_away_says_when_to_try_again():
    assert OutsideDown().retry_after == 30
    assert OutsideDown(retry_after=7).retry_after == 7
