"""Qualifications and expertise of a member."""

from collections.abc import Iterable

from accounts.models import Expertise, Qualification, User
from peerloop.kit.refusals import Invalid
from peerloop.kit.text import one_line

MOST_QUALIFICATIONS = 10
MOST_TAGS = 12
LONGEST_SENTENCE = 300
LONGEST_TAG = 40


def replace_qualifications(member: User, sentences: Iterable[str]) -> None:
    """Make these the member's qualifications, in this order; unchanged ones keep their rows.

    Belongs in the transaction that locks the member. Raises Invalid naming the field.
    """
    wanted = _lines(sentences, "qualifications", MOST_QUALIFICATIONS, LONGEST_SENTENCE)
    present = {row.sentence: row for row in member.qualifications.all()}
    member.qualifications.exclude(sentence__in=wanted).delete()
    for position, sentence in enumerate(wanted, start=1):
        row = present.get(sentence) or Qualification(user=member, sentence=sentence)
        if row._state.adding or row.position != position:
            row.position = position
            row.save()


def replace_expertise(member: User, tags: Iterable[str]) -> None:
    """Make these the member's tags, in lower case; safe to repeat. Raises Invalid."""
    wanted = _lines((tag.lower() for tag in tags), "expertise", MOST_TAGS, LONGEST_TAG)
    member.expertise.exclude(tag__in=wanted).delete()
    Expertise.objects.bulk_create(
        (Expertise(user=member, tag=tag) for tag in wanted), ignore_conflicts=True
    )


def _lines(given: Iterable[str], name: str, most: int, longest: int) -> list[str]:
    lines = list(dict.fromkeys(line for line in map(one_line, given) if line))
    if len(lines) > most:
        raise Invalid.field(name, f"Give at most {most}.")
    if any(len(line) > longest for line in lines):
        raise Invalid.field(name, f"Use at most {longest} characters for each.")
    return lines
