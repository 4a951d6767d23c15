"""Forms of feeds. They only parse; the actions check the rules."""

from django import forms

from community.models import PostType

TEXT = {"class": "control", "rows": 3, "autocomplete": "off"}


class PostForm(forms.Form):
    """A post."""

    content = forms.CharField(
        label="What do you want to say or ask?",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={**TEXT, "data-keep": "post"}),
    )
    post_type = forms.ChoiceField(label="Type", choices=PostType.choices, required=False)
    is_question = forms.BooleanField(label="It is a question", required=False)


class ReplyForm(forms.Form):
    """A reply, or the new text of a post."""

    content = forms.CharField(
        label="Your answer",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={**TEXT, "data-keep": "reply"}),
    )
