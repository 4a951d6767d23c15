"""The catalog over the API: shapes, filters, refusals."""

import uuid

import pytest
from django.conf import settings

from catalog.models import Course, CourseFollow
from catalog.tests.people import a_shelf, clara, courses
from tests.cast import a_course, a_member, api

pytestmark = pytest.mark.django_db

# The seeds' shape of a course in a list: names and types, nothing more and nothing less.
SUMMARY = {
    "id": str,
    "title": str,
    "description": str,
    "thumbnail_url": str,
    "level": str,
    "price_cents": int,
    "duration": str,
    "rating": (float, type(None)),
    "student_count": int,
    "category": {"id": str, "name": str},
    "creator": {"id": str, "name": str, "avatar_url": (str, type(None))},
}


def fits(value, shape) -> None:
    """Raises AssertionError where the value does not have exactly that shape."""
    if isinstance(shape, dict):
        assert isinstance(value, dict)
        assert set(value) == set(shape)
        for name, inner in shape.items():
            fits(value[name], inner)
    else:
        assert isinstance(value, shape), (value, shape)
        assert not (shape is int and isinstance(value, bool))


def listed(query: str = "", client=None) -> dict:
    answer = (client or api()).get(f"/api/v1/courses{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_list_has_the_seeds_shape():
    a_course(clara(avatar_url="/media/clara.webp"), rating="4.5", rating_count=2)
    a_course()

    body = listed()

    assert set(body) == {"courses", "total", "page"}
    assert (body["total"], body["page"]) == (2, 1)
    for course in body["courses"]:
        fits(course, SUMMARY)
        uuid.UUID(course["id"])
    assert [course["rating"] for course in body["courses"]] == [4.5, None]
    assert [course["creator"]["avatar_url"] for course in body["courses"]] == [
        f"{settings.BASE_URL}/media/clara.webp",
        None,
    ]


def test_everybody_may_read_it_also_under_the_alias():
    a_course()

    assert listed(client=api(a_member()))["total"] == 1
    assert api().get("/api/courses").json()["total"] == 1


def test_filters_and_orders():
    shelf, creator = a_shelf("Cooking"), clara()
    a_course(creator, title="Bread", category=shelf, level="advanced", price_cents=29_900)
    a_course(title="Pottery", student_count=5)

    def titles(query):
        return [course["title"] for course in listed(query)["courses"]]

    assert titles("?search=braed") == ["Bread"]
    assert titles("?level=advanced") == titles(f"?category_id={shelf.pk}") == ["Bread"]
    assert titles(f"?creator_id={creator.pk}") == ["Bread"]
    assert titles("?max_price=29900") == ["Bread"]
    assert titles("?min_price=29901&max_price=45000") == ["Pottery"]
    assert titles("?sort=students") == ["Pottery", "Bread"]
    assert titles("?sort=price") == ["Bread", "Pottery"]
    assert titles(f"?category_id={uuid.uuid4()}") == []
    assert titles("?search=&level=&category_id=&min_price=") != []


def test_pages_and_their_limit():
    courses(3)

    body = listed("?page=2&limit=2")
    assert (len(body["courses"]), body["total"], body["page"]) == (1, 3, 2)
    body = listed("?page=7")
    assert (body["courses"], body["total"], body["page"]) == ([], 3, 7)


def test_a_high_limit_is_cut_to_fifty():
    courses(51)

    assert len(listed("?limit=1000")["courses"]) == 50


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("level=expert", "level"),
        ("category_id=cooking", "category_id"),
        ("creator_id=1", "creator_id"),
        ("min_price=cheap", "min_price"),
        ("min_price=-1", "min_price"),
        ("min_price=nan", "min_price"),
        ("max_price=1e999999999", "max_price"),
        ("max_price=0.5", "max_price"),
        ("max_price=29900.0", "max_price"),
        ("min_price=\N{ARABIC-INDIC DIGIT FOUR}", "min_price"),
        ("min_price=9&max_price=8", "max_price"),
        ("sort=luck", "sort"),
        ("page=0", "page"),
        ("page=two", "page"),
        ("limit=0", "limit"),
        (f"search={'x' * 201}", "search"),
    ],
)
def test_values_that_cannot_be_right_are_named(query, field):
    answer = api().get(f"/api/v1/courses?{query}")

    assert answer.status_code == 400
    assert (answer.json()["code"], list(answer.json()["fields"])) == ("invalid", [field])


@pytest.mark.parametrize("number", [1, 20, 100])
def test_the_list_is_one_statement(number, django_assert_num_queries):
    courses(number)

    with django_assert_num_queries(1):
        assert listed("?limit=50")["total"] == number


def test_categories_have_their_counts(django_assert_num_queries):
    courses(2, category=a_shelf("Cooking"))

    with django_assert_num_queries(1):
        body = api().get("/api/v1/categories").json()

    assert set(body) == {"categories"}
    fits(body["categories"][0], {"id": str, "name": str, "slug": str, "course_count": int})
    assert body["categories"][0]["course_count"] == 2


def test_following_is_safe_to_repeat():
    course, sam = a_course(), a_member()
    client = api(sam)

    for _ in range(2):
        answer = client.post(f"/api/v1/courses/{course.pk}/follow")
        assert (answer.status_code, answer.json()) == (200, {"is_following": True})
    assert CourseFollow.objects.count() == 1

    for _ in range(2):
        answer = client.delete(f"/api/v1/courses/{course.pk}/follow")
        assert (answer.status_code, answer.json()) == (200, {"is_following": False})
    assert CourseFollow.objects.count() == 0


def test_following_needs_a_member_and_a_course():
    course, draft = a_course(), a_course(published=False)

    assert api().post(f"/api/v1/courses/{course.pk}/follow").status_code == 401
    client = api(a_member())
    for key in (uuid.uuid4(), "bread", draft.pk):
        assert client.post(f"/api/v1/courses/{key}/follow").status_code == 404
        assert client.delete(f"/api/v1/courses/{key}/follow").status_code == 404


def test_a_course_that_left_the_catalog_can_still_be_let_go():
    course, sam = a_course(), a_member()
    api(sam).post(f"/api/v1/courses/{course.pk}/follow")
    Course.objects.filter(pk=course.pk).update(status="retired")

    assert api(sam).delete(f"/api/v1/courses/{course.pk}/follow").status_code == 200
    assert not CourseFollow.objects.exists()
