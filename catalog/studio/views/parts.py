"""The parts of a course that are one form each: basics, audience, price."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import MemberRequest
from catalog.actions.drafting import create_course, edit_course
from catalog.actions.revisions import ChangedElsewhere
from catalog.models import Course
from catalog.studio.access import require_creator, studio_course
from catalog.studio.forms import (
    AudienceForm,
    BasicsForm,
    NewCourseForm,
    PackageForm,
    PriceForm,
    StudioForm,
)
from catalog.studio.panels import Asked, Place, panels_of
from catalog.studio.queries import lists_of
from catalog.studio.views.page import (
    clash,
    clash_context,
    not_saved,
    revision_of,
    saved,
    studio_page,
)
from peerloop.kit import clock
from peerloop.kit.forms import form_again, show_refusal
from peerloop.kit.refusals import Refused

ASKED = require_http_methods(["GET", "HEAD", "POST"])
FORMS: dict[str, tuple[type[StudioForm], str]] = {
    "basics": (BasicsForm, "studio"),
    "audience": (AudienceForm, "studio-audience"),
    "price": (PriceForm, "studio-price"),
}


@ASKED
@login_required
def new(request: MemberRequest) -> HttpResponse:
    """Begin a course with its title, or from a zip."""
    require_creator(request.user)
    form = NewCourseForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return new_page(request, form, PackageForm())
    try:
        title = form.data.get("title", "")
        course = create_course(title=title, by=request.user, at=clock.now())
    except Refused as refusal:
        form.is_valid()
        show_refusal(form, refusal)
        return form_again(lambda status: new_page(request, form, PackageForm(), status), refusal)
    messages.success(request, "Your course is begun. Only you see it until you publish it.")
    return redirect("studio", course.pk)


def new_page(
    request: MemberRequest, form: NewCourseForm, package: PackageForm, status: int = 200
) -> HttpResponse:
    """The page with both ways to begin."""
    context = {"form": form, "package": package}
    return render(request, "catalog/studio/new.html", context, status=status)


@ASKED
@login_required
def basics(request: MemberRequest, course_id: UUID) -> HttpResponse:
    """Title, texts, category, level, tags."""
    return _part(request, course_id, "basics")


@ASKED
@login_required
def audience(request: MemberRequest, course_id: UUID) -> HttpResponse:
    """Goals, what is included, for whom, what is needed, testimonials."""
    return _part(request, course_id, "audience")


@ASKED
@login_required
def price(request: MemberRequest, course_id: UUID) -> HttpResponse:
    """Price, session length, features."""
    return _part(request, course_id, "price")


def _part(request: MemberRequest, course_id: UUID, part: str) -> HttpResponse:
    course, (form_type, _) = studio_course(request.user, course_id), FORMS[part]
    if request.method == "POST":
        return _save(request, course, part, form_type(request.POST))
    return _page(request, course, part, form_type.of(course, lists_of(course)))


def _save(request: MemberRequest, course: Course, part: str, form: StudioForm) -> HttpResponse:
    is_automatic = bool(request.htmx)
    if form.is_valid():
        try:
            changed = edit_course(
                course=course, by=request.user, revision=revision_of(request), **form.changes()
            )
        except ChangedElsewhere as refusal:
            if is_automatic:
                return clash(request, refusal)
            return _page(request, course, part, form, status=409, clash=refusal)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            if is_automatic:
                place = Place.PRICE if part == "price" else None
                return saved(request, changed, part, revision=changed.revision, place=place)
            messages.success(request, "Saved.")
            return redirect(FORMS[part][1], course.pk)
    if is_automatic:
        return not_saved(request, form)
    return _page(request, course, part, form, status=422)


def _page(
    request: MemberRequest,
    course: Course,
    part: str,
    form: StudioForm,
    *,
    status: int = 200,
    clash: ChangedElsewhere | None = None,
) -> HttpResponse:
    context = {"form": form, **(clash_context(clash) if clash else {})}
    if status == 422:
        # What was sent is shown again, with the revision that it was sent with.
        context["revision"] = request.POST.get("revision", "")
    if part == "price":
        asked = Asked(course, None, request.user, clock.now())
        context["panels"] = panels_of(Place.PRICE, asked)
    return studio_page(request, course, part, part, context, status=status)
