"""What stays of reports: in the admin site, after erasure, and after half a year (PRI-3, PRI-4)."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from community.conversations.reportable import reach
from community.models import ContentFlag, Conversation
from community.moderation.access import AppealLink
from community.moderation.actions import Verdict, decide_case, file_appeal, flag_content
from community.moderation.actions.retention import SNAPSHOTS_KEPT, empty_old_reports
from community.moderation.personal_data import empty_snapshots_of
from community.tests.people import a_conversation
from community.tests.reports import a_post, a_report
from peerloop.kit import clock
from peerloop.kit.personal_data import ClosedAccount
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db
NOW = clock.now()
REMOVE = Verdict("remove", "An ad.", rule="spam")


@pytest.fixture
def sam():
    return a_member()


@pytest.fixture
def olga():
    return a_member("Olga Stranger")


@pytest.fixture
def mona():
    return a_member("Mona Moderator", is_moderator=True)


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True, is_superuser=True)


def test_admins_see_conversations_with_a_reported_message_and_no_word_of_them(sam, olga, ada):
    quiet = a_conversation(sam, a_member("Tom"), "Between us", at=NOW)
    loud = a_conversation(sam, olga, "Pay outside", "No", at=NOW)
    message = loud.messages.get(number=1)
    flag_content(content=reach(olga, message.pk), reason="spam", by=olga, at=NOW)

    client = browse(ada)
    shown = client.get("/admin/community/conversation/").content.decode()

    assert str(loud.pk) in shown
    assert str(quiet.pk) not in shown
    page = client.get(f"/admin/community/conversation/{loud.pk}/change/").content.decode()
    assert "Pay outside" not in page
    for path in ("change", "history"):
        answer = client.get(f"/admin/community/conversation/{quiet.pk}/{path}/")
        assert answer.status_code in (302, 404)
    assert Conversation.objects.count() == 2


def test_an_admin_removes_posts_in_the_admin_site_with_a_reason(sam, ada):
    post = a_post(sam)
    sent = {
        "action": "remove",
        "_selected_action": [str(post.pk)],
        "apply": "1",
        "reason": "An ad.",
    }
    browse(ada).post("/admin/community/post/", sent)
    post.refresh_from_db()
    assert post.status == "removed"
    assert AuditEntry.objects.get(action="moderation.remove").reason == "An ad."


@pytest.mark.parametrize(
    "page", ["post", "moderationcase", "contentflag", "moderationdecision", "appeal"]
)
def test_the_pages_of_the_admin_site_open(sam, olga, mona, ada, page):
    decision = decide_case(case=a_report(a_post(sam), olga), verdict=REMOVE, by=mona, at=NOW)
    file_appeal(link=AppealLink(decision), text="No.", at=NOW)
    client = browse(ada)
    rows = client.get(f"/admin/community/{page}/?q=Sam")
    assert rows.status_code == 200
    row = rows.context["cl"].model.objects.first()
    assert client.get(f"/admin/community/{page}/{row.pk}/change/").status_code == 200


def test_erasing_a_member_empties_every_snapshot_with_their_words(sam, olga):
    conversation = a_conversation(sam, olga, "My words", "Her words", at=NOW)
    reported = conversation.messages.get(number=1)
    flag_content(content=reach(olga, reported.pk), reason="spam", by=olga, at=NOW)
    a_report(a_post(a_member("Somebody")), olga)
    gone = ClosedAccount(olga.pk, olga.name, olga.handle, olga.email, "")

    empty_snapshots_of(gone, NOW)
    empty_snapshots_of(gone, NOW)

    assert [bool(flag.snapshot) for flag in ContentFlag.objects.order_by("pk")] == [False, True]


def test_after_half_a_year_a_decided_report_loses_its_words(sam, olga, mona):
    old = a_report(a_post(sam), olga, details="Look", at=NOW)
    decide_case(case=old, verdict=REMOVE, by=mona, at=NOW)
    waiting = a_report(a_post(sam, "Two"), olga, at=NOW)

    empty_old_reports(at=NOW + SNAPSHOTS_KEPT - timedelta(minutes=1))
    assert old.flags.get().snapshot

    empty_old_reports(at=NOW + SNAPSHOTS_KEPT + timedelta(minutes=1))

    assert (old.flags.get().snapshot, old.flags.get().details) == ({}, "(removed)")
    assert waiting.flags.get().snapshot
    page = browse(mona).get(f"/mod/{old.pk}").content.decode()
    assert "not kept any more" in page


def test_a_report_under_appeal_is_kept_whole(sam, olga, mona):
    decision = decide_case(case=a_report(a_post(sam), olga), verdict=REMOVE, by=mona, at=NOW)
    file_appeal(link=AppealLink(decision), text="No.", at=NOW)

    empty_old_reports(at=NOW + SNAPSHOTS_KEPT * 2)

    assert ContentFlag.objects.get().snapshot
