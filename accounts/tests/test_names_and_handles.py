"""Names that would break a mail or a page, handles that look like routes or like others."""

import pytest

from accounts.identity.actions.sign_up import sign_up
from accounts.identity.actions.verification import request_verification
from accounts.members.actions.profile import change_profile
from accounts.members.actions.relations import follow_member
from accounts.models import Email, Notification, User
from accounts.models.handles import RESERVED
from accounts.tests.mails import mails_to
from peerloop.kit import clock
from peerloop.kit.refusals import Invalid
from tests.cast import PASSWORD, a_member, browse

pytestmark = pytest.mark.django_db


def signed_up(name, number=0):
    return sign_up(name=name, email=f"x{number}@example.com", password=PASSWORD, at=clock.now())


@pytest.mark.parametrize(
    "name",
    ["Sam\r\nBcc: victim@example.com", "Sam\nSubject: hi", "Sam\x00\x0bX", "Sam\u2028Bcc: x"],
)
def test_a_name_never_breaks_a_line(name):
    sam = signed_up(name)
    change_profile(user=sam, at=clock.now(), name=name)
    sam.refresh_from_db()
    request_verification(email=sam.email, at=clock.now())
    follow_member(member=a_member("Clara Creator"), by=sam, at=clock.now())

    assert len(sam.name.splitlines()) == 1
    assert "\n" not in Notification.objects.get(kind="follow").title
    assert mails_to(sam.email)
    assert all(len(mail.to.splitlines()) == 1 for mail in Email.objects.all())


@pytest.mark.parametrize("name", ["admin", "Settings", "follow ers", "API", "Courses", "in tro"])
def test_a_handle_is_never_a_reserved_word(name):
    user = signed_up(name)

    assert user.handle.lower() not in RESERVED
    assert browse().get(f"/u/{user.handle}").status_code == 200


@pytest.mark.parametrize(
    "name", ["CLARA CREATOR", "C1ara Creator", "Clara_Creator", "ClaraCreat0r"]
)
def test_a_handle_is_never_read_as_somebody_elses(name):
    clara = signed_up("Clara Creator")

    other = signed_up(name, 1)

    plain = str.maketrans({"0": "o", "1": "l", "i": "l", "_": ""})
    assert other.handle.lower().translate(plain) != clara.handle.lower().translate(plain)


def test_a_handle_cannot_be_written():
    sam = a_member()
    browse(sam).post("/settings/profile", {"name": "Sam Student", "handle": "admin"})

    assert User.objects.get(pk=sam.pk).handle == sam.handle


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Đorđe Đokić", "DordeDokic"),
        ("Weiß Groß", "WeissGross"),
        ("Łukasz Ørsted", "LukaszOrsted"),
        ("Владимир", "Vladimir"),
        ("Αλέξανδρος", "Alexandros"),
        ("张伟", "ZhangWei"),
        ("O\u2019Brien \U0001f338", "OBrien"),
    ],
)
def test_a_handle_is_made_of_the_letters_of_the_name(name, handle):
    assert signed_up(name).handle == handle


@pytest.mark.parametrize(
    "name",
    [
        "\u3164\u3164",
        "\u115f \u1160",
        "\uffa0\uffa0",
        "\u2800\u2800",
        "\U0001d159\U0001d159",
        "\u200d\u200d",
        "\ufe0f\ufe0f",
        "\u034f\u061c",
        "\u180b\u180e",
        "\U000e0041\U000e0042",
        "\U000e01f0\U000e01f1",
        "\ufff0\ufff1",
        "\ue000\ue000",
        "\u0301\u0301",
    ],
    ids=ascii,
)
def test_a_name_that_draws_nothing_is_refused(name):
    with pytest.raises(Invalid) as refusal:
        signed_up(name)

    assert list(refusal.value.fields) == ["name"]


@pytest.mark.parametrize(
    "name", ["李明", "\u1112\u1161\u11ab\u1100\u1173\u11af", "🌸🌸", "\U0001fae8 \U0001fae8"]
)
def test_a_name_in_any_script_is_taken(name):
    assert signed_up(name).name
