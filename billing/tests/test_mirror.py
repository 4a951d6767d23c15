"""The mirror of Stripe's objects: there with the Stripe provider only, and filled by our inbox."""

import json
import os
import subprocess
import sys

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from billing import mirror


def test_without_stripe_there_is_no_mirror():
    assert not mirror.is_on()
    assert not apps.is_installed("djstripe")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_stored_events_show_in_the_mirror_once_and_the_newest_stands():
    """In a process of its own, since the tables are part of the settings."""
    database = f"{connection.settings_dict['NAME']}_mirror"
    template = connection.settings_dict["TEST"]["TEMPLATE"]
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{database}"')
        cursor.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
    try:
        seen = _scene(database)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{database}" WITH (FORCE)')

    assert seen["answers"] == [200] * 5
    assert seen["kept"] == 5
    # The refund waited for its charge.
    assert (seen["first"], seen["second"], seen["third"]) == (4, 1, 0)
    assert seen["events"] == 5
    assert seen["charge"]
    assert seen["refund"]
    assert seen["amount"] == "100"
    assert seen["session"] == "complete"
    # The secret key stays in the environment.
    assert seen["keys"] == 0
    assert seen["swept"]
    assert seen["forgotten"]
    # One that makes no sense is left out, the rest is there.
    assert seen["beside_odd"] == 1


def _scene(database: str) -> dict[str, object]:
    from psycopg.conninfo import make_conninfo

    url = make_conninfo(settings.DATABASE_URL, dbname=database)
    done = subprocess.run(
        [sys.executable, "-m", "billing.tests.mirror_scene"],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DATABASE_URL": url,
            "DEBUG": "1",
            "PAYMENT_PROVIDER": "stripe",
            "STRIPE_SECRET_KEY": "sk_test_mirror",
            "STRIPE_WEBHOOK_SECRET": "whsec_mirror",
            # Nobody may be called.
            "STRIPE_API_BASE": "http://127.0.0.1:9",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout))
