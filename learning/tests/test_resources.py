"""Resources of courses, materials of sessions, and playing them (RES-1, RES-2)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import File
from accounts.tests.uploads import pdf, upload
from learning.actions import close_enrollment
from learning.actions.materials import keep_position
from learning.actions.resources import add_resource, move_resource
from learning.models import Enrollment, PlaybackPosition, Resource
from learning.queries import modules_of
from learning.queries.resources import resources_of
from learning.tests.people import AT, taught
from peerloop.kit.refusals import Invalid
from peerloop.pages.tests.test_learn import a_session, text_of
from scheduling.actions.materials import add_material
from scheduling.models import SessionMaterial
from tests.cast import a_course, a_member, a_teacher, an_enrollment, api, browse

pytestmark = pytest.mark.django_db
# Enough of an MP4 for the check of its content.
FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00\x00\x00\x08free" + b"x" * 5_000


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(AT, tick=False):
        yield


def resource(course, **fields):
    given = {"link": "https://example.com/reading"} if "upload" not in fields else {}
    return add_resource(course=course, by=course.creator, at=AT, **{**given, **fields})


def test_a_resource_is_a_file_or_a_link_and_knows_its_type():
    course = a_course()
    assert resource(course).type == "other"
    assert resource(course, link="https://youtu.be/dQw4w9WgXcQ").type == "video_link"
    paper = resource(course, upload=upload("slides.pdf", pdf()))
    assert (paper.type, paper.name) == ("document", "slides")
    assert resource(course, upload=upload("film.mp4", FILM)).type == "recording"
    for fields in ({"link": ""}, {"link": "https://example.com", "upload": upload("a.pdf", pdf())}):
        with pytest.raises(Invalid):
            resource(course, **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Resource.objects.filter(pk=paper.pk).update(link="https://example.com")


@pytest.mark.parametrize(
    "link", ["http://192.168.1.1/a", "https://localhost", "file:///etc/passwd"]
)
def test_a_link_to_an_inside_address_is_refused(link):
    with pytest.raises(Invalid) as refusal:
        resource(a_course(), link=link)
    assert list(refusal.value.fields) == ["link"]


def test_resources_are_opened_by_those_who_learn_or_teach_and_counted():
    enrollment = taught()
    course = enrollment.course
    row = resource(course, upload=upload("slides.pdf", pdf()))
    path = f"/resources/{row.pk}"
    ada = a_member("Ada", is_admin=True)
    people = (enrollment.student, enrollment.teacher, course.creator, ada)
    for person in people:
        browser = browse(person)
        opened = browser.get(path, follow=True)
        assert opened.status_code == 200
        assert opened["Content-Type"] == "application/pdf"
    row.refresh_from_db()
    assert row.download_count == 4
    strangers = [a_member("Olga"), a_teacher(a_course(), name="Tara").user]
    for person in strangers:
        assert browse(person).get(path).status_code == 404
        assert browse(person).get(f"{path}/file").status_code == 404
    close_enrollment(enrollment=enrollment, by=None, reason="", at=AT)
    assert browse(enrollment.student).get(path).status_code == 404


def test_a_resource_of_a_module_is_for_those_who_paid_for_it():
    course = a_course(modules=2)
    enrollment = an_enrollment(a_member(), course)
    Enrollment.objects.filter(pk=enrollment.pk).update(modules_paid=1)
    enrollment.refresh_from_db()
    first, second = course.modules.order_by("module_order")
    mine, other = resource(course, module_id=first.pk), resource(course, module_id=second.pk)
    browser = browse(enrollment.student)
    assert browser.get(f"/resources/{mine.pk}").status_code == 302
    assert browser.get(f"/resources/{other.pk}").status_code == 404
    page = text_of(browser.get(f"/learn/{enrollment.pk}/resources"))
    assert f"/resources/{mine.pk}" in page
    assert f"/resources/{other.pk}" not in page


def test_a_film_plays_by_range_requests_and_goes_on_where_one_stopped():
    enrollment = taught()
    row = resource(enrollment.course, upload=upload("film.mp4", FILM))
    sam, path = browse(enrollment.student), f"/resources/{row.pk}"
    page = sam.get(path).content.decode()
    assert f'src="{path}/file"' in page
    part = sam.get(sam.get(f"{path}/file")["Location"], HTTP_RANGE="bytes=0-99")
    assert (part.status_code, len(part.getvalue())) == (206, 100)

    keep = page.split('data-playback="')[1].split('"')[0]
    assert sam.post(keep, {"seconds": "75"}).status_code == 204
    assert sam.post(keep, {"seconds": "80"}).status_code == 204
    assert f'src="{path}/file#t=80"' in sam.get(path).content.decode()
    for wrong in ("", "-1", "x", "99999"):
        assert sam.post(keep, {"seconds": wrong}).status_code == 400
    tom = browse(enrollment.teacher)
    assert tom.post(keep, {"seconds": "5"}).status_code == 404
    assert f'src="{path}/file"' in tom.get(path).content.decode()
    assert PlaybackPosition.objects.get().seconds == 80


def test_a_film_plays_in_its_module_where_one_stopped():
    enrollment = taught()
    first, second = modules_of(enrollment)[:2]
    row = resource(enrollment.course, upload=upload("film.mp4", FILM), module_id=first.pk)
    later = resource(enrollment.course, upload=upload("two.mp4", FILM), module_id=second.pk)
    sam, room = browse(enrollment.student), f"/learn/{enrollment.pk}"

    page = sam.get(room).content.decode()
    film = page.split("<video")[1].split(">")[0]
    assert f'src="/resources/{row.pk}/file"' in film
    # Only the module that one is at plays; the others have a link.
    assert page.count("<video") == 1
    assert f'href="/resources/{later.pk}"' in page

    # Where others stopped is theirs.
    PlaybackPosition.objects.create(user=enrollment.teacher, file=row.file, seconds=30)
    assert "goes on where you stopped" not in sam.get(room).content.decode()
    keep = page.split('data-playback="')[1].split('"')[0]
    assert sam.post(keep, {"seconds": "75"}).status_code == 204
    page = sam.get(room).content.decode()
    assert f'src="/resources/{row.pk}/file#t=75"' in page
    assert "goes on where you stopped" in page


def test_the_studio_leads_to_a_form_for_its_module():
    course = a_course()
    module = course.modules.get(module_order=2)
    browser = browse(course.creator)
    studio = browser.get(f"/create/courses/{course.pk}/modules/{module.pk}").content.decode()
    path = f"/create/courses/{course.pk}/resources?module={module.pk}"
    assert f'href="{path}#add"' in studio
    assert f'value="{module.pk}" selected' in browser.get(path).content.decode()
    assert browser.get(f"/create/courses/{course.pk}/resources?module=none").status_code == 200


def test_a_creator_orders_and_removes_resources():
    course = a_course()
    rows = [resource(course, name=name) for name in ("One", "Two", "Three")]
    names = lambda: [row.name for row in resources_of(course)]  # noqa: E731
    move_resource(resource=rows[2], earlier=True, by=course.creator)
    assert names() == ["One", "Three", "Two"]
    browser, path = browse(course.creator), f"/create/courses/{course.pk}/resources"
    browser.post(f"{path}/{rows[0].pk}/move", {"earlier": "0"})
    assert names() == ["Three", "One", "Two"]
    browser.post(f"{path}/{rows[2].pk}/move", {"earlier": "1"})
    browser.post(f"{path}/{rows[0].pk}/remove")
    assert names() == ["Three", "Two"]
    assert browser.post(path, {"name": "Empty"}).status_code == 422
    added = browser.post(path, {"file": upload("slides.pdf", pdf()), "name": "Slides"})
    assert added.status_code == 302
    assert "Slides" in text_of(browser.get(path))
    assert browse(a_member("Cora", is_creator=True)).get(path).status_code == 404


def test_removing_a_resource_removes_its_file():
    course = a_course()
    row = resource(course, upload=upload("slides.pdf", pdf()))
    browse(course.creator).post(f"/create/courses/{course.pk}/resources/{row.pk}/remove")
    assert File.objects.get().deleted_at is not None


def test_a_teacher_shares_materials_in_a_session_for_its_two_people():
    enrollment = taught()
    session = a_session(enrollment, start=AT + timedelta(minutes=5))
    tom, sam = browse(enrollment.teacher), browse(enrollment.student)
    path = f"/sessions/{session.pk}/materials"
    with time_machine.travel(AT + timedelta(minutes=6), tick=False):
        assert "Share something" in text_of(tom.get(path))
        assert tom.post(path, {"file": upload("notes.pdf", pdf())}).status_code == 302
        row = SessionMaterial.objects.get()
        assert "notes" in text_of(sam.get(path))
        assert sam.get(f"{path}/{row.pk}", follow=True)["Content-Type"] == "application/pdf"
        row.refresh_from_db()
        assert row.download_count == 1
        assert f"{path}/{row.pk}" in text_of(sam.get(f"/learn/{enrollment.pk}/resources"))
        assert sam.post(f"{path}/{row.pk}/remove").status_code == 403
        other = an_enrollment(a_member("Alma"), enrollment.course).student
        for person in (other, a_member("Olga")):
            assert browse(person).get(f"{path}/{row.pk}").status_code == 404
        assert tom.post(f"{path}/{row.pk}/remove").status_code == 302
        assert "Nothing was shared yet" in text_of(sam.get(path))


def test_the_list_over_the_api():
    enrollment = taught()
    resource(enrollment.course, name="Reading")
    session = a_session(enrollment, start=AT - timedelta(hours=1))
    add_material(
        session=session, by=enrollment.teacher, at=AT, link="https://example.com", name="N"
    )
    path = f"/api/v1/enrollments/{enrollment.pk}/resources"
    found = api(enrollment.student).get(path).json()["materials"]
    assert [row["name"] for row in found] == ["Reading", "N"]
    assert found[1]["session_id"] == str(session.pk)
    assert api(enrollment.teacher).get(path).status_code == 404


@pytest.mark.parametrize("rows", [1, 9])
def test_the_page_of_materials_asks_the_same_number_of_statements(
    rows, django_assert_max_num_queries
):
    enrollment = taught()
    session = a_session(enrollment, start=AT - timedelta(hours=1))
    for _ in range(rows):
        resource(enrollment.course, module_id=modules_of(enrollment)[0].pk)
        add_material(session=session, by=enrollment.teacher, at=AT, link="https://example.com")
    browser, path = browse(enrollment.student), f"/learn/{enrollment.pk}/resources"
    browser.get(path)
    with django_assert_max_num_queries(9):
        browser.get(path)


def test_a_position_is_kept_once_for_each_member_and_file():
    enrollment = taught()
    row = resource(enrollment.course, upload=upload("film.mp4", FILM))
    for seconds in (10, 20):
        keep_position(user=enrollment.student, file=row.file, seconds=seconds, at=AT)
    keep_position(user=enrollment.teacher, file=row.file, seconds=5, at=AT)
    assert sorted(PlaybackPosition.objects.values_list("seconds", flat=True)) == [5, 20]
