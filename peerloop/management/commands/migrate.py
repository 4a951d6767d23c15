"""Django's migrate, which makes a new database in a fraction of the time.

With each new table, column, index and constraint Django makes the classes of all related models
anew, and here nearly all models are related. No statement needs that: what points at a model is
only asked when a column changes that others point at, and then Django still makes them anew. Python
code in a migration gets complete models as always, since the state says that it is delayed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.utils import field_is_referenced
from django.db.models import Field


class Command(migrate.Command):
    """The command of Django, with fewer classes made."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """As Django's."""
        with _fewer_classes():
            said: str | None = super().handle(*args, **options)
        return said


@contextmanager
def _fewer_classes() -> Iterator[None]:
    """Make one class for a new table or column, and none for an index or a constraint."""
    for name, ours in OURS.items():
        setattr(ProjectState, name, ours)
    try:
        yield
    finally:
        for name, theirs in THEIRS.items():
            setattr(ProjectState, name, theirs)


def _add_model(self: Any, model_state: ModelState) -> None:
    """Make its class; those that it points at keep theirs, and are told by it."""
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:
        self.resolve_model_relations(key)
    if "apps" in self.__dict__:
        self.is_delayed = True
        self._reload({key})


def _reload_model(self: Any, app_label: str, model_name: str, delay: bool = False) -> None:
    """Make its class anew, and those that inherit from it."""
    if "apps" not in self.__dict__:
        return
    self.is_delayed = True
    found: set[tuple[str, str]] = set()
    left = [(app_label, model_name)]
    while left:
        key = left.pop()
        found.add(key)
        left += [
            other
            for other, state in self.models.items()
            if other not in found and ".".join(key) in _names(state.bases)
        ]
    self._reload(found)


def _names(bases: tuple[Any, ...]) -> set[str]:
    return {base.lower() for base in bases if isinstance(base, str)}


def _alter_field(
    self: Any,
    app_label: str,
    model_name: str,
    name: str,
    field: "Field[Any, Any]",
    preserve_default: bool,
) -> None:
    """Make also the classes anew that point at the column."""
    THEIRS["alter_field"](self, app_label, model_name, name, field, preserve_default)
    if field_is_referenced(self, (app_label, model_name), (name, field)):
        THEIRS["reload_model"](self, app_label, model_name)


def _append_option(self: Any, app_label: str, model_name: str, option: str, one: Any) -> None:
    listed = self.models[app_label, model_name].options[option]
    _list(self, app_label, model_name, option, [*listed, one])


def _remove_option(self: Any, app_label: str, model_name: str, option: str, name: str) -> None:
    listed = self.models[app_label, model_name].options[option]
    _list(self, app_label, model_name, option, [one for one in listed if one.name != name])


def _list(self: Any, app_label: str, model_name: str, option: str, listed: list[Any]) -> None:
    """Change the list of indexes or constraints, also of the class that there is."""
    self.models[app_label, model_name].options[option] = listed
    if "apps" in self.__dict__:
        about = self.apps.get_model(app_label, model_name)._meta
        setattr(about, option, [one.clone() for one in listed])
        about._expire_cache()


OURS: dict[str, Any] = {
    "add_model": _add_model,
    "reload_model": _reload_model,
    "alter_field": _alter_field,
    "_append_option": _append_option,
    "_remove_option": _remove_option,
}
THEIRS: dict[str, Any] = {name: getattr(ProjectState, name) for name in OURS}
