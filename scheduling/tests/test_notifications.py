"""Mails of sessions in both forms, also with hostile names and missing time zones."""

import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from accounts.models import Email, Notification, User
from accounts.notifications.mail.composing import rendered
from peerloop.kit.text import FSI, PDI
from scheduling.actions.booking import book_session
from scheduling.actions.cancelling import cancel_session
from scheduling.actions.reminders import send_reminders
from scheduling.actions.rescheduling import reschedule_session
from scheduling.tests.people import MONDAY_TEN, NOW, sam_and_tom

pytestmark = pytest.mark.django_db

START = MONDAY_TEN + timedelta(days=3)


def test_arabic_titles_and_names_keep_the_rest_of_a_mail_in_order():
    enrollment = sam_and_tom()
    title, name = "مقدمة في البرمجة", "محمد"
    type(enrollment.course).objects.filter(pk=enrollment.course_id).update(title=title)
    User.objects.filter(pk=enrollment.teacher_id).update(name=name)
    enrollment.refresh_from_db()
    sam = enrollment.student
    book_session(enrollment=enrollment, teacher=enrollment.teacher, start=START, by=sam, at=NOW)

    mail = rendered(Email.objects.get(template="session-booked", user=sam), at=NOW)

    isolated = f"{FSI}{title}{PDI} with {FSI}{name}{PDI}"
    assert mail.subject.startswith(isolated)
    for part in (mail.subject, mail.text, mail.html):
        assert len(re.findall(title, part)) == len(re.findall(f"{FSI}{title}{PDI}", part)) > 0
    notification = Notification.objects.get(user=sam, kind="session_booked")
    assert notification.body == isolated


def test_every_notification_of_a_session_can_be_written():
    enrollment = sam_and_tom()
    enrollment.teacher.name = "Tom <b>O'Neil</b> & Söhne\r\nBcc: all"
    enrollment.teacher.timezone = "Asia/Kathmandu"
    enrollment.teacher.save()
    sam = enrollment.student
    session = book_session(
        enrollment=enrollment, teacher=enrollment.teacher, start=START, by=sam, at=NOW
    )
    send_reminders(at=START - timedelta(days=1))
    moved = START + timedelta(days=1)
    reschedule_session(
        session=session, start=moved, by=sam, reason="Train", at=START - timedelta(hours=5)
    )
    cancel_session(session=session, by=sam, reason="Ill", at=moved - timedelta(hours=1))

    letters = {
        (mail.template, mail.user_id): rendered(mail, at=NOW)
        for mail in Email.objects.filter(template__startswith="session-").select_related("user")
    }

    assert {template for template, _ in letters} == {
        "session-booked",
        "session-reminder",
        "session-rescheduled",
        "session-cancelled",
    }
    for (template, user_id), letter in letters.items():
        assert "{{" not in letter.text
        assert "\n" not in letter.subject
        assert "<b>O'Neil" not in letter.html
        own_time = "Kathmandu" if user_id == enrollment.teacher_id else "UTC"
        assert own_time in letter.text
        assert own_time in letter.html
        assert len(letter.attachments) == int(template != "session-reminder")
    booked = letters["session-booked", sam.pk]
    assert "O'Neil" in booked.text
    assert f"/sessions/{session.pk}/join" in booked.text
    assert "Module 1" in booked.text
    cancelled = letters["session-cancelled", sam.pk]
    assert "You cancelled" in cancelled.text
    assert "Ill" in cancelled.text
    assert "It was Thu 7 May, 10:00" in letters["session-rescheduled", sam.pk].text


def test_the_three_files_are_one_entry_that_changes():
    enrollment = sam_and_tom()
    sam = enrollment.student
    session = book_session(
        enrollment=enrollment, teacher=enrollment.teacher, start=START, by=sam, at=NOW
    )
    session = reschedule_session(session=session, start=START + timedelta(days=1), by=sam, at=NOW)
    cancel_session(session=session, by=sam, reason="", at=NOW)
    entries = []
    for template in ("session-booked", "session-rescheduled", "session-cancelled"):
        mail = Email.objects.get(template=template, user=sam)
        calendar = Calendar.from_ical(mail.context["ics"])
        entries.append((calendar, calendar.walk("VEVENT")[0]))

    assert len({str(event["UID"]) for _, event in entries}) == 1
    assert [event["SEQUENCE"] for _, event in entries] == [0, 1, 2]
    assert [str(event["STATUS"]) for _, event in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [str(calendar["METHOD"]) for calendar, _ in entries] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert entries[1][1]["DTSTART"].dt == START + timedelta(days=1)
    assert "@members.peerloop.test" not in Email.objects.filter(user=sam).first().context["ics"]
