"""Pages of conversations, with and without scripts."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.members.actions.relations import block_member
from accounts.models import File, Notification
from community.conversations.actions import open_support, send_message
from community.models import Conversation, Message, Participant
from community.tests.people import AT, a_conversation
from tests.cast import a_course, a_member, a_teacher, an_enrollment, browse

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def sam():
    return a_member()


@pytest.fixture
def tom():
    return a_member("Tom Teacher")


def path(conversation, part=""):
    return f"/messages/{conversation.pk}{part}"


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_an_empty_list_invites_the_first_message(sam):
    text = text_of(browse(sam).get("/messages"))
    assert "Write the first message" in text
    assert "Write to support" in text


def test_the_list_says_who_wrote_what_and_how_much_is_unread(sam, tom):
    a_conversation(tom, sam, "Shall we start with webhooks?")

    text = text_of(browse(sam).get("/messages"))

    assert "Tom Teacher" in text
    assert "Shall we start with webhooks?" in text
    assert '<span class="badge">1' in text


def test_opening_a_conversation_reads_it_and_its_notification(sam, tom):
    conversation = a_conversation(tom, sam, "Hello", "Hi", "How are you?")
    seat = Participant.objects.get(user=sam)
    assert seat.unread_count == 1
    assert Notification.objects.unread().filter(user=sam).exists()

    text = text_of(browse(sam).get(path(conversation)))

    assert "How are you?" in text
    seat.refresh_from_db()
    assert (seat.unread_count, seat.last_read_number) == (0, 3)
    assert not Notification.objects.unread().filter(user=sam).exists()


def test_a_line_stands_above_the_first_unread_message(sam, tom):
    conversation = a_conversation(tom, sam, "Hello", "Hi", "How are you?")
    text = text_of(browse(sam).get(path(conversation)))
    assert text.index("message-2") < text.index("first-unread") < text.index("message-3")
    assert "first-unread" not in text_of(browse(sam).get(path(conversation)))


def test_a_message_is_sent_without_scripts_and_read_by_the_other(sam, tom):
    conversation = a_conversation(sam, tom)

    answer = browse(sam).post(path(conversation, "/send"), {"content": "Hello Tom"})

    assert answer.status_code == 302
    assert answer["Location"] == path(conversation, "#latest")
    assert "Hello Tom" in text_of(browse(tom).get(path(conversation)))


def test_an_empty_message_is_refused_beside_its_field_and_a_long_one_is_kept(sam, tom):
    conversation = a_conversation(sam, tom)
    empty = browse(sam).post(path(conversation, "/send"), {"content": "  "})
    assert empty.status_code == 422
    assert "Write something first." in text_of(empty)
    long = browse(sam).post(path(conversation, "/send"), {"content": "x" * 5_001})
    assert long.status_code == 422
    assert "x" * 5_001 in text_of(long)
    assert not Message.objects.exists()


def test_the_same_form_sent_twice_is_one_message(sam, tom):
    conversation = a_conversation(sam, tom)
    form = {"content": "Hello", "sent_key": "019a0000-0000-7000-8000-000000000001"}
    for _ in range(2):
        assert browse(sam).post(path(conversation, "/send"), form).status_code == 302
    assert Message.objects.count() == 1


def test_an_open_page_gets_what_came_after_its_last_message(sam, tom):
    conversation = a_conversation(sam, tom, "One", "Two", "Three")

    text = text_of(browse(tom).get(path(conversation, "/after?number=1"), **HTMX))

    assert "One" not in text
    assert text.index("Two") < text.index("Three")
    assert 'id="shown-up-to" value="3"' in text


def test_sending_with_scripts_answers_a_fresh_form_and_the_new_messages(sam, tom):
    conversation = a_conversation(sam, tom, "One", "Two")

    form = {"content": "Three", "number": "1"}
    text = text_of(browse(sam).post(path(conversation, "/send"), form, **HTMX))

    assert "<html" not in text
    assert text.index("Two") < text.index("Three")
    assert 'id="shown-up-to" value="3"' in text
    assert "Three</textarea>" not in text


def test_older_messages_are_a_page_away(sam, tom):
    conversation = a_conversation(sam, tom)
    for number in range(45):
        by = (sam, tom)[number % 2]
        at = AT + timedelta(hours=number)
        send_message(conversation=conversation, content=f"word-{number}", by=by, at=at)
    page = browse(sam)

    newest, older = page.get(path(conversation)), page.get(path(conversation, "?before=6"))

    assert "word-44" in text_of(newest)
    assert "word-4<" not in text_of(newest)
    assert "?before=6" in text_of(newest)
    assert "word-4<" in text_of(older)
    assert "word-5<" not in text_of(older)


def test_strangers_find_nothing(sam, tom):
    conversation = a_conversation(sam, tom, "Between us")
    for stranger in (a_member("Olga"), a_member("Ada", is_admin=True)):
        page = browse(stranger)
        assert page.get(path(conversation)).status_code == 404
        assert page.get(path(conversation, "/after?number=0")).status_code == 404
        assert page.post(path(conversation, "/send"), {"content": "Hi"}).status_code == 404
    assert browse().get(path(conversation)).status_code == 302


def test_markup_in_a_message_stays_text(sam, tom):
    conversation = a_conversation(sam, tom, "<script>alert(1)</script>")
    text = text_of(browse(tom).get(path(conversation)))
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_file_is_opened_by_the_two_alone(sam, tom):
    conversation = a_conversation(sam, tom)
    file = SimpleUploadedFile("notes.txt", b"Webhooks first.", "text/plain")

    answer = browse(sam).post(path(conversation, "/send"), {"content": "", "file": file})

    assert answer.status_code == 302
    message = Message.objects.get()
    assert "notes.txt" in text_of(browse(tom).get(path(conversation)))
    url = f"/messages/files/{message.pk}"
    opened = browse(tom).get(url)
    assert opened.status_code == 302
    assert opened["Location"].startswith(f"/files/{message.file_id}")
    assert browse(a_member("Olga")).get(url).status_code == 404


def test_the_file_of_a_refused_message_is_not_kept(sam, tom):
    conversation = a_conversation(sam, tom)
    type(tom).objects.filter(pk=tom.pk).update(suspended_at=AT)
    file = SimpleUploadedFile("notes.txt", b"Webhooks first.", "text/plain")

    answer = browse(sam).post(path(conversation, "/send"), {"content": "See", "file": file})

    assert answer.status_code == 422
    assert "not here any more" in text_of(answer)
    assert not File.objects.filter(deleted_at=None).exists()


def test_own_people_are_offered_and_private_strangers_are_not_found(sam):
    course = a_course()
    teacher = a_teacher(course)
    an_enrollment(sam, course, teacher)
    a_member("Tina Public", privacy_public=True)
    a_member("Tilda Private")
    page = browse(sam)

    offered = text_of(page.get("/messages/new"))
    found = text_of(page.get("/messages/new?q=ti"))

    assert "Tom Teacher" in offered
    assert "Clara Creator" in offered
    assert "Tina Public" in found
    assert "Tilda Private" not in found


def test_a_button_leads_to_the_conversation_with_a_member(sam, tom):
    answer = browse(sam).post(f"/messages/to/{tom.handle}")
    assert answer["Location"] == path(Conversation.objects.get())


def test_a_conversation_offers_to_unblock_to_who_blocked_alone(sam, tom):
    url = f"/messages/{a_conversation(sam, tom, 'Hello').pk}"
    block_member(member=tom, by=sam, at=AT)
    assert "Unblock" in text_of(browse(sam).get(url))
    assert "Unblock" not in text_of(browse(tom).get(url))


def test_support_is_one_conversation_that_admins_answer_from_their_list(sam):
    page = browse(sam)
    first, second = page.post("/messages/support"), page.post("/messages/support")
    assert first["Location"] == second["Location"]
    page.post(f"{first['Location']}/send", {"content": "Where is my refund?"})
    ada = browse(a_member("Ada", is_admin=True))

    waiting = text_of(ada.get("/messages?show=support"))
    assert "Where is my refund?" in waiting
    ada.post(f"{first['Location']}/send", {"content": "On its way."})

    assert "Nobody waits" in text_of(ada.get("/messages?show=support"))
    answered = text_of(page.get(first["Location"]))
    assert "On its way." in answered
    assert "Ada, PeerLoop support" in answered


def test_only_admins_see_who_waits_for_support(sam, tom):
    send_message(conversation=open_support(by=tom, at=AT), content="Where is it?", by=tom, at=AT)
    assert "Where is it?" not in text_of(browse(sam).get("/messages?show=support"))
