"""URLs of questions."""

from django.urls import path

from catalog.inquiries import views

pages = [
    path("courses/<slug:slug>/ask", views.ask, name="ask-creator"),
    path("create/inquiries", views.inbox, name="inquiries"),
    path("create/inquiries/<uuid:inquiry_id>", views.received, name="inquiry"),
    path("create/inquiries/<uuid:inquiry_id>/status", views.status, name="inquiry-status"),
    path("questions/<uuid:inquiry_id>", views.own, name="own-inquiry"),
    path("questions/by-mail/<str:token>", views.by_mail, name="inquiry-by-mail"),
]
