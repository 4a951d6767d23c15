"""Django's migrate, which makes a new database in a fraction of the time.

With each new table, index and constraint Django makes the classes of all related models anew, and
here nearly all models are related. No statement needs that: what points at a model is only asked
when one of its columns changes, and then Django still makes them anew. Python code in a migration
gets complete models as always, since the state says that it is delayed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ModelState, ProjectState


class Command(migrate.Command):
    """The command of Django, with fewer classes made."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """As Django's."""
        with _fewer_classes():
            said: str | None = super().handle(*args, **options)
        return said


@contextmanager
def _fewer_classes() -> Iterator[None]:
    """Make one class for a new table, and none for an index or a constraint."""
    theirs = {name: getattr(ProjectState, name) for name in OURS}
    for name, ours in OURS.items():
        setattr(ProjectState, name, ours)
    try:
        yield
    finally:
        for name, before in theirs.items():
            setattr(ProjectState, name, before)


def _add_model(self: Any, model_state: ModelState) -> None:
    """Make its class; those that it points at keep theirs, and are told by it."""
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:
        self.resolve_model_relations(key)
    if "apps" in self.__dict__:
        self.is_delayed = True
        self._reload({key})


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


OURS = {"add_model": _add_model, "_append_option": _append_option, "_remove_option": _remove_option}
