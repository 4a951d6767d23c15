"""Courses are made, changed and published over the API."""

import pytest

from catalog.models import Course
from catalog.tests.people import a_shelf, ada, clara
from tests.cast import a_course, a_member, an_enrollment, api

pytestmark = pytest.mark.django_db

TEXT = "Learn to ask a machine well, step by step, with a teacher beside you."


def mine(course: Course, part: str = "") -> str:
    return f"/api/v1/me/courses/{course.pk}" + (f"/{part}" if part else "")


def test_a_course_is_made_and_published():
    creator, shelf = clara(), a_shelf()
    client = api(creator)

    begun = client.post("/api/v1/me/courses", {"title": "Bread"}, format="json")
    course = Course.objects.get(pk=begun.json()["id"])
    refused = client.post(mine(course, "publication"))
    changed = client.patch(
        mine(course),
        {
            "description": TEXT,
            "category_id": str(shelf.pk),
            "duration": "6 weeks",
            "learning_objectives": ["Bake"],
            "prerequisites": [{"text": "An oven", "kind": "required"}],
            "peerloop_features": {
                "one_on_one_teaching": True,
                "certified_teachers": True,
                "earn_while_teaching": False,
            },
        },
        format="json",
    )
    client.post(mine(course, "modules"), {"title": "Flour"}, format="json")
    client.post(mine(course, "cover"))
    published = client.post(mine(course, "publication"))

    assert begun.status_code == 201
    assert (refused.status_code, refused.json()["code"]) == (409, "course_incomplete")
    assert changed.json()["peerloop_features"]["earn_while_teaching"] is False
    assert changed.json()["learning_objectives"] == ["Bake"]
    assert published.json()["status"] == "published"
    assert published.json()["missing"] == []


def test_every_wrong_field_is_named_at_once():
    course = a_course(clara(), published=False)
    wrong = {
        "title": "x" * 141,
        "price_cents": "free",
        "prerequisites": [{"text": "An oven", "kind": "maybe"}],
    }

    answer = api(course.creator).patch(mine(course), wrong, format="json")

    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == {"title", "price_cents", "prerequisites.0.kind"}


def test_rules_name_the_fields_as_the_api_does():
    course = a_course(clara())
    client = api(course.creator)

    unknown = client.patch(mine(course), {"category_id": str(course.pk)}, format="json")
    length = client.patch(mine(course), {"session_minutes": 50}, format="json")

    assert list(unknown.json()["fields"]) == ["category_id"]
    assert list(length.json()["fields"]) == ["session_minutes"]


@pytest.mark.parametrize("by_header", [True, False])
def test_an_older_revision_is_refused_with_the_present_one(by_header):
    course = a_course(clara(), published=False)
    client = api(course.creator)
    tag = client.get(mine(course))["ETag"]
    client.patch(mine(course), {"tagline": "First"}, format="json")

    body = {"tagline": "Second"} | ({} if by_header else {"revision": 1})
    extra = {"HTTP_IF_MATCH": tag} if by_header else {}
    answer = client.patch(mine(course), body, format="json", **extra)

    assert answer.status_code == 409
    assert (answer.json()["code"], answer.json()["revision"]) == ("changed_elsewhere", 2)
    course.refresh_from_db()
    assert course.tagline == "First"


def test_what_was_read_makes_the_same_course_again():
    course = a_course(clara(), modules=2, description=TEXT)
    client = api(course.creator)
    client.patch(
        mine(course),
        {"tags": ["bread"], "testimonials": [{"quote": "Good.", "author": "Sam"}]},
        format="json",
    )
    found = client.get(mine(course)).json()
    kept = {"title", "tagline", "description", "level", "price_cents", "duration", "includes"}
    kept |= {"session_minutes", "lifetime_access", "tags", "learning_objectives", "target_audience"}
    kept |= {"prerequisites", "testimonials", "peerloop_features"}
    body = {name: found[name] for name in kept} | {"category_id": found["category"]["id"]}
    left_out = {"id", "position", "revision"}
    body["modules"] = [
        {name: value for name, value in module.items() if name not in left_out}
        for module in found["modules"]
    ]

    made = client.post("/api/v1/me/courses", body, format="json").json()

    assert {name: made[name] for name in kept} == {name: found[name] for name in kept}
    assert [module["title"] for module in made["modules"]] == ["Module 1", "Module 2"]


def test_modules_are_changed_moved_removed():
    course = a_course(clara(), modules=3, published=False)
    first, second, third = (str(row.pk) for row in course.modules.order_by("module_order"))
    client = api(course.creator)

    changed = client.patch(
        mine(course, f"modules/{first}"), {"teaching_notes": "Slowly."}, format="json"
    )
    client.put(mine(course, f"modules/{third}/place"), {"before_id": first}, format="json")
    client.put(mine(course, f"modules/{second}/place"), {"position": 1}, format="json")
    gone = client.delete(mine(course, f"modules/{first}"))

    assert (changed.json()["teaching_notes"], changed.json()["revision"]) == ("Slowly.", 2)
    assert gone.json() == {"is_archived": False}
    found = client.get(mine(course)).json()["modules"]
    assert [row["id"] for row in found] == [second, third]
    assert [row["position"] for row in found] == [1, 2]


def test_a_module_that_students_paid_for_stays():
    course = a_course(clara())
    an_enrollment(a_member("Sam"), course)
    module = course.modules.get(module_order=1)

    answer = api(course.creator).delete(mine(course, f"modules/{module.pk}"))

    assert answer.status_code == 409
    assert "part of what they paid for" in answer.json()["detail"]


def test_an_inside_address_is_refused():
    course = a_course(clara())
    module = course.modules.get(module_order=1)

    answer = api(course.creator).patch(
        mine(course, f"modules/{module.pk}"),
        {"video_url": "http://169.254.169.254/"},
        format="json",
    )

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["video_url"])


def test_courses_of_others_are_not_there():
    course = a_course(clara())

    assert api(a_member("Olga")).get(mine(course)).status_code == 404
    assert api(ada()).get(mine(course)).status_code == 200
    assert api().get(mine(course)).status_code == 401
    assert api(a_member("Max")).post("/api/v1/me/courses", {"title": "x"}).status_code == 403


def test_own_courses_are_listed_in_all_states():
    creator = clara()
    a_course(creator, published=False, title="Draft")
    a_course(creator, title="Listed")
    a_course(title="Another's")

    found = api(creator).get("/api/v1/me/courses").json()

    assert [row["title"] for row in found["courses"]] == ["Listed", "Draft"]
    assert found["total"] == 2


def test_a_copy_a_retirement_and_a_deletion():
    course = a_course(clara())
    client = api(course.creator)

    copy = client.post(mine(course, "copies")).json()
    retired = client.post(mine(course, "retirement")).json()
    gone = client.delete(f"/api/v1/me/courses/{copy['id']}")

    assert (copy["status"], retired["status"], gone.status_code) == ("draft", "retired", 204)
    assert client.delete(mine(course)).status_code == 409
