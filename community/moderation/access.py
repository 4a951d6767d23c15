"""Which cases a moderator reaches, and how signed links lead to an appeal (MOD-4, MOD-5, MOD-7)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import QuerySet
from django.urls import Resolver404, resolve

from accounts.models import User
from community.models import ContentFlag, ModerationCase, ModerationDecision, Target
from community.moderators.access import appointments_of
from peerloop.kit import reportable
from peerloop.kit.api import identifier
from peerloop.kit.refusals import Forbidden, Missing
from peerloop.kit.reportable import Content

APPEAL_SALT = "community.appeals"


class NoModerator(Forbidden):
    """The queue is for those who keep order."""

    message = "This page is for moderators."


def cases_for(user: User) -> QuerySet[ModerationCase]:
    """Cases in the moderator's scope: all, or those among the people of who appointed them.

    Raises NoModerator.
    """
    rows = ModerationCase.objects.select_related("author", "scope_course", "scope_creator")
    if user.keeps_order:
        return rows
    creators = list(appointments_of(user).values_list("creator_id", flat=True))
    if not creators:
        raise NoModerator
    return rows.filter(scope_creator__in=creators)


def case_in_scope(user: User, case_id: Any) -> ModerationCase:
    """A case that the moderator may see; raises Missing for one out of scope (rule MOD-5)."""
    try:
        case = cases_for(user).filter(pk=identifier(case_id)).first()
    except NoModerator:
        raise Missing from None
    if case is None:
        raise Missing
    return case


def content_in_reach(user: User, kind: str, content_id: Any) -> Content:
    """Content of a kind, if the member reaches it; raises Missing."""
    found = reportable.declared().get(kind)
    if found is None:
        raise Missing
    return found.reach(user, content_id)


def content_in_scope(user: User, kind: str, content_id: Any) -> Content:
    """A post or reply that stands where the moderator keeps order; raises Missing (rule MOD-5)."""
    if kind not in (Target.POST, Target.REPLY):
        raise Missing
    content = content_in_reach(user, kind, content_id)
    scope = appointments_of(user).filter(creator=content.creator_id)
    if not user.keeps_order and not (content.creator_id and scope.exists()):
        raise Missing
    return content


def content_of_case(case: ModerationCase) -> Content | None:
    """What stands there now; None for a page, and for kinds that are gone."""
    kind = reportable.declared().get(case.target_type)
    if kind is None or case.target_id is None:
        return None
    try:
        return kind.find(case.target_id)
    except Missing:
        return None


def content_at(path: str) -> Content | None:
    """The content whose page has this path; None where a page is no content of its own."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    for kind in reportable.declared().values():
        find_id = kind.ids.get(match.url_name or "")
        content_id = find_id(match.kwargs) if find_id else None
        if content_id is not None:
            return kind.find(content_id)
    return None


@dataclass(frozen=True, slots=True)
class AppealLink:
    """Which decision a link lets its holder appeal: as its author, or by their own report."""

    decision: ModerationDecision
    flag: ContentFlag | None = None


def appeal_token(decision_id: UUID, flag_id: UUID | None = None) -> str:
    """The last part of the address of an appeal: it is the permission, and works signed out."""
    ids = [one.hex for one in (decision_id, flag_id) if one is not None]
    return signing.dumps(ids, salt=APPEAL_SALT)


def appeal_link(token: str) -> AppealLink:
    """What the link leads to; raises Missing for one that we did not sign."""
    try:
        decision_id, *flag_ids = signing.loads(token, salt=APPEAL_SALT)
    except signing.BadSignature:
        raise Missing from None
    rows = ModerationDecision.objects.select_related("case__author", "target_user", "sanction")
    decision = rows.filter(pk=decision_id).first()
    flags = ContentFlag.objects.select_related("flagger").filter(decision=decision)
    flag = flags.filter(pk=flag_ids[0]).first() if flag_ids else None
    if decision is None or (flag_ids and flag is None):
        raise Missing
    return AppealLink(decision, flag)
