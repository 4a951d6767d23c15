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
