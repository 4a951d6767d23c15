"""What moderators read: the queue, one case with the history of its author, and appeals."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, QuerySet

from accounts.models import Sanction, User
from accounts.sanctions.queries import sanctions_of
from community.models import (
    Appeal,
    AppealStatus,
    CaseStatus,
    ContentFlag,
    ModerationCase,
    ModerationDecision,
    Reason,
    Target,
)
from community.moderation.access import cases_for, content_of_case
from peerloop.kit.counting import count_up_to
from peerloop.kit.paging import Page
from peerloop.kit.reportable import Content

MOST_FLAGS, MOST_HISTORY = 50, 10


@dataclass(frozen=True, slots=True)
class Listed:
    """A case in the queue, with its waiting reports, or all of a case that is decided."""

    row: ModerationCase
    reports: int
    reasons: list[str]

    @property
    def reason_words(self) -> str:
        """Why it was reported, each reason once."""
        return ", ".join(str(Reason(reason).label) for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of cases."""

    rows: list[Listed] = field(default_factory=list)
    total: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a person: what else waits, decisions about them, sanctions, own reports."""

    cases: list[ModerationCase] = field(default_factory=list)
    decisions: list[ModerationDecision] = field(default_factory=list)
    sanctions: list[Sanction] = field(default_factory=list)
    reports_sent: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return not (self.cases or self.decisions or self.sanctions)


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case as a moderator reads it. ``now`` is what stands there, None for a page."""

    row: ModerationCase
    flags: list[ContentFlag]
    now: Content | None
    decisions: list[ModerationDecision]
    history: History
    sees_names: bool

    @property
    def snapshot(self) -> dict[str, Any]:
        """What it said when it was reported: the oldest waiting report's, else the newest's."""
        waiting = [flag for flag in self.flags if flag.decision_id is None]
        chosen = waiting[:1] or self.flags[-1:]
        return chosen[0].snapshot if chosen else {}

    @property
    def text_now(self) -> str:
        """What the content says now, without what stands around it."""
        lines = self.now.lines if self.now else ()
        return "\n".join(line.text for line in lines if line.is_meant)

    @property
    def has_changed(self) -> bool:
        """Whether it says something else than when it was reported."""
        lines = self.snapshot.get("lines", [])
        before = "\n".join(line["text"] for line in lines if line["is_meant"])
        return bool(lines) and self.now is not None and before != self.text_now

    @property
    def may_restore(self) -> bool:
        """Whether a decision took it out."""
        is_out = self.now is not None and not self.now.stands
        return is_out and self.row.status == CaseStatus.ACTIONED and bool(self.text_now)


def queue(user: User, page: Page, *, is_decided: bool = False, target: str = "") -> Queue:
    """Cases in the moderator's scope: urgent and oldest first, or the last decided (MOD-2).

    Raises NoModerator. Four statements.
    """
    rows = cases_for(user)
    if target in Target.values:
        rows = rows.filter(target_type=target)
    if is_decided:
        rows = rows.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")
    else:
        rows = rows.filter(status=CaseStatus.PENDING).order_by("-priority", "pending_since", "pk")
    found = list(rows[page.start : page.stop])
    return Queue(list(_listed(found, is_decided=is_decided)), count_up_to(rows))


def case_page(user: User, case: ModerationCase) -> CasePage:
    """All that a moderator reads of one case. A fixed number of statements."""
    flags = case.flags.select_related("flagger", "decision").order_by("created_at", "pk")
    decisions = case.decisions.select_related("actor", "sanction", "appeal")
    return CasePage(
        row=case,
        flags=list(flags[:MOST_FLAGS]),
        now=content_of_case(case),
        decisions=list(decisions.order_by("-created_at", "-pk")[:MOST_HISTORY]),
        history=_history(user, case),
        sees_names=user.keeps_order,
    )


def appeals(page: Page, *, is_decided: bool = False) -> tuple[list[Appeal], int]:
    """Appeals that wait, the oldest first; or decided ones, the newest first."""
    rows = Appeal.objects.select_related("decision__case", "decision__target_user", "user")
    if is_decided:
        rows = rows.exclude(status=AppealStatus.WAITING).order_by("-pk")
    else:
        rows = rows.filter(status=AppealStatus.WAITING).order_by("created_at", "pk")
    return list(rows[page.start : page.stop]), count_up_to(rows)


def _listed(rows: list[ModerationCase], *, is_decided: bool) -> Iterable[Listed]:
    flags = ContentFlag.objects.filter(case__in=rows)
    if not is_decided:
        flags = flags.filter(decision=None)
    grouped = (
        flags.order_by()
        .values("case_id")
        .annotate(reports=Count("pk"), reasons=ArrayAgg("reason", distinct=True, order_by="reason"))
    )
    found: dict[UUID, Any] = {one["case_id"]: one for one in grouped}
    for row in rows:
        one = found.get(row.pk, {"reports": 0, "reasons": []})
        yield Listed(row, one["reports"], one["reasons"])


def _history(user: User, case: ModerationCase) -> History:
    """Within the moderator's scope; sanctions and reports are for platform moderators."""
    author = case.author
    if author is None:
        return History()
    # Of those that were decided, the decisions stand below.
    waiting = cases_for(user).filter(author=author, status=CaseStatus.PENDING)
    others = waiting.exclude(pk=case.pk)
    decisions: QuerySet[ModerationDecision] = ModerationDecision.objects.filter(
        target_user=author
    ).exclude(case=case)
    sees_all = user.keeps_order
    if not sees_all:
        decisions = decisions.filter(case__in=cases_for(user).values("pk"))
    joined = decisions.select_related("case", "actor").order_by("-created_at", "-pk")
    return History(
        cases=list(others.order_by("-created_at", "-pk")[:MOST_HISTORY]),
        decisions=list(joined[:MOST_HISTORY]),
        sanctions=list(sanctions_of(author)[:MOST_HISTORY]) if sees_all else [],
        reports_sent=count_up_to(ContentFlag.objects.filter(flagger=author), 100)
        if sees_all
        else 0,
    )
