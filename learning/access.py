"""Look up a row by its id for a member and check that they may use it (rule ROLE-11).

Raises Missing when the row does not exist or does not concern the member, and Forbidden when it
concerns them but they may not do this.
"""

from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from catalog.access import any_course, listed_course, may_manage, own_course
from catalog.models import Course, CourseModule
from learning.models import (
    Certificate,
    Enrollment,
    Expectations,
    HomeworkAssignment,
    HomeworkSubmission,
    Quiz,
    QuizAttempt,
    Resource,
    StudentTeacher,
    TeachingApplication,
)
from learning.queries.enrollments import modules_of
from learning.queries.resources import is_entitled
from peerloop.kit.api import identifier
from peerloop.kit.refusals import Forbidden, Missing


def own_enrollment(user: User, enrollment_id: Any) -> Enrollment:
    """The member's own enrollment, in any status; raises Missing."""
    enrollment = _enrollment(enrollment_id)
    if enrollment.student_id != user.pk:
        raise Missing
    return enrollment


def taught_enrollment(user: User, enrollment_id: Any) -> Enrollment:
    """An enrollment that the member teaches.

    Raises Forbidden for its student, for the course's creator and for admins, else Missing.
    """
    enrollment = _enrollment(enrollment_id)
    if enrollment.teacher_id == user.pk:
        return enrollment
    if _is_involved(user, enrollment):
        raise Forbidden("Only the student-teacher of this student can do this.")
    raise Missing


def certifiable_enrollment(user: User, enrollment_id: Any) -> Enrollment:
    """An enrollment in a course that the member created, or any for an admin.

    Raises Forbidden for its student and its teacher, else Missing.
    """
    enrollment = _enrollment(enrollment_id)
    if may_manage(user, enrollment.course):
        return enrollment
    if _is_involved(user, enrollment):
        raise Forbidden("Only the creator of the course can do this.")
    raise Missing


def enrollment_in_common(user: User, enrollment_id: Any) -> Enrollment:
    """An enrollment for its student, its teacher, the course's creator and admins.

    Raises Missing for everybody else.
    """
    enrollment = _enrollment(enrollment_id)
    if not _is_involved(user, enrollment):
        raise Missing
    return enrollment


def expectations_in_common(user: User, enrollment: Enrollment) -> Expectations | None:
    """What the student expects, for whom it concerns: see ``enrollment_in_common`` (rule RATE-8).

    None for everybody else, a former teacher too, and while nothing is said. One statement.
    """
    said = Expectations.objects.select_related("enrollment__course")
    found = said.defer("enrollment__course__search").filter(enrollment=enrollment).first()
    return found if found and _is_involved(user, found.enrollment) else None


def course_of_creator(user: User, course_id: Any) -> Course:
    """A course whose students and teachers the member manages: as its creator or as an admin.

    Raises Missing.
    """
    return own_course(user, course_id)


def course_with_notes(user: User, slug_or_id: Any) -> Course:
    """A course whose teaching notes the member may read: its active teachers, and who manages it.

    Raises Missing for everybody else, students too.
    """
    course = any_course(slug_or_id)
    teaches = StudentTeacher.objects.filter(user=user, course=course, is_active=True)
    if not (may_manage(user, course) or teaches.exists()):
        raise Missing
    return course


def course_to_teach(user: User, slug_or_id: Any) -> Course:
    """A course that the member may apply to teach: a listed one, or one they enrolled in.

    Raises Missing.
    """
    try:
        return listed_course(slug_or_id)
    except Missing:
        own_enrollments = Enrollment.objects.select_related("course__creator").filter(student=user)
        found = own_enrollments.filter(_course_key(slug_or_id)).first()
        if found is None:
            raise
        return found.course


def own_certificate(user: User, certificate_id: Any) -> Certificate:
    """The member's own certificate, in any status; raises Missing."""
    return _certificate(certificate_id, user=user)


