"""The payment provider's books beside ours, and the sealed days of the ledger."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReasonForm, ask_then_do
from accounts.requests import acting
from billing.actions.books import explain_difference
from billing.actions.money_days import figures_in_words
from billing.admin.base import MoneyAdmin, in_words
from billing.models import BooksDifference, BooksLook, MoneyDay, ProviderEntry
from billing.queries.books import books_beside, books_state
from peerloop.kit import clock


class Standing(admin.SimpleListFilter):
    """Which differences are shown; those that nobody explained unless another is asked for."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The other choices."""
        return [("standing", "explained too"), ("all", "gone too")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The chosen ones."""
        if self.value() == "all":
            return queryset
        rows = queryset.filter(gone_at=None)
        return rows if self.value() == "standing" else rows.filter(explained_at=None)


@admin.register(BooksDifference)
class BooksDifferenceAdmin(MoneyAdmin):
    """Each difference with its cure; what can't be cured is explained."""

    list_display = ["what", "about", "theirs", "ours", "happened_at", "cure", "explanation"]
    list_display_links = ["what"]
    list_filter = [Standing]
    search_fields = ["about__exact"]
    ordering = ["-first_seen_at"]
    actions = ["explain"]
    change_list_template = "admin/billing/books.html"

    @admin.display(description="what", ordering="kind")
    def what(self, difference: BooksDifference) -> str:
        """In words."""
        return str(difference.get_kind_display())

    @admin.display(description="what to do")
    def cure(self, difference: BooksDifference) -> str:
        """What to do about it."""
        return difference.cure

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the state of both books above the list."""
        at = clock.now()
        state = books_state(at=at)
        context = {"state": state, "beside": books_beside(at=at), "title": "The provider's books"}
        if state.day is not None:
            context["figures"] = figures_in_words(state.day.figures)
        return super().changelist_view(request, {**context, **(extra_context or {})})

    @admin.action(description="Explain the selected differences")
    def explain(
        self, request: HttpRequest, queryset: QuerySet[BooksDifference]
    ) -> HttpResponse | None:
        """Say why the books may differ here."""
        by = acting(request)
        return ask_then_do(
            self,
            request,
            queryset,
            action="explain",
            title="Explain differences",
            form_class=ReasonForm,
            act=lambda row, given: explain_difference(
                difference=row, by=by, at=clock.now(), **given
            ),
        )


@admin.register(ProviderEntry)
class ProviderEntryAdmin(MoneyAdmin):
    """What the provider listed."""

    list_display = ["kind", "object_id", "amount", "fee", "status", "made_at", "seen_at"]
    list_filter = ["kind"]
    search_fields = ["object_id__exact"]
    ordering = ["-made_at"]

    @admin.display(ordering="amount_cents")
    def amount(self, entry: ProviderEntry) -> str:
        """In its currency."""
        return in_words(entry.amount_cents, entry.currency)

    @admin.display(description="fee")
    def fee(self, entry: ProviderEntry) -> str:
        """What the provider took; a dash while it is not known."""
        return in_words(entry.fee_cents, entry.currency)


@admin.register(BooksLook)
class BooksLookAdmin(MoneyAdmin):
    """Each look at the provider's books."""

    list_display = ["began_at", "since", "until", "entries", "finished_at", "error"]
    ordering = ["-began_at"]


@admin.register(MoneyDay)
class MoneyDayAdmin(MoneyAdmin):
    """What the checks of each day found, sealed."""

    list_display = ["day", "checked_at", "found", "seal"]
    ordering = ["-day"]
