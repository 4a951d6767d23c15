"""Forms that show a refusal."""

from collections.abc import Callable

from django import forms
from django.http import HttpResponse

from peerloop.kit.refusals import Busy, Refused, TooMany


def show_refusal(form: forms.BaseForm, refusal: Refused) -> None:
    """Show a refusal beside the fields that it names, else above the form."""
    named = {name: words for name, words in refusal.fields.items() if name in form.fields}
    for name, words in named.items():
        form.add_error(name, words)
    if not named:
        form.add_error(None, refusal.message)


def form_again(page: Callable[[int], HttpResponse], refusal: Refused) -> HttpResponse:
    """The page under the status that fits: 429 or 503, saying when to go on (AUTH-1), else 422."""
    response = page(refusal.status if isinstance(refusal, TooMany | Busy) else 422)
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    return response
