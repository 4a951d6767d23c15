"""The kept figures of newsletters."""

from community.models.newsletter_figures import FIGURES
from peerloop.kit.invariants import Invariant
from peerloop.kit.rows import status_sql

EXPECTED = ", ".join(
    f"count(d.id) FILTER (WHERE {status_sql('d', statuses)})" for statuses in FIGURES.values()
)
KEPT = ", ".join(f"n.{name}" for name in FIGURES)
FIGURES_OF = f"""
SELECT id, expected, kept FROM (
    SELECT n.id, (count(d.id), {EXPECTED})::text AS expected, (n.recipients, {KEPT})::text AS kept
    FROM newsletters n LEFT JOIN newsletter_deliveries d ON d.newsletter_id = n.id
    GROUP BY n.id
) counted WHERE expected <> kept
"""  # noqa: S608 - made of constants
# A mail says nothing else than the delivery that it belongs to; a reader's own "no" comes later.
FOLLOWED = """
SELECT d.id, m.status, d.status FROM newsletter_deliveries d JOIN (
    SELECT id, CASE status WHEN 'sending' THEN 'queued' ELSE status END AS status FROM email_log
) m ON m.id = d.email_id
WHERE d.status NOT IN (m.status, 'unsubscribed')
"""

INVARIANTS = (
    Invariant("I9", "figures of a newsletter", FIGURES_OF),
    Invariant("I9", "a delivery of a newsletter follows its mail", FOLLOWED),
)
