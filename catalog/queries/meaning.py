"""What a search with typing errors may have meant: words of the catalog, compared by letters."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

NEAR = "SELECT asked_word, known_word FROM course_words_like(string_to_array(unaccent(%s), ' '))"
MOST_WORDS = 8
LEAST_LETTERS = 3
# Words that only begin with what was typed: more of them say less.
MOST_ENDINGS = 8


@dataclass(frozen=True, slots=True)
class Meaning:
    """The known words that stand for those of a search, one group for each of its words."""

    groups: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        """The search as it was understood, to be shown."""
        return " ".join(group[0] for group in self.groups)

    def query(self, *, every: bool) -> str:
        """The same as PostgreSQL's tsquery: one of each group, or any word of any group.

        Words hold letters and figures only, so none of them can be an operator.
        """
        return (" & " if every else " | ").join(f"({' | '.join(group)})" for group in self.groups)


def meaning_of(search: str) -> Meaning:
    """Known words near those of the search; words that resemble nothing are left out. One query."""
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
    """The words of a search that say something, without those that it excludes."""
    wanted = re.sub(r"(^|\s)-\S+", " ", search.lower())
    words = dict.fromkeys(re.findall(r"[^\W_]+", wanted))
    return [word for word in words if len(word) >= LEAST_LETTERS][:MOST_WORDS]


def nearest(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """The word if it is known, else those that begin with it, else those that differ least."""
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
        return tuple(sorted(endings, key=len)[:MOST_ENDINGS])
    fewest = min(by_errors, default=allowed + 1)
    return tuple(by_errors[fewest]) if fewest <= allowed else ()


def errors_allowed(word: str) -> int:
    """How many typing errors are forgiven: more in longer words, none in the shortest."""
    if len(word) < 4:
        return 0
    return 1 if len(word) < 6 else 2


def errors_between(first: str, second: str) -> int:
    """Letters to put in, take out, change or swap with a neighbour until one word is the other."""
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
