"""Fields of forms as our pages draw them: Django's form renderer with templates of ours.

``{{ form.email.as_field_group }}`` or ``{% field form.email %}``, which also takes words and
attributes. Each field works without a script.
"""

from collections.abc import Mapping
from typing import Any

from django.forms import BoundField, CheckboxInput, HiddenInput, PasswordInput, Select
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import CheckboxSelectMultiple, RadioSelect
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from peerloop.kit.markup.buttons import attribute_name, attributes

GROUPED = (RadioSelect, CheckboxSelectMultiple)


class PageField(BoundField):
    """A field with its label, control, help and error, tied together for screen readers."""

    @property
    def template_name(self) -> str:
        """Its own template, else one by the kind of its control."""
        widget = self.field.widget
        if own := getattr(self.field, "template_name", None):
            return str(own)
        if isinstance(widget, HiddenInput):
            return "ui/field_hidden.html"
        if isinstance(widget, GROUPED):
            return "ui/field_choices.html"
        return "ui/field_tick.html" if isinstance(widget, CheckboxInput) else "ui/field.html"

    def get_context(self) -> dict[str, Any]:
        """What its template needs when the page adds nothing."""
        return self.said()

    def said(
        self, *, label: str = "", help: str = "", optional: bool = False, **extra: Any
    ) -> dict[str, Any]:
        """What its template needs; ``extra`` are attributes of the control."""
        note = str(help or self.help_text or "")
        described = self._described(note)
        attrs = {attribute_name(name): value for name, value in extra.items()}
        attrs["class"] = f"control {attrs.get('class', '')}".strip()
        if isinstance(self.field.widget, CheckboxInput):
            attrs["class"] = "choice__input"
        if described:
            attrs["aria-describedby"] = described
        return {
            "field": self,
            "label": str(label or self.label or ""),
            "help": note,
            "optional": optional,
            "described": described,
            "control": "" if isinstance(self.field.widget, GROUPED) else self._control(attrs),
        }

    @property
    def is_secret(self) -> bool:
        """Whether its text is hidden until it is asked for."""
        return isinstance(self.field.widget, PasswordInput)

    @property
    def is_select(self) -> bool:
        """Whether it is a list that opens."""
        return isinstance(self.field.widget, Select) and not isinstance(self.field.widget, GROUPED)

    @property
    def anchor(self) -> str:
        """The id that leads to it: a group of choices has no control of its own to go to."""
        return self.id_for_label or self.auto_id

    @property
    def asked(self) -> str:
        """The label before an error; a question keeps its own mark."""
        label = str(self.label)
        return label if label.endswith("?") else f"{label}:"

    def _described(self, note: str) -> str:
        ids = [f"{self.auto_id}_help"] if note else []
        return " ".join([*ids, f"{self.auto_id}_error"] if self.errors else ids)

    def _control(self, attrs: dict[str, Any]) -> SafeString:
        if type(self.field.widget) is Select:
            return self._select(attrs)
        return SafeString(self.as_widget(attrs=attrs))

    def _select(self, attrs: Mapping[str, Any]) -> SafeString:
        """As Django draws it, but without a template for each option: time zones are 500."""
        widget = self.field.widget
        if any(isinstance(words, list | tuple) for _, words in widget.choices):
            return SafeString(self.as_widget(attrs=dict(attrs)))
        chosen = widget.format_value(self.value())
        options = [
            f'<option value="{conditional_escape(value)}"{" selected" if value in chosen else ""}>'
            f"{conditional_escape(words)}</option>"
            for value, words in (
                ("" if value is None else str(value), words) for value, words in widget.choices
            )
        ]
        attrs = {**widget.attrs, **self.build_widget_attrs(dict(attrs), widget)}
        return format_html(
            '<select name="{}"{}>{}</select>',
            self.html_name,
            attributes({"id": self.auto_id or None, **attrs}),
            SafeString("\n".join(options)),
        )


class PageRenderer(TemplatesSetting):
    """The setting FORM_RENDERER: forms are drawn by ``templates/ui/``, controls by Django's own."""

    bound_field_class = PageField
    field_template_name = "ui/field.html"
    form_template_name = "ui/form.html"
