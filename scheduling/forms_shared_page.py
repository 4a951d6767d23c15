"""The form of the page that both people of a session write to. The action checks the rules."""

from typing import Any

from django import forms

from scheduling.actions.shared_page import PARTS, Edit
from scheduling.models import SharedPage


class SharedPageForm(forms.Form):
    """Each part with the text that was read before: ``base_goal`` beside ``goal``."""

    goal = forms.CharField(label="Goal of this session", required=False, strip=False)
    next_step = forms.CharField(label="Next step", required=False, strip=False)
    notes = forms.CharField(
        label="Notes", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    base_goal = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    base_next_step = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    base_notes = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, page: SharedPage) -> "SharedPageForm":
        """The form with what the page says."""
        words = {part: getattr(page, part) for part in PARTS}
        return cls(initial={**words, **{f"base_{part}": said for part, said in words.items()}})

    def edits(self) -> dict[str, Edit]:
        """The parts that were sent."""
        given: dict[str, Any] = self.cleaned_data
        sent = (part for part in PARTS if part in self.data)
        return {part: Edit(given[f"base_{part}"], given[part]) for part in sent}
