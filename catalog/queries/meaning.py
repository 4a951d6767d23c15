"""Correct typing errors in a search by the nearest words of the catalog."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

NEAR = "SELECT asked_word, known_word FROM course_words_like(string_to_array(unaccent(%s), ' '))"
MAX_WORDS = 8
MIN_LETTERS = 3
# How many words that begin with a typed word are searched for.
MAX_ENDINGS = 8


@dataclass(frozen=True, slots=True)
class Meaning:
    """The corrected words of a search: one group of known words for each typed word."""

    groups: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        """The corrected search as text, to be shown."""
        return " ".join(group[0] for group in self.groups)

    def query(self, *, every: bool) -> str:
        """The corrected search as a tsquery: a word of each group if ``every``, else any word.

        Words hold letters and figures only, so none of them can be an operator.
        """
        return (" & " if every else " | ").join(f"({' | '.join(group)})" for group in self.groups)


def meaning_of(search: str) -> Meaning:
    """Correct the words of the search; words like no known word are left out. One query."""
    asked = words_of(search)
    if not asked:
        return Meaning(())
    with connection.cursor() as cursor:
        cursor.execute(NEAR, [" ".join(asked)])
        rows = cursor.fetchall()
    near: dict[str, list[str]] = {}
    for word, known in rows:
        near.setdefault(word, []).append(known)
    groups = (nearest(word, known) for word, known in near.items())
    return Meaning(tuple(group for group in groups if group))


def words_of(search: str) -> list[str]:
    """The words of a search to correct, without short and excluded ones."""
    wanted = re.sub(r"(^|\s)-\S+", " ", search.lower())
    words = dict.fromkeys(re.findall(r"[^\W_]+", wanted))
    return [word for word in words if len(word) >= MIN_LETTERS][:MAX_WORDS]


def nearest(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """The word if it is known, else known words that begin with it, else the most similar ones."""
    allowed = errors_allowed(word)
    by_errors: dict[int, list[str]] = {}
    endings = []
    for candidate in known:
        if candidate.startswith(word) and candidate != word:
            endings.append(candidate)
        if abs(len(candidate) - len(word)) <= allowed:
            by_errors.setdefault(errors_between(word, candidate), []).append(candidate)
    if 0 in by_errors:
        return (word,)
    if endings:
        return tuple(sorted(endings, key=len)[:MAX_ENDINGS])
    fewest = min(by_errors, default=allowed + 1)
    return tuple(by_errors[fewest]) if fewest <= allowed else ()


def errors_allowed(word: str) -> int:
    """How many typing errors are corrected: none in short words, up to two in long ones."""
    if len(word) < 4:
        return 0
    return 1 if len(word) < 6 else 2


def errors_between(first: str, second: str) -> int:
    """The number of insertions, deletions, changes and swaps of letters between two words."""
    before: list[int] = []
    above = list(range(len(second) + 1))
    for row, letter in enumerate(first, start=1):
        line = [row]
        for column, other in enumerate(second, start=1):
            best = min(
                above[column] + 1, line[column - 1] + 1, above[column - 1] + (letter != other)
            )
            swapped = row > 1 and column > 1 and letter == second[column - 2]
            if swapped and other == first[row - 2]:
                best = min(best, before[column - 2] + 1)
            line.append(best)
        before, above = above, line
    return above[-1]
