"""URLs of newsletters."""

from typing import Any

from django.urls import path

from community.newsletters import api as endpoints
from community.newsletters.views import reading, sending, writing

ONE = "create/newsletters/<uuid:newsletter_id>"
pages: list[Any] = [
    path("create/newsletters", writing.newsletters, name="newsletters"),
    path("create/newsletters/new", writing.new, name="new-newsletter"),
    path("create/newsletters/preview", writing.preview, name="preview-newsletter"),
    path("create/newsletters/subscribers", writing.subscribers, name="newsletter-subscribers"),
    path(ONE, writing.newsletter, name="newsletter"),
    path(f"{ONE}/test", writing.test, name="test-newsletter"),
    path(f"{ONE}/delete", writing.delete, name="delete-newsletter"),
    path(f"{ONE}/send", sending.send, name="send-newsletter"),
    path(f"{ONE}/schedule", sending.schedule, name="schedule-newsletter"),
    path(f"{ONE}/unschedule", sending.unschedule, name="unschedule-newsletter"),
    path(f"{ONE}/retry", sending.retry, name="retry-newsletter"),
    path("creators/<str:handle>/newsletter", reading.subscription, name="subscribe-newsletter"),
    path("settings/newsletters", reading.subscriptions, name="newsletter-subscriptions"),
    path("newsletters/end/<str:token>", reading.end, name="end-newsletter"),
]
OF_ONE = "newsletters/<str:newsletter_id>"
api = [
    path("newsletters", endpoints.Newsletters.as_view(), name="newsletters"),
    path(OF_ONE, endpoints.OneNewsletter.as_view(), name="newsletter"),
    path(f"{OF_ONE}/test", endpoints.TestMail.as_view(), name="test-newsletter"),
    path(f"{OF_ONE}/send", endpoints.Sending.as_view(), name="send-newsletter"),
    path(f"{OF_ONE}/schedule", endpoints.Schedule.as_view(), name="schedule-newsletter"),
    path(f"{OF_ONE}/retry", endpoints.Retry.as_view(), name="retry-newsletter"),
    path("newsletter-subscribers", endpoints.Subscribers.as_view(), name="newsletter-subscribers"),
    path(
        "newsletter-subscriptions",
        endpoints.Subscriptions.as_view(),
        name="newsletter-subscriptions",
    ),
    path(
        "creators/<str:creator_id>/subscribe",
        endpoints.Subscribe.as_view(),
        name="subscribe-newsletter",
    ),
]
