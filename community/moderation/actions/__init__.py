"""Use cases of moderation."""

from community.moderation.actions.appealing import decide_appeal, file_appeal
from community.moderation.actions.deciding import (
    Verdict,
    decide_case,
    remove_content,
    restore_content,
)
from community.moderation.actions.flagging import flag_content, report_address

__all__ = [
    "Verdict",
    "decide_appeal",
    "decide_case",
    "file_appeal",
    "flag_content",
    "remove_content",
    "report_address",
    "restore_content",
]
