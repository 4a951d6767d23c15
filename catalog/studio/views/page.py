"""What all pages of the studio show: the parts of the course, and what is next."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.requests import MemberRequest
from catalog.actions.publishing import missing_for_publication
from catalog.actions.revisions import ChangedElsewhere
from catalog.models import Course
from catalog.studio.panels import Asked, Place, panels_of
from peerloop.kit import clock
from peerloop.kit.parsing import whole_number
from peerloop.kit.refusals import Invalid


@dataclass(frozen=True, slots=True)
class Part:
    """A page of the studio; ``needs`` are the requirements of publishing that are met there."""

    name: str
    label: str
    icon: str
    route: str
    needs: tuple[str, ...] = ()


PARTS = (
    Part(
        *("basics", "Basics", "pencil-line", "studio"),
        ("title", "description", "category", "duration"),
    ),
    Part("audience", "Goals and audience", "target", "studio-audience"),
    Part("outline", "Outline", "list", "studio-outline", ("modules",)),
    Part("price", "Price and sessions", "banknote", "studio-price", ("price_cents",)),
    Part("cover", "Cover", "image", "studio-cover", ("thumbnail_url",)),
    Part("publish", "Publish", "rocket", "studio-publish"),
)
ANCHORS = {"modules": "id_title", "thumbnail_url": "cover"}
VERBS = {"payout_account": "Connect"}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is missing before publishing."""

    field: str
    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A part as a link; ``is_open`` where something of it is missing."""

    part: Part
    href: str
    is_current: bool
    is_open: bool


def steps_of(course: Course) -> list[Step]:
    """What is missing, each with the address of the field. One query."""
    return [
        Step(item["field"], f"{VERBS.get(item['field'], 'Add')} {item['needs']}", href)
        for item in missing_for_publication(course)
        if (href := _where(course, item["field"]))
    ]


def _where(course: Course, field: str) -> str:
    for part in PARTS:
        if field in part.needs:
            return f"{reverse(part.route, args=[course.pk])}#{ANCHORS.get(field, f'id_{field}')}"
    return reverse("payout-settings")


def studio_page(
    request: MemberRequest,
    course: Course,
    part: str,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """A page of the studio."""
    shown = {**common(request, course, part), **context}
    return render(request, f"catalog/studio/{template}.html", shown, status=status)


def common(request: MemberRequest, course: Course, part: str) -> dict[str, Any]:
    """What the frame of every page reads."""
    steps = steps_of(course)
    missing = {step.field for step in steps}
    return {
        "course": course,
        "part": part,
        "tabs": [
            Tab(
                one,
                reverse(one.route, args=[course.pk]),
                one.name == part,
                bool(missing & set(one.needs)),
            )
            for one in PARTS
        ],
        "steps": steps,
        "revision": course.revision,
        "saved_at": course.updated_at,
    }


def revision_of(request: HttpRequest) -> int:
    """The revision that the form was opened with; ``over`` is the one that it may overwrite."""
    found = whole_number(request.POST.get("over") or request.POST.get("revision") or "")
    if found is None:
        raise Invalid.field("revision", "Open the page again, then save.")
    return found


def saved(
    request: MemberRequest, course: Course, part: str, *, revision: int, place: Place | None = None
) -> HttpResponse:
    """The answer to an automatic save: its time, the new revision, what is next."""
    at = clock.now()
    context = {**common(request, course, part), "revision": revision, "saved_at": at}
    if place:
        context["panels"] = panels_of(place, Asked(course, None, request.user, at), live=True)
    return render(request, "catalog/studio/_saved.html", context)


def not_saved(request: MemberRequest, form: Any) -> HttpResponse:
    """The answer to an automatic save that is refused: why, with links to the fields."""
    return render(request, "catalog/studio/_not_saved.html", {"form": form}, status=422)


def clash(request: MemberRequest, refusal: ChangedElsewhere) -> HttpResponse:
    """The answer to an automatic save of a page that is out of date: what can be done."""
    response = render(
        request, "catalog/studio/_clash.html", clash_context(refusal), status=refusal.status
    )
    response["HX-Retarget"] = "#saved"
    return response


def clash_context(refusal: ChangedElsewhere) -> dict[str, Any]:
    """What the words about a clash read."""
    return {"clash": refusal, "over": refusal.details["revision"]}
