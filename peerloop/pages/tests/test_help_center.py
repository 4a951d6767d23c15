"""Help center, contact and the words of the law."""

import pytest
from django.urls import reverse

from community.models import Conversation, Message
from peerloop.pages.help_questions import GROUPS
from tests.cast import a_member, browse

PART = {"HX-Request": "true"}
pytestmark = pytest.mark.django_db


def shown(address: str, *, member=None, **headers) -> str:
    answer = browse(member).get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("address", ["/about", "/help-center", "/legal/terms", "/legal/privacy"])
def test_a_visitor_reads_it_without_a_query(address, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert shown(address).count("<h1") == 1


def test_each_question_leads_to_pages_that_exist():
    links = [page for group in GROUPS for one in group.questions for page, _ in one.links]
    assert all(reverse(page) for page in links)
    assert len({one.asks for group in GROUPS for one in group.questions}) > 20


def test_a_search_keeps_the_questions_with_all_its_words():
    page = shown("/help-center?q=REFUND take")
    assert "How long does a refund take?" in page
    assert "How do I block somebody?" not in page


def test_a_search_finds_words_by_their_beginning_in_answers_too():
    assert "How do I keep my account safe?" in shown("/help-center?q=passk")


def test_a_search_without_a_hit_leads_back_to_all_questions():
    page = shown("/help-center?q=zeppelin")
    assert "No question has all of these words." in page
    assert "<details" not in page.split('id="questions"')[1].split("</main>")[0]


@pytest.mark.parametrize("query", ["q=" + "x" * 201, "q=%F0%9F%98%80", "q=.*(", "q=  "])
def test_odd_searches_are_answered(query):
    shown(f"/help-center?{query}")


def test_htmx_gets_only_the_questions():
    assert shown("/help-center?q=refund", **PART).startswith('<div class="stack')


def test_a_visitor_without_an_account_learns_where_to_write(settings):
    settings.CONTACT_EMAIL = "people@peerloop.test"
    page = shown("/contact")
    assert "mailto:people@peerloop.test" in page
    assert "/login?next=/contact" in page
    assert "<textarea" not in page


def test_what_a_visitor_posts_is_kept_nowhere():
    answer = browse().post("/contact", {"content": "Hello"})
    assert answer.status_code == 200
    assert not Message.objects.exists()


def test_a_message_of_a_member_goes_into_the_conversation_with_support():
    member = a_member()
    answer = browse(member).post("/contact", {"content": "Where is my receipt?"})
    conversation = Conversation.objects.get(created_by=member)
    assert answer.headers["Location"] == f"/messages/{conversation.pk}"
    assert conversation.is_support
    assert conversation.messages.get().content == "Where is my receipt?"


def test_two_messages_share_one_conversation():
    browser = browse(a_member())
    browser.post("/contact", {"content": "Where is my receipt?"})
    browser.post("/contact", {"content": "Found it, thank you."})
    assert Conversation.objects.get().messages.count() == 2


@pytest.mark.parametrize("content", ["", "  \n ", "\u200b\u200b", "x" * 5_001])
def test_a_message_that_says_nothing_or_too_much_is_refused_and_nothing_begun(content):
    answer = browse(a_member()).post("/contact", {"content": content})
    assert answer.status_code == 422
    assert "field--wrong" in answer.content.decode()
    assert not Conversation.objects.exists()
