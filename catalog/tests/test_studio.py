"""The studio as a creator meets it without JavaScript."""

import pytest

from catalog.actions.curriculum import add_module
from catalog.models import Course
from catalog.tests.people import ada, clara
from tests.cast import a_course, a_member, browse

pytestmark = pytest.mark.django_db

TEXT = "Learn to ask a machine well, step by step, with a teacher beside you. " * 2


def page(course: Course, part: str = "") -> str:
    return f"/create/courses/{course.pk}" + (f"/{part}" if part else "")


def basics(course: Course, **changed: str) -> dict[str, str]:
    return {
        "revision": str(course.revision),
        "title": course.title,
        "tagline": "",
        "description": course.description,
        "category": str(course.category_id or ""),
        "level": course.level,
        "duration": course.duration,
        "tags": "",
        **changed,
    }


def test_a_course_is_made_and_published_without_a_script():
    creator = clara()
    category = a_course(creator).category
    browser = browse(creator)

    begun = browser.post("/create/courses/new", {"title": "Baking bread"})
    course = Course.objects.get(title="Baking bread")
    assert begun.url == page(course)
    texts = basics(course, description=TEXT, category=str(category.pk), duration="6 weeks")
    assert browser.post(page(course), texts).status_code == 302
    browser.post(page(course, "outline"), {"title": "Flour and water"})
    browser.post(page(course, "cover/drawn"))
    ready = browser.get(page(course, "publish")).content.decode()
    assert "Ready to publish" in ready
    to = {"publish": "1", "next": page(course, "publish")}
    published = browser.post(page(course, "publication"), to, follow=True)

    course.refresh_from_db()
    assert course.is_published
    assert "In the catalog" in published.content.decode()


def test_what_is_missing_leads_to_its_field():
    creator = clara()
    course = a_course(creator, published=False, description="", thumbnail_url=None, category=None)

    found = browse(creator).get(page(course)).content.decode()

    assert f'href="{page(course)}#id_description"' in found
    assert f'href="{page(course, "cover")}#cover"' in found
    assert "a description of at least 50 characters" in found


@pytest.mark.parametrize(
    "part", ["", "audience", "outline", "price", "cover", "publish", "preview"]
)
def test_every_part_opens_for_the_creator_and_an_admin_only(part):
    course = a_course(clara(), published=False)

    seen = [
        browse(user).get(page(course, part)).status_code
        for user in (course.creator, ada(), a_member("Olga Other"))
    ]

    assert seen == [200, 200, 404]


def test_only_approved_creators_begin_a_course():
    assert browse(a_member()).get("/create/courses/new").status_code == 403
    assert browse(a_member()).post("/create/courses/new", {"title": "Mine"}).status_code == 403


def test_a_refused_text_is_kept_and_its_field_named():
    course = a_course(clara(), published=False)
    sent = basics(course, title="  ", description=TEXT)

    answer = browse(course.creator).post(page(course), sent)

    assert answer.status_code == 422
    assert "Give a title of 3 to 140 characters." in answer.content.decode()
    assert TEXT.strip() in answer.content.decode()


def test_a_second_tab_is_told_and_its_text_is_kept():
    course = a_course(clara(), published=False)
    browser, mine = browse(course.creator), basics(course, tagline="From the second tab")
    browser.post(page(course), basics(course, tagline="From the first tab"))

    answer = browser.post(page(course), mine)

    assert answer.status_code == 409
    found = answer.content.decode()
    assert "Changed elsewhere" in found
    assert "From the second tab" in found
    course.refresh_from_db()
    assert course.tagline == "From the first tab"

    over = {**mine, "over": str(course.revision)}
    assert browser.post(page(course), over).status_code == 302
    course.refresh_from_db()
    assert course.tagline == "From the second tab"


def test_the_same_save_twice_is_no_clash():
    course = a_course(clara(), published=False)
    browser, sent = browse(course.creator), basics(course, tagline="Twice")

    codes = [browser.post(page(course), sent).status_code for _ in range(2)]

    assert codes == [302, 302]


def test_an_automatic_save_answers_with_the_new_revision():
    course = a_course(clara(), published=False)
    htmx = {"HTTP_HX_REQUEST": "true"}
    browser = browse(course.creator)

    answer = browser.post(page(course), basics(course, tagline="Soon"), **htmx)
    late = browser.post(page(course), basics(course, tagline="Later"), **htmx)

    assert answer.status_code == 200
    assert 'name="revision" id="revision" form="studio-form" value="2"' in answer.content.decode()
    assert (late.status_code, late["HX-Retarget"]) == (409, "#saved")


def test_a_price_shows_what_each_side_gets():
    course = a_course(clara(), price_cents=10_000, published=False)
    sent = {"revision": "1", "price_cents": "200.00", "session_minutes": "60"}

    answer = (
        browse(course.creator)
        .post(page(course, "price"), sent, HTTP_HX_REQUEST="true")
        .content.decode()
    )

    for amount in ("$140.00", "$30.00", "$170.00"):
        assert amount in answer


