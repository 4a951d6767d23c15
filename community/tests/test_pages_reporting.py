"""Pages of reports, with and without an account (rules MOD-1, MOD-2; DSA 16)."""

import pytest

from accounts.models import Email
from community.models import ContentFlag, ModerationCase
from community.moderation.actions import Verdict, decide_case
from community.tests.people import a_conversation
from community.tests.reports import a_post, a_report
from peerloop.kit import clock
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db
NOW = clock.now()


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


def test_reports_without_an_account_are_limited_by_network_address(settings):
    settings.SIGN_IN_LIMITS = True
    for number in range(6):
        assert sent_report(address=f"/courses/{number}").status_code == 302

    answer = sent_report(address="/courses/7")

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert ContentFlag.objects.count() == 6
