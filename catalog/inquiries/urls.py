"""URLs of questions."""

from django.urls import path

from catalog.inquiries import api as endpoints
from catalog.inquiries import views

pages = [
    path("courses/<slug:slug>/ask", views.ask, name="ask-creator"),
    path("create/inquiries", views.inbox, name="inquiries"),
    path("create/inquiries/<uuid:inquiry_id>", views.received, name="inquiry"),
    path("create/inquiries/<uuid:inquiry_id>/status", views.status, name="inquiry-status"),
    path("questions/<uuid:inquiry_id>", views.own, name="own-inquiry"),
    path("questions/by-mail/<str:token>", views.by_mail, name="inquiry-by-mail"),
]
api = [
    path(
        "courses/<str:course_id>/inquiries",
        endpoints.CourseInquiries.as_view(),
        name="course-inquiries",
    ),
    path("inquiries", endpoints.Inquiries.as_view(), name="inquiries"),
    path("inquiries/<str:inquiry_id>", endpoints.OneInquiry.as_view(), name="inquiry"),
    path(
        "inquiries/<str:inquiry_id>/messages",
        endpoints.InquiryMessages.as_view(),
        name="inquiry-messages",
    ),
]
