"""Report content, with or without an account (rules MOD-1, MOD-2; DSA 16)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.notifications.notify import notify
from accounts.notifications.outbox.queue import queue_email
from community.models import ContentFlag, ModerationCase, Priority, Reason, Target
from community.models.moderation import FLAGGERS_THAT_HIDE
from community.moderation.notifications import HIDDEN, REPORT_RECEIVED
from community.moderation.rules import AlreadyFlagged, OwnContent, checked_reason, checked_words
from peerloop.kit import reportable
from peerloop.kit.reportable import Content
from peerloop.kit.retries import retried
from peerloop.kit.rows import locked


@retried
@transaction.atomic
def flag_content(
    *, content: Content, reason: str, details: str = "", by: User, at: datetime
) -> ContentFlag:
    """Report a piece of content; the third member who does hides it until somebody looked.

    ``details``: at most 2,000 characters, needed for the reason "other". Not safe to repeat: raises
    AlreadyFlagged, besides OwnContent and Invalid naming the field (rules MOD-1, MOD-2).
    """
    if content.author.pk == by.pk:
        raise OwnContent
    words = _checked(reason, details)
    return _add(_case_of_content(content, at), content, words, flagger=by, at=at)


@retried
@transaction.atomic
def report_address(
    *,
    address: str,
    content: Content | None,
    reason: str,
    details: str,
    name: str = "",
    email: str = "",
    by: User | None = None,
    at: datetime,
) -> ContentFlag:
    """Report what stands at an address of ours, also without an account (DSA 16).

    ``address``: the path; ``content``: what stands there, if that is a kind of its own. A receipt
    goes to ``email``, if any. Not safe to repeat. Raises as ``flag_content``; ``details`` are
    always needed, because the law asks for an explained report.
    """
    if content is not None and by is not None and content.author.pk == by.pk:
        raise OwnContent
    words = _checked(reason, details, is_explained=True)
    case = _case_of_content(content, at) if content else _case_of_page(address, at)
    if by is not None:
        return _add(case, content, words, flagger=by, at=at)
    outsider = {"reporter_name": name, "reporter_email": email}
    flag = _add(case, content, {**words, **outsider}, at=at)
    if email:
        queue_email(
            REPORT_RECEIVED,
            to=email,
            context={
                "name": name,
                "address": address,
                "rule": flag.reason_word,
                "reason": flag.details,
                "number": flag.pk.hex[-8:],
            },
            dedupe_key=f"report-received:{flag.pk}",
            at=at,
        )
    return flag


def case_of(content: Content, *, at: datetime) -> ModerationCase:
    """The case of a piece of content, locked, made if there is none. Inside a transaction."""
    return _case_of_content(content, at)


def _checked(reason: str, details: str, *, is_explained: bool = False) -> dict[str, str]:
    reason = checked_reason(reason)
    needed = is_explained or reason == Reason.OTHER
    words = checked_words(details, name="details", is_needed=needed, ask="Say what is wrong.")
    return {"reason": reason, "details": words}


def _case_of_content(content: Content, at: datetime) -> ModerationCase:
    target = {"target_type": content.kind, "target_id": content.id}
    # The community may have changed since the last report, as when a course changes hands.
    scope = {"scope_course_id": content.course_id, "scope_creator_id": content.creator_id}
    case = _locked_case(target, {"author": content.author, **scope}, at)
    for name, value in scope.items():
        setattr(case, name, value)
    return case


def _case_of_page(address: str, at: datetime) -> ModerationCase:
    return _locked_case({"target_type": Target.PAGE, "address": address}, {}, at)


def _locked_case(target: dict[str, Any], more: dict[str, Any], at: datetime) -> ModerationCase:
    """Lock the row, so that flags of one target are counted one after the other."""
    row = ModerationCase(**target, **more, pending_since=at, created_at=at, updated_at=at)
    # Whoever comes second waits here until the first one's row stands.
    ModerationCase.objects.bulk_create([row], ignore_conflicts=True)
    return locked(ModerationCase.objects.select_related("author")).get(**target)


def _add(
    case: ModerationCase,
    content: Content | None,
    words: dict[str, str],
    *,
    flagger: User | None = None,
    at: datetime,
) -> ContentFlag:
    if flagger is not None and case.flags.filter(flagger=flagger).exists():
        raise AlreadyFlagged
    flag = ContentFlag.objects.create(
        case=case,
        flagger=flagger,
        snapshot=_snapshot(content),
        created_at=at,
        updated_at=at,
        **words,
    )
    if not case.is_waiting:
        case.transition_to(case.Status.PENDING)
        case.pending_since, case.decided_at, case.priority = at, None, Priority.NORMAL
    waiting = list(case.flags.filter(decision=None).values_list("reason", "flagger_id"))
    case.priority = max(case.priority, _priority([reason for reason, _ in waiting]))
    members = {flagger_id for _, flagger_id in waiting if flagger_id}
    if content is not None and content.stands and len(members) >= FLAGGERS_THAT_HIDE:
        _hide(case, content, at)
    case.save()
    return flag


def _snapshot(content: Content | None) -> dict[str, Any]:
    if content is None:
        return {}
    return {"place": content.place, "lines": [line.as_json() for line in content.lines]}


def _priority(reasons: list[str]) -> int:
    if Reason.HARASSMENT in reasons:
        return Priority.URGENT
    return Priority.HIGH if len(reasons) >= FLAGGERS_THAT_HIDE else Priority.NORMAL


def _hide(case: ModerationCase, content: Content, at: datetime) -> None:
    if case.hidden_at is not None:
        return
    kind = reportable.declared()[content.kind]
    kind.hide(id=content.id, at=at)
    case.hidden_at = at
    notify(
        HIDDEN,
        people=[content.author],
        key=f"{case.pk}:{at.isoformat()}",
        noun=kind.noun,
        url=content.page,
        at=at,
    )
