"""Uploaded files in the admin site: their state, and removal."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import ReadOnlyAdmin, ReasonForm, ask_then_do
from accounts.files.actions.take_down import take_down
from accounts.files.words import scan_description, size_text
from accounts.models import File
from accounts.requests import acting
from peerloop.kit import clock
from peerloop.kit.admin_lists import StoredValuesFilter


@admin.register(File)
class FileAdmin(ReadOnlyAdmin):
    """Only the rows: nobody reads other people's files here."""

    list_display = ("created_at", "owner", "purpose", "content_type", "bytes", "state", "there")
    list_filter = ("purpose", "scan", "scanner", ("content_type", StoredValuesFilter))
    search_fields = ("owner__email", "owner__handle", "sha256__exact", "id__exact")
    list_select_related = ("owner",)
    exclude = ("key",)
    actions = ("take_away",)

    @admin.display(description="size", ordering="size")
    def bytes(self, file: File) -> str:
        """In words."""
        return size_text(file.size)

    @admin.display(description="virus check")
    def state(self, file: File) -> str:
        """In words."""
        return scan_description(file)

    @admin.display(boolean=True)
    def there(self, file: File) -> bool:
        """Whether it can still be opened."""
        return file.is_live

    @admin.action(description="Take away …")
    def take_away(self, request: HttpRequest, rows: QuerySet[File]) -> HttpResponse | None:
        """Remove each file, with a reason."""

        def act(file: File, asked: dict[str, Any]) -> None:
            take_down(
                file=file,
                reason=asked["reason"],
                by=acting(request),
                at=clock.now(),
            )

        return ask_then_do(
            self,
            request,
            rows,
            action="take_away",
            title="Take files away",
            form_class=ReasonForm,
            act=act,
        )
