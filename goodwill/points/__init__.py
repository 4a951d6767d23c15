"""Points: the ledger, awards and their limits, tiers, and the page of a member's goodwill."""
