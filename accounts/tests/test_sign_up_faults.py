"""All that is wrong with a sign-up is said at once."""

import pytest

from accounts.models import User
from tests.cast import api, browse

pytestmark = pytest.mark.django_db

WRONG = {"name": "A", "email": "nobody", "password": "short", "role": "student"}
CURES = ("Give a name of 2 to 100", "like name@example.com", "at least 8 characters")


@pytest.mark.parametrize("left_out", ["", "name", "email", "password"])
def test_the_page_names_every_field(left_out):
    answer = browse().post("/signup", WRONG | ({left_out: ""} if left_out else {}))
    page = answer.content.decode()

    assert answer.status_code == 422
    assert page.count('aria-invalid="true"') == 3
    for field, cure in zip(("name", "email", "password"), CURES, strict=True):
        assert (cure in page) == (field != left_out)


def test_the_api_names_every_field():
    answer = api().post("/api/v1/auth/signup", WRONG, format="json")

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert set(answer.json()["fields"]) == {"name", "email", "password"}
    assert not User.objects.exists()


def test_a_single_fault_keeps_its_own_code():
    given = WRONG | {"name": "Ana Lim", "email": "ana@example.com"}
    answer = api().post("/api/v1/auth/signup", given, format="json")

    assert answer.json()["code"] == "password_refused"
