"""The token for the feed provider: which feeds are open is decided at each request (FEED-1, 3)."""

import jwt
import pytest

from accounts.sanctions.actions.suspension import suspend_member
from community.feeds.providers.local import signing_key
from community.models import CommunityModerator
from community.tests.test_api_feeds import Scene
from learning.actions.enrolling import close_enrollment
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.ids import uuid7
from tests.cast import a_course, a_member, api

pytestmark = pytest.mark.django_db
ALL = ["townhall:main", "user:*"]


@pytest.fixture
def scene():
    return Scene()


def asked(user, *feeds):
    return api(user).post("/api/v1/stream/token", {"requested_feeds": feeds}, "json")


def allowed(user, *feeds):
    return asked(user, *feeds).json()["allowed_feeds"]


def test_the_answer_names_the_member_and_the_feeds_that_are_open(scene):
    answer = asked(scene.sam, f"course:{scene.course.pk}", f"instructor:{uuid7()}")

    assert answer.status_code == 200
    body = answer.json()
    assert body["user_id"] == str(scene.sam.pk)
    assert body["api_key"] == "local"
    assert body["allowed_feeds"] == [f"course:{scene.course.pk}", *ALL]
    claims = jwt.decode(body["token"], signing_key(), algorithms=["HS256"])
    assert claims["user_id"] == str(scene.sam.pk)


def test_both_paths_of_the_contract_answer(scene):
    assert api(scene.sam).post("/api/stream/token", {}, "json").status_code == 200


def test_every_kind_of_member_gets_the_feeds_of_theirs(scene):
    course, creator = f"course:{scene.course.pk}", f"instructor:{scene.clara.pk}"
    both = [course, creator, *ALL]

    assert allowed(scene.sam, course, creator) == both
    assert allowed(scene.tom, course, creator) == both
    assert allowed(scene.clara, course, creator) == both
    assert allowed(scene.mona, course, creator) == both
    assert allowed(scene.olga, course, creator) == ALL


def test_who_completed_the_course_and_who_moderates_it_keep_its_feeds(scene):
    course, creator = f"course:{scene.course.pk}", f"instructor:{scene.clara.pk}"
    Enrollment.objects.filter(pk=scene.enrollment.pk).update(
        status="completed", started_at=clock.now(), completed_at=clock.now()
    )
    CommunityModerator.objects.create(
        creator=scene.clara, user=scene.olga, appointed_by=scene.clara
    )

    assert allowed(scene.sam, course, creator) == [course, creator, *ALL]
    assert allowed(scene.olga, course, creator) == [course, creator, *ALL]
    assert allowed(a_member("Ada", is_admin=True), course, creator) == [course, creator, *ALL]


def test_who_moderates_a_community_no_more_gets_its_feeds_no_more(scene):
    CommunityModerator.objects.create(
        creator=scene.clara,
        user=scene.olga,
        appointed_by=scene.clara,
        is_active=False,
        revoked_by=scene.clara,
        revoked_at=clock.now(),
    )

    assert allowed(scene.olga, f"course:{scene.course.pk}") == ALL


def test_who_lost_the_course_gets_its_feeds_no_more(scene):
    close_enrollment(enrollment=scene.enrollment, by=None, reason="Refund", at=clock.now())

    assert allowed(scene.sam, f"course:{scene.course.pk}", f"instructor:{scene.clara.pk}") == ALL


def test_without_a_wish_all_open_feeds_are_listed(scene):
    answer = api(scene.sam).post("/api/v1/stream/token", {}, "json").json()

    course, creator = f"course:{scene.course.pk}", f"instructor:{scene.clara.pk}"
    assert answer["allowed_feeds"] == [course, creator, *ALL]


def test_no_wish_at_all_is_another_wish_than_an_empty_one(scene):
    assert allowed(scene.sam) == ALL


def test_every_form_of_the_name_is_understood_and_answered_in_one(scene):
    key, name = scene.course.pk, f"course:{scene.course.pk}"

    for word in (f"course:{key}", f"course_{key}", str(key), str(key).upper()):
        assert allowed(scene.sam, word) == [name, *ALL]
    assert allowed(scene.sam, str(scene.clara.pk)) == [f"instructor:{scene.clara.pk}", *ALL]
    assert allowed(scene.sam, name, str(key), name) == [name, *ALL]


def test_the_own_timeline_and_notices_are_given_and_nobody_elses(scene):
    own = [f"timeline:{scene.sam.pk}", f"notification:{scene.sam.pk}"]

    assert allowed(scene.sam, *own, f"timeline:{scene.tom.pk}") == [*own, *ALL]


@pytest.mark.parametrize(
    "word",
    [
        *("", "course", "course:", "course:*", "course:123", "*", "townhall:other", "user:*"),
        *("courses:1", "course:c1", "timeline:*", "course:00000000-0000-0000-0000-000000000000"),
        *("user:x", ":", "course::", "\u202ecourse:1"),
    ],
)
def test_names_that_mean_nothing_open_nothing(scene, word):
    answer = asked(scene.sam, word)

    if answer.status_code == 200:
        assert answer.json()["allowed_feeds"] == ALL
    else:
        assert (answer.status_code, word) == (400, "")


@pytest.mark.parametrize(
    "given", ["course:1", 7, {"course": 1}, [7], [None], [["course:1"]], ["x" * 61], ["x"] * 101]
)
def test_anything_but_a_list_of_texts_is_bad_input(scene, given):
    answer = api(scene.sam).post("/api/v1/stream/token", {"requested_feeds": given}, "json")

    assert answer.status_code == 400
    [field] = answer.json()["fields"]
    assert field.split(".")[0] == "requested_feeds"


def test_a_token_needs_somebody_who_may_sign_in(scene):
    assert api().post("/api/v1/stream/token", {}, "json").status_code == 401

    client = api(scene.sam)
    suspend_member(user=scene.sam, by=a_member(is_admin=True), reason="Spam", at=clock.now())
    assert client.post("/api/v1/stream/token", {}, "json").status_code == 401


def test_many_wishes_cost_no_more_statements_than_one(scene, django_assert_max_num_queries):
    client = api(scene.sam)
    words = [f"course:{a_course(creator=scene.clara).pk}" for _ in range(30)]
    client.post("/api/v1/stream/token", {"requested_feeds": words[:1]}, "json")

    with django_assert_max_num_queries(4):
        client.post("/api/v1/stream/token", {"requested_feeds": words}, "json")


def test_a_moderator_gets_only_what_is_there(scene):
    unknown = f"course:{uuid7()}"
    nobody = f"instructor:{a_member('Nobody').pk}"

    assert allowed(scene.mona, unknown, nobody) == ALL
