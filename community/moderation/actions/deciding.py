"""Decide a case: dismiss, remove, warn, ban, suspend; restore afterwards (rules MOD-3 to MOD-5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.audit.log import record
from accounts.models import Sanction, User
from accounts.sanctions.actions.posting_ban import ban_from_posting
from accounts.sanctions.actions.suspension import suspend_member
from community.models import DecisionAction, ModerationCase, ModerationDecision, Reason
from community.models.moderation_decision import SANCTIONS
from community.moderation.access import content_of_case
from community.moderation.actions.flagging import case_of
from community.moderation.actions.telling import tell_outcome
from community.moderation.rules import (
    SANCTION_DAYS,
    AlreadyDecided,
    checked_reason,
    checked_words,
    require_may_decide,
)
from peerloop.kit import reportable
from peerloop.kit.refusals import Conflict, Invalid
from peerloop.kit.reportable import Content
from peerloop.kit.retries import retried
from peerloop.kit.rows import locked


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a moderator chose.

    ``rule``: the reason of ours that it rests on, not for dismissals. ``reason``: what both sides
    read. ``days``: of a sanction; None for one without an end, which only an admin decides.
    ``takes_out``: whether a warning or sanction removes the content too.
    """

    action: str
    reason: str
    rule: str = ""
    days: int | None = None
    takes_out: bool = False


class AlreadyInForce(Conflict):
    """The member has such a sanction, as long or longer."""

    code = "already_in_force"
    message = "A sanction of this kind stands already, for as long or longer."


@retried
@transaction.atomic
def decide_case(
    *, case: ModerationCase, verdict: Verdict, by: User, at: datetime
) -> ModerationDecision:
    """Close all waiting reports of one target by one decision, and tell both sides (MOD-3, MOD-7).

    Of two moderators at once one is told AlreadyDecided. Raises also NotYours, Invalid naming the
    field, AlreadyInForce, Conflict for what the kind of content does not allow, and Forbidden by
    tier from ``accounts.sanctions`` (rule MOD-4).
    """
    verdict = _checked(verdict)
    case = locked(ModerationCase.objects.select_related("author")).get(pk=case.pk)
    require_may_decide(by, case, verdict.action)
    if not case.is_waiting:
        raise AlreadyDecided
    content = content_of_case(case)
    verdict = _fitting(verdict, case, content)
    sanction = _sanction(verdict, case, by=by, at=at)
    _change_content(verdict, case, content, at)
    decision = _write(verdict, case, sanction, by=by, at=at)
    case.flags.filter(decision=None).update(decision=decision, updated_at=at)
    is_dismissal = verdict.action == DecisionAction.DISMISS
    case.transition_to(case.Status.DISMISSED if is_dismissal else case.Status.ACTIONED)
    case.decided_at, case.hidden_at = at, None
    case.save()
    tell_outcome(decision, content=content, at=at)
    return decision


@transaction.atomic
def restore_content(
    *, case: ModerationCase, reason: str, by: User, at: datetime
) -> ModerationDecision:
    """Show again what an earlier decision removed, and tell its author (rule MOD-3).

    Sanctions stay. Raises NotYours, Invalid naming ``reason``, and AlreadyDecided where nothing is
    removed.
    """
    verdict = Verdict(DecisionAction.RESTORE, _words(reason))
    case = locked(ModerationCase.objects.select_related("author")).get(pk=case.pk)
    require_may_decide(by, case, DecisionAction.REMOVE)
    content = content_of_case(case)
    if case.status != case.Status.ACTIONED or content is None or content.stands:
        raise AlreadyDecided("This is not removed any more.")
    reportable.declared()[case.target_type].restore(id=content.id, at=at)
    decision = _write(verdict, case, None, by=by, at=at)
    case.transition_to(case.Status.DISMISSED)
    case.decided_at = at
    case.save()
    tell_outcome(decision, content=content, at=at)
    return decision


