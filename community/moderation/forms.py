"""Forms of moderation. They only parse; the actions check the rules."""

from typing import Any

from django import forms

from community.models import DecisionAction, Reason
from community.models.moderation import LONGEST_ADDRESS, LONGEST_DETAILS
from community.moderation.rules import OF_COMMUNITY, SANCTION_DAYS

FOREVER = "0"
ROWS = {"rows": 4}
DAYS = [(str(days), f"{days} day" + ("s" if days > 1 else "")) for days in SANCTION_DAYS]


class FlagForm(forms.Form):
    """Why a member reports something."""

    reason = forms.ChoiceField(
        label="What is wrong with it?",
        choices=Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is wrong."},
    )
    details = forms.CharField(
        label="What should a moderator know?",
        required=False,
        max_length=LONGEST_DETAILS,
        widget=forms.Textarea(attrs=ROWS),
    )


class ReportForm(forms.Form):
    """A report of whoever, about whatever has an address here (DSA 16)."""

    address = forms.CharField(
        label="Address of the page",
        max_length=LONGEST_ADDRESS,
        help_text="Copy it from the address bar of your browser.",
        error_messages={"required": "Give the address of the page."},
    )
    reason = forms.ChoiceField(
        label="What is wrong with it?",
        choices=Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is wrong."},
    )
    details = forms.CharField(
        label="Why do you think so?",
        max_length=LONGEST_DETAILS,
        widget=forms.Textarea(attrs=ROWS),
        error_messages={"required": "Say what is wrong, so that somebody can look at it."},
    )
    name = forms.CharField(label="Your name", required=False, max_length=100)
    email = forms.EmailField(
        label="Your e-mail address",
        required=False,
        max_length=254,
        help_text="We send you a receipt and what was decided, and nothing else.",
    )
    # People don't see it; programs fill it in.
    homepage = forms.CharField(required=False, max_length=300)


class DecisionForm(forms.Form):
    """What a moderator decides."""

    action = forms.ChoiceField(
        label="Decision",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what to do."},
    )
    rule = forms.ChoiceField(
        label="Rule that it breaks",
        choices=[("", "None"), *Reason.choices],
        required=False,
    )
    days = forms.ChoiceField(label="For how long", required=False)
    takes_out = forms.BooleanField(label="Remove the content too", required=False)
    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_DETAILS,
        help_text="Who wrote it and who reported it read this. Nobody's name is given.",
        widget=forms.Textarea(attrs=ROWS),
        error_messages={"required": "Say why: who wrote it and who reported it read this."},
    )

    def __init__(
        self, *args: Any, is_page: bool, is_platform: bool, is_admin: bool, **kwargs: Any
    ) -> None:
        """With what the moderator's tier allows (rules MOD-4, MOD-5)."""
        super().__init__(*args, **kwargs)
        words = dict(CHOICES)
        if is_page:
            names = [DecisionAction.DISMISS, DecisionAction.HANDLED]
        elif is_platform:
            names = [one for one, _ in CHOICES if one != DecisionAction.HANDLED]
        else:
            names = list(OF_COMMUNITY)
        action, days = self.fields["action"], self.fields["days"]
        assert isinstance(action, forms.ChoiceField)
        assert isinstance(days, forms.ChoiceField)
        action.choices = [(name, words[name]) for name in names]
        days.choices = [*DAYS, (FOREVER, "Until an admin lifts it")] if is_admin else DAYS
        if is_page or not is_platform:
            del self.fields["days"], self.fields["takes_out"]

    @property
    def sanction_days(self) -> int | None:
        """How long a sanction lasts; None for one without an end."""
        return int(self.cleaned_data.get("days") or 0) or None


CHOICES = [
    (DecisionAction.DISMISS, "Dismiss: nothing is wrong with it"),
    (DecisionAction.REMOVE, "Remove it"),
    (DecisionAction.WARN, "Warn who wrote it"),
    (DecisionAction.POSTING_BAN, "Ban who wrote it from posting"),
    (DecisionAction.SUSPEND, "Suspend who wrote it"),
    (DecisionAction.HANDLED, "Dealt with where it is kept"),
]


class ReasonForm(forms.Form):
    """Why something is restored."""

    reason = forms.CharField(
        label="Why is it restored?",
        max_length=LONGEST_DETAILS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RemovalForm(forms.Form):
    """Why something that nobody reported is removed."""

    rule = forms.ChoiceField(
        label="Rule that it breaks",
        choices=[("", "Choose one"), *Reason.choices],
        error_messages={"required": "Choose the rule that it breaks."},
    )
    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_DETAILS,
        widget=forms.Textarea(attrs=ROWS),
        error_messages={"required": "Say why: who wrote it reads this."},
    )


class AppealForm(forms.Form):
    """An objection to a decision."""

    text = forms.CharField(
        label="Why should it be decided differently?",
        max_length=LONGEST_DETAILS,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Say why it should be changed."},
    )


class AppealAnswerForm(forms.Form):
    """An admin's answer to an appeal."""

    is_reversed = forms.ChoiceField(
        label="Decision",
        choices=[("0", "It stands"), ("1", "Reverse it")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )
    answer = forms.CharField(
        label="Reason",
        help_text="Who appealed reads this.",
        max_length=LONGEST_DETAILS,
        widget=forms.Textarea(attrs=ROWS),
        error_messages={"required": "Say why; they read it."},
    )
