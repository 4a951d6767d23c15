"""Pages of reports, the queue and appeals, for each role (rules MOD-1 to MOD-7)."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import Email
from community.feeds.access import Feed
from community.models import Appeal, ContentFlag, ModerationCase, ModerationDecision
from community.moderation.actions import Verdict, decide_case
from community.moderators.actions import appoint_moderator
from community.tests.people import a_conversation
from community.tests.reports import a_post, a_report
from peerloop.kit import clock
from tests.cast import a_course, a_member, an_enrollment, browse, stale

pytestmark = pytest.mark.django_db
NOW = clock.now()
REASON = "The same link stands in six feeds."


@pytest.fixture
def sam():
    return a_member()


@pytest.fixture
def olga():
    return a_member("Olga Stranger")


@pytest.fixture
def mona():
    return a_member("Mona Moderator", is_moderator=True)


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True)


@pytest.fixture
def post(sam):
    return a_post(sam)


@pytest.fixture
def case(post, olga):
    return a_report(post, olga)


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_a_post_is_reported_without_scripts(post, olga):
    client = browse(olga)
    url = f"/report/post/{post.pk}"
    assert url in text_of(client.get("/feed"))
    assert "Buy my course" in text_of(client.get(url))

    answer = client.post(url, {"reason": "spam", "details": ""})

    assert answer["Location"] == f"/posts/{post.pk}"
    assert "we tell you the outcome" in text_of(client.get(f"/posts/{post.pk}"))
    assert ContentFlag.objects.get().flagger == olga


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"reason": "boring"}, "Select a valid choice"),
        ({"reason": "other", "details": "  "}, "Say what is wrong."),
        ({}, "Choose what is wrong."),
        ({"reason": "spam", "details": "x" * 5_001}, "at most 2000 characters"),
    ],
)
def test_a_report_that_is_not_whole_is_refused_beside_its_field(post, olga, sent, words):
    answer = browse(olga).post(f"/report/post/{post.pk}", sent)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not ContentFlag.objects.exists()


def test_own_posts_and_second_reports_are_refused_in_words(post, sam, olga):
    url, sent = f"/report/post/{post.pk}", {"reason": "spam"}
    assert "This is yours." in text_of(browse(sam).post(url, sent))
    browse(olga).post(url, sent)
    assert "You reported this already." in text_of(browse(olga).post(url, sent))
    assert url not in text_of(browse(sam).get("/feed"))


def test_a_message_and_a_profile_lead_to_their_form(sam, olga):
    conversation = a_conversation(sam, olga, "Pay me outside", at=NOW)
    message = conversation.messages.get()
    page = text_of(browse(olga).get(f"/messages/{conversation.pk}"))
    assert f"/report/message/{message.pk}" in page
    assert f"/report/message/{message.pk}" not in text_of(
        browse(sam).get(f"/messages/{conversation.pk}")
    )
    assert f"/report/profile/{sam.pk}" in text_of(browse(olga).get(f"/u/{sam.handle}"))
    assert f"/report?about=/u/{sam.handle}" in text_of(browse().get(f"/u/{sam.handle}"))
    for kind, row in (("message", message), ("profile", sam)):
        assert browse(olga).get(f"/report/{kind}/{row.pk}").status_code == 200
    assert browse(olga).get(f"/report/poem/{sam.pk}").status_code == 404


def sent_report(**given):
    sent = {
        "address": "http://testserver/u/nobody",
        "reason": "harassment",
        "details": "He names my street.",
        "name": "Una Outside",
        "email": "una@outside.example",
        "homepage": "",
    }
    return browse().post("/report", {**sent, **given})


def test_somebody_without_an_account_reports_by_address_and_gets_a_receipt(sam):
    assert "/report" in text_of(browse().get("/"))

    answer = sent_report(address=f"http://testserver/u/{sam.handle}?tab=1")

    assert answer["Location"] == "/report/sent"
    flag = ContentFlag.objects.get()
    assert (flag.flagger, flag.reporter_email) == (None, "una@outside.example")
    assert (flag.case.target_type, flag.case.author) == ("profile", sam)
    mail = Email.objects.get(to="una@outside.example")
    assert mail.template == "report-received"


def test_any_page_of_ours_can_be_reported_and_none_of_others(post):
    assert sent_report(address=f"/posts/{post.pk}")["Location"] == "/report/sent"
    assert ModerationCase.objects.get().target_id == post.pk
    assert sent_report(address="testserver/courses/x").status_code == 302
    assert ModerationCase.objects.get(target_type="page").address == "/courses/x"
    sent_report(address="http://testserver//evil.example/y")
    assert ModerationCase.objects.filter(address="/evil.example/y").exists()
    for address in ("https://evil.example/x", "javascript:alert(1)", "  ", "//evil.example/x"):
        assert sent_report(address=address).status_code == 422


def test_a_report_without_an_account_needs_its_explanation_but_no_name(post):
    assert sent_report(details=" ").status_code == 422
    assert sent_report(reason="boring").status_code == 422
    assert sent_report(email="nonsense").status_code == 422
    assert not ContentFlag.objects.exists()
    assert sent_report(name="", email="").status_code == 302
    assert not Email.objects.exists()


def test_programs_that_fill_in_everything_are_thanked_and_forgotten():
    assert sent_report(homepage="https://spam.example")["Location"] == "/report/sent"
    assert not ContentFlag.objects.exists()


def test_the_outcome_is_mailed_to_who_has_no_account(sam, mona):
    sent_report(address=f"/u/{sam.handle}")
    case = ModerationCase.objects.get()
    decide_case(case=case, verdict=Verdict("dismiss", "A fair text."), by=mona, at=NOW)

    mail = Email.objects.get(template="report-decision")
    assert mail.to == "una@outside.example"
    assert "A fair text." in str(mail.context)
    page = text_of(browse().get(mail.context["appeal_url"]))
    assert "that you reported" in page


def test_reports_without_an_account_never_hide_anything(sam, post):
    for _ in range(4):
        sent_report(address=f"/posts/{post.pk}")
    post.refresh_from_db()
    assert post.status == "visible"


def test_the_queue_shows_urgent_ones_first_then_the_oldest(sam, mona, olga):
    for number, reason in enumerate(("spam", "spam", "harassment")):
        post = a_post(sam, f"Post {number}")
        a_report(post, olga, reason=reason, at=NOW + timedelta(minutes=number))
    page = text_of(browse(mona).get("/mod"))
    first, second, third = ModerationCase.objects.order_by("pending_since")
    places = [page.index(f"/mod/{row.pk}") for row in (third, first, second)]
    assert places == sorted(places)
    assert "Urgent" in page


def test_the_queue_can_be_filtered_and_decided_ones_stand_apart(case, sam, olga, mona):
    client = browse(mona)
    assert str(case.pk) in text_of(client.get("/mod?type=post"))
    assert str(case.pk) not in text_of(client.get("/mod?type=reply"))
    assert str(case.pk) not in text_of(client.get("/mod?show=decided"))
    decide(client, case, action="dismiss", reason="Fine")
    assert str(case.pk) in text_of(client.get("/mod?show=decided&type=post"))
    assert "The queue is clear" in text_of(client.get("/mod"))


def test_the_queue_is_for_moderators(case, sam, olga):
    for person in (sam, olga):
        assert browse(person).get("/mod").status_code == 403
        assert browse(person).get(f"/mod/{case.pk}").status_code == 404
        assert decide(browse(person), case, action="dismiss", reason="x").status_code == 404
    assert browse().get("/mod")["Location"].startswith("/login")
    assert "/mod" not in text_of(browse(sam).get("/feed"))


def decide(client, case, **sent):
    return client.post(f"/mod/{case.pk}/decide", {"rule": "", "days": "7", **sent})


def test_a_moderator_decides_on_the_page_of_the_case(case, post, mona, sam):
    client = browse(mona)
    page = text_of(client.get(f"/mod/{case.pk}"))
    assert "Buy my course" in page
    assert "It says the same." in page
    assert "Olga" in page

    answer = decide(client, case, action="remove", rule="spam", reason=REASON)

    assert answer["Location"] == "/mod"
    post.refresh_from_db()
    assert post.status == "removed"
    assert REASON in text_of(client.get(f"/mod/{case.pk}"))


def test_the_page_shows_what_was_changed_since_the_report(case, post, mona, sam):
    from community.feeds.actions import edit_post

    edit_post(post=post, content="Innocent words", by=sam, at=NOW)
    page = text_of(browse(mona).get(f"/mod/{case.pk}"))
    assert "Buy my course" in page
    assert "Innocent words" in page


def test_who_comes_second_is_told(case, mona, ada):
    second = browse(ada)
    second.get(f"/mod/{case.pk}")
    decide(browse(mona), case, action="dismiss", reason="Fine")

    answer = decide(second, case, action="remove", rule="spam", reason=REASON)

    assert answer.status_code == 422
    assert "Somebody else decided this" in text_of(answer)
    assert ModerationDecision.objects.count() == 1


def test_a_moderator_reads_of_private_talk_six_messages_and_no_more(sam, olga, mona):
    from community.conversations.reportable import reach
    from community.moderation.actions import flag_content

    texts = [f"line-{number:02}" for number in range(1, 13)]
    conversation = a_conversation(sam, olga, *texts, at=NOW)
    message = conversation.messages.get(number=5)
    flag = flag_content(content=reach(olga, message.pk), reason="harassment", by=olga, at=NOW)

    page = text_of(browse(mona).get(f"/mod/{flag.case_id}"))

    assert [text for text in texts if text in page] == texts[1:7]
    assert browse(mona).get(f"/messages/{conversation.pk}").status_code == 404


def test_the_history_of_the_person_stands_beside_the_case(sam, olga, mona):
    client = browse(mona)
    for number in range(2):
        case = a_report(a_post(sam, f"Post {number}"), olga)
        if not number:
            decide(client, case, action="warn", rule="spam", reason="Once.")
    page = text_of(client.get(f"/mod/{case.pk}"))
    assert "Warned: post" in page


def test_staff_prove_who_they_are_before_they_decide(case, mona):
    client = stale(browse(mona))
    assert client.get(f"/mod/{case.pk}")["Location"].startswith("/confirm?")
    answer = decide(client, case, action="dismiss", reason="Fine")
    assert answer["Location"].startswith("/confirm?")
    assert not ModerationDecision.objects.exists()


class Community:
    """Clara's course with Sam, who wrote; Nora moderates for Clara, Otto for somebody else."""

    def __init__(self):
        self.course = a_course()
        self.sam, self.olga = a_member(), a_member("Olga Student")
        self.nora, self.otto = a_member("Nora Keeper"), a_member("Otto Keeper")
        other = a_course(a_member("Carl Creator", is_creator=True))
        from community.feeds.actions.followers import add_instructor_follower

        for person, course in (
            (self.sam, self.course),
            (self.olga, self.course),
            (self.nora, self.course),
            (self.otto, other),
        ):
            enrollment = an_enrollment(person, course)
            add_instructor_follower(
                creator_id=course.creator_id,
                user_id=person.pk,
                enrollment_id=enrollment.pk,
                at=NOW,
            )
        for person, course in ((self.nora, self.course), (self.otto, other)):
            appoint_moderator(creator=course.creator, user=person, by=course.creator, at=NOW)
        self.post = a_post(self.sam, feed=Feed("course", self.course))
        self.case = a_report(self.post, self.olga)


