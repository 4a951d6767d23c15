"""The lists of a course: objectives, includes, audience, prerequisites, testimonials, tags."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from catalog.models import (
    Course,
    CourseInclude,
    CourseObjective,
    CoursePrerequisite,
    CourseTag,
    CourseTargetAudience,
    CourseTestimonial,
    PeerLoopFeatures,
)
from peerloop.kit.refusals import Invalid
from peerloop.kit.text import one_line

LINES: dict[str, Any] = {
    "objectives": CourseObjective,
    "includes": CourseInclude,
    "target_audience": CourseTargetAudience,
}
FEATURES = ("one_on_one_teaching", "certified_teachers", "earn_while_teaching")
MAX_LINES = 30
MAX_TAGS = 12
MAX_TESTIMONIALS = 12
MAX_LINE_LENGTH = 300
MAX_TAG_LENGTH = 40
MAX_QUOTE_LENGTH = 500
MAX_AUTHOR_LENGTH = 120


def checked_list(name: str, value: Any) -> Any:
    """The list as it is stored; raises Invalid naming it."""
    return CHECKS[name](name, value)


def stored_list(course: Course, name: str) -> Any:
    """What is stored, to compare with what ``checked_list`` gave. One query."""
    if name in LINES:
        return list(LINES[name].objects.filter(course=course).values_list("text", flat=True))
    if name == "tags":
        return list(course.tags.values_list("tag", flat=True))
    if name == "prerequisites":
        return list(course.prerequisites.values_list("text", "kind"))
    if name == "testimonials":
        return list(course.testimonials.values_list("quote", "author"))
    found = PeerLoopFeatures.objects.filter(course=course).values(*FEATURES).first()
    return found or dict.fromkeys(FEATURES, True)


def write_list(course: Course, name: str, value: Any) -> None:
    """Replace the list. The caller has locked the course and checked the list."""
    if name in LINES:
        _replace(course, LINES[name], [{"text": text} for text in value])
    elif name == "prerequisites":
        rows = [{"text": text, "kind": kind} for text, kind in value]
        _replace(course, CoursePrerequisite, rows)
    elif name == "testimonials":
        rows = [{"quote": quote, "author": author} for quote, author in value]
        _replace(course, CourseTestimonial, rows)
    elif name == "tags":
        course.tags.exclude(tag__in=value).delete()
        CourseTag.objects.bulk_create(
            [CourseTag(course=course, tag=tag) for tag in value], ignore_conflicts=True
        )
    else:
        PeerLoopFeatures.objects.update_or_create(course=course, defaults=value)


def _replace(course: Course, model: Any, rows: list[dict[str, str]]) -> None:
    model.objects.filter(course=course).delete()
    model.objects.bulk_create(
        model(course=course, position=position, **row) for position, row in enumerate(rows, start=1)
    )


def _lines(name: str, lines: Iterable[str]) -> list[str]:
    texts = [one_line(line) for line in lines]
    if len(texts) > MAX_LINES or any(not 1 <= len(text) <= MAX_LINE_LENGTH for text in texts):
        raise Invalid.field(
            name, f"Use at most {MAX_LINES} lines of 1 to {MAX_LINE_LENGTH} characters."
        )
    return texts


def _prerequisites(name: str, lines: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    texts = _lines(name, [text for text, _ in lines])
    if any(kind not in CoursePrerequisite.Kind.values for _, kind in lines):
        raise Invalid.field(name, "Grade each: required, nice_to_have, not_required.")
    return [(text, str(kind)) for text, (_, kind) in zip(texts, lines, strict=True)]


def _testimonials(name: str, rows: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    found = [(one_line(quote), one_line(author)) for quote, author in rows]
    if len(found) > MAX_TESTIMONIALS:
        raise Invalid.field(name, f"Give at most {MAX_TESTIMONIALS}.")
    for quote, author in found:
        if not quote or not author:
            raise Invalid.field(name, "Each needs the words and the name of who said them.")
        if len(quote) > MAX_QUOTE_LENGTH or len(author) > MAX_AUTHOR_LENGTH:
            raise Invalid.field(
                name,
                f"Use at most {MAX_QUOTE_LENGTH} characters for the words and "
                f"{MAX_AUTHOR_LENGTH} for the name.",
            )
    return found


def _tags(name: str, tags: Iterable[str]) -> list[str]:
    wanted = sorted({one_line(tag).lower() for tag in tags} - {""})
    if len(wanted) > MAX_TAGS or any(len(tag) > MAX_TAG_LENGTH for tag in wanted):
        raise Invalid.field(
            name, f"Use at most {MAX_TAGS} tags of at most {MAX_TAG_LENGTH} characters."
        )
    return wanted


def _features(name: str, given: Mapping[str, bool]) -> dict[str, bool]:
    unknown = set(given) - set(FEATURES)
    if unknown:
        raise Invalid.field(name, f"Choose among {', '.join(FEATURES)}.")
    return {feature: bool(given.get(feature, True)) for feature in FEATURES}


CHECKS: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(LINES, _lines),
    "prerequisites": _prerequisites,
    "testimonials": _testimonials,
    "tags": _tags,
    "features": _features,
}