def decided_certificate(user: User, certificate_id: Any) -> Certificate:
    """A certificate that the member decides on, as the course's creator or as an admin.

    Raises Forbidden for its holder and for the teacher who recommended it, else Missing.
    """
    certificate = _certificate(certificate_id)
    if may_manage(user, certificate.course):
        return certificate
    if user.pk in (certificate.user_id, certificate.recommended_by_id):
        raise Forbidden("Only the creator of the course can do this.")
    raise Missing


def own_teaching(user: User, student_teacher_id: Any) -> StudentTeacher:
    """The member's own right to teach a course; raises Missing."""
    row = (
        StudentTeacher.objects.select_related("user", "course__creator")
        .filter(pk=identifier(student_teacher_id), user=user)
        .first()
    )
    if row is None:
        raise Missing
    return row


def decided_application(user: User, application_id: Any) -> TeachingApplication:
    """An application that the member decides on, as the course's creator or as an admin.

    Raises Forbidden for the applicant, else Missing.
    """
    application = (
        TeachingApplication.objects.select_related("user", "course__creator", "enrollment")
        .filter(pk=identifier(application_id))
        .first()
    )
    if application is None:
        raise Missing
    if may_manage(user, application.course):
        return application
    if application.user_id == user.pk:
        raise Forbidden("Only the creator of the course can do this.")
    raise Missing


def _enrollment(enrollment_id: Any) -> Enrollment:
    found = (
        Enrollment.objects.select_related("course__creator", "student", "teacher")
        .filter(pk=identifier(enrollment_id))
        .first()
    )
    if found is None:
        raise Missing
    return found


def _certificate(certificate_id: Any, **owner: User) -> Certificate:
    found = (
        Certificate.objects.select_related("user", "course__creator", "enrollment")
        .filter(pk=identifier(certificate_id), **owner)
        .first()
    )
    if found is None:
        raise Missing
    return found


def _course_key(slug_or_id: Any) -> Q:
    try:
        return Q(course_id=UUID(str(slug_or_id)))
    except ValueError:
        return Q(course__slug=str(slug_or_id))


def _is_involved(user: User, enrollment: Enrollment) -> bool:
    people = (enrollment.student_id, enrollment.teacher_id, enrollment.course.creator_id)
    return user.pk in people or user.is_admin


def assignment_of(enrollment: Enrollment, assignment_id: Any) -> HomeworkAssignment:
    """Homework that an enrollment has: of its course or a module that it paid for.

    Raises Forbidden once the enrollment is cancelled, else Missing.
    """
    if not enrollment.opens_content:
        raise Forbidden("This enrollment was cancelled. Its content is closed.")
    found = (
        HomeworkAssignment.objects.live()
        .select_related("module")
        .filter(pk=identifier(assignment_id), course=enrollment.course_id)
        .first()
    )
    if found is None:
        raise Missing
    if found.module_id and found.module_id not in {row.pk for row in modules_of(enrollment)}:
        raise Missing
    return found


def assignment_to_manage(user: User, course_id: Any, assignment_id: Any) -> HomeworkAssignment:
    """Homework of a course that the member created, or any for an admin; raises Missing."""
    course = own_course(user, course_id)
    rows = HomeworkAssignment.objects.live().select_related("module")
    found = rows.filter(course=course, pk=identifier(assignment_id)).first()
    if found is None:
        raise Missing
    found.course = course
    return found


def submission_to_read(user: User, submission_id: Any) -> HomeworkSubmission:
    """Homework for its student, its reviewers and admins (rule HW-5); raises Missing.

    A student whose enrollment was cancelled no longer reads it (rule ENR-6).
    """
    found = _submission(submission_id)
    if found.student_id == user.pk and found.enrollment.opens_content:
        return found
    if not _may_review(user, found):
        raise Missing
    return found


