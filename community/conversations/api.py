"""API endpoints of conversations and their messages."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from accounts.incoming.idempotency import idempotent
from accounts.requests import MemberApiRequest
from community.conversations import serializers as shapes
from community.conversations.access import reachable_people, seat_of
from community.conversations.actions import (
    mark_conversation_read,
    open_conversation,
    open_support,
    send_message,
)
from community.conversations.queries import (
    Listed,
    conversations_of,
    message_page,
    messages_after,
    messages_of,
    people_of,
)
from community.models import Conversation, Participant
from peerloop.kit import clock
from peerloop.kit.answers import BAD
from peerloop.kit.api import Endpoint
from peerloop.kit.paging import PageQuery, page_of

FORBIDDEN = OpenApiResponse(
    description="Unverified, banned from posting, blocked by the other one, or no shared course."
)
MISSING = OpenApiResponse(description="Not there, or the caller has no part in it.")
CLASH = OpenApiResponse(description="The other one is gone, or blocked by the caller.")
LIMIT = OpenApiResponse(description="Too many new conversations within a day.")


class Conversations(Endpoint):
    """The caller's conversations."""

    @extend_schema(
        operation_id="list_conversations",
        summary="List your conversations",
        description="The newest message first, with the number of unread ones.",
        parameters=[PageQuery],
        responses={200: shapes.ConversationList, 400: BAD},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """One page."""
        page = page_of(request.query_params)
        found = conversations_of(request.user, page)
        answer = {"conversations": found.rows, "total": found.total, "page": page.page}
        return Response(shapes.ConversationList(answer).data)

    @extend_schema(
        operation_id="open_conversation",
        summary="Begin a conversation",
        description="With one member: the conversation that stands, or a new one. With several: a "
        "new group of at most ten people of one course.",
        request=shapes.ConversationInput,
        responses={
            201: shapes.ConversationAnswer,
            400: BAD,
            403: FORBIDDEN,
            404: MISSING,
            409: CLASH,
            422: LIMIT,
        },
    )
    @idempotent
    def post(self, request: MemberApiRequest) -> Response:
        """Find or begin it."""
        given = self.body(shapes.ConversationInput)
        others = reachable_people(request.user, given["participant_ids"])
        conversation = open_conversation(others=others, by=request.user, at=clock.now())
        return Response(_answer(request, conversation), status=201)


class Support(Endpoint):
    """The caller's conversation with support."""

    @extend_schema(
        operation_id="open_support",
        summary="Your conversation with support",
        description="Begun if there is none. Safe to repeat.",
        request=None,
        responses={201: shapes.ConversationAnswer},
    )
    def post(self, request: MemberApiRequest) -> Response:
        """Find or begin it."""
        conversation = open_support(by=request.user, at=clock.now())
        return Response(_answer(request, conversation), status=201)


class Messages(Endpoint):
    """The messages of one conversation."""

    @extend_schema(
        operation_id="list_messages",
        summary="List messages",
        description="Newest first, in pages or by `cursor`; with `after` only newer ones, oldest "
        "first. Reading them marks nothing as read.",
        parameters=[shapes.MessageQuery],
        responses={200: shapes.MessageList, 400: BAD, 404: MISSING},
    )
    def get(self, request: MemberApiRequest, conversation_id: str) -> Response:
        """Some of them."""
        conversation = seat_of(request.user, conversation_id).conversation
        page, asked = page_of(request.query_params), self.query(shapes.MessageQuery)
        if "after" in asked:
            rows = messages_after(conversation, asked["after"], most=page.limit)
            lowest = 1
        else:
            if "cursor" in asked:
                found = messages_of(conversation, limit=page.limit, before=asked["cursor"])
                rows = found.rows[::-1]
            else:
                rows = message_page(conversation, page)
            lowest = rows[-1].number if rows else 1
        answer = {
            "messages": rows,
            "total": conversation.last_number,
            "page": page.page,
            "next_cursor": lowest if lowest > 1 else None,
        }
        return Response(shapes.MessageList(answer).data)

    @extend_schema(
        operation_id="send_message",
        summary="Send a message",
        description="With the same `client_id` it is sent once, however often it arrives.",
        request=shapes.MessageInput,
        responses={
            201: shapes.SentAnswer,
            400: BAD,
            403: FORBIDDEN,
            404: MISSING,
            409: CLASH,
        },
    )
    def post(self, request: MemberApiRequest, conversation_id: str) -> Response:
        """Send it."""
        conversation = seat_of(request.user, conversation_id).conversation
        given = self.body(shapes.MessageInput)
        message = send_message(
            conversation=conversation,
            content=given["content"],
            sent_key=given["client_id"],
            by=request.user,
            at=clock.now(),
        )
        return Response(shapes.SentAnswer(message).data, status=201)


class Reading(Endpoint):
    """How far the caller has read."""

    @extend_schema(
        operation_id="mark_conversation_read",
        summary="Mark a conversation as read",
        description="Up to the message with that number; never back. Safe to repeat.",
        request=shapes.ReadInput,
        responses={200: shapes.ConversationAnswer, 400: BAD, 404: MISSING},
    )
    def post(self, request: MemberApiRequest, conversation_id: str) -> Response:
        """Mark them."""
        seat = seat_of(request.user, conversation_id)
        number = self.body(shapes.ReadInput)["number"]
        if seat.participant is not None:
            mark_conversation_read(participant=seat.participant, up_to=number, at=clock.now())
        return Response(_answer(request, seat.conversation))


def _answer(request: MemberApiRequest, conversation: Conversation) -> object:
    user = request.user
    people = people_of(conversation, without=user)
    rows = Participant.objects.filter(conversation=conversation, user=user)
    last = messages_of(conversation, limit=1).rows
    listed = Listed(
        conversation=conversation,
        viewer=user,
        people=people,
        unread_count=rows.values_list("unread_count", flat=True).first() or 0,
        last_message=last[0] if last else None,
        last_active_at=last[0].created_at if last else conversation.created_at,
    )
    return shapes.ConversationAnswer(listed).data
