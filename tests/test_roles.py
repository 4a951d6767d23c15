"""Effects of granting and revoking roles across apps (rules ROLE-4, ROLE-8, ROLE-12)."""

import pytest

from accounts.members.actions.roles import set_role
from accounts.models import User
from accounts.sanctions.actions.suspension import lift_suspension, suspend_member
from catalog.actions.drafting import create_course, edit_course
from peerloop.kit import clock
from peerloop.kit.refusals import Forbidden
from tests.cast import a_course, a_member, a_teacher, api, browse

pytestmark = pytest.mark.django_db
LISTS = ("/creators", "/student-teachers", "/api/v1/creators", "/api/v1/student-teachers")


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True)


def test_a_former_creator_manages_old_courses_but_makes_no_new_one(ada):
    course = a_course()
    clara, web = course.creator, browse(course.creator)
    assert web.get("/create").status_code == 200

    set_role(user=clara, role="is_creator", held=False, reason="x", by=ada, at=clock.now())
    clara.refresh_from_db()

    with pytest.raises(Forbidden):
        create_course(by=clara, title="One more", at=clock.now())
    changed = edit_course(course=course, by=clara, tagline="Still mine")
    assert changed.tagline == "Still mine"
    for page in ("/create", "/create/approvals", "/earnings"):
        assert web.get(page).status_code == 200, page


def test_a_revoked_admin_loses_access_at_the_next_request(ada):
    eve = a_member("Eve", is_admin=True)
    web = browse(eve)
    assert web.get("/admin/accounts/user/").status_code == 200

    set_role(user=eve, role="is_admin", held=False, reason="x", by=ada, at=clock.now())

    assert web.get("/admin/accounts/user/", follow=True).status_code == 404


def test_a_suspended_member_is_not_listed_until_the_suspension_is_lifted(ada):
    course = a_course()
    tom = a_teacher(course).user
    User.objects.update(privacy_public=True)
    User.objects.filter(pk=tom.pk).update(is_student_teacher=True, has_hours=True, is_creator=True)
    tom.refresh_from_db()

    def found() -> list[str]:
        paths = (*LISTS, f"/courses/{course.slug}")
        at = [(path, api() if path.startswith("/api") else browse()) for path in paths]
        names = [path for path, client in at if tom.name in client.get(path).content.decode()]
        profile = browse().get(f"/u/{tom.handle}").status_code
        return [*names, *(["profile"] if profile == 200 else [])]

    everywhere = found()
    assert {*LISTS, "profile"} <= set(everywhere)
    web, program = browse(tom), api(tom)

    suspend_member(user=tom, reason="x", by=ada, at=clock.now())

    assert found() == []
    assert web.get("/dashboard")["Location"].startswith("/login")
    assert program.get("/api/v1/blocks").status_code == 401
    lift_suspension(user=tom, reason="x", by=ada, at=clock.now())
    assert found() == everywhere
    assert web.get("/dashboard")["Location"].startswith("/login")
