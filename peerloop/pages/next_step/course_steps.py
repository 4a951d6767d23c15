"""The next step in a course that somebody takes: learn, certify, teach, earn."""

from collections.abc import Iterator

from django.urls import reverse

from peerloop.kit.formats import money_text
from peerloop.pages.next_step.facts import Facts, Learning
from peerloop.pages.next_step.steps import Action, Kind, NextStep

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def steps(facts: Facts) -> Iterator[NextStep]:
    """One step for each course. Courses that wait for nothing offer the quietest ones."""
    for row in facts.learning:
        if row.to_rate:
            yield _rate(row)
        elif row.is_active and row.upcoming is None:
            yield _studying(row)
        elif row.is_completed:
            yield _completed(row, facts)
        elif row.is_disputed:
            yield _disputed(row)
        elif row.is_cancelled:
            yield _left(row)
        elif row.has_work_back:
            yield _hand_in_again(row)


def number_word(number: int) -> str:
    """Small numbers as words, as a sentence has them."""
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def sessions_left(row: Learning) -> str:
    """How many sessions are left, as the beginning of a sentence."""
    words = f"{number_word(row.left)} session{'' if row.left == 1 else 's'} left"
    return words[0].upper() + words[1:]


def teaching_words(row: Learning, before: str = "") -> str:
    """What teaching this course brings: "$56.25 a session; two students pay the course back"."""
    if not row.session_cents:
        return ""
    students = row.students_to_pay_back
    subject = f"{number_word(students)} student{'' if students == 1 else 's'}"
    pay = "pays" if students == 1 else "pay"
    amount = money_text(row.session_cents, row.currency)
    return f"{before}{amount} a session; {subject} {pay} the course back."


def after_last_words(row: Learning) -> str:
    """What follows the last session: the certificate, and what it is worth."""
    needs = "Finish the required work too, and" if row.lacks_work else "After it"
    return f"{needs} you are certified.{teaching_words(row, ' Then ')}"


def _rate(row: Learning) -> NextStep:
    session = reverse("session", args=[row.to_rate])
    return NextStep(
        kind=Kind.RATE,
        title="Say how your session was",
        words="It takes a minute, and only the people of the course see it.",
        course=row.course,
        action=Action("Rate the session", session, "star"),
        other=_choose_time("Book the next one", row)
        if row.is_active and row.upcoming is None and row.to_book and not row.is_blocked
        else _open(row),
    )


def _studying(row: Learning) -> NextStep:
    if row.has_work_back:
        return _hand_in_again(row)
    if row.is_blocked and row.to_book:
        return NextStep(
            kind=Kind.BOOKING_PAUSED,
            title="Booking is paused",
            words="Ask your teacher or the creator to open it again.",
            course=row.course,
            action=_open(row, "messages-square"),
        )
    if row.to_book:
        return _book(row)
    if row.left:
        return _settling(row)
    if row.lacks_work:
        return NextStep(
            kind=Kind.FINISH_WORK,
            title="Finish what is left",
            words="All sessions are held. Once this is approved you are certified."
            f"{teaching_words(row, ' Then ')}",
            course=row.course,
            action=Action("See what is left", _path("learn-homework", row), "pencil-line"),
            other=_open(row),
        )
    return _settling(row)


def _book(row: Learning) -> NextStep:
    if row.left == 1:
        title = "Book your last session"
        words = f"One session left: certify.{teaching_words(row, ' Then ')}"
    elif row.held or row.booked:
        title = "Book your next session"
        words = f"{sessions_left(row)}, then you are certified and can teach."
    else:
        title = "Book your first session"
        words = f"{sessions_left(row)}. Choose a time that suits you."
    return NextStep(
        kind=Kind.BOOK,
        title=title,
        words=words,
        course=row.course,
        action=_choose_time("Choose a time", row),
        other=_open(row),
    )


