"""The admin site: reading sessions and hours, cancelling and completing sessions."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry
from scheduling.models import Availability, Session
from scheduling.tests.people import MONDAY_TEN, NOW, a_session, sam_and_tom
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db
LIST = "admin:scheduling_session_changelist"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ada():
    return browse(a_member("Ada", is_admin=True, is_superuser=True))


def act(client, session, name: str, **form):
    chosen = {"action": name, "_selected_action": [str(session.pk)], **form}
    return client.post(reverse(LIST), chosen, follow=True)


def test_lists_and_details_open(ada):
    session = a_session(sam_and_tom())
    assert "Tom Teacher" in ada.get(reverse(LIST)).content.decode()
    detail = ada.get(reverse("admin:scheduling_session_change", args=[session.pk]))
    assert detail.status_code == 200
    assert "room_secrets" not in detail.content.decode()
    assert 'name="_save"' not in detail.content.decode()
    for model in ("availability", "availabilityoverride", "availabilitysettings"):
        assert ada.get(reverse(f"admin:scheduling_{model}_changelist")).status_code == 200
    assert Availability.objects.exists()


def test_cancelling_asks_for_a_reason(ada):
    session = a_session(sam_and_tom())
    assert b"Reason" in act(ada, session, "cancel").content
    assert Session.objects.get().status == "scheduled"
    act(ada, session, "cancel", apply="1", reason="Outage")
    session.refresh_from_db()
    assert (session.status, session.cancel_reason) == ("cancelled", "Outage")


def test_a_refused_act_says_why(ada):
    session = a_session(sam_and_tom(), status="cancelled", cancelled_at=NOW)
    answer = act(ada, session, "cancel", apply="1", reason="Outage")
    assert "already cancelled" in answer.content.decode()


def test_completing_by_hand(ada):
    session = a_session(sam_and_tom(), start=MONDAY_TEN - timedelta(days=2))
    assert b"Reason" in act(ada, session, "complete").content
    act(ada, session, "complete", apply="1", reason="Both were there")
    session.refresh_from_db()
    assert (session.status, session.completion_source) == ("completed", "admin")
    assert AuditEntry.objects.get(action="session.completed").reason == "Both were there"


def test_members_stay_outside():
    session = a_session(sam_and_tom())
    answer = browse(session.teacher).get(reverse(LIST))
    assert answer.status_code == 302
