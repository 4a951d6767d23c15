"""Which passwords are taken (rule AUTH-4, security ID-1), and how they are kept (ID-2)."""

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts.identity.passwords import accepted
from accounts.models import User
from peerloop.kit.refusals import Invalid
from tests.cast import PASSWORD, a_member, api

SAM = {"name": "Sam Student", "email": "sam.student@mail.example.com", "handle": "samstudent"}
HASHERS = [
    "accounts.identity.hashers.BoundedArgon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]


@pytest.mark.parametrize(
    "password",
    [
        "1234567",
        "password1",
        "qwertyuiop",
        "peerloop",
        "PeerLoop123",
        "samstudent",
        "Student-Sam",
        "sam.student@mail.example.com",
        "mail.example.com",
        "SAM.STUDENT!1",
        "x" * 129,
    ],
    ids=[
        *("short", "common", "keyboard", "product", "product and digits", "handle", "name"),
        *("address", "domain", "local part", "too long"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(password):
    with pytest.raises(Invalid) as refusal:
        accepted(password, user=User(**SAM))

    assert "password" in refusal.value.fields


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Ann Lee", "peerloop2026"),
        ("Ann Lee", "P33rl00p!2026"),
        ("Ann Lee", "AnnLee1990"),
        ("Ann Lee", "lee.ann-31.12.1990"),
        ("Ann Lee", "4nnl331990"),
        ("Bo Li", "boli2026"),
        ("Bo Li", "LiBo-1990"),
        ("Đorđe Đokić", "dordedokic1"),
        ("Weiß Groß", "WEISSgross99"),
        ("Иван", "иван1990"),
        ("Иван", "ivan1990"),
        ("Ann Lee", " " * 8),
        ("Ann Lee", "\u3164\u00a0" * 4),
    ],
    ids=ascii,
)
def test_a_name_with_a_year_is_no_password(name, password):
    user = User(name=name, email="x@example.com", handle="someone")

    with pytest.raises(Invalid) as refusal:
        accepted(password, user=user)

    assert "password" in refusal.value.fields


@pytest.mark.parametrize(
    "password", ["ann730513570418", "annual feast", "leeward wind", "loop of peers 7"]
)
def test_a_password_that_holds_more_than_the_name_is_taken(password):
    assert accepted(password, user=User(name="Ann Lee", email="ann@example.com", handle="annlee"))


@pytest.mark.parametrize(
    "password",
    [
        "eightchr",
        "        8spaces",
        "x7" * 64,
        "ключ-от-дома",
        "🔑🔑🔑🔑🔑🔑🔑🔑",
        "sam and the whale",
    ],
    ids=["eight", "spaces", "longest", "letters", "signs", "more than a name"],
)
def test_any_composition_is_taken_as_typed(password):
    assert accepted(password, user=User(**SAM)) == password


@pytest.mark.django_db
@pytest.mark.parametrize("door", ["page", "api"])
def test_an_older_hash_is_replaced_at_sign_in(settings, door):
    settings.PASSWORD_HASHERS = HASHERS
    sam = a_member(email="sam@example.com")
    old = make_password(PASSWORD, hasher="pbkdf2_sha256")
    User.objects.filter(pk=sam.pk).update(password=old)
    body = {"email": "sam@example.com", "password": PASSWORD}

    if door == "page":
        client = Client()
        assert client.post("/login", body).status_code == 302
        assert client.get("/settings/security").status_code == 200
    else:
        assert api().post("/api/v1/auth/login", body, format="json").status_code == 200

    sam.refresh_from_db()
    assert sam.password.startswith("argon2")
    assert sam.check_password(PASSWORD)
