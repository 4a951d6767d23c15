"""GET and PATCH /users/:id."""

import pytest

from accounts.models import Expertise, Qualification, User, UserStats
from tests.cast import a_course, a_member, a_teacher, api

pytestmark = pytest.mark.django_db
HIDDEN = {
    "title": None,
    "bio": None,
    "bio_short": None,
    "website": None,
    "is_creator": False,
    "is_student_teacher": False,
    "qualifications": [],
    "expertise": [],
    "follower_count": 0,
    "following_count": 0,
}


@pytest.fixture
def clara():
    clara = a_member(
        "Clara Creator",
        title="Analyst",
        bio="Story",
        bio_short="Short",
        website="https://clara.example",
        is_creator=True,
        is_student_teacher=True,
    )
    Qualification.objects.create(user=clara, sentence="Ten years", position=1)
    Expertise.objects.create(user=clara, tag="python")
    UserStats.objects.create(
        user=clara, students_taught=3, average_rating="4.5", total_reviews=2, follower_count=7
    )
    return clara


def get(clara, viewer=None, root="/api/v1"):
    return api(viewer).get(f"{root}/users/{clara.pk}")


def patch(user, member=None, **body):
    return api(user).patch(f"/api/v1/users/{(member or user).pk}", body, format="json")


@pytest.mark.parametrize("root", ["/api/v1", "/api"])
def test_a_public_profile_is_open_to_everybody(clara, root):
    User.objects.filter(pk=clara.pk).update(privacy_public=True)

    body = get(clara, root=root).json()

    assert body["title"] == "Analyst"
    assert body["expertise"] == ["python"]
    assert body["qualifications"][0]["sentence"] == "Ten years"
    assert body["stats"] == {
        "students_taught": 3,
        "courses_created": 0,
        "average_rating": 4.5,
        "total_reviews": 2,
    }
    assert (body["follower_count"], body["is_creator"]) == (7, True)
    assert "email" not in body


@pytest.mark.parametrize("viewer", [None, "Olga Stranger"])
def test_a_private_profile_shows_name_handle_and_picture_only(clara, viewer):
    body = get(clara, a_member(viewer) if viewer else None).json()

    assert {name: body[name] for name in HIDDEN} == HIDDEN
    assert (body["name"], body["is_private"]) == ("Clara Creator", True)
    assert body["stats"]["average_rating"] is None


@pytest.mark.parametrize("role", ["is_moderator", "is_admin"])
def test_moderators_and_admins_and_the_owner_see_all(clara, role):
    for viewer in [a_member("Max", **{role: True}), clara]:
        assert get(clara, viewer).json()["title"] == "Analyst"


@pytest.mark.parametrize("user_id", ["1", "me", "019a0000-0000-7000-8000-000000000001", "%00"])
def test_an_unknown_member_gets_404(user_id):
    assert api().get(f"/api/v1/users/{user_id}").status_code in {400, 404}


def test_a_suspended_or_deleted_member_gets_404(clara):
    for change in [{"suspended_at": clara.created_at}, {"deleted_at": clara.created_at}]:
        User.objects.filter(pk=clara.pk).update(suspended_at=None, deleted_at=None)
        User.objects.filter(pk=clara.pk).update(**change)
        assert get(clara).status_code == 404


def test_only_the_sent_fields_are_changed():
    sam = a_member(title="Analyst", bio="Story")

    response = patch(sam, name="Sam  Two", bio=None, website="https://sam.example")

    assert response.status_code == 200
    body = response.json()
    assert (body["id"], body["name"], body["bio"]) == (str(sam.pk), "Sam Two", None)
    assert (body["title"], body["website"]) == ("Analyst", "https://sam.example")


@pytest.mark.parametrize(
    "body",
    [
        {"name": 1},
        {"name": ""},
        {"name": None},
        {"title": ["x"]},
        {"title": "x" * 121},
        {"bio": {"a": 1}},
        {"website": "javascript:alert(1)"},
        {"avatar_url": "//evil.test/x.png"},
        {"avatar_url": "data:image/png;base64,AAAA"},
        {"privacy_public": "yes"},
        {"privacy_public": 1},
        {"privacy_public": None},
        {"is_student_teacher": "true"},
        {"is_student_teacher": True},
    ],
    ids=str,
)
def test_invalid_fields_are_named_and_nothing_is_written(body):
    sam = a_member()

    response = patch(sam, **{"bio_short": "New", **body})

    assert response.status_code == 400
    assert list(response.json()["fields"]) == list(body)
    sam.refresh_from_db()
    assert sam.bio_short == ""


def test_roles_cannot_be_written():
    sam = a_member()
    rights = {
        "is_admin": True,
        "is_creator": True,
        "is_moderator": True,
        "email": "other@example.com",
        "email_verified_at": None,
        "role": "admin",
        "handle": "root",
        "stripe_account_id": "acct_1",
        "timezone": "Europe/Berlin",
    }
    before = User.objects.filter(pk=sam.pk).values().get()

    assert patch(sam, **rights).status_code == 200

    after = User.objects.filter(pk=sam.pk).values().get()
    assert {**after, "updated_at": None} == {**before, "updated_at": None}


def test_members_change_only_their_own_profile(clara):
    for viewer in [a_member(), a_member(is_moderator=True)]:
        assert patch(viewer, clara, name="Other").status_code == 403
    assert api().patch(f"/api/v1/users/{clara.pk}", {}, format="json").status_code == 401
    clara.refresh_from_db()
    assert clara.name == "Clara Creator"


def test_a_teacher_may_be_listed_or_not():
    tom = a_teacher(a_course()).user

    assert patch(tom, is_student_teacher=True).json()["is_student_teacher"] is True
    assert patch(tom, is_student_teacher=False).json()["is_student_teacher"] is False


def test_a_profile_needs_few_queries(clara, django_assert_max_num_queries):
    User.objects.filter(pk=clara.pk).update(privacy_public=True)

    with django_assert_max_num_queries(4):
        get(clara)
