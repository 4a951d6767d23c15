"""What those who want a course are told of it."""

from accounts.models.preferences import Group
from accounts.notifications.kinds import Kind, Sample

DECIDED = Kind(
    "content-request-decided",
    "A course that you want: {title_of}",
    "{outcome} {answer}",
    word="course_update",
    page="content-requests",
    group=Group.COURSE_UPDATE,
    sample=Sample(
        {
            "title_of": "Soldering for beginners & their children",
            "outcome": "There is a course now.",
            "answer": "Kofi wrote it over the winter.",
        },
        bare={"answer": ""},
    ),
)
