"""A course as the API takes it, and as the actions do."""

from typing import Any

from catalog.actions.copying import Content
from catalog.actions.lists import CHECKS
from catalog.models import Category
from peerloop.kit.refusals import Invalid

# What the API calls otherwise than the actions, as the course endpoint does.
NAMES = {
    "learning_objectives": "objectives",
    "peerloop_features": "features",
    "category_id": "category",
}
SHOWN = {name: shown for shown, name in NAMES.items()}


def changes_of(body: dict[str, Any]) -> dict[str, Any]:
    """The fields of ``edit_course`` of a body; raises Invalid for an unknown category."""
    changes = {NAMES.get(name, name): value for name, value in body.items()}
    if changes.get("category") is not None:
        rows = Category.objects.filter(pk=changes["category"], is_active=True)
        changes["category"] = rows.first()
        if changes["category"] is None:
            raise Invalid.field("category", "There is no such category.")
    if "prerequisites" in changes:
        changes["prerequisites"] = [
            (line["text"], line["kind"]) for line in changes["prerequisites"]
        ]
    if "testimonials" in changes:
        changes["testimonials"] = [
            (said["quote"], said["author"]) for said in changes["testimonials"]
        ]
    return changes


def content_of_body(body: dict[str, Any]) -> Content:
    """What ``write_course`` takes, of the body of a new course."""
    given = dict(body)
    title, modules = given.pop("title"), [dict(module) for module in given.pop("modules", [])]
    archived = [dict(module) for module in given.pop("archived_modules", [])]
    changes = changes_of(given)
    lists = {name: changes.pop(name) for name in CHECKS if name in changes}
    return Content(title, changes, lists, modules, archived)


def body_of(content: Content) -> dict[str, Any]:
    """The body that makes the same course again."""
    fields = dict(content.fields)
    category = fields.pop("category")
    lists = content.lists
    return {
        "title": content.title,
        **fields,
        "category_id": str(category.pk) if category else None,
        "tags": lists["tags"],
        "learning_objectives": lists["objectives"],
        "includes": lists["includes"],
        "target_audience": lists["target_audience"],
        "prerequisites": [{"text": text, "kind": kind} for text, kind in lists["prerequisites"]],
        "testimonials": [
            {"quote": quote, "author": author} for quote, author in lists["testimonials"]
        ],
        "peerloop_features": lists["features"],
        "modules": content.modules,
    }


def named_as_shown(refusal: Invalid) -> Invalid:
    """The refusal with its fields named as the API does."""
    refusal.fields = {SHOWN.get(name, name): words for name, words in refusal.fields.items()}
    return refusal
