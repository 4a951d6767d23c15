"""The names under which templates call the components: docs/design-system.md. A builtin library."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BaseForm, BoundField
from django.template import defaulttags
from django.template.defaultfilters import stringfilter
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe

from peerloop.kit import formats, navigation, theme
from peerloop.kit.fields import PageField
from peerloop.kit.html import format_html
from peerloop.kit.markdown import excerpt, to_html, to_mail_html
from peerloop.kit.markup import (
    buttons,
    charts,
    courses,
    drawing,
    people,
    pieces,
    slots,
    states,
    values,
    wrappers,
)
from peerloop.kit.text import isolated

register = template.Library()

register.filter("money", formats.money_text)
register.filter("counted", formats.count_text)
register.filter("minutes", formats.minutes_text)
register.filter("utc_iso", formats.utc_iso)
register.filter("excerpt", stringfilter(excerpt))
register.filter("mail_markdown", stringfilter(to_mail_html))
register.filter("isolate", stringfilter(isolated), is_safe=True)


@register.filter
def url(name: str, value: Any = None) -> str:
    """The address of a route by its name, for arguments of tags: ``"course"|url:course.slug``.

    ``value`` stands for the one placeholder of the route. Elsewhere and with more of them, Django's
    ``{% url %}``.
    """
    return navigation.path_of(name) if value is None else reverse(name, args=[value])


class PathNode(defaulttags.URLNode):
    """``{% url %}`` for a route with at most one value, worked out as seldom as it may be."""

    def render(self, context: template.Context) -> str:
        """The address, or nothing where it goes into a variable."""
        name = self.view_name.resolve(context)
        try:
            # Names in a namespace depend on the request: the admin site's.
            path = "" if ":" in name else self._path(name, context)
        except NoReverseMatch:
            path = ""
        if not path:
            return super().render(context)
        if self.asvar:
            context[self.asvar] = path
            return ""
        return path

    def _path(self, name: str, context: template.Context) -> str:
        if not self.args:
            return navigation.path_of(name)
        value = self.args[0].resolve(context)
        if isinstance(value, UUID):
            return navigation.path_of_row(name, value)
        return navigation.path_of_name(name, value) if type(value) is str else ""


@register.tag("url")
def url_tag(parser: template.base.Parser, token: template.base.Token) -> defaulttags.URLNode:
    """Django's ``{% url %}``: a page has dozens, and most of them are always the same."""
    node = defaulttags.url(parser, token)
    if len(node.args) > 1 or node.kwargs:
        return node
    return PathNode(node.view_name, node.args, node.kwargs, node.asvar)


@register.simple_tag(takes_context=True)
def current(context: Mapping[str, Any], name: str) -> SafeString:
    """Marks a link to the page that is open, by the name of its route."""
    return SafeString(' aria-current="page"' if _path(context) == navigation.path_of(name) else "")


for plain in (
    drawing.icon,
    drawing.ring,
    drawing.logo,
    drawing.cover,
    charts.bar_chart,
    charts.spark,
    courses.shelf_links,
    states.chip,
    people.avatar,
    values.money,
    values.relative,
    pieces.rating,
    pieces.stars,
    pieces.stat,
    pieces.progress,
    pieces.stepper,
    pieces.breadcrumbs,
    pieces.next_page_link,
    pieces.filter_chip,
    pieces.tab,
    pieces.empty,
    pieces.copy_field,
    pieces.toast,
    pieces.badge,
    pieces.row_link,
    pieces.split_bar,
    pieces.choice,
    buttons.button,
    buttons.button_link,
    buttons.icon_button,
):
    register.simple_tag(plain, name=plain.__name__)

for aware in (
    values.when,
    values.zone_note,
    people.teacher_row,
    courses.course_card,
    pieces.pagination,
):
    register.simple_tag(aware, takes_context=True, name=aware.__name__)

for wrapper in (
    wrappers.panel,
    wrappers.page_head,
    wrappers.callout,
    wrappers.dialog,
    wrappers.disclosure,
):
    register.simple_block_tag(wrapper, name=wrapper.__name__)

register.simple_block_tag(wrappers.next_card, takes_context=True, name="next_card")
register.inclusion_tag("ui/_slot_picker.html", takes_context=True)(slots.slot_picker)


@register.simple_tag(name="markdown")
def markdown_tag(
    text: str, *, headings: int = 0, mentions: Mapping[str, str] | None = None
) -> SafeString:
    """What a member wrote, as HTML of blocks; ``peerloop.kit.markdown.to_html`` says the rest."""
    written = to_html(text or "", headings=headings, mentions=mentions)
    return format_html('<div class="prose">{}</div>', written)


@register.filter
def markdown(text: str) -> SafeString:
    """The same as a filter, with headings as bold paragraphs."""
    return markdown_tag(text)


@register.simple_tag
def json_ld(data: Mapping[str, Any]) -> SafeString:
    """Data for search engines, as a script element that no browser runs and no text can leave."""
    text = json.dumps(data, ensure_ascii=False, cls=DjangoJSONEncoder)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    plain = mark_safe(text)  # noqa: S308 - no sign of markup is left
    return format_html('<script type="application/ld+json">{}</script>', plain)


@register.simple_tag
def field(bound: PageField, **said: Any) -> SafeString:
    """One field of a form: ``label``, ``help``, ``optional``; the rest are its attributes."""
    return bound.render(context=bound.said(**said))


@register.filter
def labelled(bound: BoundField) -> SafeString:
    """A field whose label stands elsewhere, such as in the head of its column, with that name."""
    return bound.as_widget(attrs={"aria-label": str(bound.label)})


@register.simple_tag
def fields(form: BaseForm) -> SafeString:
    """All fields of a form in its order, hidden ones too."""
    return form.render(context={"form": form})


@register.simple_tag
def form_errors(form: BaseForm, title: str = "") -> SafeString:
    """The summary on top of a form: each error links to its field. It takes the focus."""
    if not form.is_bound or not form.errors:
        return SafeString("")
    count = sum(len(messages) for messages in form.errors.values())
    heading = "Please check this" if count == 1 else f"Please check these {count} things"
    return form.render("ui/form_errors.html", {"form": form, "title": title or heading})


@register.simple_tag(takes_context=True)
def theme_attribute(context: Mapping[str, Any]) -> SafeString | str:
    """``data-theme`` when this browser chose light or dark."""
    chosen = theme.theme_of(context.get("request"))
    return format_html(' data-theme="{}"', chosen) if chosen else ""


@register.simple_tag(takes_context=True)
def theme_pressed(context: Mapping[str, Any], choice: str = "") -> str:
    """``aria-pressed`` of a button: whether this browser chose light, dark, or the device's own."""
    return "true" if theme.theme_of(context.get("request")) == choice else "false"


def _path(context: Mapping[str, Any]) -> str:
    request = context.get("request")
    return request.path if request is not None else ""


def _viewer(context: Mapping[str, Any]) -> navigation.Viewer:
    path, nav = _path(context), context.get("nav")
    if not nav:
        return navigation.Viewer(path)
    return navigation.Viewer(path, nav["role"], nav["roles"], nav["counts"])


@register.simple_tag(takes_context=True)
def menu(context: Mapping[str, Any], which: str) -> Any:
    """Items of a menu; the current one is marked. "rail" answers groups of a label and items."""
    viewer = _viewer(context)
    composed = {
        "rail": navigation.rail,
        "sides": navigation.role_switch,
        "bottom": navigation.bottom,
    }.get(which)
    return composed(viewer) if composed else navigation.items(which, viewer)
