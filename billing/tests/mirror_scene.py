"""Run as a program by test_mirror: PeerLoop with the Stripe provider, on a database of its own."""

import json
import os
import sys
from uuid import uuid4

import django


def main() -> None:
    """Migrate dj-stripe's tables, send events to the webhook, and print what the mirror shows."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "peerloop.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("makemigrations", "djstripe", check=True, dry_run=True, verbosity=0)
    sys.stdout.write(json.dumps(play()))


def play() -> dict[str, object]:
    """A charge and its refund, the refund first; a session in two states, the newer first."""
    from djstripe.models import APIKey, Charge, Event, Refund, Session

    from accounts.models import WebhookEvent
    from billing import mirror
    from billing.tests.stage import an_event, send
    from billing.tests.stripe_stand_in import OBJECTS
    from peerloop.kit import clock, sweeps
    from peerloop.kit.personal_data import ClosedAccount

    def event(kind: str, name: str, created: int, **changed: object) -> dict[str, object]:
        return an_event(kind, {**OBJECTS[name], **changed}, created=created)

    charge_id = OBJECTS["refund"]["charge"]
    told = [
        event("refund.created", "refund", 200),
        event("charge.succeeded", "charge", 100, id=charge_id),
        event("checkout.session.completed", "checkout.session", 300, status="complete"),
        event("checkout.session.expired", "checkout.session", 250, status="expired"),
        an_event("customer.created", {"id": "cus_1", "object": "customer"}),
    ]
    answers = [send(one, secret="whsec_mirror").status_code for one in told]
    first = mirror.mirror_missing(at=clock.now())
    second = mirror.mirror_missing(at=clock.now())
    session = Session.objects.get()
    account = ClosedAccount(uuid4(), "Sam", "sam", "Sam@Example.com", "")
    charge = Charge.objects.get()
    charge.stripe_data |= {"billing_details": {"email": "sam@example.com"}}
    charge.save()
    named = (charge.stripe_data != {}, Charge.objects.count())
    mirror.forget_person(account, clock.now())
    charge.refresh_from_db()
    events = Event.objects.count()
    third = mirror.mirror_missing(at=clock.now())
    for odd in ({"data": 5, "request": "req_1"}, {}):
        send({**event("charge.succeeded", "charge", 400), **odd}, secret="whsec_mirror")
    beside_odd = mirror.mirror_missing(at=clock.now())
    return {
        "beside_odd": beside_odd,
        "forgotten": named == (True, 1) and charge.stripe_data == {},
        "answers": answers,
        "kept": WebhookEvent.objects.count() - 2,
        "first": first,
        "second": second,
        "third": third,
        "events": events,
        "charge": Charge.objects.get().id == charge_id,
        "refund": Refund.objects.get().charge_id == charge_id,
        "amount": str(Refund.objects.get().amount),
        "session": session.stripe_data["status"],
        "keys": APIKey.objects.count(),
        "swept": ("billing.mirror_stripe_events", 300) in sweeps.declared(),
    }


if __name__ == "__main__":
    main()
