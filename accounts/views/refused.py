"""A form that was refused, shown again."""

from collections.abc import Callable

from django.http import HttpResponse

from peerloop.kit.refusals import Refused, TooMany


def shown_again(page: Callable[[int], HttpResponse], refusal: Refused) -> HttpResponse:
    """The page under the status that fits: 429, saying when to go on (AUTH-1), else 422."""
    response = page(refusal.status if isinstance(refusal, TooMany) else 422)
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    return response