@transaction.atomic
def remove_content(
    *, content: Content, reason: str, by: User, at: datetime, rule: str = Reason.OTHER
) -> ModerationDecision:
    """Remove content that nobody reported, as an admin or moderator found it; its author is told.

    Who reported it meanwhile is told too. Raises as ``decide_case``.
    """
    case = case_of(content, at=at)
    if not case.is_waiting:
        case.transition_to(case.Status.PENDING)
        case.pending_since, case.decided_at = at, None
    case.save()
    verdict = Verdict(DecisionAction.REMOVE, reason, rule=rule)
    return decide_case(case=case, verdict=verdict, by=by, at=at)


def _checked(verdict: Verdict) -> Verdict:
    if verdict.action not in DecisionAction.values or verdict.action == DecisionAction.RESTORE:
        raise Invalid.field("action", "Choose what to do.")
    rule = verdict.rule
    is_dismissal = verdict.action == DecisionAction.DISMISS
    if is_dismissal:
        rule = ""
    elif not rule:
        raise Invalid.field("rule", "Choose the rule that it breaks.")
    else:
        checked_reason(rule)
    days = verdict.days if verdict.action in SANCTIONS else None
    if days is not None and days not in SANCTION_DAYS:
        raise Invalid.field("days", "Choose 1, 7 or 30 days.")
    takes_out = verdict.takes_out or verdict.action == DecisionAction.REMOVE
    return Verdict(
        action=verdict.action,
        reason=_words(verdict.reason),
        rule=rule,
        days=days,
        takes_out=takes_out and not is_dismissal and verdict.action != DecisionAction.HANDLED,
    )


def _words(reason: str) -> str:
    ask = "Say why: who wrote it and who reported it read this."
    return checked_words(reason, name="reason", is_needed=True, ask=ask)


def _fitting(verdict: Verdict, case: ModerationCase, content: Content | None) -> Verdict:
    """Refuse what can't be done with this kind of content."""
    if case.author is None and verdict.action not in (
        DecisionAction.DISMISS,
        DecisionAction.HANDLED,
    ):
        raise Conflict("A page has no single author. Deal with it where it is kept, then say so.")
    if case.author is not None and verdict.action == DecisionAction.HANDLED:
        raise Invalid.field("action", "Choose what to do.")
    return verdict


def _sanction(verdict: Verdict, case: ModerationCase, *, by: User, at: datetime) -> Sanction | None:
    """Put the sanction in force; its member is told of it with the decision, by one mail."""
    if verdict.action not in SANCTIONS or case.author is None:
        return None
    author = case.author
    until = at + timedelta(days=verdict.days) if verdict.days else None
    if verdict.action == DecisionAction.POSTING_BAN:
        ban = ban_from_posting(
            user=author,
            reason=verdict.reason,
            by=by,
            until=until,
            flag_id=case.pk,
            is_told=False,
            at=at,
        )
        found: Sanction | None = ban
    else:
        suspend_member(user=author, reason=verdict.reason, by=by, until=until, is_told=False, at=at)
        kinds = Sanction.objects.in_force(at).filter(user=author, kind=Sanction.Kind.SUSPENSION)
        found = kinds.order_by("-starts_at", "-pk").first()
    if found is None or found.starts_at != at:
        raise AlreadyInForce
    return found


def _change_content(
    verdict: Verdict, case: ModerationCase, content: Content | None, at: datetime
) -> None:
    if content is None:
        return
    kind = reportable.declared()[case.target_type]
    if verdict.takes_out:
        kind.remove(id=content.id, at=at)
    elif case.hidden_at is not None:
        # Hidden until somebody looked; it stays with its people.
        kind.restore(id=content.id, at=at)


def _write(
    verdict: Verdict, case: ModerationCase, sanction: Sanction | None, *, by: User, at: datetime
) -> ModerationDecision:
    decision = ModerationDecision.objects.create(
        case=case,
        actor=by,
        action=verdict.action,
        rule=verdict.rule,
        reason=verdict.reason,
        target_user=case.author,
        takes_out=verdict.takes_out,
        days=verdict.days if sanction else None,
        sanction=sanction,
        created_at=at,
        updated_at=at,
    )
    after: dict[str, Any] = {"rule": verdict.rule, "takes_out": verdict.takes_out}
    record(
        actor=by,
        action=f"moderation.{verdict.action}",
        subject=case,
        after={**after, "days": decision.days, "decision": str(decision.pk)},
        reason=verdict.reason,
        at=at,
    )
    return decision
