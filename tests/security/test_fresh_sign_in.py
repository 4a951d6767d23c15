"""Which settings pages ask to sign in again when the sign-in is old (security ID-7)."""

import pytest

from accounts.identity import reauthentication
from accounts.tests.factors import a_phone
from tests.security.endpoints import PLACEHOLDER, Clients, Endpoint, routes
from tests.security.scene import a_world

pytestmark = pytest.mark.django_db

# A new page that changes how a member signs in, where money is paid or that exports personal data
# belongs here, and needs ``fresh_sign_in``.
ASK = {
    *("GET /settings/security/app", "POST /settings/security/app"),
    *("GET /settings/security/app/remove", "POST /settings/security/app/remove"),
    *("GET /settings/security/passkeys/new", "POST /settings/security/passkeys/new"),
    *(
        "GET /settings/security/passkeys/{passkey_id}",
        "POST /settings/security/passkeys/{passkey_id}",
    ),
    "GET /settings/security/passkeys/{passkey_id}/remove",
    "POST /settings/security/passkeys/{passkey_id}/remove",
    *("GET /settings/security/codes", "POST /settings/security/codes"),
    "POST /settings/security/outside/{provider}/connect",
    "POST /settings/security/outside/{provider}/disconnect",
    *("GET /settings/security/address", "POST /settings/security/address"),
    *("POST /settings/privacy/export", "GET /settings/privacy/export/{export_id}"),
    *("GET /settings/privacy/close", "POST /settings/privacy/close"),
    *("GET /settings/payouts/account", "POST /settings/payouts/account"),
    "POST /settings/payouts/dashboard",
}


def test_only_these_pages_ask_to_sign_in_again() -> None:
    world = a_world()
    clients = Clients(world, {})
    asking = set()
    for who, under in (("student", "settings/"), ("teacher", "settings/payouts")):
        a_phone(world.people[who])
        browser = clients.browsers[who]
        session = browser.session
        session[reauthentication.PROVED] -= reauthentication.FRESH_SECONDS + 1
        session.save()
        for route, _ in routes():
            for method in ("GET", "POST") if route.startswith(under) else ():
                endpoint = Endpoint(method, route)
                words = clients.placeholders_for(endpoint)
                path = PLACEHOLDER.sub(lambda found, words=words: words.get(found[1], "x"), route)
                answer = browser.generic(method, f"/{path}")
                if answer.headers.get("Location", "").startswith("/confirm?"):
                    asking.add(endpoint.name)

    assert asking == ASK
