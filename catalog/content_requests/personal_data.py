"""What requests for courses hold of a member (rule PRI-3)."""

from peerloop.kit.personal_data import Table

TABLES = (
    Table(
        model="catalog.ContentRequestVote",
        description="Courses that you would take",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="catalog.ContentRequest",
        description="Courses that you asked for",
        owned=("author",),
        participated=("course__creator",),
        deleted=("author",),
        kept_because="what others ask for that became a course of yours",
    ),
)
