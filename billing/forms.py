"""HTML input of the billing app."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms

from billing.models.paper import LONGEST_ADDRESS, LONGEST_BUYER, LONGEST_TAX_ID
from billing.models.withdrawal import LONGEST_NAME, LONGEST_ORDER
from scheduling.forms_booking import InstantField


class PayoutForm(forms.Form):
    """How much to send; empty means all that is available."""

    amount = forms.DecimalField(
        label="Amount in dollars",
        min_value=Decimal("0.01"),
        max_value=Decimal(10_000_000),
        decimal_places=2,
        required=False,
    )

    def cents(self) -> int | None:
        """The amount in cents, or None for all."""
        amount = self.cleaned_data.get("amount")
        return None if amount is None else int(amount * 100)


class CancelForm(forms.Form):
    """Why a student leaves a course."""

    reason = forms.CharField(
        label="Why do you leave?",
        help_text="Your teacher and the creator read it. You may leave it empty.",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class BillingDetailsForm(forms.Form):
    """What a member wants on receipts and credit notes."""

    name = forms.CharField(
        label="Name or company",
        max_length=LONGEST_BUYER,
        required=False,
        help_text="Empty: the name of your account.",
    )
    address = forms.CharField(
        label="Address",
        max_length=LONGEST_ADDRESS,
        required=False,
        help_text="Empty: your e-mail address.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    tax_id = forms.CharField(label="Tax number", max_length=LONGEST_TAX_ID, required=False)


class WithdrawalForm(forms.Form):
    """A statement by which somebody withdraws from what they bought."""

    name = forms.CharField(
        label="Your name", max_length=LONGEST_NAME, error_messages={"required": "Give your name."}
    )
    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        help_text="The one that you paid with. Your receipt goes there.",
    )
    order = forms.CharField(
        label="Number of your payment",
        max_length=LONGEST_ORDER,
        help_text="It is in the receipt that we mailed you. "
        "Without it: the course and the day you paid.",
        error_messages={"required": "Say which purchase it is about."},
    )
    # People don't see it; programs fill it in.
    homepage = forms.CharField(required=False, max_length=300)


class FlagForm(forms.Form):
    """What a creator objects to."""

    reason = forms.CharField(
        label="What is wrong?",
        help_text="An admin reads it, and asks the teacher if needed.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what is wrong, so that an admin can look into it."},
    )


class EnrollForm(forms.Form):
    """Who shall teach: a member's id, any of them, or decided with the first booking."""

    ANY = "any"
    LATER = "later"

    teacher = forms.CharField(max_length=36, error_messages={"required": "Choose who teaches."})
    start = InstantField(required=False, widget=forms.HiddenInput)

    def clean_teacher(self) -> Any:
        """One of the two words, or the id."""
        value = self.cleaned_data["teacher"]
        if value in (self.ANY, self.LATER):
            return value
        try:
            return UUID(value)
        except ValueError:
            raise forms.ValidationError("Choose one of the teachers.") from None

    def chosen_time(self) -> tuple[UUID | None, datetime | None]:
        """The id of a teacher and a start with them, as far as both were sent and can be read."""
        given = self.cleaned_data if self.is_valid() else {}
        teacher = given.get("teacher")
        return (teacher, given["start"]) if isinstance(teacher, UUID) else (None, None)
