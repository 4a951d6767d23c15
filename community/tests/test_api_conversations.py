"""Conversations over the API."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.members.actions.relations import block_member
from accounts.sanctions.actions.posting_ban import ban_from_posting
from community.models import Conversation, Message
from community.tests.people import AT, a_conversation
from tests.cast import a_course, a_member, a_teacher, an_enrollment, api

pytestmark = pytest.mark.django_db
URL = "/api/v1/conversations"


def opened(by, *others):
    return api(by).post(URL, {"participant_ids": [str(one.pk) for one in others]}, "json")


def sent(by, conversation, content="Hello", **fields):
    url = f"{URL}/{conversation.pk}/messages"
    return api(by).post(url, {"content": content, **fields}, "json")


def listed(user):
    return api(user).get(URL).json()["conversations"]


def messages(user, conversation, query=""):
    return api(user).get(f"{URL}/{conversation.pk}/messages{query}")


def test_two_members_share_one_conversation_whoever_begins():
    sam, tom = a_member(), a_member("Tom Teacher")

    first, second = opened(sam, tom), opened(tom, sam)

    assert first.status_code == second.status_code == 201
    assert first.json()["id"] == second.json()["id"]
    assert first.json()["kind"] == "direct"
    assert [one["name"] for one in first.json()["participants"]] == ["Tom Teacher"]


def test_a_new_conversation_is_listed_for_who_began_it_alone():
    sam, tom = a_member(), a_member("Tom Teacher")

    conversation = opened(sam, tom).json()

    assert [row["id"] for row in listed(sam)] == [conversation["id"]]
    assert listed(tom) == []


def test_a_message_is_read_by_the_other_and_counted_as_unread():
    sam, tom = a_member(), a_member("Tom Teacher")
    conversation = a_conversation(sam, tom)

    answer = sent(sam, conversation, "Shall we start with webhooks?")

    assert answer.status_code == 201
    assert answer.json()["number"] == 1
    assert answer.json()["conversation_id"] == str(conversation.pk)
    [row] = listed(tom)
    assert row["unread_count"] == 1
    assert row["last_message"]["content"] == "Shall we start with webhooks?"
    [own] = listed(sam)
    assert own["unread_count"] == 0
    assert messages(tom, conversation).json()["messages"][0]["sender"]["name"] == "Sam Student"


def test_reading_ends_at_the_number_that_was_read_and_never_goes_back():
    sam, tom = a_member(), a_member("Tom Teacher")
    conversation = a_conversation(sam, tom, "One", "Two", "Three", "Four", "Five")

    def read(number):
        url = f"{URL}/{conversation.pk}/read"
        return api(tom).post(url, {"number": number}, "json").json()["unread_count"]

    # Tom wrote the second and the fourth.
    assert listed(tom)[0]["unread_count"] == 1
    assert read(1) == 1
    assert read(5) == 0
    assert read(3) == 0
    assert read(99) == 0


def test_messages_come_newest_first_in_pages_by_cursor_and_since_a_number():
    sam, tom = a_member(), a_member("Tom Teacher")
    conversation = a_conversation(sam, tom, *"abcdefg")

    def texts(query):
        return "".join(
            row["content"] for row in messages(sam, conversation, query).json()["messages"]
        )

    assert texts("") == "gfedcba"
    assert texts("?limit=3") == "gfe"
    assert texts("?limit=3&page=2") == "dcb"
    assert texts("?limit=3&page=3") == "a"
    assert texts("?limit=3&page=4") == ""
    cursor = messages(sam, conversation, "?limit=3").json()["next_cursor"]
    assert texts(f"?limit=3&cursor={cursor}") == "dcb"
    assert messages(sam, conversation, "?limit=50").json()["next_cursor"] is None
    assert texts("?after=5") == "fg"
    assert messages(sam, conversation).json()["total"] == 7


def test_a_message_that_arrives_twice_is_one():
    sam, tom = a_member(), a_member("Tom Teacher")
    conversation, key = a_conversation(sam, tom), str(uuid4())

    first, second = sent(sam, conversation, client_id=key), sent(sam, conversation, client_id=key)

    assert first.json()["id"] == second.json()["id"]
    assert Message.objects.count() == 1
    assert listed(tom)[0]["unread_count"] == 1


def test_strangers_moderators_and_admins_find_no_conversation_of_others():
    conversation = a_conversation(a_member(), a_member("Tom Teacher"), "Between us")
    for stranger in (
        a_member("Olga"),
        a_member("Mo", is_moderator=True),
        a_member("Ada", is_admin=True),
    ):
        assert messages(stranger, conversation).status_code == 404
        assert sent(stranger, conversation).status_code == 404


@pytest.mark.parametrize("ids", [[], "x", ["x"], None, [None], {}])
def test_participants_that_are_no_ids_are_refused_by_name(ids):
    answer = api(a_member()).post(URL, {"participant_ids": ids}, "json")
    assert answer.status_code == 400
    assert any(name.startswith("participant_ids") for name in answer.json()["fields"])


def test_nobody_writes_to_themselves_or_to_somebody_unknown():
    sam = a_member()
    assert opened(sam, sam).json()["fields"] == {
        "participant_ids": ["You can't write to yourself."]
    }
    unknown = api(sam).post(URL, {"participant_ids": [str(uuid4())]}, "json")
    assert unknown.status_code == 404


@pytest.mark.parametrize("content", ["", "   ", "\u200b", "x" * 5_001, None])
def test_a_message_says_something_in_at_most_5000_characters(content):
    sam, tom = a_member(), a_member("Tom Teacher")
    conversation = a_conversation(sam, tom)

    answer = sent(sam, conversation, content)

    assert answer.status_code == 400
    assert "content" in answer.json()["fields"]
    assert not Message.objects.exists()


def test_an_unverified_member_cannot_write():
    answer = opened(a_member(verified=False), a_member("Tom Teacher"))
    assert (answer.status_code, answer.json()["code"]) == (403, "email_unverified")


def test_who_is_blocked_can_read_but_not_write():
    sam, tom = a_member(), a_member("Tom Teacher")
    conversation = a_conversation(sam, tom, "Hello")
    block_member(member=sam, by=tom, at=AT)

    refused = sent(sam, conversation, "Why?")

    assert (refused.status_code, refused.json()["code"]) == (403, "blocked")
    assert len(messages(sam, conversation).json()["messages"]) == 1
    own = sent(tom, conversation)
    assert (own.status_code, own.json()["code"]) == (409, "block_stands")


def test_who_is_shut_out_finds_nobody_to_write_to():
    sam, tom = a_member(), a_member("Tom Teacher")
    block_member(member=sam, by=tom, at=AT)
    assert opened(sam, tom).status_code == 404


@pytest.mark.parametrize("gone", [{"suspended_at": AT}, {"is_active": False}])
def test_nobody_writes_to_a_suspended_or_deleted_member(gone):
    sam, tom = a_member(), a_member("Tom Teacher")
    conversation = a_conversation(sam, tom, "Hello")
    type(tom).objects.filter(pk=tom.pk).update(**gone)

    refused = sent(sam, conversation)

    assert (refused.status_code, refused.json()["code"]) == (409, "departed")
    assert len(messages(sam, conversation).json()["messages"]) == 1


def test_a_group_is_within_one_course():
    course = a_course()
    tom = a_teacher(course).user
    sam, sue, olga = a_member(), a_member("Sue"), a_member("Olga")
    for student in (sam, sue):
        an_enrollment(student, course)

    group = opened(sam, sue, tom)

    assert group.status_code == 201
    assert group.json()["kind"] == "group"
    assert group.json()["course"] == {"id": str(course.pk), "title": course.title}
    refused = opened(sam, sue, olga)
    assert (refused.status_code, refused.json()["code"]) == (403, "no_shared_course")


def test_a_group_has_at_most_ten_people():
    course = a_course()
    sam, *others = [a_member(f"Sam {number}") for number in range(11)]
    for student in (sam, *others):
        an_enrollment(student, course)

    assert opened(sam, *others).status_code == 400
    assert opened(sam, *others[:9]).status_code == 201


def test_a_new_member_begins_five_conversations_a_day():
    sam = a_member()
    for number in range(5):
        assert opened(sam, a_member(f"Member {number}")).status_code == 201

    refused = opened(sam, a_member("One more"))

    assert (refused.status_code, refused.json()["code"]) == (422, "limit_reached")
    assert Conversation.objects.count() == 5


def test_sixty_messages_in_ten_minutes_are_enough():
    sam, tom = a_member(), a_member("Tom Teacher")
    conversation = a_conversation(sam, tom)
    for _ in range(60):
        assert sent(sam, conversation).status_code == 201

    refused = sent(sam, conversation)

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 600


def test_support_is_open_under_a_posting_ban_and_any_admin_answers():
    ada, mia = a_member("Ada", is_admin=True), a_member("Mia", is_moderator=True)
    sam = a_member()
    ban_from_posting(user=sam, reason="Spam", by=ada, at=AT)
    conversation = api(sam).post(f"{URL}/support").json()

    class Support:
        pk = conversation["id"]

    assert sent(sam, Support, "Why was I banned?").status_code == 201
    assert sent(mia, Support).status_code == 404
    assert sent(ada, Support, "Because of the links.").status_code == 201
    assert listed(sam)[0]["unread_count"] == 1


def test_the_list_needs_as_many_statements_for_many_as_for_one(django_assert_max_num_queries):
    sam = a_member()
    for number in range(6):
        a_conversation(sam, a_member(f"Member {number}"), "Hello", at=AT + timedelta(days=number))
    client = api(sam)
    with django_assert_max_num_queries(6):
        assert len(client.get(URL).json()["conversations"]) == 6
