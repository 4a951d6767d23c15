"""Rescheduling and cancelling a session, leaving a teacher, unblocking booking."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.requests import MemberRequest
from learning.actions.blocking import unblock_booking
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.refusals import Refused
from peerloop.kit.text import isolated
from scheduling import access
from scheduling.actions.cancelling import cancel_session, is_late
from scheduling.actions.rescheduling import (
    MAX_RESCHEDULES,
    refusal_to_reschedule,
    reschedule_session,
)
from scheduling.actions.teacher_change import change_teacher
from scheduling.forms_booking import ReasonForm, RescheduleForm, parse_day
from scheduling.models import Session
from scheduling.queries.booking import refusal_at_any_time
from scheduling.queries.free_times import times_to_reschedule
from scheduling.queries.intros import times_to_move_intro
from scheduling.queries.modules import module_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reschedule(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Free times of the same teacher; the form reschedules the session."""
    user = cast(MemberRequest, request).user
    session = access.session_of(user, session_id)
    person = session.counterpart_of(user).name
    late = is_late(session, clock.now())
    if request.method != "POST":
        return _reschedule_page(request, session, user, RescheduleForm(person=person, late=late))
    form = RescheduleForm(request.POST, person=person, late=late)
    if not form.is_valid():
        return _reschedule_page(request, session, user, form, status=422)
    try:
        reschedule_session(session=session, by=user, at=clock.now(), **form.cleaned_data)
    except Refused as refusal:
        return _reschedule_page(
            request, session, user, form, refusal=refusal, status=refusal.status
        )
    messages.success(request, f"The session is moved. {person} hears of it by mail.")
    return redirect("session", session_id=session.pk)


def _reschedule_page(
    request: HttpRequest,
    session: Session,
    user: User,
    form: RescheduleForm,
    *,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    at = clock.now()
    obstacle = refusal_to_reschedule(session, at=at)
    without_teacher = None if obstacle else refusal_at_any_time(session, at=at)
    day = parse_day(request.GET.get("day", ""))
    find_times = times_to_move_intro if session.is_intro else times_to_reschedule
    context = {
        "session": session,
        "person": session.counterpart_of(user),
        "module": module_of(session),
        "form": form,
        "refusal": refusal,
        "late": is_late(session, at),
        "reschedules_left": MAX_RESCHEDULES - session.reschedule_count,
        "length": session.length_minutes,
        "obstacle": obstacle.brief if obstacle else "",
        "without_teacher": without_teacher,
        # Only the student chooses who teaches.
        "may_choose_another": bool(session.enrollment_id) and user.pk == session.student_id,
        "times": (
            None if obstacle or without_teacher else find_times(session, user, at=at, wanted=day)
        ),
    }
    return render(request, "scheduling/reschedule.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """What cancelling means; the form cancels the session."""
    user = cast(MemberRequest, request).user
    session = access.session_of(user, session_id)
    person = session.counterpart_of(user)
    late = is_late(session, clock.now())
    if request.method == "POST":
        form = ReasonForm(request.POST, person=person.name, needed=late)
        refusal = None
        if form.is_valid():
            try:
                cancel_session(session=session, by=user, at=clock.now(), **form.cleaned_data)
            except Refused as reason:
                refusal = reason
            else:
                messages.success(
                    request, f"The session is cancelled. {isolated(person.name)} hears of it."
                )
                return redirect("session", session_id=session.pk)
        status = refusal.status if refusal else 422
    else:
        form, refusal, status = ReasonForm(person=person.name, needed=late), None, 200
    context = {
        "session": session,
        "person": person,
        "module": module_of(session),
        "form": form,
        "refusal": refusal,
        "late": late,
        "over": not session.is_open or session.is_past(clock.now()),
    }
    return render(request, "scheduling/cancel.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, enrollment_id: UUID) -> HttpResponse:
    """End the teaching of an enrollment, as its student or its teacher (TEACH-4, TEACH-5)."""
    user = cast(MemberRequest, request).user
    enrollment = access.enrollment_to_leave(user, enrollment_id)
    is_student = user.pk == enrollment.student_id
    at = clock.now()
    ahead = list(
        Session.objects.filter(
            enrollment=enrollment, status=Session.Status.SCHEDULED, scheduled_end__gt=at
        ).order_by("scheduled_start")
    )
    needed = not is_student or any(is_late(session, at) for session in ahead)
    person = (enrollment.teacher if is_student else enrollment.student) or user
    form = ReasonForm(request.POST or None, person=person.name, needed=needed)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            change_teacher(enrollment=enrollment, by=user, at=at, **form.cleaned_data)
        except Refused as reason:
            refusal = reason
        else:
            return _left(request, enrollment, is_student=is_student)
    context = {
        "enrollment": enrollment,
        "course_room": reverse("learn-room", args=[enrollment.pk]),
        "is_student": is_student,
        "person": person,
        "ahead": ahead,
        "form": form,
        "needed": needed,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 422 if request.method == "POST" else 200
    return render(request, "scheduling/leave_teacher.html", context, status=status)


def _left(request: HttpRequest, enrollment: Enrollment, *, is_student: bool) -> HttpResponse:
    if is_student:
        messages.success(request, "Choose who teaches you from now on.")
        return redirect("learn-book", enrollment_id=enrollment.pk)
    messages.success(
        request, f"You no longer teach {isolated(enrollment.student.name)}. They hear of it."
    )
    return redirect("teach-sessions")


@login_required
@require_POST
def reopen(request: HttpRequest, enrollment_id: UUID) -> HttpResponse:
    """Let a student book again after three late cancellations (rule LATE-4)."""
    user = cast(MemberRequest, request).user
    enrollment = access.enrollment_to_reopen(user, enrollment_id)
    unblock_booking(enrollment=enrollment, by=user, at=clock.now())
    messages.success(request, f"{isolated(enrollment.student.name)} can book again.")
    return redirect("teach-sessions")
