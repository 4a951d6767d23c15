"""Every privileged act asks for a fresh sign-in and a reason, and is audited (ID-7, ADM-2, OPS-5).

The tables name each way to act: a new one has to join them, and is then held to the same.
"""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.audit.admin_pages import AuditedAdmin
from accounts.audit.log import because, reasons_needed, record
from accounts.identity.admin_api import AdminEndpoint
from accounts.identity.reauthentication import FreshSignInNeeded
from accounts.models import AuditEntry
from peerloop.kit import clock
from peerloop.kit.refusals import Invalid
from peerloop.kit.tracing import missing_proof
from scheduling.models import Session
from scheduling.tests.people import a_session, sam_and_tom
from tests.cast import PASSWORD, a_course, a_member, an_enrollment, browse, stale, stale_api
from tests.security.endpoints import routes

pytestmark = pytest.mark.django_db

# Actions of lists in the admin site.
ACTIONS = {
    "accounts.user": "suspend lift ban lift_ban change_role erase keep_account",
    "accounts.file": "take_away",
    "accounts.webhookevent": "work_again",
    "accounts.creatorapplication": "approve deny",
    "accounts.email": "again",
    "accounts.deadletter": "again",
    "mfa.authenticator": "take_away",
    "billing.transaction": "grant",
    "billing.paymentsplit": "clear_flags",
    "billing.booksdifference": "explain",
    "billing.confirmation": "confirm decline",
    "billing.payout": "process_selected cancel_selected retry_selected",
    "billing.refundrequest": "approve_selected",
    "billing.refundfailure": "send_again",
    "billing.withdrawal": "send_answer",
    "catalog.course": "publish suspend feature unfeature transfer",
    "catalog.category": "move_up move_down remove",
    "catalog.contentrequest": "plan publish decline reopen remove",
    "catalog.inquiry": "mark_as_spam",
    "community.newsletter": "stop",
    "goodwill.referral": "send_again",
    "goodwill.rewardclaim": "give decline",
    "learning.enrollment": "issue force_completed reassign unassign",
    "learning.studentteacher": "switch_off switch_on",
    "learning.certificate": "issue decline revoke reinstate",
    "learning.teachingapplication": "approve decline",
    "scheduling.session": "cancel complete",
    "community.platformmoderator": "take_away",
    "community.moderatorinvite": "resend cancel",
    "community.communitymoderator": "end",
    "community.post": "remove",
    "community.feeddelivery": "send_again",
    "community.feedfollow": "send_again",
}
# Forms of the admin site.
FORMS = {
    "catalog.course": "add change",
    "catalog.category": "add change",
    "learning.studentteacher": "add",
    "billing.balanceadjustment": "add",
    "billing.compenrollment": "add",
    "community.moderatorinvite": "add",
    "scheduling.session": "add",
    "goodwill.goodwilltransaction": "add",
}
# Pages of ours in the admin site, beside Django's own and the export of each list.
PAGES = {"admin:billing_payout_owed"}
# Endpoints of the API that act.
ENDPOINTS = {
    "POST /api/v1/admin/payouts/{payout_id}/process",
    "POST /api/v1/admin/payouts/batch",
}
DJANGO_PAGES = ("_add", "_change", "_changelist", "_delete", "_history", "_autocomplete")


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True, is_superuser=True)


@pytest.fixture
def request_of(ada, rf):
    request = rf.get("/admin/")
    request.user = ada
    return request


def label_of(model):
    return model._meta.label_lower