def _hand_in_again(row: Learning) -> NextStep:
    return NextStep(
        kind=Kind.HAND_IN_AGAIN,
        title="Hand in your homework again",
        words="Your teacher read it and says what to change.",
        course=row.course,
        action=Action("Read the feedback", _path("learn-homework", row), "pencil-line"),
        other=_open(row),
    )


def _settling(row: Learning) -> NextStep:
    return NextStep(
        kind=Kind.SETTLING,
        title="Your session is being settled",
        words="That takes an hour at most. Then your course goes on by itself.",
        course=row.course,
        action=_open(row, "book-open"),
    )


def _completed(row: Learning, facts: Facts) -> NextStep:
    if row.right is not None:
        return NextStep(
            kind=Kind.TEACHES,
            title="You teach this course" if row.right else "Your right to teach is off",
            words=_teaches_words(row),
            course=row.course,
            action=Action("Go to your teaching", reverse("teach"), "presentation"),
            other=_open(row),
        )
    if row.has_applied:
        return NextStep(
            kind=Kind.APPLIED,
            title="Your application to teach is with the creator",
            words=f"You get mail with the answer.{teaching_words(row, ' If it is yes: ')}",
            course=row.course,
            action=Action("See your application", _apply(row), "hourglass"),
            other=_open(row),
        )
    again_at = row.again_at
    if again_at and again_at > facts.at:
        return NextStep(
            kind=Kind.APPLIED,
            title="You can apply to teach again later",
            words="The creator said why. Meanwhile the course stays open to you.",
            at=again_at,
            course=row.course,
            action=Action("Read the answer", _apply(row), "message-square"),
            other=_open(row),
        )
    if row.is_certified:
        return NextStep(
            kind=Kind.TEACH,
            title="Teach what you learned",
            words=f"You are certified.{teaching_words(row, ' ')}",
            course=row.course,
            action=Action("Apply to teach", _apply(row), "presentation"),
            other=_review(row) or Action("See your certificate", reverse("certificates")),
        )
    by_then = "By then at the latest it is issued. " if row.certificate_due else ""
    return NextStep(
        kind=Kind.CERTIFY,
        title="Your certificate is with the creator",
        words=f"{by_then}You completed the course, so you can apply to teach now."
        f"{teaching_words(row, ' ')}",
        at=row.certificate_due,
        course=row.course,
        action=Action("Apply to teach", _apply(row), "presentation"),
        other=_review(row) or Action("See your certificates", reverse("certificates")),
    )


def _review(row: Learning) -> Action | None:
    """Public reviews are asked for once a course is completed (rules RATE-4, RATE-5)."""
    if row.has_reviewed:
        return None
    return Action("Review the course", _path("learn-review", row), "star")


def _teaches_words(row: Learning) -> str:
    if not row.right:
        return "The creator switched it off and said why."
    return f"You get {money_text(row.session_cents, row.currency)} a session."


def _disputed(row: Learning) -> NextStep:
    return NextStep(
        kind=Kind.DISPUTED,
        title="The card payment is disputed",
        words="You can read everything. New sessions wait for the outcome.",
        course=row.course,
        action=_open(row, "book-open"),
    )


def _left(row: Learning) -> NextStep:
    return NextStep(
        kind=Kind.LEFT,
        title="You left this course",
        words="You can enroll again whenever it suits you.",
        course=row.course,
        action=Action("See the course", reverse("course", args=[row.slug]), "book-open"),
        other=Action("Find another course", reverse("courses")),
    )


def _choose_time(label: str, row: Learning) -> Action:
    return Action(label, _path("learn-book", row), "calendar-plus")


def _open(row: Learning, icon: str = "") -> Action:
    return Action("Open the course", _path("learn-room", row), icon)


def _path(page: str, row: Learning) -> str:
    return reverse(page, args=[row.pk])


def _apply(row: Learning) -> str:
    return reverse("teach-apply", args=[row.slug])
