"""A payout account in words."""

from collections.abc import Iterable

# From the start of the provider's names of missing items; the first that fits counts.
WORDS = (
    ("external_account", "A bank account"),
    ("individual.verification", "Proof of identity"),
    ("individual.", "Personal details"),
    ("company.", "Company details"),
    ("representative", "Details of a representative"),
    ("owners", "Details of the owners"),
    ("business_profile", "What you do"),
    ("business_type", "What you do"),
    ("tos_acceptance", "Your consent to the provider's terms"),
)
OTHER = "Further details"


def missing_words(names: Iterable[str]) -> list[str]:
    """What the provider still asks for, each thing once."""
    found = (
        next((word for start, word in WORDS if name.startswith(start)), OTHER) for name in names
    )
    return list(dict.fromkeys(found))
