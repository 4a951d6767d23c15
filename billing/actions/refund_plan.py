"""Which rows go back with a refund (rule REF-8): a pure choice over the parts of a payment."""

from collections.abc import Iterable, Sequence

from billing.models import PaymentSplit

Split = PaymentSplit.Status
GONE = (Split.REFUNDED, Split.REVERSED)

Part = list[PaymentSplit]


def parts_to_take(rows: Iterable[PaymentSplit], budget_cents: int) -> list[Part]:
    """Whole parts that fit into the sum, in the order of rule REF-8; the first misfit ends it.

    Undelivered ones from the last backwards, then delivered unpaid ones, then paid ones. It stops
    at the first that does not fit, so that no cheaper, later one in that order pays for it.
    """
    taken: list[Part] = []
    for part in sorted(_parts(rows), key=_place):
        amount = cents(part)
        if amount > budget_cents:
            break
        budget_cents -= amount
        taken.append(part)
    return taken


def cents(rows: Sequence[PaymentSplit]) -> int:
    """What rows add up to."""
    return sum(row.amount_cents for row in rows)


def _parts(rows: Iterable[PaymentSplit]) -> list[Part]:
    """The parts that did not go back yet."""
    parts: dict[int, Part] = {}
    for row in rows:
        if row.status not in GONE:
            parts.setdefault(row.part_no, []).append(row)
    return list(parts.values())


def _place(part: Part) -> tuple[int, int]:
    if any(row.status == Split.PAID for row in part):
        group = 2
    else:
        group = int(any(row.delivered_at for row in part))
    return group, -part[0].part_no
