"""Courses and categories in the admin site. Forms change texts, actions change statuses."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet, URLField
from django.http import HttpRequest, HttpResponse

from accounts.audit.admin_pages import AuditedAdmin, ReasonForm, ask_then_do
from accounts.models import User
from accounts.requests import acting
from catalog.actions.categories import delete_category, move_category, position_at_the_end
from catalog.actions.curriculum import renumber_modules
from catalog.actions.links import checked_link
from catalog.actions.publishing import feature_course, publish_course, suspend_course
from catalog.actions.revisions import raise_revisions
from catalog.actions.transferring import transfer_course
from catalog.content_requests.admin import ContentRequestAdmin
from catalog.inquiries.admin import InquiryAdmin
from catalog.models import (
    Category,
    Course,
    CourseInclude,
    CourseModule,
    CourseObjective,
    CoursePrerequisite,
    CourseTag,
    CourseTargetAudience,
    CourseTestimonial,
    PeerLoopFeatures,
)
from peerloop.kit import clock
from peerloop.kit.formats import money_text
from peerloop.kit.refusals import Invalid

__all__ = ["CategoryAdmin", "ContentRequestAdmin", "CourseAdmin", "InquiryAdmin"]

# Above every position in use, and within PositiveSmallIntegerField.
LAST_POSITION = 30_000


class OrderedForm(forms.ModelForm):
    """A row with a position. Positions may repeat until all rows are saved."""

    def validate_constraints(self) -> None:
        """Skip the checks: the database checks positions at the end of the transaction."""


class ModuleForm(OrderedForm):
    """A module; without a position it is added at the end."""

    def clean_module_order(self) -> int:
        """The position, or the last one if empty; ``save_related`` renumbers all modules."""
        position = self.cleaned_data["module_order"]
        return LAST_POSITION if position is None else int(position)

    def clean_video_url(self) -> str | None:
        """A public address, as the studio asks for."""
        return _public_link(self.cleaned_data["video_url"])

    def clean_document_url(self) -> str | None:
        """The same for the document."""
        return _public_link(self.cleaned_data["document_url"])


def _public_link(value: str | None) -> str | None:
    try:
        return checked_link("link", value)
    except Invalid as refusal:
        raise forms.ValidationError(refusal.message) from None


class LineInline(admin.TabularInline):
    """Lines of one list on the course page."""

    form = OrderedForm
    extra = 0
    fields = ["position", "text"]
    ordering = ["position"]


class ObjectiveInline(LineInline):
    """What students learn."""

    model = CourseObjective


class IncludeInline(LineInline):
    """What the price includes."""

    model = CourseInclude


class AudienceInline(LineInline):
    """For whom the course is."""

    model = CourseTargetAudience


class PrerequisiteInline(LineInline):
    """What students should know or have before."""

    model = CoursePrerequisite
    fields = ["position", "kind", "text"]


class TestimonialInline(LineInline):
    """What people said about the course."""

    model = CourseTestimonial
    fields = ["position", "author", "quote"]


class TagInline(admin.TabularInline):
    """Tags of the course."""

    model = CourseTag
    extra = 0
    fields = ["tag"]


class FeaturesInline(admin.StackedInline):
    """Features that PeerLoop adds to the course."""

    model = PeerLoopFeatures
    can_delete = False


class ModuleInline(admin.StackedInline):
    """The modules that are not archived; saving renumbers them from 1 (rule CAT-5)."""

    model = CourseModule
    form = ModuleForm
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    extra = 0
    fields = [
        ("module_order", "title"),
        "description",
        ("duration", "video_count", "reading_count", "has_assessment"),
        ("video_url", "document_url"),
        "objectives",
        "exercise",
        "teaching_notes",
    ]
    ordering = ["module_order"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CourseModule]:
        """Leave out archived modules, which have no position."""
        return super().get_queryset(request).filter(archived_at=None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether no student is enrolled: they paid for each module."""
        return obj is None or not obj.student_count


class CourseForm(forms.ModelForm):
    """A course's texts and price, and whose a new one is."""

    def clean_creator(self) -> User:
        """Its creator needs the right to create first (rule ADM-4)."""
        creator: User = self.cleaned_data["creator"]
        if not creator.is_creator:
            raise forms.ValidationError("Make this member a creator first.")
        return creator


class TransferForm(ReasonForm):
    """To whom a course goes, and why; both sides read it."""

    to = forms.ModelChoiceField(
        queryset=User.objects.active(),
        to_field_name="handle",
        widget=forms.TextInput(),
        label="Handle of the new creator",
    )
    field_order = ("to", "reason")


