"""URLs of conversations."""

from django.urls import path

from community.conversations import api as endpoints
from community.conversations.views import files, thread

pages = [
    path("messages", thread.conversations, name="conversations"),
    path("messages/new", thread.new, name="new-conversation"),
    path("messages/support", thread.support, name="support"),
    path("messages/to/<str:handle>", thread.write_to, name="write-to"),
    path("messages/<uuid:conversation_id>", thread.conversation, name="conversation"),
    path("messages/<uuid:conversation_id>/send", thread.send, name="send-message"),
    path("messages/<uuid:conversation_id>/after", thread.after, name="messages-after"),
    path("messages/files/<uuid:message_id>", files.attachment, name="message-file"),
]
api = [
    path("conversations", endpoints.Conversations.as_view(), name="conversations"),
    path("conversations/support", endpoints.Support.as_view(), name="support"),
    path(
        "conversations/<str:conversation_id>/messages",
        endpoints.Messages.as_view(),
        name="messages",
    ),
    path(
        "conversations/<str:conversation_id>/read",
        endpoints.Reading.as_view(),
        name="conversation-read",
    ),
]
