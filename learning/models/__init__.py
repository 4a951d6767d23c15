"""Models of the learning app."""

from learning.models.badge_key import BadgeKey
from learning.models.certificate import Certificate, CertificateEvent
from learning.models.enrollment import Enrollment, ModuleProgress, TeacherChange
from learning.models.homework import HomeworkAssignment, HomeworkSubmission
from learning.models.quiz import Quiz, QuizAttempt, QuizRevision
from learning.models.resource import Material, PlaybackPosition, Resource
from learning.models.review import Expectations, RatingCount, Review, ReviewVote
from learning.models.student_teacher import StudentTeacher, TeachingApplication
from learning.models.teacher_figures import TeacherFigures

__all__ = [
    "BadgeKey",
    "Certificate",
    "CertificateEvent",
    "Enrollment",
    "Expectations",
    "HomeworkAssignment",
    "HomeworkSubmission",
    "Material",
    "ModuleProgress",
    "PlaybackPosition",
    "Quiz",
    "QuizAttempt",
    "QuizRevision",
    "RatingCount",
    "Resource",
    "Review",
    "ReviewVote",
    "StudentTeacher",
    "TeacherChange",
    "TeacherFigures",
    "TeachingApplication",
]
