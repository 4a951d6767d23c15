"""Fields, errors, buttons and the slot picker. Every field works without a script."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as part
from datetime import datetime
from typing import Any

from django.forms import BaseForm, BoundField, CheckboxInput, widgets
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from peerloop.kit.formats import Moment, minutes_text, utc_iso
from peerloop.kit.markup.drawing import icon as draw_icon
from peerloop.kit.markup.values import moment_time, value_of

KINDS = {"primary", "secondary", "quiet", "danger"}
GROUPED = (widgets.RadioSelect, widgets.CheckboxSelectMultiple)
EMPTY = SafeString("")


def attribute_name(name: str) -> str:
    """``aria_busy`` is ``aria-busy``; ``hx_get`` is ``data-hx-get``, which is valid HTML."""
    words = name.replace("_", "-")
    return f"data-{words}" if words.startswith(("hx-", "sse-")) else words


def attributes(extra: Mapping[str, Any]) -> SafeString:
    """HTML attributes of keyword arguments; None and False write nothing."""
    return format_html_join(
        "",
        ' {}="{}"',
        (
            (attribute_name(name), attribute_name(name) if value is True else value)
            for name, value in extra.items()
            if value is not None and value is not False
        ),
    )


def field(
    bound: BoundField, *, label: str = "", help: str = "", optional: bool = False, **extra: Any
) -> SafeString:
    """One field of a form: label, control, help and error, tied together for screen readers."""
    words = str(label or bound.label or "")
    note = str(help or bound.help_text or "")
    if isinstance(bound.field.widget, widgets.HiddenInput):
        return SafeString(bound.as_hidden())
    grouped = isinstance(bound.field.widget, GROUPED)
    attrs = _control_attributes(bound, note, extra)
    if isinstance(bound.field.widget, CheckboxInput) and not grouped:
        return _checkbox(bound, words, note, attrs)
    if grouped:
        return _group(bound, words, note, attrs)
    return format_html(
        '<div class="field{}"><label class="field__label" for="{}">{}{}</label>{}{}{}</div>',
        " field--wrong" if bound.errors else "",
        bound.id_for_label,
        words,
        SafeString(' <span class="field__optional">optional</span>') if optional else "",
        _control(bound, attrs),
        _help(bound, note),
        error(bound),
    )


def _control_attributes(bound: BoundField, note: str, extra: Mapping[str, Any]) -> dict[str, Any]:
    described = [f"{bound.auto_id}_help"] if note else []
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
    attrs: dict[str, Any] = {attribute_name(name): value for name, value in extra.items()}
    attrs["class"] = f"control {attrs.get('class', '')}".strip()
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return attrs


def _control(bound: BoundField, attrs: dict[str, Any]) -> SafeString:
    if type(bound.field.widget) is widgets.Select:
        drawn = _select(bound, attrs)
    else:
        drawn = bound.as_widget(attrs=attrs)
    if isinstance(bound.field.widget, widgets.PasswordInput):
        return format_html(
            '<span class="reveal" data-reveal>{}<button class="reveal__button" type="button" '
            'hidden aria-pressed="false">{}<span class="visually-hidden">Show password</span>'
            "</button></span>",
            drawn,
            draw_icon("eye", 20),
        )
    if isinstance(bound.field.widget, widgets.Select):
        return format_html('<span class="select">{}{}</span>', drawn, draw_icon("chevron-down", 20))
    return drawn


def _select(bound: BoundField, attrs: dict[str, Any]) -> SafeString:
    """As Django draws it, but without a template for each option: time zones are five hundred."""
    widget = bound.field.widget
    if any(isinstance(words, list | tuple) for _, words in widget.choices):
        return bound.as_widget(attrs=attrs)
    chosen = widget.format_value(bound.value())
    said = [("" if value is None else str(value), words) for value, words in widget.choices]
    options = [
        f'<option value="{conditional_escape(value)}"{" selected" if value in chosen else ""}>'
        f"{conditional_escape(words)}</option>"
        for value, words in said
    ]
    attrs = {**widget.attrs, **bound.build_widget_attrs(attrs, widget)}
    return format_html(
        '<select name="{}"{}>{}</select>',
        bound.html_name,
        attributes({"id": bound.auto_id or None, **attrs}),
        SafeString("\n".join(options)),
    )


def _checkbox(bound: BoundField, words: str, note: str, attrs: dict[str, Any]) -> SafeString:
    attrs["class"] = "choice__input"
    return format_html(
        '<div class="field{}"><label class="tick" for="{}">{}<span>{}</span></label>{}{}</div>',
        " field--wrong" if bound.errors else "",
        bound.id_for_label,
        bound.as_widget(attrs=attrs),
        words,
        _help(bound, note),
        error(bound),
    )


def _group(bound: BoundField, words: str, note: str, attrs: dict[str, Any]) -> SafeString:
    described = attrs.get("aria-describedby", "")
    options = format_html_join(
        "",
        '<label class="tick" for="{}">{}<span>{}</span></label>',
        ((choice.id_for_label, choice.tag(), choice.choice_label) for choice in bound.subwidgets),
    )
    return format_html(
        '<fieldset class="field{}" id="{}"{}><legend class="field__label">{}</legend>'
        '<div class="ticks">{}</div>{}{}</fieldset>',
        " field--wrong" if bound.errors else "",
        bound.auto_id,
        format_html(' aria-describedby="{}"', described) if described else "",
        words,
        options,
        _help(bound, note),
        error(bound),
    )


def _help(bound: BoundField, note: str) -> SafeString:
    if not note:
        return EMPTY
    return format_html('<p class="field__help" id="{}_help">{}</p>', bound.auto_id, note)


def error(bound: BoundField) -> SafeString:
    """What is wrong with a field, under it."""
    if not bound.errors:
        return EMPTY
    return format_html(
        '<p class="field__error" id="{}_error">{}<span>{}</span></p>',
        bound.auto_id,
        draw_icon("circle-alert", 16),
        " ".join(str(message) for message in bound.errors),
    )


def fields(form: BaseForm) -> SafeString:
    """All fields of a form in its order, hidden ones too."""
    return format_html_join("", "{}", ((field(bound),) for bound in form))


def form_errors(form: BaseForm, title: str = "") -> SafeString:
    """The summary on top of a form: each error links to its field. It takes the focus."""
    if not form.is_bound or not form.errors:
        return EMPTY
    lines = [format_html("{}", message) for message in form.non_field_errors()]
    for bound in form:
        lines.extend(
            format_html('<a href="#{}">{} {}</a>', _target(bound), _asked(bound), message)
            for message in bound.errors
        )
    count = len(lines)
    heading = title or ("Please check this" if count == 1 else f"Please check these {count} things")
    return format_html(
        '<div class="callout callout--danger" role="alert" tabindex="-1" data-focus>{}'
        '<div class="callout__body"><p class="callout__title">{}</p>'
        '<ul class="callout__list">{}</ul></div></div>',
        draw_icon("circle-alert", 20),
        heading,
        format_html_join("", "<li>{}</li>", ((line,) for line in lines)),
    )


def _asked(bound: BoundField) -> str:
    """The label before an error; a question keeps its own mark."""
    label = str(bound.label)
    return label if label.endswith("?") else f"{label}:"


def _target(bound: BoundField) -> str:
    """A group of choices has no control of its own to go to; its fieldset takes the link."""
    return bound.id_for_label or bound.auto_id


def button(
    label: str,
    *,
    kind: str = "primary",
    icon: str = "",
    small: bool = False,
    block: bool = False,
    type: str = "submit",
    **extra: Any,
) -> SafeString:
    """A button named with its outcome; sends its form unless ``type`` says otherwise."""
    return format_html(
        '<button class="{}" type="{}"{}>{}<span>{}</span></button>',
        _button_class(kind, small=small, block=block),
        type,
        attributes({name: value for name, value in extra.items() if value != ""}),
        draw_icon(icon, 20) if icon else "",
        label,
    )


def button_link(
    label: str,
    href: str,
    *,
    kind: str = "primary",
    icon: str = "",
    small: bool = False,
    block: bool = False,
    **extra: Any,
) -> SafeString:
    """A link that looks like a button, for going somewhere; acts are buttons in forms."""
    return format_html(
        '<a class="{}" href="{}"{}>{}<span>{}</span></a>',
        _button_class(kind, small=small, block=block),
        href,
        attributes({name: value for name, value in extra.items() if value != ""}),
        draw_icon(icon, 20) if icon else "",
        label,
    )


def icon_button(icon: str, label: str, *, type: str = "submit", **extra: Any) -> SafeString:
    """A 44 px square with an icon; its words are there for those who don't see it."""
    return format_html(
        '<button class="icon-button" type="{}"{}>{}'
        '<span class="visually-hidden">{}</span></button>',
        type,
        attributes(extra),
        draw_icon(icon, 20),
        label,
    )


