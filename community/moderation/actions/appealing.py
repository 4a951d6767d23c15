"""Appeal a decision, and decide the appeal (rule MOD-7)."""

from datetime import datetime

from django.db import transaction

from accounts.audit.log import record
from accounts.models import User
from accounts.sanctions.actions.lifting import lift_sanction
from community.models import Appeal, AppealSide, DecisionAction, ModerationDecision
from community.models.moderation_decision import APPEAL_TIME
from community.moderation.access import AppealLink, content_of_case
from community.moderation.actions.telling import tell_appeal
from community.moderation.rules import AlreadyDecided, checked_words
from peerloop.kit import reportable
from peerloop.kit.refusals import Conflict, Forbidden, Gone
from peerloop.kit.rows import locked


class TooLateToAppeal(Gone):
    """An appeal is open for fourteen days."""

    code = "too_late"
    message = "A decision can be appealed for 14 days, and these are over."


class AlreadyAppealed(Conflict):
    """One appeal for each decision."""

    code = "already_appealed"
    message = "You appealed this already. We write to you once it is decided."


class NotImpartial(Forbidden):
    """An appeal is decided by an admin who had no part in it."""

    code = "not_impartial"
    message = "You had a part in this, so another admin decides the appeal."


def require_open(link: AppealLink, *, at: datetime) -> None:
    """Raises TooLateToAppeal past fourteen days, AlreadyAppealed after the first appeal."""
    if Appeal.objects.filter(decision=link.decision).exists():
        raise AlreadyAppealed
    if at - link.decision.created_at > APPEAL_TIME:
        raise TooLateToAppeal


@transaction.atomic
def file_appeal(*, link: AppealLink, text: str, at: datetime) -> Appeal:
    """Object to a decision, once and within fourteen days; the link is the permission (MOD-7).

    Not safe to repeat. Raises Invalid naming ``text``, TooLateToAppeal, AlreadyAppealed.
    """
    words = checked_words(text, name="text", is_needed=True, ask="Say why it should be changed.")
    # Two forms that are sent at once wait for each other here.
    decision = locked(ModerationDecision.objects.all()).get(pk=link.decision.pk)
    require_open(link, at=at)
    return Appeal.objects.create(
        decision=decision,
        side=AppealSide.REPORTER if link.flag else AppealSide.AUTHOR,
        flag=link.flag,
        user=link.flag.flagger if link.flag else link.decision.target_user,
        text=words,
        created_at=at,
        updated_at=at,
    )


@transaction.atomic
def decide_appeal(
    *, appeal: Appeal, is_reversed: bool, answer: str, by: User, at: datetime
) -> Appeal:
    """Let a decision stand, or reverse it: content comes back and its sanction is lifted (MOD-7).

    Reversing a dismissal puts the case back into the queue. Of two admins at once one is told
    AlreadyDecided. Raises Forbidden, NotImpartial, Invalid naming ``answer``.
    """
    words = checked_words(answer, name="answer", is_needed=True, ask="Say why; they read it.")
    if not by.is_admin:
        raise Forbidden("Appeals are decided by admins.")
    appeal = locked(
        Appeal.objects.select_related("decision__case", "decision__sanction", "flag", "user")
    ).get(pk=appeal.pk)
    decision = appeal.decision
    if by.pk in (decision.actor_id, decision.target_user_id, appeal.user_id):
        raise NotImpartial
    if appeal.status != Appeal.Status.WAITING:
        raise AlreadyDecided
    appeal.transition_to(Appeal.Status.REVERSED if is_reversed else Appeal.Status.UPHELD)
    appeal.decided_by, appeal.decided_at, appeal.answer = by, at, words
    appeal.save()
    record(
        actor=by,
        action=f"appeal.{appeal.status}",
        subject=appeal,
        after={"decision": str(decision.pk)},
        reason=words,
        at=at,
    )
    if is_reversed:
        _reverse(appeal, words, by=by, at=at)
    tell_appeal(appeal, at=at)
    return appeal


def _reverse(appeal: Appeal, words: str, *, by: User, at: datetime) -> None:
    decision = appeal.decision
    case = locked(type(decision.case).objects.all()).get(pk=decision.case_id)
    if decision.action == DecisionAction.DISMISS:
        if not case.is_waiting:
            case.transition_to(case.Status.PENDING)
            case.pending_since, case.decided_at = at, None
            case.save()
        return
    if decision.sanction is not None:
        lift_sanction(sanction=decision.sanction, reason=words, by=by, at=at)
    content = content_of_case(case)
    is_latest = not case.decisions.filter(created_at__gt=decision.created_at).exists()
    if content is not None and decision.takes_out and is_latest:
        reportable.declared()[case.target_type].restore(id=content.id, at=at)
    if is_latest and case.status == case.Status.ACTIONED:
        case.transition_to(case.Status.DISMISSED)
        case.save()
