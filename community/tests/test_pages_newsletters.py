"""Pages of newsletters, and the link that ends them."""

import re
from datetime import timedelta

import pytest
from django.template import Context, Template
from django.test import Client

from accounts.models import Email, LocalMail, User
from accounts.notifications.mail.composing import rendered
from community.models import Newsletter, NewsletterSubscriber
from community.newsletters.access import token_of
from community.newsletters.actions.settling import settle_mails, settle_newsletter
from community.tests.newsletters import (
    LATER,
    NOW,
    a_creator,
    a_newsletter,
    begin,
    readers,
    sent,
    subscription,
)
from peerloop.kit import clock
from tests.cast import a_course, a_member, browse

pytestmark = pytest.mark.django_db
URL = "/create/newsletters"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def clara():
    return a_creator()


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_without_subscribers_the_page_says_how_to_win_them(clara):
    text = text_of(browse(clara).get(URL))
    assert "Nobody has subscribed yet" in text
    assert f"/creators/{clara.handle}" in text


def test_a_draft_is_written_previewed_tested_and_deleted(clara):
    browser = browse(clara)
    given = {"subject": "News", "body": "Try **this**.\n\n<script>alert(1)</script>"}
    for more in ({}, HTMX):
        shown = text_of(browser.post(f"{URL}/preview", given, **more))
        assert "<strong>this</strong>" in shown
        assert "<script>alert" not in shown
    page = browser.post(f"{URL}/new", given)["Location"]
    assert "Try **this**." in text_of(browser.get(page))

    assert browser.post(page, {"subject": " ", "body": " "}).status_code == 422
    browser.post(f"{page}/test")
    assert Email.objects.get(template="newsletter-test").to == clara.email
    browser.post(f"{page}/delete")
    assert not Newsletter.objects.exists()


def test_the_confirmation_says_to_how_many_it_goes(clara):
    [sam, *_] = readers(clara)
    User.objects.filter(pk=sam.pk).update(marketing_opt_out=True)
    newsletter = a_newsletter(clara)
    path = f"{URL}/{newsletter.pk}/send"
    assert "2 subscribers" in text_of(browse(clara).get(path))

    assert browse(clara).post(path)["Location"] == f"{URL}/{newsletter.pk}"
    newsletter.refresh_from_db()
    assert newsletter.status == "sending"


def test_a_second_press_is_a_refusal_and_nothing_more_is_queued(clara):
    readers(clara)
    newsletter = a_newsletter(clara)
    path = f"{URL}/{newsletter.pk}/send"
    browse(clara).post(path)

    assert browse(clara).post(path).status_code == 409
    assert browse(clara).get(path).status_code == 302


def test_while_it_is_sent_the_page_looks_again_by_itself_and_stops_when_it_is_done(clara):
    readers(clara)
    newsletter = begin(a_newsletter(clara))
    path = f"{URL}/{newsletter.pk}"
    assert 'data-hx-trigger="load delay:2s"' in text_of(browse(clara).get(path))
    part = text_of(browse(clara).get(path, **HTMX))
    assert part.startswith('<div class="section')

    Email.objects.filter(template="newsletter").update(status="sent")
    settle_newsletter(newsletter_id=newsletter.pk, at=LATER)
    done = text_of(browse(clara).get(path, **HTMX))
    assert "load delay" not in done


def test_the_time_of_a_schedule_is_that_of_the_creators_zone(clara):
    User.objects.filter(pk=clara.pk).update(timezone="America/New_York")
    newsletter = a_newsletter(clara)
    readers(clara)
    day = (clock.now() + timedelta(days=20)).strftime("%Y-%m-%d")

    answer = browse(clara).post(f"{URL}/{newsletter.pk}/schedule", {"send_at": f"{day}T09:00"})

    newsletter.refresh_from_db()
    assert answer.status_code == 302
    assert newsletter.send_at.hour in (13, 14)
    text = text_of(browse(clara).get(f"{URL}/{newsletter.pk}"))
    assert "9:00" in text
    browse(clara).post(f"{URL}/{newsletter.pk}/unschedule")
    newsletter.refresh_from_db()
    assert newsletter.status == "draft"


@pytest.mark.parametrize("moment", ["", "soon", "2020-01-01T09:00", "9999-12-31T23:59"])
def test_a_bad_time_is_refused_beside_its_field(clara, moment):
    readers(clara)
    newsletter = a_newsletter(clara)
    answer = browse(clara).post(f"{URL}/{newsletter.pk}/schedule", {"send_at": moment})
    assert answer.status_code == 422
    newsletter.refresh_from_db()
    assert newsletter.status == "draft"


