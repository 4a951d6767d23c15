"""Forms of materials. They only parse input; the actions check the rules."""

from typing import Any

from django import forms

from accounts.files.purposes import rules_of
from accounts.models import File
from catalog.models import Course


class MaterialForm(forms.Form):
    """A file or a link."""

    purpose = File.Purpose.SESSION_MATERIAL
    file = forms.FileField(label="File", required=False, allow_empty_file=True)
    link = forms.CharField(label="Or a link", required=False)
    name = forms.CharField(label="Name", required=False)
    description = forms.CharField(
        label="What it is for", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the kinds of files that the purpose takes."""
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = rules_of(self.purpose).accept


class ResourceForm(MaterialForm):
    """A resource of a course."""

    purpose = File.Purpose.RESOURCE
    module_id = forms.TypedChoiceField(
        label="Module", required=False, coerce=lambda value: value or None, empty_value=None
    )

    def __init__(self, course: Course, *args: Any, **kwargs: Any) -> None:
        """Offer the modules of the course."""
        super().__init__(*args, **kwargs)
        modules = course.modules.filter(archived_at=None).order_by("module_order")
        choices = [(str(pk), title) for pk, title in modules.values_list("pk", "title")]
        field: Any = self.fields["module_id"]
        field.choices = [("", "The whole course"), *choices]