@admin.register(Course)
class CourseAdmin(AuditedAdmin):
    """Courses in all statuses, without deleted drafts; they are retired, not deleted (CAT-9)."""

    list_display = ["title", "creator", "category", "price", "status", "is_featured"]
    list_display += ["student_count", "rating", "first_published_at"]
    list_filter = ["status", "is_featured", "level", "category"]
    list_filter += [("first_published_at", admin.DateFieldListFilter)]
    list_select_related = ["creator", "category"]
    search_fields = ["title", "slug__exact", "creator__name", "creator__email"]
    place_in_search = 20
    raw_id_fields = ["creator"]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["status", "suspended_reason", "rating", "rating_count", "student_count"]
    readonly_fields += ["first_published_at", "retired_at"]
    fields = ["creator", "title", "slug", "tagline", "description", "thumbnail_url"]
    fields += ["category", "level", "price_cents", "currency", "duration", "session_minutes"]
    fields += ["lifetime_access", *readonly_fields]
    inlines = [ModuleInline, ObjectiveInline, IncludeInline, AudienceInline]
    inlines += [PrerequisiteInline, TestimonialInline, TagInline, FeaturesInline]
    actions = ["publish", "suspend", "feature", "unfeature", "transfer"]
    form = CourseForm

    def get_queryset(self, request: HttpRequest) -> QuerySet[Course]:
        """Leave out deleted drafts, and don't load the search vector, which is large."""
        return super().get_queryset(request).filter(deleted_at=None).defer("search")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Make the slug read-only once the course was published: members may have saved its URL."""
        fixed = ["slug"] if obj is not None and obj.first_published_at else []
        # Another creator is more than a column: the action "transfer" does it.
        fixed += ["creator"] if obj is not None else []
        return [*self.readonly_fields, *fixed]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        """Fill in the slug only where it can still change."""
        return {} if "slug" in self.get_readonly_fields(request, obj) else self.prepopulated_fields

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the inline rows, renumber the modules from 1, and tell who edits it elsewhere."""
        super().save_related(request, form, formsets, change)
        renumber_modules(form.instance)
        raise_revisions(form.instance)

    @admin.display(description="price", ordering="price_cents")
    def price(self, course: Course) -> str:
        """The price with its currency."""
        return money_text(course.price_cents, course.currency)

    @admin.action(description="Publish, with a reason")
    def publish(self, request: HttpRequest, courses: QuerySet[Course]) -> HttpResponse | None:
        """Publish the selected courses; shows what an incomplete one is missing."""
        return self._ask(request, courses, "publish", "Publish", publish_course)

    @admin.action(description="Suspend, with a reason that the creator reads")
    def suspend(self, request: HttpRequest, courses: QuerySet[Course]) -> HttpResponse | None:
        """Suspend the selected courses; enrollments continue."""
        return ask_then_do(
            self,
            request,
            courses,
            action="suspend",
            title="Suspend",
            act=lambda course, given: suspend_course(
                course=course, by=acting(request), at=clock.now(), **given
            ),
        )

    @admin.action(description="Feature on the front page, with a reason")
    def feature(self, request: HttpRequest, courses: QuerySet[Course]) -> HttpResponse | None:
        """Feature the selected courses on the front page."""
        act = partial(feature_course, featured=True)
        return self._ask(request, courses, "feature", "Feature on the front page", act)

    @admin.action(description="Take off the front page, with a reason")
    def unfeature(self, request: HttpRequest, courses: QuerySet[Course]) -> HttpResponse | None:
        """Stop featuring the selected courses on the front page."""
        act = partial(feature_course, featured=False)
        return self._ask(request, courses, "unfeature", "Take off the front page", act)

    @admin.action(description="Transfer to another creator, with a reason")
    def transfer(self, request: HttpRequest, courses: QuerySet[Course]) -> HttpResponse | None:
        """Hand the selected courses over; both creators read the reason."""
        return ask_then_do(
            self,
            request,
            courses,
            action="transfer",
            title="Transfer",
            form_class=TransferForm,
            act=lambda course, given: transfer_course(
                course=course, by=acting(request), at=clock.now(), **given
            ),
        )

    def _ask(
        self,
        request: HttpRequest,
        courses: QuerySet[Course],
        action: str,
        title: str,
        act: Callable[..., Any],
    ) -> HttpResponse | None:
        def run(course: Course, given: dict[str, Any]) -> None:
            act(course=course, by=acting(request), at=clock.now())

        return ask_then_do(self, request, courses, action=action, title=title, act=run)


@admin.register(Category)
class CategoryAdmin(AuditedAdmin):
    """Categories. One that has courses is not deleted (rule CAT-9)."""

    list_display = ["name", "slug", "position", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "icon", "is_active"]
    ordering = ["position"]
    actions = ["move_up", "move_down", "remove"]

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        """Put a new category behind the others."""
        if not change:
            obj.position = position_at_the_end()
        super().save_model(request, obj, form, change)

    @admin.action(description="Move up in the order, with a reason")
    def move_up(self, request: HttpRequest, rows: QuerySet[Category]) -> HttpResponse | None:
        """Each selected category changes places with the one before it."""
        return self._move(request, rows, action="move_up", title="Move up", up=True)

    @admin.action(description="Move down in the order, with a reason")
    def move_down(self, request: HttpRequest, rows: QuerySet[Category]) -> HttpResponse | None:
        """Each selected category changes places with the one after it."""
        return self._move(request, rows, action="move_down", title="Move down", up=False)

    def _move(
        self, request: HttpRequest, rows: QuerySet[Category], *, action: str, title: str, up: bool
    ) -> HttpResponse | None:
        # From the end at which they arrive, so that several keep their order.
        return ask_then_do(
            self,
            request,
            rows.order_by("position" if up else "-position"),
            action=action,
            title=title,
            act=lambda row, given: move_category(
                category=row, up=up, by=acting(request), at=clock.now()
            ),
        )

    @admin.action(description="Delete, with a reason")
    def remove(self, request: HttpRequest, rows: QuerySet[Category]) -> HttpResponse | None:
        """Delete the selected categories that have no course."""
        return ask_then_do(
            self,
            request,
            rows,
            action="remove",
            title="Delete",
            act=lambda category, given: delete_category(
                category=category, by=acting(request), at=clock.now(), **given
            ),
        )
