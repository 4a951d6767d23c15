"""URLs of reports, the queue and appeals."""

from typing import Any

from django.urls import path

from community.moderation import api as endpoints
from community.moderation.views import appeals, queue, removing, reporting

pages: list[Any] = [
    path("report", reporting.report, name="report"),
    path("report/sent", reporting.report_sent, name="report-sent"),
    path("report/<slug:kind>/<uuid:content_id>", reporting.flag, name="flag"),
    path("appeals/<str:token>", appeals.appeal, name="appeal"),
    path("mod", queue.queue, name="mod"),
    path("mod/appeals", appeals.appeals, name="mod-appeals"),
    path("mod/appeals/<uuid:appeal_id>", appeals.answer, name="mod-appeal"),
    path("mod/remove/<slug:kind>/<uuid:content_id>", removing.remove, name="mod-remove"),
    path("mod/<uuid:case_id>", queue.case, name="mod-case"),
    path("mod/<uuid:case_id>/decide", queue.decide, name="mod-decide"),
    path("mod/<uuid:case_id>/restore", queue.restore, name="mod-restore"),
]
api = [
    path("posts/<str:post_id>/flag", endpoints.PostFlags.as_view(), name="flag-post"),
    path("flags", endpoints.Flags.as_view(), name="flags"),
]
