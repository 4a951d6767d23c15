"""URLs of the room: pages, API, webhooks."""

from django.urls import path

from scheduling import webhooks
from scheduling.api import room as api_room
from scheduling.views import materials, room, room_entry, shared_page

pages = [
    path("sessions/<uuid:session_id>", room.session, name="session"),
    path("sessions/<uuid:session_id>/join", room.join, name="session-join"),
    path("sessions/<uuid:session_id>/room", room.room, name="session-room"),
    path("sessions/<uuid:session_id>/room/enter", room_entry.enter, name="enter-room"),
    path("sessions/<uuid:session_id>/room/ticket", room.ticket, name="session-ticket"),
    path("sessions/<uuid:session_id>/page", shared_page.write, name="write-shared-page"),
    # Below the room's path, for which its cookie is.
    path("sessions/<uuid:session_id>/room/page", shared_page.live, name="shared-page"),
    path("sessions/<uuid:session_id>/rating", room.rating, name="session-rating"),
    path("sessions/<uuid:session_id>/completion", room.completion, name="session-completion"),
    path("sessions/<uuid:session_id>/recording", room.recording, name="session-recording"),
    path(
        "sessions/<uuid:session_id>/recordings/<uuid:recording_id>",
        room.one_recording,
        name="one-recording",
    ),
    path("sessions/<uuid:session_id>/materials", materials.materials, name="session-materials"),
    path(
        "sessions/<uuid:session_id>/materials/<uuid:material_id>",
        materials.material,
        name="session-material",
    ),
    path(
        "sessions/<uuid:session_id>/materials/<uuid:material_id>/file",
        materials.file,
        name="session-material-file",
    ),
    path(
        "sessions/<uuid:session_id>/materials/<uuid:material_id>/remove",
        materials.remove,
        name="remove-session-material",
    ),
]
api = [
    path("sessions/<str:session_id>/join", api_room.Join.as_view(), name="session-join"),
    path(
        "sessions/<str:session_id>/assessment",
        api_room.Assessment.as_view(),
        name="session-assessment",
    ),
    path(
        "sessions/<str:session_id>/completion",
        api_room.Completion.as_view(),
        name="session-completion",
    ),
    path("video/token", api_room.VideoToken.as_view(), name="video-token"),
    path("webhooks/bbb", webhooks.BigBlueButtonWebhook.as_view(), name="bbb-webhook"),
    path("webhooks/plugnmeet", webhooks.PlugNmeetWebhook.as_view(), name="plugnmeet-webhook"),
]
