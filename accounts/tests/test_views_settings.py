"""/settings/profile and /settings/security."""

import pytest
from django.test import Client

from accounts.identity.actions.tokens import issue_tokens
from accounts.models import RefreshToken
from accounts.tests.mails import mails_to
from tests.cast import PASSWORD, a_member, api, browse

pytestmark = pytest.mark.django_db
NEW = "another fine staple"
PROFILE = {
    "name": "Sam Student",
    "title": "Analyst",
    "bio_short": "I count things.",
    "bio": "Long\nstory",
    "website": "https://sam.example",
    "timezone": "Europe/Berlin",
}


@pytest.fixture
def sam():
    return a_member(email="sam@example.com")


def save(sam, **changes):
    return browse(sam).post("/settings/profile", {**PROFILE, **changes})


def test_a_member_edits_the_profile(sam):
    assert save(sam, privacy_public="on").status_code == 302

    sam.refresh_from_db()
    assert {name: getattr(sam, name) for name in PROFILE} == PROFILE
    assert sam.privacy_public


def test_a_profile_is_private_unless_the_box_is_ticked(sam):
    text = browse(sam).get("/settings/profile").content.decode()
    assert "others see only your name, handle and picture" in text

    save(sam, privacy_public="on")
    save(sam)

    sam.refresh_from_db()
    assert not sam.privacy_public


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "S"),
        ("name", "x" * 101),
        ("title", "x" * 121),
        ("bio_short", "x" * 161),
        ("bio", "x" * 5001),
        ("website", "javascript:alert(1)"),
        ("website", "ftp://sam.example"),
        ("website", "not a link"),
        ("timezone", "Mars/Base"),
    ],
)
def test_invalid_fields_are_named_and_the_rest_is_shown_again(sam, field, value):
    response = save(sam, **{field: value, "email": "other@example.com"})

    text = response.content.decode()
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in text
    sam.refresh_from_db()
    assert (sam.title, sam.email) == ("", "sam@example.com")


def test_fields_that_are_not_on_the_form_cannot_be_written(sam):
    save(sam, is_admin="on", email="other@example.com", handle="root", is_creator="on")

    sam.refresh_from_db()
    assert (sam.is_admin, sam.is_creator, sam.email) == (False, False, "sam@example.com")


def test_a_new_password_ends_the_other_sign_ins_but_not_this_one(sam):
    here, there, program = browse(sam), browse(sam), api(sam)

    response = here.post("/settings/security", {"current": PASSWORD, "password": NEW})

    assert response.status_code == 302
    assert here.get("/settings/security").status_code == 200
    assert there.get("/settings/security").status_code == 302
    assert program.post("/api/v1/auth/logout").status_code == 401
    assert mails_to("sam@example.com") == ["Your password was changed"]


@pytest.mark.parametrize(
    ("current", "password", "field"),
    [("wrong", NEW, "current"), (PASSWORD, "short", "password"), (PASSWORD, PASSWORD, "password")],
)
def test_a_refused_change_of_password_changes_nothing(sam, current, password, field):
    response = browse(sam).post("/settings/security", {"current": current, "password": password})

    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert Client().post("/login", {"email": sam.email, "password": PASSWORD}).status_code == 302


def test_sign_ins_of_api_clients_are_listed_and_ended_one_by_one(sam):
    issue_tokens(user=sam, agent="Phone app", address="192.0.2.7")
    issue_tokens(user=sam, agent="Laptop <script>")
    client = browse(sam)
    text = client.get("/settings/security").content.decode()
    assert "Phone app" in text
    assert "192.0.2.7" in text
    assert "Laptop &lt;script&gt;" in text

    family = RefreshToken.objects.get(agent="Phone app").family
    client.post(f"/settings/security/sign-ins/{family}/end")

    text = client.get("/settings/security").content.decode()
    assert "Phone app" not in text
    assert "Laptop" in text


def test_another_members_sign_in_is_missing(sam):
    issue_tokens(user=sam, agent="Phone app")
    family = RefreshToken.objects.get().family

    response = browse(a_member("Olga")).post(f"/settings/security/sign-ins/{family}/end")

    assert response.status_code == 404
    assert RefreshToken.objects.get().revoked_at is None


def test_signing_out_everywhere_else_leaves_only_this_browser(sam):
    here, there, program = browse(sam), browse(sam), api(sam)

    here.post("/settings/security/sign-ins/others/end")

    assert here.get("/settings/security").status_code == 200
    assert there.get("/settings/security").status_code == 302
    assert program.post("/api/v1/auth/logout").status_code == 401


def test_an_unproven_address_offers_the_link_again():
    tom = a_member("Tom", email="tom@example.com", verified=False)
    client = browse(tom)
    assert "Send the link again" in client.get("/settings/security").content.decode()

    client.post("/settings/security/verification")

    assert mails_to("tom@example.com") == ["Confirm your e-mail address"]


@pytest.mark.parametrize("path", ["/settings/profile", "/settings/security", "/notifications"])
def test_visitors_are_redirected_to_sign_in(path):
    assert Client().get(path)["Location"] == f"/login?next={path}"


@pytest.mark.parametrize("path", ["/settings/profile", "/settings/security"])
def test_the_pages_cost_few_queries(sam, path, django_assert_max_num_queries):
    client = browse(sam)

    with django_assert_max_num_queries(8):
        client.get(path)
