"""A small Stripe on this machine: keeps state, refuses what the real API of our version refuses.

Parameters are checked against ``fixtures/stripe_operations.json`` (taken from the API's own
description), objects start from Stripe's samples in ``fixtures/stripe_objects.json``.
"""

import copy
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from billing.providers.stripe_version import API_VERSION
from peerloop.kit.ids import uuid7

FIXTURES = Path(__file__).parent / "fixtures"
OPERATIONS = json.loads((FIXTURES / "stripe_operations.json").read_text())["operations"]
OBJECTS = json.loads((FIXTURES / "stripe_objects.json").read_text())
Data = dict[str, Any]


class StripeError(Exception):
    """An error answer."""

    def __init__(self, status: int, code: str, message: str, kind: str = "invalid_request_error"):
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "code": code, "message": message}}


class StripeStandIn:
    """The server. ``calls`` records every request; ``faults`` are answered first, in order."""

    def __init__(self, server: HTTPServer) -> None:
        self.objects: dict[str, Data] = {}
        self.answers: dict[str, tuple[Data, int, Data]] = {}
        self.calls: list[tuple[str, str, Data]] = []
        self.keys: list[str] = []
        # The connected account on whose behalf the last call was made.
        self.caller = ""
        self.events: list[Data] = []
        self.balances: dict[str, int] = {}
        self.faults: list[Callable[[], Response] | int] = []
        self.url = server.url_for("").rstrip("/")
        server.expect_request(re.compile("^/v1/.*")).respond_with_handler(self.answer)

    def answer(self, request: Request) -> Response:
        """Check the request as the API does, then do it."""
        assert request.headers["Stripe-Version"] == API_VERSION
        assert request.headers["Authorization"] == "Bearer sk_test_stand_in"
        raw = request.get_data(as_text=True) if request.method == "POST" else ""
        given = nested(parse_qsl(raw or request.query_string.decode(), keep_blank_values=True))
        self.calls.append((request.method, request.path, given))
        self.caller = request.headers.get("Stripe-Account", "")
        self.keys.append(request.headers.get("Idempotency-Key", ""))
        try:
            if self.faults:
                fault = self.faults.pop(0)
                if callable(fault):
                    return fault()
                error = StripeError(fault, f"fault_{fault}", "fault", "api_error")
                if fault == 500 and request.method == "POST":
                    self.answers[self.keys[-1]] = given, 500, error.body
                raise error
            operation, names = match(request.method, request.path)
            check(given, OPERATIONS[operation])
            if request.method == "GET":
                return reply(200, self.read(operation, names, given))
            if request.method == "DELETE":
                return reply(200, {**self.objects.pop(self.get(names[0])["id"]), "deleted": True})
            return self.once(request.headers["Idempotency-Key"], operation, names, given)
        except StripeError as error:
            return reply(error.status, error.body)

    def once(self, key: str, operation: str, names: list[str], given: Data) -> Response:
        """The first answer under a key, again; another body under it is an error."""
        if key in self.answers:
            asked, status, body = self.answers[key]
            if asked != given:
                message = "Keys for idempotent requests can only be used with the same parameters."
                raise StripeError(400, "", message, "idempotency_error")
            return reply(status, body, {"Idempotent-Replayed": "true"})
        body = getattr(self, HANDLERS[operation])(names, given)
        self.answers[key] = (given, 200, copy.deepcopy(body))
        return reply(200, body)

    def new(self, kind: str, prefix: str, **values: Any) -> Data:
        """A new object made from Stripe's sample."""
        sample = {**copy.deepcopy(OBJECTS[kind]), "created": int(time.time())}
        data = {**sample, "id": f"{prefix}_{uuid7().hex}", **values}
        self.objects[data["id"]] = data
        return data

    def get(self, object_id: str) -> Data:
        """A stored object."""
        if object_id not in self.objects:
            raise StripeError(404, "resource_missing", f"No such object: '{object_id}'")
        return self.objects[object_id]

    def account(self, account_id: str) -> Data:
        """A connected account; Stripe does not tell a gone one from one of another platform."""
        found = self.objects.get(account_id)
        if found is None:
            message = f"The provided key does not have access to account '{account_id}'."
            raise StripeError(403, "account_invalid", message)
        return found

    def read(self, operation: str, names: list[str], given: Data) -> Data:
        """One object, or a list with the newest first."""
        if operation == "GET /v1/events":
            return self.listed_events(given)
        if operation in {"GET /v1/accounts", "GET /v1/checkout/sessions"}:
            kind = "account" if operation.endswith("accounts") else "checkout.session"
            rows = [row for row in self.objects.values() if row["object"] == kind][::-1]
            assert int(given["created"]["gte"]) <= time.time()
            return {"object": "list", "data": rows, "has_more": False, "url": operation}
        if operation == "GET /v1/balance":
            held = self.balances[self.caller]
            return {"object": "balance", "available": [{"amount": held, "currency": "usd"}]}
        if operation == "GET /v1/transfers/{id}/reversals":
            rows = [row for row in self.objects.values() if row.get("transfer") == names[0]]
            return {"object": "list", "data": rows[::-1], "has_more": False, "url": operation}
        if operation in BOOKS and "created" in given:
            return self.listed_books(BOOKS[operation], given)
        if operation in {"GET /v1/refunds", "GET /v1/transfers"}:
            kind = operation.rsplit("/", 1)[1][:-1]
            field = "payment_intent" if kind == "refund" else "transfer_group"
            rows = [
                row
                for row in self.objects.values()
                if row["object"] == kind and row[field] == given[field]
            ]
            rows = rows[::-1][: int(given.get("limit", 10))]
            return {"object": "list", "data": rows, "has_more": False, "url": operation}
        if operation == "GET /v1/accounts/{id}":
            return self.account(names[0])
        found = dict(self.get(names[0]))
        for name in given.get("expand", {}).values():
            if found.get(name):
                found[name] = self.get(found[name])
        return found

    def listed_events(self, given: Data) -> Data:
        """The newest first, two a page at most so that paging is walked; 20 kinds at most."""
        kinds = list(given["types"].values())
        if len(kinds) > 20:
            raise StripeError(400, "", "Too many types.")
        since = int(given["created"]["gte"])
        rows = [row for row in self.events[::-1] if row["created"] >= since]
        rows = [row for row in rows if row["type"] in kinds]
        if "starting_after" in given:
            ids = [row["id"] for row in rows]
            rows = rows[ids.index(given["starting_after"]) + 1 :]
        limit = min(int(given.get("limit", 10)), 2)
        return {"object": "list", "data": rows[:limit], "has_more": len(rows) > limit}

    def listed_books(self, kind: str, given: Data) -> Data:
        """Objects of a span, newest first; charges with their movement where it is asked for."""
        since, until = int(given["created"]["gte"]), int(given["created"]["lt"])
        rows = [
            row
            for row in [*self.objects.values()][::-1]
            if row["object"] == kind and since <= row["created"] < until
        ]
        if "starting_after" in given:
            ids = [row["id"] for row in rows]
            rows = rows[ids.index(given["starting_after"]) + 1 :]
        if "data.balance_transaction" in given.get("expand", {}).values():
            fee = {"object": "balance_transaction", "fee": 1_335, "currency": "usd"}
            rows = [{**row, "balance_transaction": fee} for row in rows]
        limit = int(given.get("limit", 10))
        return {"object": "list", "data": rows[:limit], "has_more": len(rows) > limit}

    def tell(self, kind: str, data: Data) -> None:
        """Keep an event, as Stripe does for 30 days."""
        event = {
            "id": f"evt_{uuid7().hex}",
            "object": "event",
            "type": kind,
            "created": int(time.time()),
            "data": {"object": copy.deepcopy(data)},
        }
        self.events.append(event)

    def checkout_create(self, names: list[str], given: Data) -> Data:
        """Refuses sums under 50 cents and expiries outside 30 minutes to 24 hours."""
        price = given["line_items"]["0"]["price_data"]
        ahead = int(given["expires_at"]) - time.time()
        if not 30 * 60 <= ahead <= 24 * 3600:
            raise StripeError(400, "", "`expires_at` must be between 30 minutes and 24 hours.")
        if int(price["unit_amount"]) < 50:
            raise StripeError(400, "amount_too_small", "The total must be at least $0.50 usd.")
        if ("customer" in given) == ("customer_email" in given):
            raise StripeError(400, "", "Give one of `customer` and `customer_email`.")
        known = given.get("customer")
        if known and known not in self.objects:
            raise StripeError(400, "resource_missing", f"No such customer: '{known}'")
        if not known and given.get("customer_creation") != "always":
            raise StripeError(400, "", "`payment_method_save` needs a Customer.")
        session = self.new("checkout.session", "cs_test")
        return self.set(
            session,
            customer=known,
            status="open",
            payment_status="unpaid",
            payment_intent=None,
            mode=given["mode"],
            amount_total=int(price["unit_amount"]),
            currency=price["currency"],
            client_reference_id=given["client_reference_id"],
            metadata=given["metadata"],
            payment_metadata=given["payment_intent_data"]["metadata"],
            url=f"https://checkout.stripe.com/c/pay/{session['id']}#{'x' * 400}",
        )

    def set(self, data: Data, **values: Any) -> Data:
        """Change a stored object."""
        data.update(values)
        return data

    def checkout_expire(self, names: list[str], given: Data) -> Data:
        session = self.get(names[0])
        if session["status"] != "open":
            raise StripeError(400, "", "Only Checkout Sessions with a status in [open] can expire.")
        return self.set(session, status="expired", url=None)

    def refund_create(self, names: list[str], given: Data) -> Data:
        charge = self.get(self.get(given["payment_intent"])["latest_charge"])
        amount = int(given["amount"])
        if charge["amount_refunded"] + amount > charge["amount"]:
            raise StripeError(400, "charge_already_refunded", "Greater than the unrefunded amount.")
        charge["amount_refunded"] += amount
        return self.new(
            "refund",
            "re",
            amount=amount,
            charge=charge["id"],
            payment_intent=given["payment_intent"],
            metadata=given["metadata"],
        )

    def account_create(self, names: list[str], given: Data) -> Data:
        assert given["type"] == "express"
        wanted = {name for name, ask in given["capabilities"].items() if ask["requested"] == "true"}
        assert wanted == {"transfers", "card_payments"}
        return self.new(
            "account",
            "acct",
            capabilities=dict.fromkeys(wanted, "inactive"),
            metadata=given["metadata"],
        )

    def account_link(self, names: list[str], given: Data) -> Data:
        self.account(given["account"])
        assert given["type"] == "account_onboarding"
        assert given["return_url"]
        assert given["refresh_url"]
        return {**OBJECTS["account_link"], "url": f"https://connect.stripe.com/setup/{uuid7()}"}

    def login_link(self, names: list[str], given: Data) -> Data:
        if not self.account(names[0])["details_submitted"]:
            raise StripeError(400, "", "Cannot create a login link before onboarding is done.")
        return {**OBJECTS["login_link"], "url": f"https://connect.stripe.com/express/{uuid7()}"}

    def transfer_create(self, names: list[str], given: Data) -> Data:
        if self.get(given["destination"])["capabilities"]["transfers"] != "active":
            code = "insufficient_capabilities_for_transfer"
            raise StripeError(400, code, "Your destination account needs transfers enabled.")
        return self.new(
            "transfer",
            "tr",
            amount=int(given["amount"]),
            currency=given["currency"],
            destination=given["destination"],
            transfer_group=given["transfer_group"],
            metadata=given.get("metadata", {}),
        )

    def reversal_create(self, names: list[str], given: Data) -> Data:
        transfer, amount = self.get(names[0]), int(given["amount"])
        if transfer["amount_reversed"] + amount > transfer["amount"]:
            raise StripeError(400, "", "Refund amount is greater than what is left.")
        account = transfer["destination"]
        if amount > self.balances.get(account, amount):
            raise StripeError(400, "balance_insufficient", "Insufficient funds.")
        if account in self.balances:
            self.balances[account] -= amount
        transfer["amount_reversed"] += amount
        metadata = given["metadata"]
        return self.new(
            "transfer_reversal", "trr", amount=amount, transfer=transfer["id"], metadata=metadata
        )

    # What people do at Stripe.

    def pay(self, session_id: str) -> None:
        """The payer pays with a card."""
        session = self.get(session_id)
        charge = self.new(
            "charge", "ch", amount=session["amount_total"], amount_refunded=0, disputed=False
        )
        payment = self.new(
            "payment_intent",
            "pi",
            amount=session["amount_total"],
            currency=session["currency"],
            status="succeeded",
            latest_charge=charge["id"],
            metadata=session["payment_metadata"],
        )
        charge["payment_intent"] = payment["id"]
        if not session["customer"]:
            customer = {"id": f"cus_{uuid7().hex}", "object": "customer"}
            session["customer"] = self.objects.setdefault(customer["id"], customer)["id"]
        self.set(session, status="complete", payment_status="paid", payment_intent=payment["id"])
        self.tell("payment_intent.succeeded", payment)
        self.tell("checkout.session.completed", session)

    def finish_onboarding(self, account_id: str) -> None:
        """The payee fills the form."""
        self.set(
            self.get(account_id),
            details_submitted=True,
            payouts_enabled=True,
            charges_enabled=True,
            capabilities={"transfers": "active", "card_payments": "active"},
            requirements={**OBJECTS["account"]["requirements"], "currently_due": []},
        )