@pytest.fixture
def community():
    return Community()


def test_a_community_moderator_sees_their_own_scope_alone(community, sam, olga):
    outside = a_report(a_post(sam), olga)
    client = browse(community.nora)
    page = text_of(client.get("/mod"))
    assert str(community.case.pk) in page
    assert str(outside.pk) not in page
    assert client.get(f"/mod/{outside.pk}").status_code == 404
    assert decide(client, outside, action="dismiss", reason="x").status_code == 404
    assert browse(community.otto).get(f"/mod/{community.case.pk}").status_code == 404
    assert 'href="/mod"' in text_of(client.get("/feed"))


def test_a_community_moderator_dismisses_and_removes_and_no_more(community):
    client = browse(community.nora)
    page = text_of(client.get(f"/mod/{community.case.pk}"))
    assert "Suspend" not in page
    assert "Olga" not in page
    for action in ("warn", "posting_ban", "suspend"):
        answer = decide(client, community.case, action=action, rule="spam", reason=REASON)
        assert answer.status_code == 422

    decide(client, community.case, action="remove", rule="spam", reason=REASON)

    community.post.refresh_from_db()
    assert community.post.status == "removed"


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


def test_reports_without_an_account_are_limited_by_network_address(settings):
    settings.SIGN_IN_LIMITS = True
    for number in range(6):
        assert sent_report(address=f"/courses/{number}").status_code == 302

    answer = sent_report(address="/courses/7")

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert ContentFlag.objects.count() == 6
