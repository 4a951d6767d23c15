"""Profiles, as a viewer may see them."""

from typing import Any

from accounts.models import Follow, User, UserStats


def profile_of(member: User, *, viewer: User | None) -> dict[str, Any]:
    """A member's profile as the viewer may see it (rules PRIV-2, PRIV-3): at most four queries."""
    is_open = sees_whole_profile(member, viewer)
    stats = UserStats.objects.filter(user=member).first() or UserStats(user=member)
    shown = stats if is_open else UserStats(user=member)
    rating = shown.average_rating
    return {
        "id": str(member.pk),
        "name": member.name,
        "handle": member.handle,
        "avatar_url": member.avatar_url or None,
        **{
            name: (getattr(member, name) or None) if is_open else None
            for name in ("title", "bio", "bio_short", "website")
        },
        "is_creator": is_open and member.is_creator,
        "is_student_teacher": is_open and member.is_student_teacher,
        "is_private": not member.privacy_public,
        "qualifications": list(member.qualifications.values("id", "sentence")) if is_open else [],
        "expertise": list(member.expertise.values_list("tag", flat=True)) if is_open else [],
        "stats": {
            "students_taught": shown.students_taught,
            "courses_created": shown.courses_created,
            "average_rating": None if rating is None else float(rating),
            "total_reviews": shown.total_reviews,
        },
        "follower_count": shown.follower_count,
        "following_count": shown.following_count,
        "is_following": is_following(viewer, member),
    }


def is_following(viewer: User | None, member: User) -> bool:
    """Whether the viewer follows the member."""
    if viewer is None or viewer.pk == member.pk:
        return False
    return Follow.objects.filter(follower=viewer, followed=member).exists()


def sees_whole_profile(member: User, viewer: User | None) -> bool:
    """Whether the viewer reads more of the member than the minimal card (rule PRIV-2)."""
    if member.privacy_public or viewer is None:
        return member.privacy_public
    return viewer.pk == member.pk or viewer.keeps_order
