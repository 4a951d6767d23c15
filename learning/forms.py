"""Forms of the learning pages. They only parse input; the actions check the rules."""

from typing import Any

from django import forms

from learning.models import Certificate, TeachingApplication

MAX_REASON_LENGTH = 2_000


class ReasonForm(forms.Form):
    """A decision with an optional reason."""

    answers: tuple[str, ...] = ()
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=MAX_REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = forms.ChoiceField(
            choices=[(answer, answer) for answer in self.answers], widget=forms.HiddenInput
        )


class CertificateAnswerForm(ReasonForm):
    """Issue or decline a pending certificate."""

    answers = (Certificate.Status.ISSUED, Certificate.Status.DECLINED)


class ApplicationAnswerForm(ReasonForm):
    """Approve or decline an application to teach."""

    answers = (TeachingApplication.Status.APPROVED, TeachingApplication.Status.DECLINED)


class ApplyForm(forms.Form):
    """Apply to teach a course."""

    message = forms.CharField(
        label="Why you?",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 7}),
    )


class PauseForm(forms.Form):
    """Pause or resume teaching a course."""

    paused = forms.TypedChoiceField(
        choices=[("1", "Pause"), ("0", "Go on")], coerce=lambda value: value == "1"
    )


class RecommendForm(forms.Form):
    """Recommend a student for a certificate."""

    type = forms.ChoiceField(
        choices=[(type, type) for type in (Certificate.Type.COMPLETION, Certificate.Type.MASTERY)]
    )
