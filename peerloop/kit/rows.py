"""What every table shares: its key, its times, its transitions."""

from collections.abc import Iterable, Mapping, Set
from typing import Any, ClassVar, TypeVar

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Func, Q, TextChoices

from peerloop.kit import clock
from peerloop.kit.ids import uuid7
from peerloop.kit.refusals import WrongMoment
from peerloop.kit.states import State

R = TypeVar("R", bound=models.Model)


class Row(models.Model):
    """A row with a UUIDv7 key that no client chooses, and the times of creation and last change."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Set ``updated_at``, then save."""
        if not self._state.adding:
            self.updated_at = clock.now()
            fields = kwargs.get("update_fields")
            if fields is not None:
                kwargs["update_fields"] = {*fields, "updated_at"}
        super().save(*args, **kwargs)


class HasStatus(models.Model):
    """A row with a ``status`` that changes only along its ``TRANSITIONS`` table."""

    TRANSITIONS: ClassVar[Mapping[str, Set[str]]] = {}
    Status: Any
    status: Any

    class Meta:
        abstract = True

    @property
    def state(self) -> State:
        """How the status is shown; for rows whose ``Status`` is a StatusChoices."""
        shown: State = self.Status(self.status).state
        return shown

    def can_transition_to(self, status: str) -> bool:
        """Whether `TRANSITIONS` allows it from the present status."""
        return status in self.TRANSITIONS.get(self.status, set())

    def transition_to(self, status: str) -> None:
        """Change the status, unsaved; raises WrongMoment if the table has no such transition."""
        if not self.can_transition_to(status):
            name = str(self._meta.verbose_name)
            raise WrongMoment(f"This {name} is already {self.status}.", status_now=self.status)
        self.status = status


def status_sql(table: str, statuses: Iterable[str]) -> str:
    """The condition that a row's status is one of these, for statements written in SQL."""
    words = ", ".join(f"'{status}'" for status in statuses)
    return f"{table}.status IN ({words})"


def locked(rows: "models.QuerySet[R]") -> "models.QuerySet[R]":
    """Lock the rows that are read until the transaction ends, but not the rows joined to them.

    FOR NO KEY UPDATE: rows with a foreign key to them can still be added.
    """
    return rows.select_for_update(of=("self",), no_key=True)


def listed(field: str, words: type[TextChoices], *, name: str) -> models.CheckConstraint:
    """A constraint that allows only the values of a TextChoices class."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": words.values}), name=name)


class TsTzRange(Func):
    """``tstzrange(start, end, '[)')``: half-open, so that neighbours may touch."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()
