"""Personal data in the tables of the catalog (rule PRI-3)."""

from catalog.handlers import remove_name_from_search
from peerloop.kit.personal_data import Exempt, Table

TAUGHT = "what was taught stays with those who learned it; drafts never published go"
LAST_ERASING_STEPS = (remove_name_from_search,)
CHILDREN = (
    ("CourseObjective", "Objectives of your courses"),
    ("CourseInclude", "What your courses include"),
    ("CourseTargetAudience", "For whom your courses are"),
    ("CoursePrerequisite", "What your courses ask for"),
    ("CourseTestimonial", "What people said about your courses"),
    ("CourseTag", "Tags of your courses"),
    ("PeerLoopFeatures", "Features of your courses"),
)

TABLES: tuple[Table | Exempt, ...] = (
    # Must come before the courses: a course that has modules can't be deleted.
    Table(
        model="catalog.CourseModule",
        description="Modules of your courses",
        owned=("course__creator",),
        deleted=("course__creator",),
        deleted_where={"course__first_published_at": None},
        kept_because=TAUGHT,
    ),
    Table(
        model="catalog.Course",
        description="Courses that you wrote",
        owned=("creator",),
        secret={"search": "the words of the course again, for the search"},
        deleted=("creator",),
        deleted_where={"first_published_at": None},
        kept_because=TAUGHT,
    ),
    *(
        Table(
            model=f"catalog.{name}",
            description=says,
            owned=("course__creator",),
            kept_because=TAUGHT,
        )
        for name, says in CHILDREN
    ),
    Table(
        model="catalog.CourseFollow",
        description="Courses that you follow",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="catalog.Interest",
        description="What interests you",
        owned=("user",),
        deleted=("user",),
    ),
    Exempt("catalog.Category", "no members in it"),
    Exempt("catalog.ShelfCount", "counts of courses"),
    Exempt("catalog.CourseWord", "single words of courses, for the search"),
)
