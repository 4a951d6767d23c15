"""Forms of newsletters. They only parse; the actions check the rules."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms

from community.models import Newsletter
from community.models.newsletter import LONGEST_SUBJECT
from peerloop.kit.periods import instant_of, zone_or_none
from peerloop.kit.refusals import Invalid

UTC_NAME = "UTC"


class NewsletterForm(forms.Form):
    """What a newsletter says."""

    subject = forms.CharField(
        label="Subject",
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_SUBJECT, "autocomplete": "off"}),
    )
    body = forms.CharField(
        label="Text",
        required=False,
        strip=False,
        help_text="An empty line begins a paragraph, **two stars** make bold, lines with - a list.",
        widget=forms.Textarea(attrs={"rows": 12, "data-keep": "newsletter"}),
    )


class ScheduleForm(forms.Form):
    """When to send it, as a clock of the creator's zone shows it."""

    send_at = forms.DateTimeField(
        label="Send it on",
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": "Choose a day and a time.",
            "invalid": "Give a day and a time like 2026-05-04 18:30.",
        },
    )


def zone_of(name: str) -> ZoneInfo:
    """The member's zone; UTC for who has none."""
    return zone_or_none(name) or ZoneInfo(UTC_NAME)


def moment_in(zone: ZoneInfo, given: datetime) -> datetime:
    """The UTC instant of what a clock in that zone shows; raises Invalid in the gap of spring."""
    wall = given.replace(tzinfo=None)
    moment = instant_of(wall.date(), wall.time(), zone)
    if moment is None:
        raise Invalid.field("send_at", "Clocks skip this time on that day. Choose another.")
    return moment


def words_of(newsletter: Newsletter) -> NewsletterForm:
    """The form with what a draft says."""
    return NewsletterForm(initial={"subject": newsletter.subject, "body": newsletter.body})
