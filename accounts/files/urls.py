"""URLs of private files."""

from django.urls import path

from accounts.files import views

pages = [
    path("files/<uuid:file_id>", views.file, name="file"),
]
