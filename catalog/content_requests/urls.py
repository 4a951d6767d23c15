"""URLs of requests for courses."""

from django.urls import path

from catalog.content_requests import api as endpoints
from catalog.content_requests import views

pages = [
    path("course-requests", views.requests, name="content-requests"),
    path("course-requests/new", views.new, name="new-content-request"),
    path("course-requests/<uuid:request_id>/vote", views.voting, name="vote-for-content"),
]
api = [
    path("content-requests", endpoints.ContentRequests.as_view(), name="content-requests"),
    path(
        "content-requests/<str:request_id>/vote",
        endpoints.RequestVote.as_view(),
        name="content-request-vote",
    ),
]
