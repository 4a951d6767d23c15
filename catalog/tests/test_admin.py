"""Courses and categories in the admin site."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from catalog.models import Category, Course
from catalog.tests.people import ada, clara
from tests.cast import a_course, a_member, browse

pytestmark = pytest.mark.django_db
LIST = "/admin/catalog/course/"


def act(client, action: str, row, address: str = LIST, reason: str = "Checked") -> str:
    given = {"action": action, "_selected_action": [row.pk], "apply": "1", "reason": reason}
    answer = client.post(address, given, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def changed(client, course: Course, **given):
    """Post the form of the course as it is drawn, with some fields changed."""
    address = reverse("admin:catalog_course_change", args=[course.pk])
    drawn = client.get(address).context
    fields = dict(drawn["adminform"].form.initial)
    for formset in drawn["inline_admin_formsets"]:
        inner = formset.formset
        fields |= {f"{inner.prefix}-{n}": v.value() for n, v in _bound(inner.management_form)}
        for form in inner.initial_forms:
            fields |= {f"{form.prefix}-{n}": v.value() for n, v in _bound(form)}
    sent = {name: value for name, value in (fields | given).items() if value not in ("", None)}
    sent.setdefault("audit_reason", "Asked by the creator")
    # A box that is not ticked is not sent at all; a zero is.
    return client.post(address, {name: value for name, value in sent.items() if value is not False})


def _bound(form):
    return [(name, form[name]) for name in form.fields]


def test_members_stay_outside():
    a_course()

    assert browse(a_member()).get(LIST).status_code == 302


def test_the_list_and_the_form_open():
    course, client = a_course(), browse(ada())

    assert course.title in client.get(LIST).content.decode()
    address = reverse("admin:catalog_course_change", args=[course.pk])
    assert client.get(address).status_code == 200
    assert client.get(f"{LIST}?q=prompt").status_code == 200


def test_a_suspension_needs_its_reason():
    course, client = a_course(clara()), browse(ada())

    assert "required" in act(client, "suspend", course, reason="")
    act(client, "suspend", course, reason="Copied from elsewhere")

    course.refresh_from_db()
    assert (course.status, course.suspended_reason) == ("suspended", "Copied from elsewhere")


def test_publishing_says_what_is_missing():
    course = a_course(published=False)

    assert "an active payout account" in act(browse(ada()), "publish", course)


def test_featuring():
    course, client = a_course(), browse(ada())

    act(client, "feature", course)
    assert Course.objects.get(pk=course.pk).is_featured
    act(client, "unfeature", course)
    assert not Course.objects.get(pk=course.pk).is_featured


def test_modules_change_places_in_the_form():
    course, client = a_course(modules=3), browse(ada())

    answer = changed(client, course, **{"modules-0-module_order": 3, "modules-2-module_order": 1})

    assert answer.status_code == 302
    titles = course.modules.order_by("module_order").values_list("module_order", "title")
    assert list(titles) == [(1, "Module 3"), (2, "Module 2"), (3, "Module 1")]


def test_a_new_module_without_a_place_goes_to_the_end():
    course, client = a_course(modules=1), browse(ada())
    new = {"modules-TOTAL_FORMS": 2, "modules-1-title": "Proofing"}
    new |= {"modules-1-video_count": 0, "modules-1-reading_count": 0}

    answer = changed(client, course, **new)

    assert answer.status_code == 302
    titles = course.modules.order_by("module_order").values_list("module_order", "title")
    assert list(titles) == [(1, "Module 1"), (2, "Proofing")]


def test_a_category_in_use_is_not_deleted_and_another_is():
    course, client = a_course(), browse(ada())
    unused = Category.objects.create(name="Unused", slug="unused", position=99)
    shelf = "/admin/catalog/category/"

    assert "Courses are in this category" in act(client, "remove", course.category, shelf)
    act(client, "remove", unused, shelf, reason="Never used")

    assert list(Category.objects.all()) == [course.category]
    entry = AuditEntry.objects.get(action="category.deleted")
    assert (entry.object_id, entry.reason) == (str(unused.pk), "Never used")


def test_a_new_category_is_audited_with_its_reason():
    client = browse(ada())
    given = {"name": "Maths", "slug": "maths", "icon": "sigma", "position": 1, "is_active": "on"}
    address = reverse("admin:catalog_category_add")

    assert client.post(address, given).status_code == 200
    assert not Category.objects.exists()
    client.post(address, {**given, "audit_reason": "Asked for by many"})

    entry = AuditEntry.objects.get(action="category.added")
    assert (entry.after["name"], entry.reason) == ("Maths", "Asked for by many")


def test_a_new_price_is_audited_with_what_was_before():
    course, client = a_course(description="Learn to ask a machine well." * 5), browse(ada())

    changed(client, course, price_cents=99_000, audit_reason="Sold")

    entry = AuditEntry.objects.get(action="course.changed")
    assert (entry.before, entry.after) == ({"price_cents": 45_000}, {"price_cents": 99_000})
    assert entry.reason == "Sold"


def test_the_form_does_not_change_the_creator():
    course, client = a_course(description="Learn to ask a machine well." * 5), browse(ada())

    changed(client, course, creator=str(clara(name="Cora Creator").pk))

    assert Course.objects.get(pk=course.pk).creator == course.creator


def test_saving_without_a_change_is_no_act():
    course, client = a_course(description="Learn to ask a machine well." * 5), browse(ada())

    assert changed(client, course).status_code == 302
    assert list(AuditEntry.objects.values_list("action", "before", "after")) == []


def test_a_course_is_transferred_by_an_act():
    course, client, cora = a_course(clara()), browse(ada()), clara(name="Cora Creator")
    given = {"action": "transfer", "_selected_action": [course.pk], "apply": "1"}

    client.post(LIST, {**given, "to": "nobody", "reason": "Asked for"})
    assert Course.objects.get(pk=course.pk).creator == course.creator
    client.post(LIST, {**given, "to": cora.handle, "reason": "Asked for"})
    assert Course.objects.get(pk=course.pk).creator == cora


def test_categories_change_places_by_an_act():
    address, client = "/admin/catalog/category/", browse(ada())
    names = ("First", "Second", "Third")
    rows = [
        Category.objects.create(name=name, slug=name.lower(), position=place)
        for place, name in enumerate(names, start=1)
    ]

    act(client, "move_up", rows[2], address)
    act(client, "move_up", rows[0], address)
    act(client, "move_down", rows[0], address)

    assert list(Category.objects.values_list("name", flat=True)) == ["Third", "First", "Second"]
    entries = AuditEntry.objects.filter(action="category.moved")
    assert [(one.before, one.after) for one in entries.order_by("pk")] == [
        ({"position": 3}, {"position": 2}),
        ({"position": 1}, {"position": 2}),
    ]


def test_a_new_category_comes_last():
    Category.objects.create(name="First", slug="first", position=7)
    given = {"name": "Second", "slug": "second", "is_active": "on", "audit_reason": "Wanted"}

    browse(ada()).post("/admin/catalog/category/add/", given)

    assert Category.objects.get(slug="second").position == 8