BOOKS = {
    "GET /v1/charges": "charge",
    "GET /v1/refunds": "refund",
    "GET /v1/transfers": "transfer",
    "GET /v1/disputes": "dispute",
    "GET /v1/payouts": "payout",
}
HANDLERS = {
    "POST /v1/checkout/sessions": "checkout_create",
    "POST /v1/checkout/sessions/{id}/expire": "checkout_expire",
    "POST /v1/refunds": "refund_create",
    "POST /v1/accounts": "account_create",
    "POST /v1/account_links": "account_link",
    "POST /v1/accounts/{id}/login_links": "login_link",
    "POST /v1/transfers": "transfer_create",
    "POST /v1/transfers/{id}/reversals": "reversal_create",
}


def match(method: str, path: str) -> tuple[str, list[str]]:
    """The operation of a request and the ids in its path."""
    for operation in OPERATIONS:
        verb, template = operation.split(" ")
        found = re.fullmatch(re.sub(r"\{\w+\}", r"([^/]+)", template), path)
        if verb == method and found:
            return operation, list(found.groups())
    raise StripeError(404, "", f"Unrecognized request URL ({method}: {path}).")


def check(given: Data, operation: Data, *, where: str = "") -> None:
    """Unknown and missing parameters are refused."""
    for name in operation["required"]:
        if name not in given:
            raise StripeError(400, "parameter_missing", f"Missing required param: {name}.")
    _check_names(given, operation["parameters"], where)


def _check_names(given: Any, known: Any, where: str) -> None:
    if known in ("", "*") or not isinstance(given, dict):
        return
    for name, value in given.items():
        inner = known.get("[]") if "[]" in known else known.get(name)
        if inner is None:
            raise StripeError(
                400, "parameter_unknown", f"Received unknown parameter: {where}{name}"
            )
        _check_names(value, inner, f"{where}{name}.")


def nested(pairs: list[tuple[str, str]]) -> Data:
    """``a[b][0]=c`` as ``{"a": {"b": {"0": "c"}}}``."""
    result: Data = {}
    for name, value in pairs:
        *path, last = re.findall(r"[^\[\]]+", name)
        level = result
        for part in path:
            level = level.setdefault(part, {})
        level[last] = value
    return result


def reply(status: int, body: Data, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer, indented as Stripe's."""
    text = json.dumps(body, indent=2)
    return Response(text, status, headers, content_type="application/json")
