"""Search of admin lists whose cost does not grow with the number of rows."""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.db.models.constants import LOOKUP_SEP

from peerloop.kit.lookups import containing

# Members (courses, payments) with the words, of whom rows are looked up: the newest.
MAX_MATCHES = 500


def rows_with(model: type[Model], fields: Iterable[str], words: Sequence[str]) -> Q | None:
    """The rows with all the words in one place: themselves, or the member or course they belong to.

    ``fields`` as ``search_fields`` of Django's admin: a text contains the word (and has a trigram
    index), with ``__exact`` it is the word. The keys of members and courses are read first: joined,
    every row would be compared. None where the words can be nowhere, such as a name for an id.
    """
    places: dict[str, list[tuple[str, str]]] = {}
    for field in fields:
        path, name, lookup = parts_of(model, field)
        places.setdefault(path, []).append((name, lookup))
    found = [_in_place(model, path, names, words) for path, names in places.items()]
    conditions = [one for one in found if one is not None]
    return reduce(or_, conditions) if conditions else None


def parts_of(model: type[Model], field: str) -> tuple[str, str, str]:
    """The path to the row, its column, and the lookup: ("student", "name", "ilike")."""
    *path, name = field.split(LOOKUP_SEP)
    lookup = "ilike"
    if name == "exact":
        *path, name = path
        lookup = "exact"
    return LOOKUP_SEP.join(path), name, lookup


def reached(model: type[Model], path: Sequence[str]) -> type[Model]:
    """The model at the end of a path."""
    for hop in path:
        related: Any = model._meta.get_field(hop).related_model
        model = related
    return model


def _in_place(
    model: type[Model], path: str, names: list[tuple[str, str]], words: Sequence[str]
) -> Q | None:
    hops = path.split(LOOKUP_SEP) if path else []
    condition = _all_words(reached(model, hops), names, words)
    if condition is None or not hops:
        return condition
    while hops:
        rows = reached(model, hops)._base_manager.filter(condition).order_by("-pk")
        keys = list(rows.values_list("pk", flat=True)[:MAX_MATCHES])
        condition = Q((f"{hops.pop()}__in", keys))
    return condition


def _all_words(model: type[Model], names: list[tuple[str, str]], words: Sequence[str]) -> Q | None:
    each = []
    for word in words:
        ways = [
            Q((f"{name}__{lookup}", containing(word) if lookup == "ilike" else word))
            for name, lookup in names
            if _fits(model, name, word)
        ]
        if not ways:
            return None
        each.append(reduce(or_, ways))
    return reduce(and_, each)


def _fits(model: type[Model], name: str, word: str) -> bool:
    field: Any = model._meta.get_field(name)
    try:
        field.to_python(word)
    except ValidationError:
        return False
    return True
