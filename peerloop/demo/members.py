"""The people: rows of their own, since signing up would ask for one dear hash each."""

from datetime import datetime, timedelta
from functools import partial

from django.contrib.auth.hashers import make_password

from accounts.members.actions.applications import apply_to_create
from accounts.models import Expertise, Qualification, User, UserStats
from billing.actions.accounts import open_account, refresh_account
from billing.providers.local_page import finish_onboarding
from peerloop.demo import pictures
from peerloop.demo.content import PASSWORD, Person, people, read
from peerloop.demo.story import World
from scheduling.actions.hours import set_hours
from scheduling.hours import WeeklyHours

DAYS = {"every day": range(7), "workdays": range(1, 6), "weekend": (0, 6)}
# Teaching without an account that can be paid is allowed; payouts wait for one.
WITHOUT_ACCOUNT = {"marek"}
HALFWAY = {"greta"}


def make_members(world: World) -> None:
    """Everybody with profile, picture and figures, in five statements; one hash serves all."""
    cast = people()
    password = make_password(PASSWORD)
    users = [_user(world, person, password) for person in cast]
    pictures.draw_members(world, cast, users)
    User.objects.bulk_create(users)
    pictures.save_rows(world)
    UserStats.objects.bulk_create(
        UserStats(user=user, created_at=user.created_at, updated_at=user.created_at)
        for user in users
    )
    world.people = {person.key: user for person, user in zip(cast, users, strict=True)}
    Expertise.objects.bulk_create(
        Expertise(user=world.people[person.key], tag=tag)
        for person in cast
        for tag in person.expertise
    )
    Qualification.objects.bulk_create(
        Qualification(user=world.people[person.key], sentence=sentence, position=place)
        for person in cast
        for place, sentence in enumerate(person.qualifications, start=1)
    )


def plan_members(world: World) -> None:
    """Payout accounts and hours of those who teach from the start; wishes to create courses."""
    for person in people():
        joined = world.people[person.key].created_at
        if person.earns:
            world.plan(joined + timedelta(days=1), partial(connect_account, world, person))
            world.plan(joined + timedelta(days=2), partial(open_hours, world, person))
    for row in read("lives")["applications"]:
        answers = {name: text for name, text in row.items() if name not in ("member", "days")}
        member = world.people[row["member"]]
        world.plan(world.ago(row["days"]), partial(_apply, member, answers))


def _apply(member: User, answers: dict[str, str], at: datetime) -> None:
    apply_to_create(by=member, at=at, **answers)


def connect_account(world: World, person: Person, at: datetime) -> None:
    """A payout account at the local provider, filled in unless the person stopped halfway."""
    if person.key in WITHOUT_ACCOUNT:
        return
    user = open_account(user=world.people[person.key], at=at)
    if person.key not in HALFWAY:
        finish_onboarding(user.stripe_account_id or "")
        refresh_account(user=user, at=at)
    world.people[person.key].refresh_from_db()


def open_hours(world: World, person: Person, at: datetime) -> None:
    """The weekly hours, in the person's own zone, with default buffer and notice."""
    weekly = [
        WeeklyHours(day, first * 60, last * 60)
        for days, first, last in person.hours
        for day in DAYS[days]
    ]
    set_hours(user=world.people[person.key], timezone=person.zone, weekly=weekly, dates=[], at=at)


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
        is_creator=person.creator is not None,
        is_admin=person.is_admin,
        is_moderator=person.is_moderator,
        privacy_public=person.public,
        email_verified_at=joined + timedelta(minutes=4),
        onboarding_completed_at=joined + timedelta(minutes=9),
        last_seen_at=max(joined, seen),
        created_at=joined,
        updated_at=joined,
    )
