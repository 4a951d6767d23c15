"""URLs of the catalog. Pages that also show teachers and times are in ``peerloop/pages``."""

from django.urls import path

from catalog import api as endpoints
from catalog import views
from catalog.content_requests import urls as content_requests
from catalog.inquiries import urls as inquiries
from catalog.studio import urls as studio

pages = [
    *studio.pages,
    *inquiries.pages,
    *content_requests.pages,
    path("courses/<slug:slug>/follow", views.follow, name="course-follow"),
]
api = [
    *studio.api,
    *inquiries.api,
    *content_requests.api,
    path("courses", endpoints.Courses.as_view(), name="courses"),
    path(
        "courses/<str:course_id>/follow", endpoints.CourseFollowing.as_view(), name="course-follow"
    ),
    path("categories", endpoints.Categories.as_view(), name="categories"),
]
