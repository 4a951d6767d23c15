"""Pieces of pages that are templates: the thin Python in front of them."""

from typing import Any

from django.template import Context, Engine
from django.utils.safestring import SafeString

from peerloop.kit.text import isolated

# Words that a page gives to a piece: names and titles may be among them.
SPOKEN = ("title", "lead", "eyebrow", "label", "words", "summary", "course", "meta", "help", "text")


def drawn(piece: str, **values: Any) -> SafeString:
    """The template ``ui/<piece>.html`` with these values and no others."""
    for name in SPOKEN:
        # What is safe already was made of isolated parts.
        if type(values.get(name)) is str:
            values[name] = isolated(values[name])
    template = Engine.get_default().get_template(f"ui/{piece}.html")
    return SafeString(template.render(Context(values)).strip())
