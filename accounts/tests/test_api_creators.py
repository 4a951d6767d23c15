"""GET /creators: who is listed, how one finds them, what it costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.members.actions.relations import block_member
from accounts.models import Expertise, UserStats
from peerloop.kit import clock
from tests.cast import a_member, api

pytestmark = pytest.mark.django_db


def a_creator(name, *tags, **fields):
    creator = a_member(name, is_creator=True, **{"privacy_public": True, **fields})
    Expertise.objects.bulk_create(Expertise(user=creator, tag=tag) for tag in tags)
    return creator


def names(query="", viewer=None):
    answer = api(viewer).get(f"/api/v1/creators{query}")
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["creators"]]


@pytest.mark.parametrize("root", ["/api/v1", "/api"])
def test_a_creator_is_shown_with_all_that_is_public(root):
    clara = a_creator("Clara Creator", "python", "art", title="Analyst", bio_short="Short")
    UserStats.objects.create(user=clara, students_taught=3, average_rating="4.5", total_reviews=2)

    body = api().get(f"{root}/creators").json()

    assert (body["total"], body["page"]) == (1, 1)
    assert body["creators"] == [
        {
            "id": str(clara.pk),
            "name": "Clara Creator",
            "handle": clara.handle,
            "avatar_url": None,
            "title": "Analyst",
            "bio_short": "Short",
            "expertise": ["art", "python"],
            "stats": {
                "students_taught": 3,
                "courses_created": 0,
                "average_rating": 4.5,
                "total_reviews": 2,
            },
            "follower_count": 0,
        }
    ]


def test_only_active_public_creators_are_listed():
    a_creator("Clara Creator")
    a_creator("Paula Private", privacy_public=False)
    a_creator("Susi Suspended", suspended_at=clock.now())
    a_creator("Dora Deleted", deleted_at=clock.now())
    a_member("Sam Student", privacy_public=True)

    assert names() == ["Clara Creator"]
    assert names(viewer=a_member()) == ["Clara Creator"]
    assert names("?search=paula") == []
    for role in ("is_admin", "is_moderator"):
        viewer = a_member("Max", **{role: True})
        assert names(viewer=viewer) == ["Clara Creator", "Paula Private"]


def test_members_who_blocked_the_viewer_are_not_listed():
    clara, sam = a_creator("Clara Creator"), a_member()
    block_member(member=sam, by=clara, at=clock.now())

    assert names(viewer=sam) == []
    assert names("?search=clara", viewer=sam) == []
    assert names() == ["Clara Creator"]


@pytest.mark.parametrize(
    "search",
    ["Clara", "clara creator", "CREA", "clra", "Clarra", "creater", "watercolour", "watercolor"],
)
def test_search_reads_name_and_expertise_and_forgives_typing_errors(search):
    a_creator("Clara Creator", "watercolour")
    a_creator("Bob Zinnemann", "chemistry")

    assert names(f"?search={search}") == ["Clara Creator"]


@pytest.mark.parametrize("search", ["%", "_", "%25", "\\", "' OR 1=1 --", "%00", "xyzzyx"])
def test_a_meaningless_search_finds_nobody(search):
    a_creator("Clara Creator")

    answer = api().get("/api/v1/creators", {"search": search})

    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or answer.json()["creators"] == []


def test_expertise_narrows_and_pages_turn():
    for number in range(3):
        a_creator(f"Clara {number}", "python")
    a_creator("Bob Creator", "art")

    assert names("?expertise=Python") == ["Clara 0", "Clara 1", "Clara 2"]
    assert names("?expertise=python&search=clara&limit=2&page=2") == ["Clara 2"]
    assert api().get("/api/v1/creators?limit=2&page=2").json()["total"] == 4
    assert api().get("/api/v1/creators?page=0").status_code == 400


@pytest.mark.parametrize("query", ["", "?search=clra", "?search=clara&limit=5", "?limit=5"])
def test_the_directory_costs_few_statements(query, django_assert_max_num_queries):
    for number in range(20):
        a_creator(f"Clara {number}", "python", "art")
    client = api(a_member())

    with django_assert_max_num_queries(6):
        assert client.get(f"/api/v1/creators{query}").json()["total"] == 20


def test_many_members_are_not_read_one_by_one():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO users (id, created_at, updated_at, password, is_superuser, email, name,"
            " handle, title, bio, bio_short, website, avatar_url, teaching_philosophy, location,"
            " timezone, requested_role, is_creator, is_student_teacher, is_moderator, is_admin,"
            " is_active, privacy_public, email_status, marketing_opt_out, stripe_account_status,"
            " stripe_payouts_enabled, stripe_details_submitted, suspended_reason, origin,"
            " token_version, goals, profile_was_public)"
            " SELECT gen_random_uuid(), now(), now(), '', false, n || '@x.test',"
            " 'Member ' || md5(n::text), 'mem' || n, '', '', '', '', '', '', '', '', 'student',"
            " n % 50 = 0, false, false, false, true, true, 'ok', false, 'none', false, false, '',"
            " '{}', 0, '{}', false FROM generate_series(1, 20000) n"
        )
        # As autovacuum does it on a database that lives.
        for index in ("users_name_trgm", "users_handle_trgm"):
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [index])
        cursor.execute("ANALYZE users")

    for query in ("", "?search=aabbcc"):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            api().get(f"/api/v1/creators{query}")
        for statement in seen.captured_queries:
            if "set_config" in statement["sql"]:
                continue
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {statement['sql']}")
                plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan on users" not in plan, plan
