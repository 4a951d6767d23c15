"""Forms of homework. They only parse input; the actions check the rules."""

from typing import Any

from django import forms

from accounts.files.purposes import rules_of
from accounts.models import File
from catalog.models import Course
from learning.models import HomeworkSubmission


class AssignmentForm(forms.Form):
    """What a creator sets."""

    title = forms.CharField(label="Title", required=False)
    instructions = forms.CharField(
        label="What is to be done", required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    module_id = forms.TypedChoiceField(
        label="Module", required=False, coerce=lambda value: value or None, empty_value=None
    )
    is_required = forms.BooleanField(
        label="Required: the course is completed once it is approved", required=False
    )
    due_days = forms.IntegerField(label="Due after so many days", required=False)
    max_points = forms.IntegerField(label="Most points", required=False)

    def __init__(self, course: Course, *args: Any, **kwargs: Any) -> None:
        """Offer the modules of the course."""
        super().__init__(*args, **kwargs)
        modules = course.modules.filter(archived_at=None).order_by("module_order")
        choices = [(str(pk), title) for pk, title in modules.values_list("pk", "title")]
        field: Any = self.fields["module_id"]
        field.choices = [("", "The whole course"), *choices]


class SubmissionForm(forms.Form):
    """What a student hands in."""

    content = forms.CharField(
        label="Your text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "data-keep": "homework", "data-keep-long": ""}),
    )
    link = forms.CharField(label="Link", required=False)
    file = forms.FileField(label="File", required=False, allow_empty_file=True)
    keeps_file = forms.BooleanField(label="Keep the file of the last version", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the kinds of files that homework takes."""
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = rules_of(File.Purpose.HOMEWORK).accept


class ReviewForm(forms.Form):
    """The answer of a reviewer."""

    status = forms.ChoiceField(
        choices=[
            (HomeworkSubmission.Status.APPROVED.value, "Approve"),
            (HomeworkSubmission.Status.RESUBMIT_REQUESTED.value, "Ask for it again"),
        ],
        error_messages={"required": "Approve it, or ask for it again."},
    )
    feedback = forms.CharField(
        label="Feedback", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    points = forms.IntegerField(label="Points", required=False)
