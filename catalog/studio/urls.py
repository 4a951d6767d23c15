"""URLs of the studio. The preview of a course is in ``peerloop/pages``: it shows several apps."""

from django.urls import path

from catalog.studio.views import cover, outline, parts, state

COURSE = "create/courses/<uuid:course_id>"
MODULE = f"{COURSE}/modules/<uuid:module_id>"
pages = [
    path("create/courses/new", parts.new, name="studio-new"),
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
    path("covers/<slug:seed>.svg", cover.drawn, name="drawn-cover"),
]
