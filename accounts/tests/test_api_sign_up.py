"""POST /auth/signup."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import CreatorApplication, User
from accounts.tests.mails import mails_to
from tests.cast import a_member, api

SAM = {"name": "Sam Student", "email": "sam@example.com", "password": "correct horse battery"}


def sign_up(**changes):
    body = {name: value for name, value in {**SAM, **changes}.items() if value is not None}
    return api().post("/api/v1/auth/signup", body, format="json")


@pytest.mark.django_db
def test_a_newcomer_is_a_member_at_once_and_gets_a_link():
    response = sign_up()

    body = response.json()
    assert response.status_code == 201
    assert body["user"] | {"id": ""} == {
        "id": "",
        "name": "Sam Student",
        "email": "sam@example.com",
        "role": "student",
    }
    assert body["token"].count(".") == 2
    assert body["refreshToken"]
    assert mails_to("sam@example.com") == ["Confirm your e-mail address"]
    sam = User.objects.get()
    assert (sam.handle, sam.privacy_public, sam.is_verified) == ("SamStudent", False, False)


@pytest.mark.django_db
def test_who_asks_to_create_gets_an_application_and_no_right():
    body = sign_up(role="creator").json()

    clara = User.objects.get()
    assert body["user"]["role"] == "creator"
    assert clara.is_creator is False
    assert CreatorApplication.objects.get(user=clara).status == "pending"
    assert "We have your application to create courses" in mails_to("sam@example.com")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": "S"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "\u200b\u200d\u200b"}, "name"),
        ({"name": ["Sam"]}, "name"),
        ({"name": "Sam\x00"}, "name"),
        ({"email": None}, "email"),
        ({"email": "sam"}, "email"),
        ({"email": "sam@"}, "email"),
        ({"email": "@example.com"}, "email"),
        ({"email": "sam@example.com\nBcc: all@example.com"}, "email"),
        ({"email": f"{'s' * 300}@example.com"}, "email"),
        ({"email": {"a": 1}}, "email"),
        ({"email": "s@m@" + "." * 80}, "email"),
        ({"email": f"{'s' * 65}@example.com"}, "email"),
        ({"email": "sam@localhost"}, "email"),
        ({"email": "sam@intranet"}, "email"),
        ({"email": "sam@printer.local"}, "email"),
        ({"email": "sam@[127.0.0.1]"}, "email"),
        ({"email": "sam@127.0.0.1"}, "email"),
        ({"email": "sam@[IPv6:::1]"}, "email"),
        ({"email": "sam@\N{SNOWMAN}.example"}, "email"),
        ({"email": "sam@xn--a.example"}, "email"),
        # The Kelvin sign is a K in Unicode's normal form, a wide letter one in its mapping.
        ({"email": "mi\N{KELVIN SIGN}e@example.com"}, "email"),
        ({"email": "\N{FULLWIDTH LATIN SMALL LETTER A}nna@example.com"}, "email"),
        ({"password": None}, "password"),
        ({"password": "short"}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": "samstudent1"}, "password"),
        ({"password": "peerloop1"}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"password": 12345678}, "password"),
        ({"role": "admin"}, "role"),
        ({"role": "moderator"}, "role"),
        ({"role": 1}, "role"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named(change, field):
    response = sign_up(**change)

    if response.status_code == 201:
        pytest.fail(f"accepted: {response.json()}")
    assert response.status_code == 400
    assert field in response.json()["fields"]
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Zoë  Müller ", "Zoë Müller"),
        ("李小龍", "李小龍"),
        ("محمد علي", "محمد علي"),
        ("👩🏽‍🚀 Ana", "👩🏽‍🚀 Ana"),
        ("Z\u0308oe\u0308", "Z\u0308oë"),
        ("evil\u202etxt.exe", "eviltxt.exe"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("x" * 100, "x" * 100),
        ("'; DROP TABLE users; --", "'; DROP TABLE users; --"),
        ("%s {0} {{7*7}}", "%s {0} {{7*7}}"),
    ],
)
def test_a_name_in_any_script_is_stored_on_one_line(typed, kept):
    response = sign_up(name=typed)

    assert response.status_code == 201
    assert User.objects.get().name == kept


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Sam@Example.COM", "sam@example.com"),
        ("  sam@example.com ", "sam@example.com"),
        ("sam@BÜCHER.example", "sam@xn--bcher-kva.example"),
        (f"{'s' * 64}@example.com", f"{'s' * 64}@example.com"),
        ("o'brien+tag@example.com", "o'brien+tag@example.com"),
    ],
)
def test_an_address_is_stored_in_one_form(typed, kept):
    assert sign_up(email=typed).status_code == 201
    assert User.objects.get().email == kept


@pytest.mark.django_db
def test_a_password_of_any_characters_is_taken_as_typed():
    password = "  ключ 🔑 café  "

    assert sign_up(password=password).status_code == 201
    assert User.objects.get().check_password(password)
    assert User.objects.get().check_password("  ключ 🔑 cafe\u0301  ")
    assert not User.objects.get().check_password(password.strip())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("anna@fa\u00df.example", "anna@xn--fa-hia.example"),
        ("anna@FA\u1e9e.example", "anna@xn--fa-hia.example"),
        ("anna@β\u03cc\u03bbο\u03c2.example", "anna@xn--nxasmm1c.example"),
        ("anna@xn--fa-hia.example", "anna@xn--fa-hia.example"),
        ("anna@نامه\u200cای.example", "anna@xn--mgba3gch31f060k.example"),
    ],
    ids=["sharp s", "capital sharp s", "final sigma", "ascii form", "non-joiner"],
)
def test_an_address_never_becomes_that_of_another_domain(typed, kept):
    sign_up(email=typed)

    assert User.objects.get().email == kept


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("CET", "CET"),
        ("Mars/Base", ""),
        ("localtime", ""),
        ("Factory", ""),
        ("", ""),
    ],
)
def test_a_valid_time_zone_is_stored(given, kept):
    sign_up(timezone=given)

    assert User.objects.get().timezone == kept


@pytest.mark.django_db
def test_a_registered_address_is_refused_in_any_letter_case():
    a_member(email="sam@example.com")

    response = sign_up(email="SAM@example.com")

    assert response.status_code == 409
    assert response.json()["code"] == "email_taken"
    assert response.json()["fields"]["email"]


@pytest.mark.django_db
def test_fields_that_are_not_asked_for_change_nothing():
    sign_up(is_admin=True, is_creator=True, email_verified_at="2026-01-01T00:00:00Z", id="x")

    sam = User.objects.get()
    assert (sam.is_admin, sam.is_creator, sam.is_verified) == (False, False, False)


@pytest.mark.django_db
def test_people_of_one_name_get_handles_of_their_own():
    for number in range(3):
        sign_up(email=f"sam{number}@example.com")

    handles = set(User.objects.values_list("handle", flat=True))
    assert handles == {"SamStudent", "SamStudent2", "SamStudent3"}


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_with_one_address_make_one_member():
    def join(_: int) -> int:
        try:
            return sign_up().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(join, range(8)))

    assert answers == [201] + [409] * 7
    assert User.objects.count() == 1
    assert mails_to("sam@example.com") == ["Confirm your e-mail address"]


@pytest.mark.django_db(transaction=True)
def test_eight_with_one_name_can_sign_up_at_once():
    def join(number: int) -> int:
        try:
            return sign_up(email=f"sam{number}@example.com").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(join, range(8)))

    assert answers == [201] * 8
    assert User.objects.count() == 8
