"""Whom the payment provider knows: read only, without the ids."""

from django.contrib import admin

from billing.admin.base import MoneyAdmin
from billing.models import Payer


@admin.register(Payer)
class PayerAdmin(MoneyAdmin):
    """Members who paid, and those whom the provider is still to forget."""

    list_display = ["user", "provider", "created_at", "removed_at"]
    list_filter = [("removed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]
    exclude = ["customer_id"]
