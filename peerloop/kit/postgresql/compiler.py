"""Django's compilers of statements, without work that most statements have no use for."""

from typing import Any

from django.db.backends.postgresql import compiler
from django.db.backends.postgresql.compiler import (
    SQLAggregateCompiler,
    SQLDeleteCompiler,
    SQLInsertCompiler,
    SQLUpdateCompiler,
)
from django.db.models.expressions import Col

__all__ = [
    "SQLAggregateCompiler",
    "SQLCompiler",
    "SQLDeleteCompiler",
    "SQLInsertCompiler",
    "SQLUpdateCompiler",
]


class SQLCompiler(compiler.SQLCompiler):
    """Makes the same SQL as Django's in half the time."""

    def compile(self, node: Any) -> Any:
        """A column is two quoted names: by far the most that is compiled."""
        if type(node) is Col and (alias := node.alias):
            column, known = str(node.target.column), self.quote_cache
            if alias not in known or column not in known:
                self.quote_name_unless_alias(alias)
                self.quote_name_unless_alias(column)
            return f"{known[alias]}.{known[column]}", []
        return super().compile(node)

    def _order_by_pairs(self) -> Any:
        """Hides the selected columns where the order names none of them by an alias: Django would
        make a key of each."""
        select = self.select
        pairs: Any = super()._order_by_pairs
        if select and self._is_ordered_by_fields(select):
            self.select = []
        try:
            return list(pairs())
        finally:
            self.select = select

    def _is_ordered_by_fields(self, select: Any) -> bool:
        query = self.query
        if query.combinator or query.extra_order_by:
            return False
        ordering = query.order_by
        if not ordering and query.default_ordering and (meta := query.get_meta()):
            ordering = meta.ordering or ()
        aliases = {alias for _, _, alias in select}
        return all(isinstance(one, str) and one.lstrip("-+") not in aliases for one in ordering)
