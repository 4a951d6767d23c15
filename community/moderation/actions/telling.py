"""Tell both sides what was decided, without names (rule MOD-7; DSA 16 and 17)."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.notifications.kinds import Kind
from accounts.notifications.notify import notify
from accounts.notifications.outbox.queue import queue_email
from community.models import (
    Appeal,
    ContentFlag,
    DecisionAction,
    ModerationDecision,
)
from community.moderation.access import appeal_token
from community.moderation.notifications import (
    APPEAL_DECIDED,
    DECIDED,
    REPORT_DECIDED,
    WARNED,
)
from peerloop.kit.reportable import Content

# To who wrote it, and to who reported it.
TO_AUTHOR = {
    DecisionAction.DISMISS: "It was reported, and a moderator found nothing against it. It stays.",
    DecisionAction.REMOVE: "A moderator removed it.",
    DecisionAction.RESTORE: "A moderator restored it.",
    DecisionAction.WARN: "A moderator warns you.",
    DecisionAction.POSTING_BAN: (
        "Because of it you can't write posts, replies, reviews and messages, nor like any. Reading,"
        " learning and teaching go on, and you can write to our support."
    ),
    DecisionAction.SUSPEND: (
        "Because of it your account is suspended. You can't sign in meanwhile; lessons ahead are"
        " cancelled. Money that you have earned stays yours."
    ),
}
TO_REPORTER = {
    DecisionAction.DISMISS: "A moderator found nothing against our rules. It stays.",
    DecisionAction.REMOVE: "A moderator removed it.",
    DecisionAction.HANDLED: "We dealt with it.",
}
ACTED = "A moderator acted on it."
TAKEN_OUT = "It was removed."
MOST_REPORTERS = 200


def tell_outcome(decision: ModerationDecision, *, content: Content | None, at: datetime) -> None:
    """Tell who wrote it, the first member who reported it, and all who did by form."""
    if decision.target_user is not None:
        _tell_author(decision, content, at)
    if decision.action != DecisionAction.RESTORE:
        _tell_reporters(decision, at)


def tell_appeal(appeal: Appeal, *, at: datetime) -> None:
    """Tell who appealed how it ended; by mail alone where they have no account."""
    is_reversed = appeal.status == Appeal.Status.REVERSED
    values = {
        "noun": appeal.decision.case.noun,
        "outcome": "The decision was reversed." if is_reversed else "The decision stands.",
        "reason": appeal.answer,
    }
    if appeal.user is not None:
        notify(APPEAL_DECIDED, people=[appeal.user], key=appeal.pk, at=at, **values)
    elif appeal.flag is not None:
        _mail_outsider(APPEAL_DECIDED, appeal.flag, f"{appeal.pk}", values, at)


def appeal_path(decision: ModerationDecision, flag: ContentFlag | None = None) -> str:
    """Where the author may appeal, or who sent that report."""
    return reverse("appeal", args=[appeal_token(decision.pk, flag.pk if flag else None)])


def _tell_author(decision: ModerationDecision, content: Content | None, at: datetime) -> None:
    against = decision.is_against_author
    outcome = TO_AUTHOR[DecisionAction(decision.action)]
    if decision.takes_out and decision.action != DecisionAction.REMOVE:
        outcome = f"{outcome} {TAKEN_OUT}"
    path = appeal_path(decision) if against else ""
    until = decision.sanction.ends_at if decision.sanction else None
    assert decision.target_user is not None, "asked before"
    notify(
        WARNED if decision.action == DecisionAction.WARN else DECIDED,
        people=[decision.target_user],
        key=decision.pk,
        url=path or (content.page if content else ""),
        noun=decision.case.noun,
        outcome=outcome,
        rule=decision.rule_word,
        reason=decision.reason,
        until=until.isoformat() if until else "",
        appeal_url=path,
        at=at,
    )


def _tell_reporters(decision: ModerationDecision, at: datetime) -> None:
    flags = ContentFlag.objects.filter(decision=decision).select_related("flagger")
    ordered = flags.order_by("created_at", "pk")
    first = ordered.filter(flagger__isnull=False).first()
    if first is not None and first.flagger is not None:
        values = _to_reporter(decision, first)
        path = values["appeal_url"]
        notify(REPORT_DECIDED, people=[first.flagger], key=decision.pk, url=path, at=at, **values)
    outsiders = ordered.filter(flagger=None).exclude(reporter_email="")[:MOST_REPORTERS]
    for flag in outsiders:
        key = f"{decision.pk}:{flag.pk}"
        _mail_outsider(REPORT_DECIDED, flag, key, _to_reporter(decision, flag), at)


def _to_reporter(decision: ModerationDecision, flag: ContentFlag) -> dict[str, Any]:
    is_dismissal = decision.action == DecisionAction.DISMISS
    return {
        "noun": decision.case.noun,
        "outcome": TO_REPORTER.get(DecisionAction(decision.action), ACTED),
        "rule": decision.rule_word,
        "reason": decision.reason,
        "until": "",
        "appeal_url": appeal_path(decision, flag) if is_dismissal else "",
    }


def _mail_outsider(
    kind: Kind, flag: ContentFlag, key: str, values: dict[str, Any], at: datetime
) -> None:
    """The mail of a kind for somebody who has no account, if they left an address."""
    if kind.mail is None or not flag.reporter_email:
        return
    title, _ = kind.words(values)
    queue_email(
        kind.mail,
        to=flag.reporter_email,
        context={**values, "title": title, "url": values.get("appeal_url", "")},
        dedupe_key=f"{kind.name}:{key}",
        at=at,
    )
