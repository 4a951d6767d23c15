"""All mail templates with sample values, for development: 404 when DEBUG is off."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.notifications.kinds import mail_of
from accounts.notifications.mail.preview import VARIANTS, preview
from accounts.notifications.mail.preview import templates as names
from accounts.notifications.views.dev_mail import MAIL_POLICY, only_in_development


@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    """All templates with their subjects, class and group."""
    only_in_development()
    rows = [{"name": name, "mail": preview(name), "declared": mail_of(name)} for name in names()]
    return render(request, "accounts/dev_mail_templates.html", {"rows": rows})


@require_GET
def template(request: HttpRequest, name: str) -> HttpResponse:
    """One template: subject, headers, text, and a link to the HTML; ``?variant=bare`` the rest."""
    only_in_development()
    variant = request.GET.get("variant", "full")
    context = {
        "name": name,
        "mail": preview(name, variant),
        "declared": mail_of(name),
        "variant": variant,
        "variants": list(VARIANTS),
    }
    return render(request, "accounts/dev_mail_template.html", context)


@require_GET
def template_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part as a mail program would show it."""
    only_in_development()
    response = HttpResponse(preview(name, request.GET.get("variant", "full")).html)
    response["Content-Security-Policy"] = MAIL_POLICY
    return response
