"""CSV that is written line by line, of cells that a spreadsheet shows and does not run."""

from datetime import datetime

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Echo:
    """A file that gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def plain_cell(text: str) -> str:
    """Text that a spreadsheet shows and does not run, also behind leading spaces (OUT-2)."""
    risky = text.lstrip(" ").startswith(FORMULA_STARTS)
    return f"'{text}" if risky else text


def cell_of(value: object) -> str | int:
    """Any value: instants as ISO 8601, numbers as they are, nothing empty, else plain text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return value
    return value.isoformat() if isinstance(value, datetime) else plain_cell(str(value))
