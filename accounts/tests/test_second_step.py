"""The second step of sign-in: codes that count once, recovery codes, nothing readable at rest."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import connection

from accounts.identity.access import Unverified
from accounts.identity.actions import second_step
from accounts.identity.actions.second_step import NotTheLast, WrongCode
from accounts.identity.factors import codes, encryption
from accounts.identity.queries.factors import factors_of, has_second_factor
from accounts.models import Email, Notification
from accounts.tests.factors import Phone, a_passkey, a_phone
from peerloop.kit.refusals import Conflict
from tests.cast import a_member

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def sam():
    return a_member(email="sam@example.com")


def use(user, code):
    second_step.consume_code(user=user, code=code, at=START)


def test_a_code_counts_once(sam):
    with time_machine.travel(START, tick=False):
        phone = a_phone(sam)

        use(sam, phone.code())
        with pytest.raises(WrongCode):
            use(sam, phone.code())


def test_the_code_that_added_the_app_is_spent_with_it(sam):
    with time_machine.travel(START, tick=False):
        phone = a_phone(sam)

        with pytest.raises(WrongCode):
            use(sam, phone.code(-1))


def test_an_older_code_does_not_count_after_a_newer_one(sam):
    with time_machine.travel(START, tick=False) as now:
        phone = a_phone(sam)
        now.shift(timedelta(minutes=5))

        use(sam, phone.code(1))
        with pytest.raises(WrongCode):
            use(sam, phone.code())


@pytest.mark.parametrize(("steps", "counts"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_phone_may_be_half_a_minute_off(sam, steps, counts):
    with time_machine.travel(START, tick=False) as now:
        phone = a_phone(sam)
        now.shift(timedelta(minutes=5))
        code = phone.code(steps)
        if counts:
            use(sam, code)
        else:
            with pytest.raises(WrongCode):
                use(sam, code)


def _spaced(code):
    return f" {code[:3]} {code[3:]}\t"


def _wide(code):
    return "".join(chr(ord(digit) + 0xFEE0) for digit in code)


@pytest.mark.parametrize("typed", [_spaced, _wide], ids=["spaces", "wide"])
def test_a_code_is_read_however_it_was_typed(sam, typed):
    with time_machine.travel(START, tick=False):
        phone = a_phone(sam)

        use(sam, typed(phone.code()))


@pytest.mark.parametrize("code", ["", "000", "abcdef", "١٢٣٤٥٦", "\x00" * 6, "9" * 400, "é"])
def test_what_is_no_code_is_refused(sam, code):
    a_phone(sam)

    with pytest.raises(WrongCode):
        use(sam, code)


def test_each_recovery_code_counts_once_in_any_dress(sam):
    phone = a_phone(sam)
    first, second = phone.recovery[:2]

    use(sam, first.upper().replace("-", " "))
    with pytest.raises(WrongCode):
        use(sam, first)
    use(sam, second)

    assert factors_of(sam).codes_left == 8
    letters = Email.objects.filter(user=sam, template="recovery-code-used").order_by("pk")
    assert [mail.context["left"] for mail in letters] == [9, 8]


def test_new_recovery_codes_void_the_old_ones(sam):
    phone = a_phone(sam)

    fresh = second_step.renew_recovery_codes(user=sam)

    with pytest.raises(WrongCode):
        use(sam, phone.recovery[0])
    use(sam, fresh[0])
    assert len(set(fresh)) == 10


def test_recovery_codes_need_a_second_factor(sam):
    with pytest.raises(Conflict):
        second_step.renew_recovery_codes(user=sam)


def test_a_code_is_consumed_once_also_under_concurrent_requests(transactional_db):
    sam = a_member()
    phone = a_phone(sam)
    code = phone.code()

    def attempt(_):
        try:
            use(sam, code)
            return True
        except WrongCode:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, range(6))) == 1


def test_a_copy_of_the_database_shows_no_secret(sam):
    phone = a_phone(sam)

    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))

    assert phone.secret not in kept
    assert not any(code in kept or codes.plain(code) in kept for code in phone.recovery)


def test_a_retired_key_still_opens_what_it_closed(sam, settings):
    phone = a_phone(sam)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of at least fifty characters, freshly made"

    use(sam, phone.code())
    use(sam, phone.recovery[0])


def test_without_the_key_nothing_is_decrypted(settings):
    sealed = encryption.encrypted("secret")
    settings.SECRET_KEY = "another key of at least fifty characters, freshly made"

    with pytest.raises(ValueError, match="SECRET_KEY"):
        encryption.decrypted(sealed)


def test_a_wrong_code_adds_no_app(sam):
    phone = Phone()

    with pytest.raises(WrongCode):
        second_step.add_app(user=sam, secret=phone.secret, code="000000", at=START)

    assert not has_second_factor(sam)


def test_a_second_app_is_refused(sam):
    a_phone(sam)

    with pytest.raises(Conflict):
        a_phone(sam)


def test_only_a_proven_address_gets_a_second_step():
    with pytest.raises(Unverified):
        a_phone(a_member(verified=False))


def test_recovery_codes_come_with_the_first_factor_only(sam):
    phone = a_phone(sam)
    more = second_step.add_passkey(user=sam, name="Laptop", credential={}, at=START)

    assert len(phone.recovery) == 10
    assert more == []


def test_the_member_is_notified_of_added_and_removed_factors(sam):
    a_phone(sam)
    app = Authenticator.objects.get(user=sam, type="totp")

    second_step.remove_factor(factor=app, at=START)
    second_step.remove_factor(factor=app, at=START)

    letters = Email.objects.filter(user=sam).order_by("pk")
    assert [mail.template for mail in letters] == ["factor-added", "factor-removed"]
    titles = set(Notification.objects.filter(user=sam).values_list("title", flat=True))
    assert titles == {
        "An authenticator app was added to your account",
        "An authenticator app was removed from your account",
    }


def test_recovery_codes_go_with_the_last_factor(sam):
    a_phone(sam)
    passkey = Authenticator.objects.get(pk=a_passkey(sam))

    second_step.remove_factor(factor=Authenticator.objects.get(user=sam, type="totp"), at=START)
    assert factors_of(sam).codes_left == 10
    second_step.remove_factor(factor=passkey, at=START)

    assert not Authenticator.objects.filter(user=sam).exists()


def test_staff_must_keep_one_where_it_is_required(settings):
    settings.STAFF_SECOND_FACTOR = True
    ada = a_member("Ada Admin", is_admin=True)
    a_phone(ada)

    with pytest.raises(NotTheLast):
        second_step.remove_factor(factor=Authenticator.objects.get(user=ada, type="totp"), at=START)

    assert has_second_factor(ada)


def test_codes_are_those_of_the_standard():
    """RFC 6238, appendix B: the last six digits of its values for SHA-1."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    moments = {59: "287082", 1_111_111_109: "081804", 20_000_000_000: "353130"}

    shown = {seconds: codes.code_of(secret, seconds // 30) for seconds in moments}

    assert shown == moments
