"""/onboarding and /settings/interests."""

import pytest
from django.test import Client

from accounts.models import Expertise, Follow, User
from catalog.models import Category
from catalog.queries import interests_of
from tests.cast import PASSWORD, a_member, browse

pytestmark = pytest.mark.django_db
NEWCOMER = {"name": "Nia New", "email": "nia@example.com", "password": PASSWORD, "role": "student"}


@pytest.fixture
def nia() -> User:
    return a_member("Nia New", email="nia@example.com", onboarding_completed_at=None)


@pytest.fixture
def shelf() -> Category:
    return Category.objects.create(name="Data & charts", slug="data", position=900)


def log_in(**more: str):
    return Client().post("/login", {"email": "nia@example.com", "password": PASSWORD, **more})


def test_signing_up_redirects_to_onboarding_or_the_requested_page() -> None:
    assert Client().post("/signup", NEWCOMER)["Location"] == "/onboarding"
    other = {**NEWCOMER, "email": "other@example.com", "next": "/courses"}
    assert Client().post("/signup", other)["Location"] == "/courses"


def test_only_the_first_sign_in_redirects_to_onboarding(nia: User) -> None:
    assert log_in()["Location"] == "/onboarding"
    assert log_in()["Location"] == "/dashboard"


def test_onboarding_is_optional(nia: User) -> None:
    assert log_in(next="/courses")["Location"] == "/courses"
    assert browse(nia).get("/dashboard").status_code == 200


def test_a_member_who_finished_is_not_redirected_again(nia: User) -> None:
    browse(nia).post("/onboarding/finish")
    User.objects.filter(pk=nia.pk).update(last_login=None)

    assert log_in()["Location"] == "/dashboard"


def test_choices_are_saved_and_people_to_follow_are_suggested(nia: User, shelf: Category) -> None:
    eva = a_member("Eva Expert", privacy_public=True)
    Expertise.objects.create(user=eva, tag="python")
    a_member("Private Person")
    client = browse(nia)
    assert "Data &amp; charts" in client.get("/onboarding").content.decode()

    given = {"goals": ["learn", "create"], "categories": [str(shelf.pk)], "tags": "Python, chess"}
    assert client.post("/onboarding", given)["Location"] == "/onboarding/people"

    text = client.get("/onboarding/people").content.decode()
    assert "Eva Expert" in text
    assert "Private Person" not in text
    assert "/create/apply" in text
    nia.refresh_from_db()
    assert (nia.goals, nia.onboarding_completed_at) == (["learn", "create"], None)


def test_a_returning_member_continues_and_may_change_choices(nia: User) -> None:
    client = browse(nia)
    client.post("/onboarding", {"tags": "python"})

    assert client.get("/onboarding")["Location"] == "/onboarding/people"
    assert 'value="python"' in client.get("/onboarding?change=1").content.decode()


def test_following_without_javascript_returns_to_the_page(nia: User) -> None:
    eva = a_member("Eva Expert", privacy_public=True)
    client = browse(nia)

    response = client.post(f"/u/{eva.handle}/follow", {"follow": "1", "next": "/onboarding/people"})

    assert response["Location"] == "/onboarding/people"
    assert Follow.objects.filter(follower=nia, followed=eva).exists()


def test_skipping_keeps_choices_and_is_remembered(nia: User) -> None:
    client = browse(nia)
    client.post("/onboarding", {"tags": "python"})

    assert client.post("/onboarding/finish")["Location"] == "/dashboard"

    nia.refresh_from_db()
    assert nia.onboarding_completed_at is not None
    first = nia.onboarding_completed_at
    client.post("/onboarding/finish")
    nia.refresh_from_db()
    assert nia.onboarding_completed_at == first
    assert interests_of(nia).tags == ["python"]


def test_invalid_input_is_named_and_kept_in_the_form(nia: User) -> None:
    response = browse(nia).post("/onboarding", {"tags": "x" * 41, "goals": ["learn"]})

    text = response.content.decode()
    assert response.status_code == 422
    assert 'id="id_tags_error"' in text
    assert interests_of(nia).tags == []
    for bad in ({"categories": ["x"]}, {"goals": ["rule"]}, {"level": "guru"}):
        assert browse(nia).post("/onboarding", bad).status_code == 422


def test_interests_are_changed_later_in_the_settings(nia: User) -> None:
    client = browse(nia)
    assert "/settings/interests" in client.get("/settings/profile").content.decode()

    assert (
        client.post("/settings/interests", {"tags": "chess"})["Location"] == "/settings/interests"
    )

    assert 'value="chess"' in client.get("/settings/interests").content.decode()
    assert client.post("/settings/interests", {"tags": "x" * 41}).status_code == 422


@pytest.mark.parametrize("path", ["/onboarding", "/onboarding/people", "/settings/interests"])
def test_visitors_are_redirected_to_sign_in(path: str) -> None:
    assert Client().get(path)["Location"] == f"/login?next={path}"


@pytest.mark.parametrize("path", ["/onboarding", "/onboarding/people", "/settings/interests"])
def test_the_pages_need_few_queries(nia: User, path: str, django_assert_max_num_queries) -> None:
    client = browse(nia)

    with django_assert_max_num_queries(8):
        client.get(path)
