"""The outline of a course, and the page of one module."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import MemberRequest
from catalog.actions.curriculum import (
    add_module,
    edit_module,
    place_module,
    remove_module,
    restore_module,
    shift_module,
)
from catalog.actions.revisions import ChangedElsewhere
from catalog.models import Course, CourseModule
from catalog.studio.access import studio_course, studio_module
from catalog.studio.forms import ModuleForm, NewModuleForm
from catalog.studio.panels import Asked, Place, panels_of
from catalog.studio.queries import outline_of
from catalog.studio.views.page import (
    clash,
    clash_context,
    common,
    not_saved,
    revision_of,
    saved,
    studio_page,
)
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.htmx import render_page
from peerloop.kit.refusals import Invalid, Refused
from peerloop.kit.text import isolated

ASKED = require_http_methods(["GET", "HEAD", "POST"])
STEPS = {"up": True, "down": False}


@ASKED
@login_required
def outline(request: MemberRequest, course_id: UUID) -> HttpResponse:
    """The modules in their order; a new one with POST."""
    course = studio_course(request.user, course_id)
    form = NewModuleForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _outline(request, course, form)
    try:
        title = form.data.get("title", "")
        module = add_module(course=course, title=title, by=request.user)
    except Refused as refusal:
        form.is_valid()
        show_refusal(form, refusal)
        return form_again(lambda status: _outline(request, course, form, status), refusal)
    return redirect("studio-module", course.pk, module.pk)


@ASKED
@login_required
def module(request: MemberRequest, course_id: UUID, module_id: UUID) -> HttpResponse:
    """Everything in one module."""
    course = studio_course(request.user, course_id)
    row = studio_module(course, module_id)
    if request.method == "POST":
        return _save(request, course, row, ModuleForm(request.POST))
    return _module(request, course, row, ModuleForm.of(row))


@require_POST
@login_required
def move(request: MemberRequest, course_id: UUID, module_id: UUID) -> HttpResponse:
    """One place up or down with ``step``, or before another module with ``before``.

    An empty ``before`` is the end.
    """
    course = studio_course(request.user, course_id)
    row, step = studio_module(course, module_id), request.POST.get("step", "")
    if step in STEPS:
        place = shift_module(module=row, earlier=STEPS[step], by=request.user)
    elif "before" in request.POST:
        before = request.POST["before"]
        other = studio_module(course, before) if before else None
        place = place_module(module=row, before=other, by=request.user)
    else:
        raise Invalid.field("step", "Say up or down.")
    said = f"{isolated(row.title)} is module {place} now."
    if request.htmx:
        context = {**common(request, course, "outline"), "said": said}
        context |= outline_of(course)._asdict()
        return render_page(request, "catalog/studio/_outline.html", context)
    messages.success(request, said)
    return redirect("studio-outline", course.pk)


@require_POST
@login_required
def remove(request: MemberRequest, course_id: UUID, module_id: UUID) -> HttpResponse:
    """Delete a module, or archive one that was used."""
    course = studio_course(request.user, course_id)
    row = studio_module(course, module_id)
    remove_module(module=row, by=request.user)
    gone = not CourseModule.objects.filter(pk=row.pk).exists()
    done = "deleted" if gone else "archived: it was used, so it is kept"
    messages.success(request, f"{isolated(row.title)} is {done}.")
    return redirect("studio-outline", course.pk)


@require_POST
@login_required
def restore(request: MemberRequest, course_id: UUID, module_id: UUID) -> HttpResponse:
    """Put an archived module back at the end."""
    course = studio_course(request.user, course_id)
    row = restore_module(module=studio_module(course, module_id), by=request.user)
    messages.success(request, f"{isolated(row.title)} is in the outline again.")
    return redirect("studio-outline", course.pk)


def _save(
    request: MemberRequest, course: Course, row: CourseModule, form: ModuleForm
) -> HttpResponse:
    is_automatic = bool(request.htmx)
    if form.is_valid():
        try:
            changed = edit_module(
                module=row, by=request.user, revision=revision_of(request), **form.changes()
            )
        except ChangedElsewhere as refusal:
            if is_automatic:
                return clash(request, refusal)
            return _module(request, course, row, form, status=409, clash=refusal)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            if is_automatic:
                return saved(request, course, "outline", revision=changed.revision)
            messages.success(request, "Saved.")
            return redirect("studio-module", course.pk, row.pk)
    if is_automatic:
        return not_saved(request, form)
    return _module(request, course, row, form, status=422)


def _outline(
    request: MemberRequest, course: Course, form: NewModuleForm, status: int = 200
) -> HttpResponse:
    asked = Asked(course, None, request.user, clock.now())
    context = {
        "form": form,
        **outline_of(course)._asdict(),
        "panels": panels_of(Place.OUTLINE, asked),
    }
    return studio_page(request, course, "outline", "outline", context, status=status)


def _module(
    request: MemberRequest,
    course: Course,
    row: CourseModule,
    form: ModuleForm,
    *,
    status: int = 200,
    clash: ChangedElsewhere | None = None,
) -> HttpResponse:
    outline = outline_of(course)
    asked = Asked(course, row, request.user, clock.now())
    context = {
        "form": form,
        "module": row,
        "entries": outline.entries,
        "following": outline.after(row),
        "revision": request.POST.get("revision", "") if status == 422 else row.revision,
        "saved_at": row.updated_at,
        "panels": panels_of(Place.MODULE, asked),
        **(clash_context(clash) if clash else {}),
    }
    return studio_page(request, course, "outline", "module", context, status=status)
