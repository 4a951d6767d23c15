"""Sign-ins of the API: pairs, rotation, theft, ends, races."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts.identity.actions.tokens import (
    RefreshRefused,
    end_sign_in,
    issue_tokens,
    rotate_tokens,
)
from accounts.models import RefreshToken, User
from accounts.models.tokens import end_all_sign_ins
from accounts.tests.mails import mails_to
from peerloop.kit.refusals import SignInNeeded
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db


def test_a_refresh_gives_a_new_pair_and_voids_the_old():
    sam = a_member()
    first = issue_tokens(user=sam)

    second = rotate_tokens(refresh=first.refresh)

    assert second.refresh != first.refresh
    assert rotate_tokens(refresh=second.refresh).refresh


def test_the_database_holds_no_refresh_token_in_plain():
    pair = issue_tokens(user=a_member())

    row = RefreshToken.objects.get()

    assert pair.refresh not in {row.token_hash, row.agent, row.address}
    assert len(row.token_hash) == 64


def test_a_voided_token_closes_the_family_but_not_the_other_sign_in():
    sam = a_member()
    stolen, other = issue_tokens(user=sam), issue_tokens(user=sam)
    newest = rotate_tokens(refresh=stolen.refresh)

    with pytest.raises(RefreshRefused):
        rotate_tokens(refresh=stolen.refresh)

    with pytest.raises(RefreshRefused):
        rotate_tokens(refresh=newest.refresh)
    assert rotate_tokens(refresh=other.refresh)
    # Once, however often the copy is shown (security ID-10).
    assert mails_to(sam.email) == ["We ended a sign-in to your account"]


@pytest.mark.parametrize("refresh", ["", "unknown", "x" * 5_000, "ünïcode"])
def test_an_unknown_refresh_token_is_refused(refresh):
    with pytest.raises(RefreshRefused):
        rotate_tokens(refresh=refresh)


def test_a_refresh_token_ends_after_its_days(settings, time_machine):
    pair = issue_tokens(user=a_member())
    time_machine.move_to(datetime.now(UTC) + timedelta(days=settings.REFRESH_TOKEN_DAYS, seconds=1))

    with pytest.raises(RefreshRefused):
        rotate_tokens(refresh=pair.refresh)


def test_a_suspended_member_cannot_refresh():
    sam = a_member()
    pair = issue_tokens(user=sam)
    User.objects.filter(pk=sam.pk).update(suspended_at=sam.created_at)

    with pytest.raises(RefreshRefused):
        rotate_tokens(refresh=pair.refresh)


def test_ending_one_sign_in_leaves_the_others():
    sam = a_member()
    gone, kept = issue_tokens(user=sam), issue_tokens(user=sam)
    family = RefreshToken.objects.order_by("created_at", "pk").first().family

    end_sign_in(family=family)
    end_sign_in(family=family)

    with pytest.raises(RefreshRefused):
        rotate_tokens(refresh=gone.refresh)
    assert rotate_tokens(refresh=kept.refresh)


def test_ending_all_sign_ins_ends_web_sessions_too():
    sam = a_member()
    pair, browser = issue_tokens(user=sam), browse(sam)

    end_all_sign_ins(user=sam)

    with pytest.raises(RefreshRefused):
        rotate_tokens(refresh=pair.refresh)
    assert browser.get("/settings/security").status_code == 302


def test_a_sign_in_that_a_reset_overtook_is_not_started():
    sam = a_member()
    read_before_the_reset = User.objects.get(pk=sam.pk)
    end_all_sign_ins(user=sam)

    with pytest.raises(SignInNeeded):
        issue_tokens(user=read_before_the_reset)


@pytest.mark.django_db(transaction=True)
def test_of_twenty_concurrent_refreshes_one_succeeds():
    pair = issue_tokens(user=a_member())

    def refresh(_: int) -> str | None:
        try:
            return rotate_tokens(refresh=pair.refresh).refresh
        except RefreshRefused:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        winners = [token for token in pool.map(refresh, range(20)) if token]

    assert len(winners) == 1
    assert RefreshToken.objects.filter(used_at=None, revoked_at=None).count() <= 1


@pytest.mark.django_db(transaction=True)
def test_signing_out_beside_a_refresh_leaves_nothing_alive():
    sam = a_member()
    for _ in range(5):
        pair = issue_tokens(user=sam)
        family = RefreshToken.objects.order_by("-created_at").first().family

        def refresh(token: str = pair.refresh) -> None:
            try:
                rotate_tokens(refresh=token)
            except RefreshRefused:
                return
            finally:
                connection.close()

        def leave(sign_in=family) -> None:
            end_sign_in(family=sign_in)
            connection.close()

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(refresh), pool.submit(leave)]:
                done.result()

        assert not RefreshToken.objects.filter(family=family, revoked_at=None).exists()
