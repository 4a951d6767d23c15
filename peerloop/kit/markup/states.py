"""Status chips: an icon and a word, never colour alone."""

from typing import Literal

from django.utils.safestring import SafeString

from peerloop.kit.html import format_html
from peerloop.kit.markup.drawing import icon as draw_icon
from peerloop.kit.states import TONES, State
from peerloop.kit.text import isolated


def chip(
    state: State | Literal[""], detail: str = "", *, tone: str = "neutral", icon: str = ""
) -> SafeString:
    """A chip: of a State, with ``detail`` after its word, or of free words.

    ``{% chip session.state %}``, ``{% chip "" "Featured" tone="brand" icon="star" %}``. A bare
    word is no state: the same word means different things for different rows (TypeError).
    """
    if isinstance(state, State):
        return _chip(state.tone, state.icon, f"{state.word} {detail}".strip())
    if state or not detail:
        raise TypeError(f"a chip shows a State or words of its own, not {state!r}")
    if tone not in TONES:
        raise ValueError(f"a chip has no tone {tone!r}")
    return _chip(tone, icon, detail)


def _chip(tone: str, icon: str, words: str) -> SafeString:
    return format_html(
        '<span class="chip chip--{}">{}{}</span>',
        tone,
        draw_icon(icon, 16) if icon else "",
        isolated(words),
    )