def submission_to_review(user: User, submission_id: Any) -> HomeworkSubmission:
    """Homework that the member may answer: as the assigned teacher, the creator or an admin (HW-5).

    Raises Forbidden for its student, else Missing.
    """
    found = _submission(submission_id)
    if found.student_id == user.pk:
        raise Forbidden("Your teacher or the creator of the course answers this.")
    if not _may_review(user, found):
        raise Missing
    return found


def _may_review(user: User, submission: HomeworkSubmission) -> bool:
    enrollment = submission.enrollment
    return enrollment.teacher_id == user.pk or may_manage(user, enrollment.course)


def _submission(submission_id: Any) -> HomeworkSubmission:
    found = (
        HomeworkSubmission.objects.select_related(
            *("assignment__module", "student", "reviewer", "file"),
            *("enrollment__course__creator", "enrollment__teacher"),
        )
        .defer("enrollment__course__search")
        .filter(pk=identifier(submission_id))
        .first()
    )
    if found is None:
        raise Missing
    return found


def resource_to_manage(user: User, course_id: Any, resource_id: Any) -> Resource:
    """A resource of a course that the member created, or any for an admin; raises Missing."""
    course = own_course(user, course_id)
    rows = Resource.objects.select_related("file")
    found = rows.filter(course=course, pk=identifier(resource_id)).first()
    if found is None:
        raise Missing
    found.course = course
    return found


def resource_to_open(user: User, resource_id: Any) -> Resource:
    """A resource for who learns or teaches it, the creator and admins; raises Missing (RES-1)."""
    found = (
        Resource.objects.select_related("file", "course__creator", "module")
        .defer("course__search")
        .filter(pk=identifier(resource_id))
        .first()
    )
    if found is None or not (may_manage(user, found.course) or is_entitled(user, found)):
        raise Missing
    return found


def quiz_of(enrollment: Enrollment, quiz_id: Any) -> Quiz:
    """A quiz of a module that an enrollment paid for.

    Raises Forbidden once the enrollment is cancelled, else Missing.
    """
    if not enrollment.opens_content:
        raise Forbidden("This enrollment was cancelled. Its content is closed.")
    rows = Quiz.objects.open().select_related("module")
    found = rows.filter(pk=identifier(quiz_id), course=enrollment.course_id).first()
    if found is None or found.module_id not in {row.pk for row in modules_of(enrollment)}:
        raise Missing
    return found


def module_to_manage(user: User, course_id: Any, module_id: Any) -> CourseModule:
    """A module of a course that the member created, or any for an admin; raises Missing."""
    course = own_course(user, course_id)
    rows = CourseModule.objects.filter(course=course, archived_at=None)
    found = rows.filter(pk=identifier(module_id)).first()
    if found is None:
        raise Missing
    found.course = course
    return found


def quiz_to_manage(user: User, course_id: Any, module_id: Any) -> Quiz:
    """The quiz of a module that the member manages; raises Missing if there is none."""
    module = module_to_manage(user, course_id, module_id)
    found = Quiz.objects.filter(module=module, is_active=True).first()
    if found is None:
        raise Missing
    found.module, found.course = module, module.course
    return found


def attempt_to_mark(user: User, attempt_id: Any) -> QuizAttempt:
    """An attempt that the member may mark: as the assigned teacher, the creator or an admin.

    Raises Forbidden for its student, else Missing.
    """
    found = (
        QuizAttempt.objects.select_related(
            *("quiz", "revision", "student", "reviewer"),
            *("enrollment__course__creator", "enrollment__teacher"),
        )
        .defer("enrollment__course__search")
        .filter(pk=identifier(attempt_id))
        .first()
    )
    if found is None:
        raise Missing
    if found.student_id == user.pk:
        raise Forbidden("Your teacher or the creator of the course marks this.")
    enrollment = found.enrollment
    if enrollment.teacher_id != user.pk and not may_manage(user, enrollment.course):
        raise Missing
    return found
