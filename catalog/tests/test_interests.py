"""Declared interests, and whom they suggest (rules PRIV-3, PRIV-7, PRIV-9)."""

import pytest
from django.db import IntegrityError, transaction

from accounts.members.actions.relations import block_member, follow_member
from accounts.models import Expertise, User, UserStats
from catalog.actions.interests import save_interests
from catalog.models import Category, CourseTag, Interest
from catalog.queries import Interests, interests_of, people_to_follow
from peerloop.kit import clock
from peerloop.kit.refusals import Invalid
from tests.cast import a_course, a_member

pytestmark = pytest.mark.django_db
AT = clock.now()


@pytest.fixture
def sam():
    return a_member()


@pytest.fixture
def shelf():
    return Category.objects.create(name="Data", slug="data", position=900)


def keep(by: User, **given):
    given = {"categories": [], "tags": [], "level": "", "goals": [], **given}
    save_interests(by=by, at=AT, **given)


def an_expert(name: str = "Eva Expert", *, tag: str = "python", **fields) -> User:
    expert = a_member(name, **{"privacy_public": True, **fields})
    Expertise.objects.create(user=expert, tag=tag)
    return expert


def test_interests_and_goals_are_kept_as_a_whole(sam, shelf):
    keep(sam, categories=[shelf.pk], tags=[" Python ", "python", ""], goals=["create", "learn"])
    assert interests_of(sam) == Interests([shelf.pk], ["python"], "")
    keep(sam, tags=["Chess"], level="beginner", goals=["teach"])

    assert interests_of(sam) == Interests([], ["chess"], "beginner")
    sam.refresh_from_db()
    assert sam.goals == ["teach"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"categories": ["0190f0c0-0000-7000-8000-000000000000"]}, "categories"),
        ({"categories": ["x"]}, "categories"),
        ({"tags": ["x" * 41]}, "tags"),
        ({"tags": [f"t{n}" for n in range(13)]}, "tags"),
        ({"level": "expert"}, "level"),
        ({"goals": ["rule"]}, "goals"),
    ],
    ids=["unknown", "no id", "long", "many", "level", "goal"],
)
def test_what_is_not_on_the_list_is_refused_and_changes_nothing(sam, given, field):
    keep(sam, tags=["python"])

    with pytest.raises(Invalid) as refusal:
        keep(sam, **given)

    assert field in refusal.value.fields
    assert interests_of(sam).tags == ["python"]


def test_a_category_that_is_put_away_cannot_be_chosen(sam, shelf):
    Category.objects.filter(pk=shelf.pk).update(is_active=False)
    with pytest.raises(Invalid):
        keep(sam, categories=[shelf.pk])


def test_who_knows_or_teaches_it_is_suggested_most_followed_first(sam, shelf):
    eva, emil = an_expert("Eva"), an_expert("Emil")
    UserStats.objects.create(user=emil, follower_count=5)
    UserStats.objects.create(user=eva, follower_count=1)
    clara = a_member("Clara", is_creator=True, privacy_public=True)
    a_course(clara, category=shelf)
    tina = a_member("Tina", is_creator=True, privacy_public=True)
    CourseTag.objects.create(course=a_course(tina), tag="python")
    an_expert("Otto", tag="cooking")

    found = people_to_follow(sam, Interests([shelf.pk], ["python"]))

    assert {one.name for one in found} == {"Eva", "Emil", "Clara", "Tina"}
    assert found.index(emil) < found.index(eva)


def test_nobody_is_suggested_who_is_private_followed_blocked_or_oneself(sam):
    Expertise.objects.create(user=sam, tag="python")
    User.objects.filter(pk=sam.pk).update(privacy_public=True)
    an_expert("Private", privacy_public=False)
    an_expert("Gone", is_active=False)
    followed, blocked, blocker = an_expert("F"), an_expert("B"), an_expert("C")
    follow_member(member=followed, by=sam, at=AT)
    block_member(member=blocked, by=sam, at=AT)
    block_member(member=sam, by=blocker, at=AT)

    assert people_to_follow(sam, Interests([], ["python"])) == []
    assert people_to_follow(sam, Interests()) == []


def test_private_members_are_left_out_for_admins_too():
    an_expert("Private", privacy_public=False)

    assert people_to_follow(a_member(is_admin=True), Interests([], ["python"])) == []


def test_drafts_suggest_nobody(sam, shelf):
    clara = a_member("Clara", is_creator=True, privacy_public=True)
    a_course(clara, category=shelf, published=False)

    assert people_to_follow(sam, Interests([shelf.pk], [])) == []


def test_looking_for_people_costs_two_statements(sam, shelf, django_assert_num_queries):
    for number in range(5):
        an_expert(f"Expert {number}")

    with django_assert_num_queries(2):
        people_to_follow(sam, Interests([shelf.pk], ["python"]))


@pytest.mark.parametrize("name", ["neither", "both", "capitals", "level"])
def test_the_database_refuses_interests_that_make_no_sense(sam, shelf, name):
    wrong = {
        "neither": {},
        "both": {"category": shelf, "tag": "python"},
        "capitals": {"tag": "Python"},
        "level": {"tag": "python", "level": "expert"},
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Interest.objects.create(user=sam, **wrong[name])


def test_the_database_refuses_the_same_interest_twice(sam, shelf):
    for given in ({"category": shelf}, {"tag": "python"}):
        Interest.objects.create(user=sam, **given)
        with pytest.raises(IntegrityError), transaction.atomic():
            Interest.objects.create(user=sam, **given)


def test_the_database_refuses_unknown_goals(sam):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=sam.pk).update(goals=["rule"])
