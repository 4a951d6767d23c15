"""URLs of a member's own data."""

from django.urls import path

from accounts.privacy import views

pages = [
    path("settings/privacy", views.privacy, name="privacy-settings"),
    path("settings/privacy/export", views.ask_export, name="ask-data-export"),
    path("settings/privacy/export/<uuid:export_id>", views.download, name="data-export"),
    path("settings/privacy/close", views.close, name="close-account"),
    path("account/reopen/<str:token>", views.reopen, name="reopen-account"),
]
