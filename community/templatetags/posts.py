"""Posts on pages: ``{% post_card one %}`` and the buttons below it, ``{% post_acts one %}``."""

from django import template

from community.feeds import markup

register = template.Library()

register.simple_tag(markup.post_card, takes_context=True, name="post_card")
register.simple_tag(markup.post_acts, takes_context=True, name="post_acts")