def address_of(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_every_page_of_the_admin_site_is_of_the_audited_kind():
    others = [model for model, page in admin.site._registry.items() if not _is_audited(page)]

    assert others == []


def _is_audited(page):
    return isinstance(page, AuditedAdmin)


def test_all_actions_of_the_admin_site_are_in_the_table(request_of):
    found = {
        label_of(model): " ".join(page.get_actions(request_of))
        for model, page in admin.site._registry.items()
    }

    assert {model: names for model, names in found.items() if names} == ACTIONS


def test_all_forms_of_the_admin_site_are_in_the_table(request_of):
    found = {}
    for model, page in admin.site._registry.items():
        may = [
            *(["add"] if page.has_add_permission(request_of) else []),
            *(["change"] if page.has_change_permission(request_of) else []),
        ]
        assert not page.has_delete_permission(request_of), model
        found[label_of(model)] = " ".join(may)

    assert {model: names for model, names in found.items() if names} == FORMS


def test_all_other_pages_of_the_admin_site_are_in_the_table():
    names = {
        f"admin:{pattern.name}"
        for page in admin.site._registry.values()
        for pattern in page.urls
        if pattern.name and not pattern.name.endswith((*DJANGO_PAGES, "_export"))
    }

    assert names == PAGES


def test_every_action_asks_for_a_fresh_sign_in_then_for_a_reason(ada):
    fresh, old = browse(ada), stale(browse(ada))
    for model in admin.site._registry:
        for name in ACTIONS.get(label_of(model), "").split():
            given = {"action": name, "_selected_action": [str(ada.pk)]}

            answer = old.post(address_of(model), given)

            assert answer["Location"].startswith("/confirm?"), (model, name)
    session = a_session(sam_and_tom())
    given = {"action": "complete", "_selected_action": [str(session.pk)]}
    assert b'name="reason"' in fresh.post(address_of(Session), given).content


def test_every_form_asks_for_a_fresh_sign_in_before_it_opens(ada):
    client = stale(browse(ada))
    course = a_course()
    rows = {"catalog.course": course, "catalog.category": course.category}
    for model in admin.site._registry:
        words = FORMS.get(label_of(model), "").split()
        addresses = [address_of(model, "add")] if "add" in words else []
        if "change" in words:
            addresses.append(address_of(model, "change", rows[label_of(model)].pk))
        for address in addresses:
            for method in (client.get, client.post):
                assert method(address)["Location"].startswith("/confirm?"), address


@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_other_page_asks_for_a_fresh_sign_in_before_it_acts(ada, page):
    assert stale(browse(ada)).post(reverse(page))["Location"].startswith("/confirm?")


def test_every_list_is_exported_for_a_reason_after_a_fresh_sign_in(ada):
    fresh, old = browse(ada), stale(browse(ada))
    for model in admin.site._registry:
        address = address_of(model, "export")
        assert old.post(address, {"reason": "x"})["Location"].startswith("/confirm?"), model
        assert fresh.post(address, {"reason": ""}).status_code == 200, model
        exports = AuditEntry.objects.filter(action="list.exported", after__list=label_of(model))
        assert not exports.exists(), model

        answer = fresh.post(address, {"reason": "For the tax office"})

        assert answer["Content-Type"].startswith("text/csv"), model
        b"".join(answer)
        entry = exports.get()
        assert (entry.actor, entry.reason) == (ada, "For the tax office"), model


def test_all_endpoints_for_admins_are_in_the_table_and_of_the_asking_kind():
    found = set()
    for route, view in routes():
        if not route.startswith("api/v1/admin/"):
            continue
        assert issubclass(view.view_class, AdminEndpoint), route
        acting = [m for m in ("post", "put", "patch", "delete") if hasattr(view.view_class, m)]
        path = route.replace("<str:payout_id>", "{payout_id}").replace("<uuid:", "{")
        found |= {f"{method.upper()} /{path}" for method in acting}

    assert found == ENDPOINTS


@pytest.mark.parametrize("endpoint", sorted(ENDPOINTS))
def test_every_endpoint_asks_for_a_fresh_sign_in_or_the_password(ada, endpoint):
    path = endpoint.split()[1].format(payout_id="0190f0c0-0000-7000-8000-000000000000")
    client = stale_api(ada)

    asked = client.post(path, {}, format="json")
    wrong = client.post(path, {"current_password": "wrong"}, format="json")
    right = client.post(path, {"current_password": PASSWORD}, format="json")

    assert (asked.status_code, asked.json()["code"]) == (403, "current_password_needed")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong_password")
    assert right.status_code in (200, 404)


def test_acting_on_somebody_else_asks_on_every_page_and_endpoint(ada):
    session = a_session(sam_and_tom())
    path = reverse("session-completion", args=[session.pk])

    answer = stale(browse(ada)).post(path)

    assert answer["Location"].startswith("/confirm?")
    session.refresh_from_db()
    assert session.status == "scheduled"


def test_an_entry_without_a_fresh_sign_in_takes_its_action_back(ada):
    enrollment = an_enrollment()
    token = missing_proof.set(FreshSignInNeeded)
    try:
        with pytest.raises(FreshSignInNeeded):
            record(actor=ada, action="any.act", subject=enrollment, reason="x", at=clock.now())
        # On themselves, and by members, settings pages ask where it is needed.
        record(actor=ada, action="own.act", subject=ada, at=clock.now())
        record(actor=a_member(), action="own.act", subject=enrollment, at=clock.now())
    finally:
        missing_proof.reset(token)


def test_an_entry_of_the_admin_site_needs_a_reason(ada):
    enrollment = an_enrollment()
    with reasons_needed():
        with pytest.raises(Invalid):
            record(actor=ada, action="any.act", subject=enrollment, at=clock.now())
        with because("It was asked for"):
            record(actor=ada, action="any.act", subject=enrollment, at=clock.now())

    assert AuditEntry.objects.get().reason == "It was asked for"