def test_the_result_shows_the_figures_and_offers_what_failed_again(clara):
    readers(clara)
    newsletter = sent(a_newsletter(clara))
    path = f"{URL}/{newsletter.pk}"
    assert "Send those again" not in text_of(browse(clara).get(path))
    email = Email.objects.filter(template="newsletter").first()
    Email.objects.filter(pk=email.pk).update(status="failed")
    settle_mails(email_ids=[email.pk], at=NOW)
    text = text_of(browse(clara).get(path))
    assert "1 mail could not be sent" in text
    assert browse(clara).post(f"{path}/retry").status_code == 302


@pytest.mark.parametrize("path", ["", "/new", "/subscribers"])
def test_the_pages_are_for_creators(path):
    assert browse(a_member()).get(URL + path).status_code == 403


def test_subscribers_are_shown_by_name_without_their_address(clara):
    [sam] = readers(clara, 1)
    text = text_of(browse(clara).get(f"{URL}/subscribers"))
    assert sam.name in text
    assert sam.email not in text


def test_a_member_subscribes_on_the_creators_page_and_ends_it_in_the_settings():
    creator = a_course().creator
    User.objects.filter(pk=creator.pk).update(privacy_public=True)
    sam = a_member()
    browser, act = browse(sam), f"/creators/{creator.handle}/newsletter"
    page = text_of(browser.get(f"/creators/{creator.handle}"))
    assert f'action="{act}"' in page
    browser.post(act, {"subscribe": "1", "source": "profile"})
    assert subscription(creator, sam).status == "active"
    assert 'aria-pressed="true"' in text_of(browser.get(f"/creators/{creator.handle}"))

    assert creator.name in text_of(browser.get("/settings/newsletters"))
    browser.post(act, {"subscribe": "0", "next": "/settings/newsletters"})
    assert subscription(creator, sam).status == "unsubscribed"
    assert browser.post(act, {"subscribe": "maybe"}).status_code == 400


def link_of(user):
    mail = LocalMail.objects.get(to=user.email)
    return re.search(r"(/newsletters/end/[^\s?]+)", mail.text)[1]


def test_looking_at_the_link_changes_nothing_and_one_press_ends_this_newsletter_only(clara):
    cora = a_creator("Cora Creator")
    [sam, *_] = readers(clara)
    NewsletterSubscriber.objects.create(creator=cora, user=sam, source="profile", subscribed_at=NOW)
    newsletter = sent(a_newsletter(clara))
    link, visitor = link_of(sam), Client(enforce_csrf_checks=True)

    assert "Clara Creator" in text_of(visitor.get(link))
    assert subscription(clara, sam).status == "active"
    one_click = {"List-Unsubscribe": "One-Click"}
    for _ in range(2):
        assert visitor.post(link, one_click).status_code == 200

    assert subscription(clara, sam).status == "unsubscribed"
    assert subscription(cora, sam).status == "active"
    newsletter.refresh_from_db()
    assert (newsletter.sent_count, newsletter.unsubscribed_count) == (3, 1)
    sam.refresh_from_db()
    assert not sam.marketing_opt_out


def test_the_second_button_ends_all_newsletters_and_offers(clara):
    [sam, *_] = readers(clara)
    sent(a_newsletter(clara))
    link = link_of(sam)
    assert "End all newsletters" in text_of(Client().get(f"{link}?all=1"))

    Client().post(link, {"all": "1"})

    sam.refresh_from_db()
    assert sam.marketing_opt_out
    assert subscription(clara, sam).status == "unsubscribed"


def test_a_wrong_link_is_a_404(clara):
    [sam] = readers(clara, 1)
    token = token_of(subscription(clara, sam).pk, a_newsletter(clara).pk)
    for wrong in ("nonsense", token[:-1], token.replace(".", ":", 1), f"{token}x"):
        assert Client().post(f"/newsletters/end/{wrong}").status_code == 404
    assert subscription(clara, sam).status == "active"


def test_the_mail_names_the_one_click_link_in_its_headers(clara):
    [sam, *_] = readers(clara)
    begin(a_newsletter(clara))
    options = rendered(Email.objects.select_related("user").get(to=sam.email), at=NOW)

    assert options.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = options.headers["List-Unsubscribe"]
    assert re.fullmatch(r"<http\S+/newsletters/end/[^?\s]+>", link)
    assert "Clara Creator wrote this to everybody who subscribed" in options.text


def test_after_enrolling_the_newsletter_of_the_creator_is_offered_once(clara):
    sam = a_member()
    paid = Template("{% load newsletters %}{% newsletter_offer creator %}")
    offer = paid.render(Context({"user": sam, "creator": clara, "csrf_token": "x"}))
    assert f'action="/creators/{clara.handle}/newsletter"' in offer
    given = {"subscribe": "1", "source": "enrollment", "next": "/learn"}
    assert browse(sam).post(f"/creators/{clara.handle}/newsletter", given)["Location"] == "/learn"

    assert subscription(clara, sam).source == "enrollment"
    for user in (sam, clara):
        assert not paid.render(Context({"user": user, "creator": clara})).strip()
