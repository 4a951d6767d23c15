"""The list of conversations, one conversation, and how to begin one."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.files.actions.storing import remove_file, store_file
from accounts.members.access import visible_member_of_handle
from accounts.members.queries.people import is_blocked
from accounts.models import File
from accounts.requests import MemberRequest
from community.conversations.access import Seat, seat_of
from community.conversations.actions import (
    mark_conversation_read,
    open_conversation,
    open_support,
    send_message,
)
from community.conversations.files import MESSAGE_FILE
from community.conversations.forms import MessageForm, PeopleForm
from community.conversations.live import event_of
from community.conversations.people import own_people, people_found
from community.conversations.queries import (
    conversations_of,
    first_unread,
    messages_after,
    messages_of,
    people_of,
    support_waiting,
)
from community.conversations.words import shown_messages, title_of
from community.models import Conversation, Message
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import render_page
from peerloop.kit.ids import uuid7
from peerloop.kit.paging import page_asked, page_links
from peerloop.kit.parsing import digits_of
from peerloop.kit.refusals import Refused
from peerloop.kit.text import one_line
from peerloop.kit.uploads import takes_upload

LISTED, SHOWN, MOST_NEW = 20, 40, 100


@require_safe
@login_required
def conversations(request: MemberRequest) -> HttpResponse:
    """The member's conversations; with ``?show=support`` what waits for admins."""
    return render(request, "community/conversations.html", _list(request))


@require_safe
@login_required
def new(request: MemberRequest) -> HttpResponse:
    """Find somebody by name to write to."""
    form = PeopleForm(request.GET)
    search = one_line(form.cleaned_data["q"]) if form.is_valid() else ""
    people = people_found(request.user, search) if search else own_people(request.user)
    context = {"search": search, "people": people}
    return render_page(
        request, "community/new_conversation.html", context, part="community/_people_found.html"
    )


@require_POST
@login_required
def support(request: MemberRequest) -> HttpResponse:
    """To the member's conversation with support."""
    return redirect("conversation", open_support(by=request.user, at=clock.now()).pk)


@require_POST
@login_required
def write_to(request: MemberRequest, handle: str) -> HttpResponse:
    """To the conversation with a member."""
    other = visible_member_of_handle(request.user, handle)
    found = open_conversation(others=[other], by=request.user, at=clock.now())
    return redirect("conversation", found.pk)


@require_safe
@login_required
def conversation(request: MemberRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """One conversation, the newest messages last; ``?before=`` shows older ones."""
    seat = seat_of(request.user, conversation_id)
    before = digits_of(request.GET.get("before", ""))
    answer = render(request, "community/conversation.html", _thread(request, seat, before=before))
    if before is None:
        _mark_read(seat, seat.conversation.last_number, at=clock.now())
    return answer


@takes_upload(MESSAGE_FILE.most_bytes)
@require_POST
@login_required
def send(request: MemberRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Send a message, then show the conversation, or for HTMX what came since."""
    seat = seat_of(request.user, conversation_id)
    form = MessageForm(request.POST, request.FILES)
    try:
        if form.is_valid():
            _send(request, seat.conversation, form, at=clock.now())
            return _sent(request, seat)
    except Refused as refusal:
        show_refusal(form, refusal)
        return form_again(lambda status: _composer(request, seat, form, status), refusal)
    return _composer(request, seat, form, 422)


@require_safe
@login_required
def after(request: MemberRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """What came after the message ``?number=``, as a part of the open page."""
    seat = seat_of(request.user, conversation_id)
    if not request.htmx:
        return redirect("conversation", seat.conversation.pk)
    return _news(request, seat)


def _list(request: MemberRequest) -> dict[str, Any]:
    shows_support = request.user.is_admin and request.GET.get("show") == "support"
    page = page_asked(request.GET.get("page", ""), LISTED)
    found = (
        support_waiting(request.user, page)
        if shows_support
        else conversations_of(request.user, page)
    )
    return {
        "rows": found.rows,
        "page": page_links(found.total, page),
        "shows_support": shows_support,
        "support_url": f"{reverse('conversations')}?show=support",
    }


def _thread(
    request: MemberRequest, seat: Seat, *, before: int | None = None, form: Any = None
) -> dict[str, Any]:
    shown = messages_of(seat.conversation, limit=SHOWN, before=before)
    return {
        **_about(request, seat),
        "messages_shown": shown_messages(shown.rows, seat.conversation, viewer=request.user),
        "older": shown.oldest if shown.has_older else 0,
        "is_newest": before is None,
        "first_unread": first_unread(seat.participant),
        "number": shown.rows[-1].number if shown.rows else 0,
        "form": form or _fresh(),
        "event": event_of(seat.conversation.pk),
    }


def _about(request: MemberRequest, seat: Seat) -> dict[str, Any]:
    people = people_of(seat.conversation, without=request.user)
    other = people[0] if seat.conversation.kind == Conversation.Kind.DIRECT and people else None
    return {
        "conversation": seat.conversation,
        "title": title_of(seat.conversation, people, viewer=request.user),
        "people": people,
        "other": other,
        "has_blocked": other is not None and is_blocked(request.user, other),
        "answers_as_support": seat.conversation.is_support
        and seat.conversation.created_by_id != request.user.pk,
    }


def _fresh() -> MessageForm:
    return MessageForm(initial={"sent_key": uuid7()})


def _send(
    request: MemberRequest, conversation: Conversation, form: MessageForm, *, at: datetime
) -> Message:
    """Store the file first, outside the transaction; it goes if the message is refused."""
    upload, file = form.cleaned_data["file"], None
    if upload:
        file = store_file(owner=request.user, purpose=File.Purpose.MESSAGE, upload=upload, at=at)
    try:
        message = send_message(
            conversation=conversation,
            content=form.cleaned_data["content"],
            file=file,
            sent_key=form.key,
            by=request.user,
            at=at,
        )
    except Refused:
        if file is not None:
            remove_file(file=file, at=at)
        raise
    if file is not None and message.file_id != file.pk:
        # The message had come before, with its own copy of the file.
        remove_file(file=file, at=at)
    return message


def _sent(request: MemberRequest, seat: Seat) -> HttpResponse:
    if request.htmx:
        return _news(request, seat, with_composer=True)
    return redirect(f"{reverse('conversation', args=[seat.conversation.pk])}#latest")


def _composer(request: MemberRequest, seat: Seat, form: MessageForm, status: int) -> HttpResponse:
    template = "community/_composer.html" if request.htmx else "community/conversation.html"
    return render(request, template, _thread(request, seat, form=form), status=status)


def _news(request: MemberRequest, seat: Seat, *, with_composer: bool = False) -> HttpResponse:
    shown = digits_of(request.GET.get("number") or request.POST.get("number") or "") or 0
    rows = messages_after(seat.conversation, shown, most=MOST_NEW)
    number = rows[-1].number if rows else shown
    _mark_read(seat, number, at=clock.now())
    context = {
        **_about(request, seat),
        "messages_shown": shown_messages(rows, seat.conversation, viewer=request.user),
        "number": number,
        "form": _fresh(),
        "with_composer": with_composer,
    }
    return render(request, "community/_news.html", context)


def _mark_read(seat: Seat, number: int, *, at: datetime) -> None:
    participant = seat.participant
    if participant is not None and participant.last_read_number < number:
        mark_conversation_read(participant=participant, up_to=number, at=at)
