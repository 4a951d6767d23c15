"""URLs of the studio. The preview of a course is in ``peerloop/pages``: it shows several apps."""

from django.urls import path

from catalog.studio import api as endpoints
from catalog.studio.views import cover, outline, packages, parts, state

COURSE = "create/courses/<uuid:course_id>"
MODULE = f"{COURSE}/modules/<uuid:module_id>"
pages = [
    path("create/courses/new", parts.new, name="studio-new"),
    path("create/courses/import", packages.take, name="studio-import"),
    path(COURSE, parts.basics, name="studio"),
    path(f"{COURSE}/audience", parts.audience, name="studio-audience"),
    path(f"{COURSE}/price", parts.price, name="studio-price"),
    path(f"{COURSE}/cover", cover.cover, name="studio-cover"),
    path(f"{COURSE}/cover/drawn", cover.draw, name="studio-draw"),
    path(f"{COURSE}/outline", outline.outline, name="studio-outline"),
    path(MODULE, outline.module, name="studio-module"),
    path(f"{MODULE}/move", outline.move, name="studio-move"),
    path(f"{MODULE}/remove", outline.remove, name="studio-remove"),
    path(f"{MODULE}/restore", outline.restore, name="studio-restore"),
    path(f"{COURSE}/publish", state.publish, name="studio-publish"),
    path(f"{COURSE}/retire", state.retire, name="studio-retire"),
    path(f"{COURSE}/duplicate", state.duplicate, name="studio-duplicate"),
    path(f"{COURSE}/delete", state.delete, name="studio-delete"),
    path(f"{COURSE}/export", packages.export, name="studio-export"),
    path("covers/<slug:seed>.svg", cover.drawn, name="drawn-cover"),
]
OWN = "me/courses/<str:course_id>"
OWN_MODULE = f"{OWN}/modules/<str:module_id>"
api = [
    path("me/courses", endpoints.OwnCourses.as_view(), name="my-courses"),
    path(OWN, endpoints.OwnCourse.as_view(), name="my-course"),
    path(f"{OWN}/publication", endpoints.Publication.as_view(), name="my-course-publication"),
    path(f"{OWN}/retirement", endpoints.Retirement.as_view(), name="my-course-retirement"),
    path(f"{OWN}/copies", endpoints.Copies.as_view(), name="my-course-copies"),
    path(f"{OWN}/cover", endpoints.Cover.as_view(), name="my-course-cover"),
    path(f"{OWN}/modules", endpoints.Modules.as_view(), name="my-modules"),
    path(OWN_MODULE, endpoints.OneModule.as_view(), name="my-module"),
    path(f"{OWN_MODULE}/place", endpoints.ModulePlace.as_view(), name="my-module-place"),
    path(f"{OWN_MODULE}/restoration", endpoints.ModuleRestoration.as_view(), name="my-module-back"),
]
