"""Second factors in the admin site: no secret is shown, a lost phone is helped with a reason."""

import pytest
from allauth.mfa.models import Authenticator

from accounts.identity.actions.second_step import remove_second_factors
from accounts.identity.actions.tokens import issue_tokens
from accounts.identity.queries.factors import has_second_factor
from accounts.models import AuditEntry, RefreshToken
from accounts.tests.factors import a_phone
from accounts.tests.mails import mails_to
from peerloop.kit import clock
from peerloop.kit.refusals import Forbidden
from tests.cast import a_member, browse

LIST = "/admin/mfa/authenticator/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True)


def rows_of(user):
    return list(Authenticator.objects.filter(user=user))


def test_the_list_shows_who_has_one(ada):
    a_phone(a_member("Sam Student"))

    assert "Sam Student" in browse(ada).get(LIST).content.decode()


def test_a_factor_opens_no_form_with_its_secret(ada):
    sam = a_member()
    a_phone(sam)

    for row in rows_of(sam):
        text = browse(ada).get(f"{LIST}{row.pk}/change/").content.decode()
        assert str(row.data.get("secret", row.data.get("hashes"))) not in text


@pytest.mark.parametrize(
    "path", ["account/emailaddress/", "socialaccount/socialaccount/", "socialaccount/socialapp/"]
)
def test_the_librarys_own_pages_are_not_there(ada, path):
    assert browse(ada).get(f"/admin/{path}").status_code == 404


def test_a_lost_phone_is_helped_with_a_reason(ada):
    sam = a_member()
    a_phone(sam)
    issue_tokens(user=sam)
    browser = browse(ada)
    chosen = {"action": "take_away", "_selected_action": [str(rows_of(sam)[0].pk)]}

    assert "Reason" in browser.post(LIST, chosen).content.decode()
    assert has_second_factor(sam)
    browser.post(LIST, {**chosen, "apply": "1", "reason": "Phone stolen, passport shown."})

    assert not rows_of(sam)
    assert not RefreshToken.objects.filter(user=sam, revoked_at=None).exists()
    entry = AuditEntry.objects.get(action="member.remove_second_step")
    assert (entry.actor, entry.reason) == (ada, "Phone stolen, passport shown.")
    assert mails_to(sam.email)[-1] == "Your second step was removed from your account"


@pytest.mark.parametrize("who", ["self", "member"])
def test_nobody_else_takes_it_away(ada, who):
    a_phone(ada)
    by = ada if who == "self" else a_member("Olga Stranger")

    with pytest.raises(Forbidden):
        remove_second_factors(user=ada, reason="x", by=by, at=clock.now())
    assert has_second_factor(ada)
