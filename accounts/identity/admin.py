"""Second factors in the admin site, without their secrets."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReadOnlyAdmin, ReasonForm, ask_then_do
from accounts.identity.actions.second_step import remove_second_factors
from accounts.identity.reauthentication import require_fresh
from accounts.models import User
from accounts.requests import acting
from peerloop.kit import clock

# allauth's own admin would show secrets and let them be edited.
for model in (Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


# What the library calls MFA.
apps.get_app_config("mfa").verbose_name = "Second step"
KINDS = {
    Authenticator.Type.TOTP: "Authenticator app",
    Authenticator.Type.WEBAUTHN: "Passkey",
    Authenticator.Type.RECOVERY_CODES: "Recovery codes",
}


@admin.register(Authenticator)
class FactorAdmin(ReadOnlyAdmin):
    """Which second factors members have. The one action helps who lost phone and recovery codes."""

    list_display = ("user", "kind", "created_at", "last_used_at")
    list_display_links = None
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name")
    fields = ("user", "kind", "created_at", "last_used_at")
    readonly_fields = ("kind",)
    actions = ("take_away",)

    @admin.display(description="kind", ordering="type")
    def kind(self, factor: Authenticator) -> str:
        """In words."""
        return KINDS.get(factor.type, factor.type)

    @admin.action(description="Phone and codes lost: remove the member's second step")
    def take_away(self, request: HttpRequest, rows: QuerySet[Authenticator]) -> HttpResponse | None:
        """Remove all second factors of the chosen members and end their sign-ins, with a reason."""
        require_fresh(request)
        members = User.objects.filter(pk__in=rows.values("user"))
        return ask_then_do(
            self,
            request,
            members,
            action="take_away",
            title="Remove the second step",
            form_class=ReasonForm,
            act=lambda member, given: remove_second_factors(
                user=member,
                by=acting(request),
                at=clock.now(),
                **given,
            ),
        )
