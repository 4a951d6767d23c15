"""Forms of the learning pages. They parse; the rules are the actions'."""

from typing import Any

from django import forms

from learning.models import Certificate, TeachingApplication

LONGEST_REASON = 2_000


class ReasonForm(forms.Form):
    """A yes, or a no with its reason."""

    answers: tuple[str, ...] = ()
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = forms.ChoiceField(
            choices=[(word, word) for word in self.answers], widget=forms.HiddenInput
        )


class CertificateAnswerForm(ReasonForm):
    """Issue or decline a certificate that waits."""

    answers = (Certificate.Status.ISSUED, Certificate.Status.DECLINED)


class ApplicationAnswerForm(ReasonForm):
    """Approve or decline an application to teach."""

    answers = (TeachingApplication.Status.APPROVED, TeachingApplication.Status.DECLINED)


class ApplyForm(forms.Form):
    """/teach/apply/<course>."""

    message = forms.CharField(
        label="Why you?",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 7}),
    )


class PauseForm(forms.Form):
    """Pause the teaching of a course, or go on."""

    paused = forms.TypedChoiceField(
        choices=[("1", "Pause"), ("0", "Go on")], coerce=lambda value: value == "1"
    )


class RecommendForm(forms.Form):
    """Recommend a student for a certificate."""

    type = forms.ChoiceField(
        choices=[(word, word) for word in (Certificate.Type.COMPLETION, Certificate.Type.MASTERY)]
    )
