"""Use cases of calls for help."""

from goodwill.summons.actions.answering import answer_summons
from goodwill.summons.actions.calling import cancel_summons, summon
from goodwill.summons.actions.closing import close_overdue
from goodwill.summons.actions.switching import record_sign_of_life, switch_help
from goodwill.summons.actions.thanking import complete_summons

__all__ = [
    "answer_summons",
    "cancel_summons",
    "close_overdue",
    "complete_summons",
    "record_sign_of_life",
    "summon",
    "switch_help",
]
