"""Notifications about enrollments, certificates and the right to teach."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.urls import reverse

from accounts.models.preferences import Group
from accounts.notifications.kinds import Kind, Mail, Sample
from accounts.notifications.notify import notify
from learning.models import Certificate
from learning.next_in_course import SAMPLE as NEXT
from learning.next_in_course import next_values
from peerloop.kit.formats import MONTHS
from peerloop.kit.text import isolated

COURSE = "Automate your work with n8n & friends"
CERTIFICATE = Sample(
    {
        "student": "Sam Student",
        "course": COURSE,
        "type": "completion",
        "is_teaching": True,
        "reason": "Something came up & I have to travel.",
        "recommended_by": "Tom Teacher",
        "why": "Recommended by Tom Teacher.",
        "auto_issue_on": "Mon 9 Mar",
        "verify_path": "/verify/PL-2026-ABCDEF",
        **NEXT,
    },
    bare={
        **dict.fromkeys(("reason", "recommended_by", "auto_issue_on", *NEXT), ""),
        "is_teaching": False,
        "why": "The course is completed.",
    },
)
TEACHING = Sample(
    {
        "applicant": "Tom Teacher",
        "course": COURSE,
        "message": "I taught this at work for two years.\nI would love to go on.",
        "is_approved": True,
        "reason": "Something came up & I have to travel.",
    },
    bare={"message": "", "is_approved": False, "reason": ""},
)
ENROLLMENT = Sample(
    {"course": COURSE, "student": "Sam Student", "teacher": "Tom Teacher", "reason": "I moved."}
)

about_certificate = partial(
    Kind, word="certificate", page="certificates", group=Group.CERTIFICATE, sample=CERTIFICATE
)

CERTIFICATE_REQUESTED = about_certificate(
    "certificate-recommended",
    "{student}: {type} certificate for {course}",
    "{why}",
    page="approvals",
    mailed=True,
)
CERTIFICATE_ISSUED = about_certificate(
    "certificate-issued",
    "Your {type} certificate for {course} is issued",
    "Download it or share its link.",
    mailed=True,
)
TEACHING_CERTIFICATE_ISSUED = replace(
    CERTIFICATE_ISSUED, name="teaching-certificate-issued", key="certificate-issued", page="teach"
)
CERTIFICATE_DECLINED = about_certificate(
    "certificate-declined",
    "Your {type} certificate for {course} was declined",
    "{reason}",
    mailed=True,
)
CERTIFICATE_REVOKED = about_certificate(
    "certificate-revoked",
    "Your {type} certificate for {course} was revoked",
    "{reason}",
    group=None,
    mailed=True,
)
CERTIFICATE_REINSTATED = about_certificate(
    "certificate-reinstated", "Your {type} certificate for {course} counts again"
)
COURSE_COMPLETED = about_certificate(
    "completed",
    "You completed {course}",
    "Your certificate was asked for. You can apply to teach this course now.",
    page="learn-room",
)

about_teaching = partial(Kind, word="teaching_application", page="teach", sample=TEACHING)

TEACHING_APPLICATION = about_teaching(
    "teaching-application",
    "{applicant} wants to teach {course}",
    "{message}",
    page="approvals",
    mailed=True,
)
TEACHING_APPROVED = about_teaching(
    "teaching-approved",
    "Your application to teach {course} was approved",
    "Set your hours and connect a payout account.",
    mail=Mail("teaching-decision", TEACHING),
    key="teaching-decision",
)
TEACHING_DECLINED = replace(
    TEACHING_APPROVED,
    name="teaching-declined",
    title="Your application to teach {course} was declined",
    body="{reason}",
    page="teach-apply",
)
TEACHING_SWITCHED_OFF = about_teaching(
    "teaching-switched-off", "You no longer teach {course}", "{reason}"
)
TEACHING_SWITCHED_ON = about_teaching(
    "teaching-switched-on", "You can teach {course} again", "{reason}"
)

about_enrollment = partial(Kind, word="enrollment", page="learn-room", sample=ENROLLMENT)

NO_TEACHER_LEFT = about_enrollment(
    "no-teacher-left",
    "Nobody teaches {course} at present",
    "Students are enrolled and can't book. Switch a teacher on, or teach yourself.",
    word="course_no_teachers",
    page="course",
)
TEACHER_LEFT = about_enrollment(
    "teacher-left",
    "{teacher} no longer teaches you {course}",
    "{reason} Choose another teacher with your next booking, or leave with a refund.",
)
TEACHER_GIVEN = about_enrollment(
    "teacher-given", "{teacher} teaches {student} in {course} now", "{reason}"
)
BOOKING_PAUSED = about_enrollment(
    "booking-paused",
    "Booking is paused in {course}",
    "Three sessions were cancelled late or missed. Ask your teacher to open it again.",
)
BOOKING_PAUSED_FOR_STUDENT = about_enrollment(
    "booking-paused-for-student",
    "Booking is paused for {student}",
    "Three sessions of {course} were cancelled late or missed. You can open it again.",
    page="teach-sessions",
)
BOOKING_OPENED = about_enrollment(
    "booking-opened",
    "You can book again in {course}",
    "{teacher} opened booking for you.",
    page="learn-book",
)

HOMEWORK = Sample(
    {
        "student": "Sam Student",
        "reviewer": "Tom Teacher",
        "homework": "Three prompts of your own",
        "course": COURSE,
        "version": 2,
        "is_again": True,
        "is_late": True,
        "is_approved": False,
        "outcome": "is to be done again",
        "feedback": "The second one asks for two things.\nSplit it.",
        "points": "8 of 10 points",
    },
    bare={
        "is_again": False,
        "is_late": False,
        "is_approved": True,
        "outcome": "is approved",
        "feedback": "",
        "points": "",
    },
)
about_homework = partial(
    Kind, word="homework", page="learn-homework", group=Group.COURSE_UPDATE, sample=HOMEWORK
)

HOMEWORK_SUBMITTED = about_homework(
    "homework-submitted",
    "{student} handed in {homework}",
    "{course}. Answer it before the next session.",
    page="review-homework",
    mailed=True,
)
HOMEWORK_REVIEWED = about_homework(
    "homework-reviewed", "{homework} {outcome}", "{feedback}", page="learn-assignment", mailed=True
)
QUIZ = Sample(
    {
        "student": "Sam Student",
        "quiz": "Asking well",
        "course": COURSE,
        "outcome": "You passed with 8 of 10.",
        "feedback": "Look at the third answer again.",
    },
    bare={"feedback": ""},
)
QUIZ_WAITING = about_homework(
    "quiz-waiting",
    "{student} answered the quiz {quiz}",
    "{course}. Its short answers are to be marked.",
    page="mark-quiz",
    sample=QUIZ,
)
QUIZ_MARKED = about_homework(
    "quiz-marked", "Your quiz {quiz} is marked", "{outcome}", page="learn-quiz", sample=QUIZ
)
WORK_LEFT = about_homework(
    "work-left",
    "All sessions of {course} are held",
    "Required work is left. The course is completed once it is approved.",
    page="learn-room",
)

REVIEW = Sample(
    {"student": "Sam Student", "course": COURSE, "rating": 5, "words": "She explains it twice."},
    bare={"words": ""},
)
about_review = partial(Kind, word="course_update", group=Group.FEEDBACK_REMINDER, sample=REVIEW)

REVIEW_OF_TEACHER = about_review(
    "review-of-teacher",
    "{student} reviewed your teaching: {rating} of 5",
    "{words}",
    page="review",
)
REVIEW_OF_COURSE = about_review(
    "review-of-course", "{student} reviewed {course}: {rating} of 5", "{words}", page="review"
)
REVIEW_ANSWERED = about_review(
    "review-answered",
    "{person} answered your review of {course}",
    "{words}",
    page="review",
    sample=Sample({"person": "Tom Teacher", "course": COURSE, "words": "Thank you, Sam."}),
)
REVIEW_REMINDER = about_review(
    "review-reminder",
    "How was {course}?",
    "Two sentences of yours tell the next student what to expect.",
    page="learn-review",
    sample=Sample(
        {
            "course": COURSE,
            "teacher": "Tom Teacher",
            "review_path": "/your-review",
        },
        bare={"teacher": ""},
    ),
    mailed=True,
)


def notify_creator(certificate: Certificate, *, at: datetime) -> None:
    """Notify the creator that a certificate needs their decision."""
    who, issued_at = certificate.recommended_by, certificate.auto_issue_at
    notify(
        CERTIFICATE_REQUESTED,
        people=[certificate.course.creator],
        key=certificate.pk,
        **_values(certificate),
        why=f"Recommended by {isolated(who.name)}." if who else "The course is completed.",
        recommended_by=who.name if who else "",
        auto_issue_on=_day(issued_at) if issued_at else "",
        at=at,
    )


def notify_holder(
    kind: Kind,
    certificate: Certificate,
    *,
    at: datetime,
    key: object = None,
    reason: str = "",
    **values: str,
) -> None:
    """Notify the holder of a change of their certificate: once, or once for each ``key``."""
    notify(
        kind,
        people=[certificate.user],
        key=key or certificate.pk,
        **_values(certificate),
        **values,
        reason=reason,
        at=at,
    )


def notify_issued(certificate: Certificate, *, at: datetime) -> None:
    """Notify the holder that their certificate was issued."""
    is_teaching = certificate.type == Certificate.Type.TEACHING
    notify_holder(
        TEACHING_CERTIFICATE_ISSUED if is_teaching else CERTIFICATE_ISSUED,
        certificate,
        key=certificate.code,
        verify_path=reverse("certificate-verify", args=[certificate.code]),
        **next_values(None if is_teaching else certificate.enrollment_id, certificate.user, at=at),
        at=at,
    )


def _values(certificate: Certificate) -> dict[str, Any]:
    return {
        "student": certificate.user.name,
        "course": certificate.course.title,
        "type": certificate.type,
        "is_teaching": certificate.type == Certificate.Type.TEACHING,
    }


def _day(moment: datetime) -> str:
    """The date in UTC as words. Mails are read late, and a date is precise enough here."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"
