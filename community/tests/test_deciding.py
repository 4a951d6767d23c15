"""What moderators decide, who may, and who is told (rules MOD-3 to MOD-7)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry, Email, Notification, Sanction
from community.feeds.access import Feed
from community.feeds.reportable import content_of
from community.models import ModerationCase, ModerationDecision
from community.moderation.actions import (
    Verdict,
    decide_case,
    remove_content,
    restore_content,
)
from community.moderation.actions.deciding import AlreadyInForce
from community.moderation.rules import AlreadyDecided, NotYours
from community.tests.reports import a_post, a_report
from peerloop.kit import clock
from peerloop.kit.invariants import differences
from peerloop.kit.refusals import Forbidden, Invalid
from tests.cast import a_course, a_member, an_enrollment
from tests.threads import at_once

pytestmark = pytest.mark.django_db
NOW = clock.now()
SPAM = "The same link stands in six feeds."
REMOVE = Verdict("remove", SPAM, rule="spam")
DISMISS = Verdict("dismiss", "It is a joke among friends.")


@pytest.fixture
def sam():
    return a_member()


@pytest.fixture
def mona():
    return a_member("Mona Moderator", is_moderator=True)


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True)


@pytest.fixture
def post(sam):
    return a_post(sam)


@pytest.fixture
def olga():
    return a_member("Olga Stranger")


@pytest.fixture
def case(post, olga):
    return a_report(post, olga)


def decided(case, verdict, by, at=NOW):
    return decide_case(case=case, verdict=verdict, by=by, at=at)


def test_removing_takes_the_post_out_and_tells_both_sides_without_names(
    case, post, sam, olga, mona
):
    decided(case, REMOVE, mona)

    post.refresh_from_db()
    assert post.status == "removed"
    for person in (sam, olga):
        notice = Notification.objects.get(user=person)
        assert SPAM in notice.body
        words = str(Email.objects.get(user=person).context)
        assert "Spam or advertising" in words
        assert not any(other.name in words for other in (sam, olga, mona))
    assert Email.objects.get(user=sam).context["appeal_url"].startswith("/appeals/")
    assert Email.objects.get(user=olga).context["appeal_url"] == ""
    entry = AuditEntry.objects.get(action="moderation.remove")
    assert (entry.actor, entry.reason, entry.object_id) == (mona, SPAM, str(case.pk))


def test_one_decision_closes_all_reports_and_only_the_first_member_is_told(case, post, olga, mona):
    second = a_member("Second")
    a_report(post, second)

    decision = decided(case, DISMISS, mona)

    assert set(case.flags.values_list("decision", flat=True)) == {decision.pk}
    case.refresh_from_db()
    assert case.status == "dismissed"
    assert Notification.objects.filter(user=olga).exists()
    assert not Notification.objects.filter(user=second).exists()


def test_dismissing_shows_a_hidden_post_again(post, mona):
    for name in ("One", "Two", "Three"):
        case = a_report(post, a_member(name))
    post.refresh_from_db()
    assert post.status == "hidden"

    decided(case, DISMISS, mona)

    post.refresh_from_db()
    assert post.status == "visible"
    assert differences() == []


def test_a_report_after_a_decision_opens_the_case_again(case, post, mona):
    decided(case, DISMISS, mona)

    again = a_report(post, a_member("Later"))

    assert (again.pk, again.status, again.decided_at) == (case.pk, "pending", None)
    assert again.flags.filter(decision=None).count() == 1


def test_a_warning_needs_words_and_says_them(case, sam, mona):
    with pytest.raises(Invalid):
        decided(case, Verdict("warn", " ", rule="harassment"), mona)

    decided(case, Verdict("warn", "Not in this tone.", rule="harassment"), mona)

    assert Email.objects.get(user=sam).template == "moderation-warning"
    assert "Not in this tone." in Notification.objects.get(user=sam).body


@pytest.mark.parametrize("days", [1, 7, 30])
def test_a_moderator_bans_for_a_while_and_removes_what_was_written(case, post, sam, mona, days):
    decided(case, Verdict("posting_ban", SPAM, rule="spam", days=days, takes_out=True), mona)

    sam.refresh_from_db()
    assert sam.posting_banned_until == NOW + timedelta(days=days)
    post.refresh_from_db()
    assert post.status == "removed"


@pytest.mark.parametrize("days", [1, 7, 30])
def test_a_moderator_suspends_for_a_while(case, sam, mona, days):
    decision = decided(case, Verdict("suspend", SPAM, rule="spam", days=days), mona)

    sam.refresh_from_db()
    assert sam.suspended_until == NOW + timedelta(days=days)
    assert decision.sanction == Sanction.objects.get()


@pytest.mark.parametrize("action", ["suspend", "posting_ban"])
def test_a_sanction_is_told_by_one_mail_with_reason_rule_and_appeal(case, sam, mona, action):
    decided(case, Verdict(action, "The same advert again.", rule="spam", days=7), mona)

    mail = Email.objects.get(user=sam)
    assert mail.context["reason"] == "The same advert again."
    assert mail.context["rule"] == "Spam or advertising"
    assert mail.context["until"] == (NOW + timedelta(days=7)).isoformat()
    assert mail.context["appeal_url"].startswith("/appeals/")
    assert Notification.objects.get(user=sam).url == mail.context["appeal_url"]


@pytest.mark.parametrize("action", ["suspend", "posting_ban"])
def test_only_an_admin_decides_without_an_end(case, sam, mona, ada, action):
    verdict = Verdict(action, SPAM, rule="spam")
    with pytest.raises(Forbidden):
        decided(case, verdict, mona)
    assert not Sanction.objects.exists()
    assert ModerationCase.objects.get().status == "pending"

    decided(case, verdict, ada)

    assert Sanction.objects.get().ends_at is None


@pytest.mark.parametrize("days", [2, 31, 0, -1])
def test_other_lengths_are_refused(case, ada, days):
    with pytest.raises(Invalid):
        decided(case, Verdict("suspend", SPAM, rule="spam", days=days), ada)


def test_a_ban_that_stands_longer_is_not_taken_for_a_new_one(case, sam, mona):
    decided(case, Verdict("posting_ban", SPAM, rule="spam", days=30), mona)
    other = a_report(a_post_of(sam), a_member("Next"))
    with pytest.raises(AlreadyInForce):
        decided(
            other,
            Verdict("posting_ban", SPAM, rule="spam", days=1),
            mona,
            at=NOW + timedelta(minutes=1),
        )


def a_post_of(author):
    """Written before the ban."""
    author.refresh_from_db()
    author.posting_banned_until = None
    return a_post(author, "Another one")


@pytest.mark.parametrize(
    ("verdict", "field"),
    [
        (Verdict("explode", SPAM, rule="spam"), "action"),
        (Verdict("restore", SPAM, rule="spam"), "action"),
        (Verdict("handled", SPAM, rule="spam"), "action"),
        (Verdict("remove", SPAM), "rule"),
        (Verdict("remove", SPAM, rule="boring"), "reason"),
        (Verdict("dismiss", " \u200b "), "reason"),
        (Verdict("dismiss", "x" * 5_001), "reason"),
    ],
)
def test_a_decision_that_is_not_whole_changes_nothing(case, mona, verdict, field):
    with pytest.raises(Invalid) as refusal:
        decided(case, verdict, mona)
    assert list(refusal.value.fields) == [field]
    assert not ModerationDecision.objects.exists()


def test_nobody_decides_about_themselves_and_moderators_not_about_staff(olga, mona, ada):
    own = a_report(a_post(mona), olga)
    for verdict in (DISMISS, REMOVE):
        with pytest.raises(NotYours):
            decided(own, verdict, mona)
    with pytest.raises(NotYours):
        decided(own, REMOVE, a_member("Max Moderator", is_moderator=True))
    with pytest.raises(NotYours):
        decided(a_report(a_post(ada), olga), REMOVE, mona)
    with pytest.raises(NotYours):
        decided(a_report(a_post(ada, "Two"), olga), REMOVE, ada)

    decided(own, REMOVE, ada)


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_at_once_one_is_told_that_it_was_decided(case, post, mona, ada, sam):
    outcomes = at_once([lambda: decided(case, REMOVE, mona), lambda: decided(case, DISMISS, ada)])

    assert {type(one) for one in outcomes} == {AlreadyDecided, ModerationDecision}
    decision = ModerationDecision.objects.get()
    post.refresh_from_db()
    assert post.status == ("removed" if decision.action == "remove" else "visible")
    assert Notification.objects.filter(user=sam).count() == 1


def test_what_was_removed_can_be_restored_once(case, post, sam, mona, ada):
    decided(case, REMOVE, mona)

    restore_content(case=case, reason="It was a quotation.", by=ada, at=NOW)

    post.refresh_from_db()
    assert post.status == "visible"
    assert Notification.objects.filter(user=sam, body__contains="restored").exists()
    case.refresh_from_db()
    assert (case.status, case.decided_at) == ("dismissed", NOW)
    with pytest.raises(AlreadyDecided):
        restore_content(case=case, reason="Again", by=ada, at=NOW)


def test_an_admin_removes_what_nobody_reported(post, sam, ada):
    remove_content(content=content_of(post), reason=SPAM, by=ada, at=NOW)

    post.refresh_from_db()
    assert post.status == "removed"
    assert Notification.objects.get(user=sam).kind == "moderation"


def test_a_decision_can_not_be_changed_or_deleted(case, mona):
    decision = decided(case, REMOVE, mona)
    for change in (
        lambda: ModerationDecision.objects.update(action="dismiss"),
        lambda: ModerationDecision.objects.update(reason="Other words"),
        lambda: ModerationDecision.objects.filter(pk=decision.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_reply_that_is_removed_and_restored_is_counted_right(post, olga, mona):
    from community.feeds.actions import reply_to_post

    reply = reply_to_post(post=post, content="Rude", by=olga, at=NOW)
    case = a_report(reply, a_member("Third"))
    decided(case, REMOVE, mona)
    post.refresh_from_db()
    assert post.reply_count == 0

    restore_content(case=case, reason="It was fine.", by=mona, at=NOW)

    post.refresh_from_db()
    assert post.reply_count == 1


def test_the_community_of_a_report_is_that_of_its_feed(sam, olga):
    course = a_course()
    an_enrollment(sam, course)
    an_enrollment(olga, course)
    case = a_report(a_post(sam, feed=Feed("course", course)), olga)
    assert (case.scope_course, case.scope_creator) == (course, course.creator)
