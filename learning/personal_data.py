"""What the tables of learning hold of a member (PRI-3)."""

from learning.queries.leaving import obstacles
from peerloop.kit.personal_data import Table

CERTIFICATE = "a certificate stays valid; why it was given or taken is part of it"

OBSTACLES = (obstacles,)
TABLES = (
    Table(
        model="learning.Enrollment",
        says="Courses that you enrolled in, and enrollments of your students",
        of=("student",),
        acted=("teacher", "cancelled_by"),
        emptied={"student": ("cancel_reason",), "cancelled_by": ("cancel_reason",)},
        stays="states of the enrollment",
    ),
    Table(model="learning.ModuleProgress", says="Your progress", of=("enrollment__student",)),
    Table(
        model="learning.TeacherChange",
        says="Changes of teacher",
        of=("enrollment__student",),
        acted=("old_teacher", "new_teacher", "by"),
        emptied={"enrollment__student": ("reason",), "by": ("reason",)},
    ),
    Table(
        model="learning.Certificate",
        says="Your certificates, and those that you recommended or issued",
        of=("user",),
        acted=("recommended_by", "issued_by", "revoked_by"),
        stays=CERTIFICATE,
    ),
    Table(
        model="learning.CertificateEvent",
        says="What became of your certificates",
        of=("certificate__user",),
        acted=("actor",),
        stays=CERTIFICATE,
    ),
    Table(
        model="learning.StudentTeacher",
        says="Courses that you teach",
        of=("user",),
        acted=("certified_by",),
        emptied={"user": ("deactivated_reason",)},
        stays="why somebody could teach without having completed the course (rule APPLY-1)",
    ),
    Table(
        model="learning.TeachingApplication",
        says="Your applications to teach",
        of=("user",),
        acted=("decided_by",),
        emptied={"user": ("message", "reason")},
    ),
)
