"""Every mail of the learning app, as it leaves."""

import pytest

from accounts.models import Email
from accounts.notifications.mail.composing import rendered
from learning.actions import (
    apply_to_teach,
    decide_application,
    decline_certificate,
    issue_certificate,
    recommend_certificate,
    revoke_certificate,
)
from learning.models import Certificate
from learning.tests.people import AT, completed

pytestmark = pytest.mark.django_db


def mail(template, **lookups):
    sent = rendered(Email.objects.get(template=template, **lookups), at=AT)
    for part in (sent.subject, sent.text, sent.html):
        assert "{{" not in part
        assert "{%" not in part
    return sent


@pytest.fixture
def enrollment():
    enrollment = completed()
    enrollment.student.name = "Sam <b>& Co"
    enrollment.student.save()
    return enrollment


def test_asked_for_by_the_system_and_by_the_teacher(enrollment):
    sent = mail("certificate-recommended", context__type="completion")
    assert "All sessions are held." in sent.text
    assert "issued automatically on" in sent.text
    recommend_certificate(enrollment=enrollment, type="mastery", by=enrollment.teacher, at=AT)

    sent = mail("certificate-recommended", context__type="mastery")
    assert sent.subject.startswith("Sam <b>& Co: mastery certificate for")
    assert "Tom Teacher, who teaches them, recommends it." in sent.text
    assert "Sam &lt;b&gt;&amp; Co" in sent.html
    assert sent.to == enrollment.course.creator.email


def test_issued_and_revoked(enrollment):
    clara = enrollment.course.creator
    certificate = issue_certificate(enrollment=enrollment, type="teaching", by=clara, at=AT)
    sent = mail("certificate-issued")
    assert f"/certificates/verify/{certificate.code}" in sent.text
    assert "You can teach this course now." in sent.text

    revoke_certificate(certificate=certificate, reason="Absent <i>often</i>.", by=clara, at=AT)
    sent = mail("certificate-revoked")
    assert "Absent <i>often</i>." in sent.text
    assert "Absent &lt;i&gt;" in sent.html
    assert "right to teach" in sent.text


def test_declined(enrollment):
    decline_certificate(
        certificate=Certificate.objects.get(enrollment=enrollment),
        reason="Too early.",
        by=enrollment.course.creator,
        at=AT,
    )
    assert "Too early." in mail("certificate-declined").text


@pytest.mark.parametrize(("approve", "words"), [(True, "Set your hours."), (False, "Not yet.")])
def test_applied_and_decided(enrollment, approve, words):
    application = apply_to_teach(
        enrollment=enrollment, message="I like it.", by=enrollment.student, at=AT
    )
    assert "I like it." in mail("teaching-application").text
    decide_application(
        application=application,
        approve=approve,
        reason="" if approve else words,
        by=enrollment.course.creator,
        at=AT,
    )
    assert words in mail("teaching-decision").text