def _button_class(kind: str, *, small: bool, block: bool) -> str:
    if kind not in KINDS:
        raise ValueError(f"a button is one of {sorted(KINDS)}, not {kind!r}")
    names = ["button"]
    if kind != "primary":
        names.append(f"button--{kind}")
    if small:
        names.append("button--small")
    if block:
        names.append("button--block")
    return " ".join(names)


def choice(
    name: str,
    value: Any,
    label: str,
    *,
    help: str = "",
    checked: bool = False,
    type: str = "radio",
    **extra: Any,
) -> SafeString:
    """A radio or checkbox as a large cell; several stand in a fieldset of class ``choices``."""
    return format_html(
        '<label class="choice"><input class="choice__input" type="{}" name="{}" value="{}"{}{}>'
        '<span class="choice__body"><span class="choice__label">{}</span>{}</span></label>',
        type,
        name,
        value,
        SafeString(" checked") if checked else "",
        attributes(extra),
        label,
        format_html('<span class="choice__help">{}</span>', help) if help else "",
    )


@dataclass(slots=True)
class SlotDay:
    """The free times of one day, in the viewer's zone."""

    moment: Moment
    slots: list[dict[str, Any]] = part(default_factory=list)


def slot_days(context: Mapping[str, Any], starts: Iterable[Any], selected: str) -> list[SlotDay]:
    """Group starts by the viewer's date. A start is an aware datetime or has ``starts_at``."""
    days: dict[Any, SlotDay] = {}
    for start in starts:
        instant = start if isinstance(start, datetime) else value_of(start, "starts_at")
        shown = moment_time(context, instant)
        value = None if isinstance(start, datetime) else value_of(start, "value")
        value = str(value or utc_iso(instant))
        day = days.setdefault(shown.local.date(), SlotDay(shown))
        day.slots.append({"time": shown.time, "value": value, "checked": value == selected})
    return [days[key] for key in sorted(days)]


def slot_picker(
    context: Mapping[str, Any],
    starts: Iterable[Any],
    *,
    name: str = "starts_at",
    selected: str = "",
    minutes: int | None = None,
) -> dict[str, Any]:
    """What ``ui/_slot_picker.html`` needs."""
    days = slot_days(context, starts, str(selected or ""))
    first = days[0].moment if days else None
    return {
        "days": days,
        "name": name,
        "length": minutes_text(minutes) if minutes else "",
        "zone": first.zone_label if first and not first.is_utc else "",
    }
