"""Lists of members: followers, followed and blocked members."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.members.queries.profiles import sees_whole_profile
from accounts.models import Block, Follow, User, UserStats
from accounts.models.member import active_member
from peerloop.kit.counting import count_up_to
from peerloop.kit.paging import Page
from peerloop.kit.statements import Given, Read, columns

COLUMNS = ("pk", "name", "handle", "avatar_url")


@dataclass(frozen=True, slots=True)
class People:
    """One page of a list of members; ``total`` counts all of it."""

    people: list[User]
    total: int


NOBODY = People([], 0)


def followers_of(member: User, *, viewer: User, page: Page) -> People:
    """Who follows the member, newest first; nobody where the profile is private (rule PRIV-7)."""
    if not sees_whole_profile(member, viewer):
        return NOBODY
    rows = Follow.objects.filter(followed=member)
    return _people(rows, "follower", viewer, page, _kept(member, "follower_count"))


def following_of(member: User, *, viewer: User, page: Page) -> People:
    """Whom the member follows, newest first; nobody where the profile is private."""
    if not sees_whole_profile(member, viewer):
        return NOBODY
    rows = Follow.objects.filter(follower=member)
    return _people(rows, "followed", viewer, page, _kept(member, "following_count"))


def blocks_of(user: User, *, page: Page) -> People:
    """Whom the member blocked, newest first."""
    rows = Block.objects.filter(blocker=user).select_related("blocked").order_by("-pk")
    found = [row.blocked for row in rows[page.start : page.stop]]
    return People(found, count_up_to(rows))


def is_blocked(viewer: User, member: User) -> bool:
    """Whether the viewer blocked the member."""
    return BLOCK.first(blocker=viewer.pk, blocked=member.pk) is not None


def _block() -> QuerySet[Block, Any]:
    return Block.objects.filter(blocker=Given("blocker"), blocked=Given("blocked"))


BLOCK = Read(columns, lambda: _block().values_list("pk"))


def follower_count_of(member: User) -> int:
    """How many follow the member, for those who see the whole profile."""
    return _kept(member, "follower_count")


def _kept(member: User, name: str) -> int:
    """The stored count: counting a long list for each page would grow with it."""
    stats = UserStats.objects.filter(user=member).values_list(name, flat=True).first()
    return stats or 0


def _people(rows: "QuerySet[Any]", side: str, viewer: User, page: Page, total: int) -> People:
    """The active members on one side of these follows, without those who blocked the viewer."""
    rows = rows.filter(active_member(f"{side}__"))
    if not viewer.keeps_order:
        shut_out = Block.objects.filter(blocker=OuterRef(f"{side}_id"), blocked=viewer)
        rows = rows.exclude(Exists(shut_out))
    names = [f"{side}__{name}" for name in COLUMNS]
    found = rows.order_by("-created_at", "-pk").values_list(*names)[page.start : page.stop]
    return People([User(**dict(zip(COLUMNS, row, strict=True))) for row in found], total)