def test_goals_audience_and_testimonials_are_lists():
    course = a_course(clara(), published=False)
    browser = browse(course.creator)
    sent = {
        "revision": "1",
        "objectives": "Bake bread\n\nKeep a starter",
        "required": "An oven",
        "not_required": "A mixer",
        "quote_1": "I bake every week now.",
        "author_1": "Sam",
    }

    browser.post(page(course, "audience"), sent)

    assert list(course.objectives.values_list("text", flat=True)) == [
        "Bake bread",
        "Keep a starter",
    ]
    assert list(course.prerequisites.values_list("text", "kind")) == [
        ("An oven", "required"),
        ("A mixer", "not_required"),
    ]
    shown = browser.get(page(course, "preview")).content.decode()
    assert "I bake every week now." in shown


def test_a_testimonial_needs_a_name():
    course = a_course(clara(), published=False)

    answer = browse(course.creator).post(
        page(course, "audience"), {"revision": "1", "quote_1": "Great"}
    )

    assert answer.status_code == 422
    assert "Each needs the words and the name of who said them." in answer.content.decode()


def test_modules_move_by_buttons_and_before_each_other():
    course = a_course(clara(), modules=3, published=False)
    first, second, third = course.modules.order_by("module_order")
    browser = browse(course.creator)

    browser.post(page(course, f"modules/{third.pk}/move"), {"step": "up"})
    moved = browser.post(
        page(course, f"modules/{first.pk}/move"), {"before": ""}, HTTP_HX_REQUEST="true"
    ).content.decode()

    order = course.modules.order_by("module_order").values_list("pk", flat=True)
    assert list(order) == [third.pk, second.pk, first.pk]
    assert "Module 1 is module 3 now." in moved


def test_a_module_keeps_teaching_notes_from_learners():
    course = a_course(clara())
    module = course.modules.get(module_order=1)
    sent = {
        "revision": "1",
        "title": "Flour",
        "video_count": "1",
        "reading_count": "0",
        "teaching_notes": "Ask what went wrong first.",
    }

    saved = browse(course.creator).post(page(course, f"modules/{module.pk}"), sent)

    assert saved.status_code == 302
    module.refresh_from_db()
    assert module.teaching_notes == "Ask what went wrong first."
    assert "went wrong" not in browse().get(f"/courses/{course.slug}").content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/video",
        "http://localhost:8000/a",
        "https://10.0.0.1/a",
        "http://[::1]/a",
        "https://intranet/a",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://user@example.com/",
        "https://printer.local/a",
    ],
)
def test_a_video_link_to_an_inside_address_is_refused(address):
    course = a_course(clara(), published=False)
    module = course.modules.get(module_order=1)
    sent = {
        "revision": "1",
        "title": "Flour",
        "video_count": "0",
        "reading_count": "0",
        "video_url": address,
    }

    answer = browse(course.creator).post(page(course, f"modules/{module.pk}"), sent)

    assert answer.status_code == 422
    assert "Give a public web address that everybody can open" in answer.content.decode()


def test_a_duplicate_is_a_draft_with_the_same_content():
    course = a_course(clara(), modules=2)
    add_module(course=course, title="Last", teaching_notes="Slowly.", by=course.creator)

    answer = browse(course.creator).post(page(course, "duplicate"))

    copy = Course.objects.get(title=f"Copy of {course.title}")
    assert answer.url == page(copy)
    assert copy.is_draft
    assert list(copy.modules.values_list("title", "teaching_notes")) == [
        ("Module 1", ""),
        ("Module 2", ""),
        ("Last", "Slowly."),
    ]


def test_scripts_in_a_description_stay_words():
    course = a_course(clara(), published=False)
    evil = f"<script>alert(1)</script> [x](javascript:alert(1)) {TEXT}"
    browser = browse(course.creator)

    browser.post(page(course), basics(course, description=evil))
    shown = browser.get(page(course, "preview")).content.decode()

    assert "<script>alert(1)" not in shown
    assert 'href="javascript' not in shown


def test_a_drawn_cover_is_a_picture_for_everybody():
    course = a_course(clara(), published=False, thumbnail_url=None)
    browse(course.creator).post(page(course, "cover/drawn"))
    course.refresh_from_db()

    answer = browse().get(course.thumbnail_url)

    assert answer["Content-Type"] == "image/svg+xml"
    assert browse().get("/covers/nothing.svg").status_code == 404


def test_retiring_and_deleting_are_offered_where_they_can_be_done():
    course = a_course(clara())
    draft = a_course(course.creator, published=False)
    browser = browse(course.creator)

    browser.post(page(course, "retire"))
    browser.post(page(draft, "delete"))
    refused = browser.post(page(course, "delete"))

    course.refresh_from_db()
    draft.refresh_from_db()
    assert course.is_retired
    assert draft.deleted_at is not None
    assert refused.status_code == 409
