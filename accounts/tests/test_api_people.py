"""/users/:id/follow, /followers, /following and /blocks."""

import pytest
from django.utils import timezone

from accounts.members.actions.relations import block_member, follow_member
from accounts.models import User
from tests.cast import a_member, api

pytestmark = pytest.mark.django_db
UNKNOWN = "019a0000-0000-7000-8000-000000000001"


@pytest.fixture
def sam():
    return a_member("Sam Student")


@pytest.fixture
def clara():
    return a_member("Clara Creator", privacy_public=True)


def follow(member, by):
    follow_member(member=member, by=by, at=timezone.now())


def block(member, by):
    block_member(member=member, by=by, at=timezone.now())


@pytest.mark.parametrize("root", ["/api/v1", "/api"])
def test_following_is_shown_and_counted(sam, clara, root):
    path = f"{root}/users/{clara.pk}"

    assert api(sam).post(f"{path}/follow").status_code == 201
    assert api(sam).post(f"{path}/follow").status_code == 201
    shown = api(sam).get(path).json()
    assert (shown["is_following"], shown["follower_count"]) == (True, 1)
    assert api().get(path).json()["is_following"] is False

    assert api(sam).delete(f"{path}/follow").status_code == 204
    assert api(sam).delete(f"{path}/follow").status_code == 204
    shown = api(sam).get(path).json()
    assert (shown["is_following"], shown["follower_count"]) == (False, 0)


@pytest.mark.parametrize("path", ["follow", "followers", "following"])
def test_strangers_sign_in_first_and_unknown_members_are_missing(sam, clara, path):
    method = "post" if path == "follow" else "get"
    assert getattr(api(), method)(f"/api/v1/users/{clara.pk}/{path}").status_code == 401
    for user_id in (UNKNOWN, "me", "1"):
        assert getattr(api(sam), method)(f"/api/v1/users/{user_id}/{path}").status_code == 404
    assert api().delete(f"/api/v1/users/{clara.pk}/follow").status_code == 401


def test_nobody_follows_themselves(sam):
    answer = api(sam).post(f"/api/v1/users/{sam.pk}/follow")

    assert (answer.status_code, answer.json()["code"]) == (400, "own_profile")


def test_lists_are_newest_first_and_paged(sam, clara):
    fans = [a_member(f"Fan {number}") for number in range(3)]
    for fan in fans:
        follow(clara, fan)

    first = api(sam).get(f"/api/v1/users/{clara.pk}/followers?limit=2").json()
    second = api(sam).get(f"/api/v1/users/{clara.pk}/followers?limit=2&page=2").json()

    assert (first["total"], first["page"], second["page"]) == (3, 1, 2)
    assert [row["name"] for row in first["followers"] + second["followers"]] == [
        "Fan 2",
        "Fan 1",
        "Fan 0",
    ]
    assert set(first["followers"][0]) == {"id", "name", "handle", "avatar_url"}
    assert api(sam).get(f"/api/v1/users/{clara.pk}/followers?page=0").status_code == 400


def test_lists_of_a_private_member_are_empty_to_others(sam):
    paula = a_member("Paula Private")
    follow(paula, sam)
    follow(sam, paula)

    for name in ("followers", "following"):
        answer = api(sam).get(f"/api/v1/users/{paula.pk}/{name}").json()
        assert (answer[name], answer["total"]) == ([], 0)
        for viewer in (paula, a_member("Ada Admin", is_admin=True)):
            answer = api(viewer).get(f"/api/v1/users/{paula.pk}/{name}").json()
            assert [row["id"] for row in answer[name]] == [str(sam.pk)]


def test_suspended_members_are_in_no_list_and_can_be_left(sam, clara):
    follow(clara, sam)
    User.objects.filter(pk=clara.pk).update(suspended_at=timezone.now())

    assert api(sam).get(f"/api/v1/users/{sam.pk}/following").json()["following"] == []
    assert api(sam).post(f"/api/v1/users/{clara.pk}/follow").status_code == 404
    assert api(sam).delete(f"/api/v1/users/{clara.pk}/follow").status_code == 204


def test_a_blocked_member_does_not_find_the_blocker(sam, clara):
    olga = a_member("Olga Stranger", privacy_public=True)
    follow(olga, clara)
    assert (
        api(clara).post("/api/v1/blocks", {"user_id": str(sam.pk)}, format="json").status_code
        == 201
    )

    for path in ("", "/followers", "/following"):
        assert api(sam).get(f"/api/v1/users/{clara.pk}{path}").status_code == 404
    assert api(sam).post(f"/api/v1/users/{clara.pk}/follow").status_code == 404
    assert api(sam).get(f"/api/v1/users/{olga.pk}/followers").json()["followers"] == []
    assert api(clara).get(f"/api/v1/users/{sam.pk}").status_code == 200
    assert api().get(f"/api/v1/users/{clara.pk}").status_code == 200
    admin = a_member("Ada Admin", is_admin=True)
    block(admin, clara)
    assert api(admin).get(f"/api/v1/users/{clara.pk}").status_code == 200


def test_own_blocks_are_listed_and_taken_back(sam, clara):
    client = api(clara)
    client.post("/api/v1/blocks", {"user_id": str(sam.pk)}, format="json")
    client.post("/api/v1/blocks", {"user_id": str(sam.pk)}, format="json")

    body = client.get("/api/v1/blocks").json()
    assert ([row["id"] for row in body["blocks"]], body["total"]) == ([str(sam.pk)], 1)
    assert api(sam).get("/api/v1/blocks").json()["total"] == 0

    assert client.delete(f"/api/v1/blocks/{sam.pk}").status_code == 204
    assert client.delete(f"/api/v1/blocks/{sam.pk}").status_code == 204
    assert client.get("/api/v1/blocks").json()["total"] == 0


@pytest.mark.parametrize(
    ("body", "status"), [({}, 400), ({"user_id": "x"}, 400), ({"user_id": UNKNOWN}, 404)]
)
def test_a_block_names_a_member(sam, body, status):
    assert api(sam).post("/api/v1/blocks", body, format="json").status_code == status
    assert api().post("/api/v1/blocks", body, format="json").status_code == 401
    assert api().get("/api/v1/blocks").status_code == 401


@pytest.mark.parametrize("fans", [1, 20])
def test_a_list_costs_the_same_for_one_and_for_many(sam, clara, fans, django_assert_num_queries):
    for number in range(fans):
        follow(clara, a_member(f"Fan {number}"))
    client = api(sam)

    with django_assert_num_queries(4):
        client.get(f"/api/v1/users/{clara.pk}/followers")
