"""Addresses of the catalog. Pages that show teachers and their times live at the top."""

from django.urls import path

from catalog import api as doors
from catalog import views

pages = [
    path("courses/<slug:slug>/follow", views.follow, name="course-follow"),
]
api = [
    path("courses", doors.Courses.as_view(), name="courses"),
    path("courses/<str:course_id>/follow", doors.CourseFollowing.as_view(), name="course-follow"),
    path("categories", doors.Categories.as_view(), name="categories"),
]
