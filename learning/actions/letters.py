"""What people are told about certificates and teaching: a notice each, and a mail (rules 25)."""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.notifications.notify import notify_in_words as notify
from learning.models import Certificate, TeachingApplication
from peerloop.kit.formats import MONTHS


def tell_creator_of_request(certificate: Certificate, *, at: datetime) -> None:
    """A certificate waits for the creator's word."""
    student, course = certificate.user, certificate.course
    who = certificate.recommended_by
    notify(
        people=[course.creator],
        kind="certificate",
        title=f"{student.name}: {certificate.type} certificate for {course.title}",
        body=f"Recommended by {who.name}." if who else "The course is completed.",
        url="/create/approvals",
        dedupe_key=f"certificate-recommended:{certificate.pk}",
        email="certificate-recommended",
        context={
            **_facts(certificate),
            "recommended_by": who.name if who else "",
            "auto_issue_on": _day(certificate.auto_issue_at),
        },
        at=at,
    )


def tell_issued(certificate: Certificate, *, at: datetime) -> None:
    """The holder has it, and may show it."""
    notify(
        people=[certificate.user],
        kind="certificate",
        title=f"Your {certificate.type} certificate for {certificate.course.title} is issued",
        body="Download it or share its link.",
        url="/teach" if certificate.type == Certificate.Type.TEACHING else "/certificates",
        dedupe_key=f"certificate-issued:{certificate.code}",
        email="certificate-issued",
        context={
            **_facts(certificate),
            "verify_path": f"/certificates/verify/{certificate.code}",
        },
        at=at,
    )


def tell_declined(certificate: Certificate, *, at: datetime) -> None:
    """The creator said no, and why."""
    notify(
        people=[certificate.user],
        kind="certificate",
        title=f"Your {certificate.type} certificate for {certificate.course.title} was declined",
        body=certificate.declined_reason,
        url="/certificates",
        dedupe_key=f"certificate-declined:{certificate.pk}",
        email="certificate-declined",
        context={**_facts(certificate), "reason": certificate.declined_reason},
        at=at,
    )


def tell_revoked(certificate: Certificate, *, at: datetime) -> None:
    """It no longer counts, and why."""
    notify(
        people=[certificate.user],
        kind="certificate",
        title=f"Your {certificate.type} certificate for {certificate.course.title} was revoked",
        body=certificate.revoked_reason,
        url="/certificates",
        dedupe_key=f"certificate-revoked:{certificate.pk}:{at.isoformat()}",
        email="certificate-revoked",
        context={**_facts(certificate), "reason": certificate.revoked_reason},
        at=at,
    )


def tell_reinstated(certificate: Certificate, *, at: datetime) -> None:
    """It counts again."""
    notify(
        people=[certificate.user],
        kind="certificate",
        title=f"Your {certificate.type} certificate for {certificate.course.title} counts again",
        url="/certificates",
        dedupe_key=f"certificate-reinstated:{certificate.pk}:{at.isoformat()}",
        at=at,
    )


def tell_creator_of_application(application: TeachingApplication, *, at: datetime) -> None:
    """Somebody wants to teach the course."""
    applicant, course = application.user, application.course
    notify(
        people=[course.creator],
        kind="teaching_application",
        title=f"{applicant.name} wants to teach {course.title}",
        body=application.message,
        url="/create/approvals",
        dedupe_key=f"teaching-application:{application.pk}",
        email="teaching-application",
        context={
            "applicant": applicant.name,
            "course": course.title,
            "message": application.message,
        },
        at=at,
    )


def tell_decision(application: TeachingApplication, *, at: datetime) -> None:
    """The applicant learns the answer, with the next steps or the reason."""
    approved = application.status == TeachingApplication.Status.APPROVED
    course = application.course
    word = "was approved" if approved else "was declined"
    notify(
        people=[application.user],
        kind="teaching_application",
        title=f"Your application to teach {course.title} {word}",
        body="Set your hours and connect a payout account." if approved else application.reason,
        url="/teach" if approved else f"/teach/apply/{course.slug}",
        dedupe_key=f"teaching-decision:{application.pk}",
        email="teaching-decision",
        context={
            "course": course.title,
            "is_approved": approved,
            "reason": application.reason,
        },
        at=at,
    )


def tell_no_teacher_left(*, people: list[User], course_title: str, url: str, at: datetime) -> None:
    """Students wait and nobody may teach them (rule TEACH-7); told at most once a day."""
    notify(
        people=people,
        kind="course_no_teachers",
        title=f"Nobody teaches {course_title} at present",
        body="Students are enrolled and can't book. Switch a teacher on, or teach yourself.",
        url=url,
        dedupe_key=f"no-teacher-left:{url}:{at:%Y-%m-%d}",
        at=at,
    )


def _facts(certificate: Certificate) -> dict[str, Any]:
    return {
        "student": certificate.user.name,
        "course": certificate.course.title,
        "type": certificate.type,
        "is_teaching": certificate.type == Certificate.Type.TEACHING,
    }


def _day(moment: datetime | None) -> str:
    """A day in words, in UTC: mails lie around, and a day is precise enough here."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}" if moment else ""
