"""What the tables of courses hold of a member (PRI-3)."""

from catalog.handlers import forget_name_in_search
from peerloop.kit.personal_data import Exempt, Table

TAUGHT = "what was taught stays with those who learned it; drafts never published go"
LAST_ERASING_STEPS = (forget_name_in_search,)
CHILDREN = (
    ("CourseObjective", "Objectives of your courses"),
    ("CourseInclude", "What your courses include"),
    ("CourseTargetAudience", "For whom your courses are"),
    ("CoursePrerequisite", "What your courses ask for"),
    ("CourseTag", "Tags of your courses"),
    ("PeerLoopFeatures", "Features of your courses"),
)

TABLES: tuple[Table | Exempt, ...] = (
    # Before the courses: a course with modules is not deleted.
    Table(
        model="catalog.CourseModule",
        says="Modules of your courses",
        of=("course__creator",),
        goes=("course__creator",),
        only={"course__first_published_at": None},
        stays=TAUGHT,
    ),
    Table(
        model="catalog.Course",
        says="Courses that you wrote",
        of=("creator",),
        secret={"search": "the words of the course again, for the search"},
        goes=("creator",),
        only={"first_published_at": None},
        stays=TAUGHT,
    ),
    *(
        Table(model=f"catalog.{name}", says=says, of=("course__creator",), stays=TAUGHT)
        for name, says in CHILDREN
    ),
    Table(
        model="catalog.CourseFollow", says="Courses that you follow", of=("user",), goes=("user",)
    ),
    Table(model="catalog.Interest", says="What interests you", of=("user",), goes=("user",)),
    Exempt("catalog.Category", "no members in it"),
    Exempt("catalog.ShelfCount", "counts of courses"),
    Exempt("catalog.CourseWord", "single words of courses, for the search"),
)
