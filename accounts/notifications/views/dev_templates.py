"""All mail templates with sample values, for development: not there when DEBUG is off."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.notifications.mail.classes import rule_of
from accounts.notifications.mail.samples import VARIANTS, sample
from accounts.notifications.mail.samples import templates as names
from accounts.notifications.views.dev_mail import MAIL_POLICY, only_in_development


@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    """All templates with their subjects, class and group."""
    only_in_development()
    rows = [{"name": name, "mail": sample(name), "rule": rule_of(name)} for name in names()]
    return render(request, "accounts/dev_mail_templates.html", {"rows": rows})


@require_GET
def template(request: HttpRequest, name: str) -> HttpResponse:
    """One template: subject, headers, text, and a link to the HTML; ``?variant=bare`` the rest."""
    only_in_development()
    variant = request.GET.get("variant", "full")
    context = {
        "name": name,
        "mail": sample(name, variant),
        "rule": rule_of(name),
        "variant": variant,
        "variants": list(VARIANTS),
    }
    return render(request, "accounts/dev_mail_template.html", context)


@require_GET
def template_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part as a mail program would show it."""
    only_in_development()
    response = HttpResponse(sample(name, request.GET.get("variant", "full")).html)
    response["Content-Security-Policy"] = MAIL_POLICY
    return response
