"""URLs of calls for help."""

from typing import Any

from django.urls import path

from goodwill.summons import api as endpoints
from goodwill.summons.views import calls, desk

pages: list[Any] = [
    path("help", desk.desk, name="help"),
    path("help/switch", desk.switch, name="help-switch"),
    path("help/waiting", desk.call_slot, name="help-waiting"),
    path("help/courses/<uuid:course_id>", calls.call, name="call-for-help"),
    path("help/courses/<uuid:course_id>/card", calls.card, name="help-card"),
    path("help/<uuid:summons_id>", calls.one, name="help-call"),
    path("help/<uuid:summons_id>/answer", calls.answer, name="answer-help-call"),
    path("help/<uuid:summons_id>/cancel", calls.cancel, name="cancel-help-call"),
    path("help/<uuid:summons_id>/thank", calls.thank, name="thank-helper"),
    path("help/<uuid:summons_id>/room", calls.room, name="help-room"),
    path("help/<uuid:summons_id>/ticket", calls.ticket, name="help-ticket"),
]
api = [
    path("summons", endpoints.Summons.as_view(), name="summons"),
    path("summons/active", endpoints.ActiveSummons.as_view(), name="active-summons"),
    path("summons/<str:summons_id>", endpoints.OneSummons.as_view(), name="one-summons"),
    path("summons/<str:summons_id>/cancel", endpoints.Cancelling.as_view(), name="cancel-summons"),
    path("summons/<str:summons_id>/respond", endpoints.Responding.as_view(), name="respond"),
    path("summons/<str:summons_id>/complete", endpoints.Completing.as_view(), name="complete"),
    path(
        "courses/<str:course_id>/available-helpers",
        endpoints.AvailableHelpers.as_view(),
        name="available-helpers",
    ),
    path(
        "users/<str:user_id>/availability",
        endpoints.Availability.as_view(),
        name="help-availability",
    ),
]
