"""Personal data in the tables of the learning app (rule PRI-3)."""

from learning.queries.leaving import obstacles
from peerloop.kit.personal_data import Exempt, Table

REMOVED = "(removed)"
CERTIFICATE = "a certificate stays valid; why it was given or taken is part of it"

OBSTACLES = (obstacles,)
TABLES = (
    Table(
        model="learning.Enrollment",
        description="Courses that you enrolled in, and enrollments of your students",
        owned=("student",),
        participated=("teacher", "cancelled_by"),
        blanked={"student": ("cancel_reason",), "cancelled_by": ("cancel_reason",)},
        kept_because="states of the enrollment",
    ),
    Table(
        model="learning.ModuleProgress", description="Your progress", owned=("enrollment__student",)
    ),
    Table(
        model="learning.HomeworkAssignment",
        description="Homework that you set",
        owned=("author",),
        kept_because="part of a course that others learn in (rule CAT-9)",
    ),
    Table(
        model="learning.HomeworkSubmission",
        description="Homework that you handed in, and what you answered",
        owned=("student",),
        participated=("reviewer",),
        blanked={"student": ("content", "link", "feedback"), "reviewer": ("feedback",)},
        blanked_to={"content": REMOVED, "feedback": REMOVED},
    ),
    Table(
        model="learning.Resource",
        description="Resources that you gave to courses",
        owned=("uploader",),
        kept_because="part of a course that others learn in (rule CAT-9)",
    ),
    Table(
        model="learning.PlaybackPosition",
        description="Where you stopped playing films and sound",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="learning.QuizAttempt",
        description="Quizzes that you answered, and those that you marked",
        owned=("student",),
        participated=("reviewer",),
        deleted=("student",),
        blanked={"reviewer": ("feedback",)},
    ),
    Exempt(model="learning.Quiz", why="content of a course, whose author is its creator"),
    Exempt(model="learning.QuizRevision", why="content of a course, whose author is its creator"),
    Table(
        model="learning.TeacherChange",
        description="Changes of teacher",
        owned=("enrollment__student",),
        participated=("old_teacher", "new_teacher", "by"),
        blanked={"enrollment__student": ("reason",), "by": ("reason",)},
    ),
    Table(
        model="learning.Certificate",
        description="Your certificates, and those that you recommended or issued",
        owned=("user",),
        participated=("recommended_by", "issued_by", "revoked_by"),
        kept_because=CERTIFICATE,
    ),
    Table(
        model="learning.CertificateEvent",
        description="What became of your certificates",
        owned=("certificate__user",),
        participated=("actor",),
        kept_because=CERTIFICATE,
    ),
    Table(
        model="learning.StudentTeacher",
        description="Courses that you teach",
        owned=("user",),
        participated=("certified_by",),
        blanked={"user": ("deactivated_reason",)},
        kept_because="why somebody could teach without having completed the course (rule APPLY-1)",
    ),
    Table(
        model="learning.TeachingApplication",
        description="Your applications to teach",
        owned=("user",),
        participated=("decided_by",),
        blanked={"user": ("message", "reason")},
    ),
    Table(
        model="learning.TeacherFigures",
        description="Your place in the list of student-teachers",
        owned=("user",),
    ),
    Table(
        model="learning.Review",
        description="Reviews that you wrote, and those of your teaching and your courses",
        owned=("enrollment__student",),
        participated=("rated",),
        blanked={"enrollment__student": ("comment",), "rated": ("answer",)},
        kept_because="the stars, without a word, stay in the mean of those who were reviewed",
    ),
    Table(
        model="learning.RatingCount",
        description="How many reviews of you give how many stars",
        owned=("rated",),
        kept_because="sums, in which nobody is named",
    ),
    Table(
        model="learning.ReviewVote",
        description="Reviews that helped you",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="learning.Expectations",
        description="What you expected of courses",
        owned=("enrollment__student",),
        deleted=("enrollment__student",),
    ),
    Exempt("learning.BadgeKey", "keys of PeerLoop, that sign badges"),
)
