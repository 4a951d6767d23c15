"""Mails of the local provider, for development: 404 when DEBUG is off."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.notifications.queries import stored_mail, stored_mails
from peerloop.kit.paging import CappedPaginator
from peerloop.kit.refusals import Missing

PER_PAGE = 50
# Only the mail's own style element is active, as in a mail program.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data: 'self'"


@require_GET
def mails(request: HttpRequest) -> HttpResponse:
    """All stored mails, newest first; ``?to=`` filters by address."""
    only_in_development()
    to = request.GET.get("to", "")
    page = CappedPaginator(stored_mails(to), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/dev_mails.html", {"page": page, "to": to})


@require_GET
def mail(request: HttpRequest, mail_id: uuid.UUID) -> HttpResponse:
    """One mail: head, text, and a link to the HTML."""
    only_in_development()
    return render(request, "accounts/dev_mail.html", {"mail": stored_mail(mail_id)})


@require_GET
def mail_html(request: HttpRequest, mail_id: uuid.UUID) -> HttpResponse:
    """The HTML part as a mail program would show it."""
    only_in_development()
    response = HttpResponse(stored_mail(mail_id).html)
    response["Content-Security-Policy"] = MAIL_POLICY
    return response


def only_in_development() -> None:
    """Raises Missing when DEBUG is off."""
    if not settings.DEBUG:
        raise Missing
