"""Pieces of pages that are templates: the thin Python in front of them."""

from typing import Any

from django.template import Context, Engine
from django.utils.safestring import SafeString


def drawn(piece: str, **values: Any) -> SafeString:
    """The template ``ui/<piece>.html`` with these values and no others."""
    template = Engine.get_default().get_template(f"ui/{piece}.html")
    return SafeString(template.render(Context(values)).strip())
