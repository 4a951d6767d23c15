"""The members: rows of their own, since signing up would ask for one slow hash each."""

from datetime import datetime, timedelta
from functools import partial

from django.contrib.auth.hashers import make_password

from accounts.demo import pictures
from accounts.demo.people import PASSWORD, Person, people
from accounts.members.actions.applications import apply_to_create
from accounts.models import Expertise, Qualification, User, UserStats
from peerloop.kit.demo import World, read


def make_members(world: World) -> None:
    """Everybody with profile, picture and figures, in five statements; one hash serves all."""
    cast = people()
    password = make_password(PASSWORD)
    members = {person.key: _user(world, person, password) for person in cast}
    drawings = pictures.draw_members(world, members)
    User.objects.bulk_create(members.values())
    pictures.save(world, drawings)
    UserStats.objects.bulk_create(
        UserStats(user=user, created_at=user.created_at, updated_at=user.created_at)
        for user in members.values()
    )
    world.keep(members)
    Expertise.objects.bulk_create(
        Expertise(user=members[person.key], tag=tag) for person in cast for tag in person.expertise
    )
    Qualification.objects.bulk_create(
        Qualification(user=members[person.key], sentence=sentence, position=place)
        for person in cast
        for place, sentence in enumerate(person.qualifications, start=1)
    )


def plan_applications(world: World) -> None:
    """Applications to create courses that still wait for an answer."""
    for row in read(__file__, "applications"):
        answers = {name: text for name, text in row.items() if name not in ("member", "days")}
        member = world.get(User, row["member"])
        world.plan(world.ago(row["days"]), partial(_apply, member, answers))


def _apply(member: User, answers: dict[str, str], at: datetime) -> None:
    apply_to_create(by=member, at=at, **answers)


def _user(world: World, person: Person, password: str) -> User:
    dice = world.dice(person.key)
    joined = world.ago(person.weeks * 7 + 0.05 + 0.5 * dice.random())
    seen = world.now - timedelta(minutes=dice.randint(3, 6 * 24 * 60))
    return User(
        email=person.address,
        password=password,
        name=person.name,
        handle=person.handle,
        title=person.title,
        bio=person.bio,
        bio_short=person.short,
        location=person.place,
        timezone=person.zone,
        teaching_philosophy=person.philosophy,
        languages=person.languages,
        is_creator=person.is_creator,
        is_admin=person.is_admin,
        is_moderator=person.is_moderator,
        privacy_public=person.public,
        email_verified_at=joined + timedelta(minutes=4),
        onboarding_completed_at=joined + timedelta(minutes=9),
        last_seen_at=max(joined, seen),
        created_at=joined,
        updated_at=joined,
    )
