"""Triggers that keep the figures of each newsletter, so that a list of them counts nothing."""

from peerloop.kit.triggers import Trigger

# Each figure of a newsletter, and the statuses of deliveries that it counts.
FIGURES = {
    "waiting_count": ("queued",),
    "sent_count": ("sent", "delivered", "bounced", "complained", "unsubscribed"),
    "delivered_count": ("delivered", "complained", "unsubscribed"),
    "bounced_count": ("bounced",),
    "failed_count": ("failed",),
    "skipped_count": ("skipped",),
    "unsubscribed_count": ("complained", "unsubscribed"),
}


def _counted(statuses: tuple[str, ...]) -> str:
    words = ", ".join(f"'{status}'" for status in statuses)
    return f"coalesce(sum(step) FILTER (WHERE status IN ({words})), 0)::int"


def _add(changed: str, table: str) -> str:
    sums = ", ".join(f"{_counted(statuses)} AS {name}" for name, statuses in FIGURES.items())
    sets = ", ".join(f"{name} = kept.{name} + change.{name}" for name in FIGURES)
    # Locked in one order, so that two batches with mails of the same newsletters don't lock each
    # other.
    return f"""
        PERFORM 1 FROM newsletters WHERE id IN (SELECT newsletter_id FROM {table})
            ORDER BY id FOR NO KEY UPDATE;
        UPDATE newsletters AS kept
        SET recipients = kept.recipients + change.recipients, {sets}
        FROM (
            SELECT newsletter_id, sum(step)::int AS recipients, {sums}
            FROM ({changed}) AS changed GROUP BY newsletter_id
        ) AS change
        WHERE kept.id = change.newsletter_id;
        RETURN NULL;
    """  # noqa: S608 - names of our own columns


COUNTED = (
    Trigger(
        name="newsletter_deliveries_counted_on_insert",
        on="AFTER INSERT",
        referencing="NEW TABLE AS added",
        body=_add("SELECT newsletter_id, status, 1 AS step FROM added", "added"),
    ),
    Trigger(
        name="newsletter_deliveries_counted_on_update",
        on="AFTER UPDATE",
        referencing="OLD TABLE AS before NEW TABLE AS after",
        body=_add(
            "SELECT newsletter_id, status, 1 AS step FROM after"
            " UNION ALL SELECT newsletter_id, status, -1 FROM before",
            "after",
        ),
    ),
)
