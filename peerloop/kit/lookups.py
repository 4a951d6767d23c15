"""Lookups that Django has not."""

from typing import Any

from django.db.models import CharField, Lookup, TextField, UUIDField


@CharField.register_lookup
@TextField.register_lookup
class Ilike(Lookup):
    """``name__ilike=containing("ann")``: as ``icontains``, in a form that trigram indexes serve."""

    lookup_name = "ilike"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The column with its own letters: Django's own lookup compares it in capitals."""
        column, given = self.process_lhs(compiler, connection)
        pattern, values = self.process_rhs(compiler, connection)
        return f"{column} ILIKE {pattern}", [*given, *values]


@UUIDField.register_lookup
class Among(Lookup):
    """``pk__among=Given("ids")``: one of any number of ids that a call brings as one value."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """``= ANY``, so that the statement is the same for one id and for a hundred."""
        column, given = self.process_lhs(compiler, connection)
        place, values = self.process_rhs(compiler, connection)
        return f"{column} = ANY ({place})", [*given, *values]


def containing(text: str) -> str:
    """The pattern for what contains the text, in which no sign has a meaning of its own."""
    plain = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{plain}%"
