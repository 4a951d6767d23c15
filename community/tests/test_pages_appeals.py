"""Pages of appeals (rule MOD-7)."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import Email
from community.models import Appeal
from community.moderation.access import AppealLink
from community.moderation.actions import Verdict, decide_case, file_appeal, restore_content
from community.tests.reports import a_post, a_report
from peerloop.kit import clock
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db
NOW = clock.now()
REASON = "The same link stands in six feeds."


def text_of(answer):
    return " ".join(answer.content.decode().split())


def a_decision(case, by, action="remove", **more):
    verdict = Verdict(action, REASON, rule="spam", **more)
    return decide_case(case=case, verdict=verdict, by=by, at=NOW)


def link_of(user):
    return (
        Email.objects.exclude(context__appeal_url="")
        .get(user=user, template="moderation-decision")
        .context["appeal_url"]
    )


def test_a_suspended_author_appeals_without_signing_in(case, post, sam, mona, ada):
    a_decision(case, mona, "suspend", days=7, takes_out=True)
    url = link_of(sam)
    assert REASON in text_of(browse().get(url))

    answer = browse().post(url, {"text": "It was not an ad."})

    assert "is with us" in text_of(answer)
    appeal = Appeal.objects.get()
    assert (appeal.user, appeal.text) == (sam, "It was not an ad.")
    client = browse(ada)
    assert str(appeal.pk) in text_of(client.get("/mod/appeals"))
    sent = {"is_reversed": "1", "answer": "You are right."}
    assert client.post(f"/mod/appeals/{appeal.pk}", sent)["Location"] == "/mod/appeals"
    sam.refresh_from_db()
    post.refresh_from_db()
    assert not sam.is_suspended
    assert post.status == "visible"
    assert "You are right." in str(Email.objects.get(template="appeal-decision").context)


def test_an_appeal_may_leave_all_as_it_is(case, post, sam, mona, ada):
    a_decision(case, mona)
    browse().post(link_of(sam), {"text": "Please."})
    sent = {"is_reversed": "0", "answer": "It stays."}
    browse(ada).post(f"/mod/appeals/{Appeal.objects.get().pk}", sent)
    post.refresh_from_db()
    assert (Appeal.objects.get().status, post.status) == ("upheld", "removed")


def test_an_appeal_is_filed_once_and_within_fourteen_days(case, sam, mona):
    a_decision(case, mona)
    url = link_of(sam)
    assert browse().post(url, {"text": "  "}).status_code == 422
    assert browse().post(url, {"text": "x" * 5_001}).status_code == 422
    assert browse().get(f"{url}x").status_code == 404
    with time_machine.travel(NOW + timedelta(days=14, minutes=1)):
        assert browse().get(url).status_code == 410
        assert browse().post(url, {"text": "Late"}).status_code == 410
    assert not Appeal.objects.exists()
    browse().post(url, {"text": "In time"})
    assert browse().get(url).status_code == 409
    assert browse().post(url, {"text": "Twice"}).status_code == 409
    assert Appeal.objects.count() == 1


def test_appeals_are_decided_by_an_admin_who_had_no_part(case, sam, mona, ada):
    a_decision(case, ada)
    browse().post(link_of(sam), {"text": "Please."})
    url = f"/mod/appeals/{Appeal.objects.get().pk}"
    sent = {"is_reversed": "1", "answer": "Yes."}
    assert "Another admin decides this" in text_of(browse(ada).get(url))
    assert browse(ada).post(url, sent).status_code == 422
    assert browse(mona).post(url, sent).status_code == 403
    assert browse(sam).get("/mod/appeals").status_code == 403
    second = browse(a_member("Alan Admin", is_admin=True))
    assert second.post(url, sent).status_code == 302
    assert second.post(url, sent).status_code == 422


def test_a_reporter_who_appeals_a_dismissal_brings_it_back_into_the_queue(case, olga, mona, ada):
    decide_case(case=case, verdict=Verdict("dismiss", "Fine."), by=mona, at=NOW)
    url = Email.objects.get(user=olga, template="report-decision").context["appeal_url"]
    browse().post(url, {"text": "Look at the link."})
    sent = {"is_reversed": "1", "answer": "We look again."}
    browse(ada).post(f"/mod/appeals/{Appeal.objects.get().pk}", sent)
    case.refresh_from_db()
    assert case.status == "pending"
    assert Email.objects.get(template="appeal-decision").user == olga


def test_an_appeal_against_an_earlier_decision_leaves_a_later_one(case, post, sam, mona, ada):
    first = a_decision(case, mona)
    restore_content(case=case, reason="A quotation.", by=mona, at=NOW + timedelta(hours=1))
    again = a_report(post, a_member("Ruth Reporter"), at=NOW + timedelta(hours=2))
    verdict = Verdict("remove", REASON, rule="spam")
    decide_case(case=again, verdict=verdict, by=mona, at=NOW + timedelta(hours=3))
    appeal = file_appeal(link=AppealLink(first), text="Please.", at=NOW + timedelta(hours=4))

    sent = {"is_reversed": "1", "answer": "The first one was wrong."}
    browse(ada).post(f"/mod/appeals/{appeal.pk}", sent)

    post.refresh_from_db()
    again.refresh_from_db()
    assert (post.status, again.status) == ("removed", "actioned")


def test_an_admin_does_not_decide_an_appeal_of_their_own(ada):
    alan = a_member("Alan Admin", is_admin=True)
    post = a_post(ada)
    decision = a_decision(a_report(post, a_member("Ruth Reporter")), alan)
    appeal = file_appeal(link=AppealLink(decision), text="Please.", at=NOW)
    url, sent = f"/mod/appeals/{appeal.pk}", {"is_reversed": "1", "answer": "Yes."}

    assert "Another admin decides this" in text_of(browse(ada).get(url))
    assert browse(ada).post(url, sent).status_code == 422


def test_an_admin_does_not_decide_an_appeal_against_a_decision_in_their_favor(ada):
    alan, ruth = a_member("Alan Admin", is_admin=True), a_member("Ruth Reporter")
    case = a_report(a_post(ada), ruth)
    decision = decide_case(case=case, verdict=Verdict("dismiss", "Fine."), by=alan, at=NOW)
    link = AppealLink(decision, case.flags.get())
    appeal = file_appeal(link=link, text="Look again.", at=NOW)

    sent = {"is_reversed": "0", "answer": "It is fine."}
    assert browse(ada).post(f"/mod/appeals/{appeal.pk}", sent).status_code == 422
    assert Appeal.objects.get().status == "waiting"
