"""The creator's page of their community, the moderator's own page, and both over the API."""

from uuid import uuid4

import pytest

from accounts.members.actions.relations import block_member
from accounts.models import Notification
from community.models import CommunityModerator, CommunityWelcome
from community.moderators.actions import appoint_moderator, end_appointment
from community.tests.test_moderators import Scene, a_student_of
from peerloop.kit import clock
from tests.cast import a_member, api, browse

pytestmark = pytest.mark.django_db
HOME = "/create/community"
APPOINT = f"{HOME}/moderators"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def scene():
    return Scene()


def text_of(answer):
    return " ".join(answer.content.decode().split()).replace("\u2068", "").replace("\u2069", "")


def appointed(scene, user=None):
    user = user or scene.sam
    return appoint_moderator(creator=scene.clara, user=user, by=scene.clara, at=clock.now())


def live(scene):
    rows = CommunityModerator.objects.active().filter(creator=scene.clara)
    return [row.user for row in rows.select_related("user")]


def test_only_creators_have_a_community(scene):
    for user in (scene.sam, scene.tom, a_member("Ada", is_admin=True)):
        assert browse(user).get(HOME).status_code == 403
    assert browse(scene.clara).get(HOME).status_code == 200


def test_a_creator_without_anybody_is_told_how_they_come():
    text = text_of(browse(a_member("Cora", is_creator=True)).get(HOME))
    assert "and appears here" in text
    assert "Nobody yet" in text
    assert "Write a welcome" in text


def test_members_stand_there_the_newest_first_with_what_they_bought(scene):
    a_student_of(scene.course, "Nele Newest")
    text = text_of(browse(scene.clara).get(HOME))
    assert text.index("Nele Newest") < text.index("Sam Student")
    assert scene.course.title in text
    assert f"/courses/{scene.course.slug}/feed" in text


def test_members_are_found_by_name_and_handle_also_while_typing(scene):
    a_student_of(scene.course, "Nele Newest")
    browser = browse(scene.clara)
    for search in ("nele", "NELE N", "@nele"):
        text = text_of(browser.get(HOME, {"q": search}))
        assert "Nele Newest" in text
        assert "Sam Student" not in text
    part = browser.get(HOME, {"q": "%"}, **HTMX)
    assert "Nobody of that name" in text_of(part)
    assert "<html" not in text_of(part)


def test_members_of_other_creators_are_not_found(scene):
    a_student_of(scene.other, "Otto Other")
    assert "Otto Other" not in text_of(browse(scene.clara).get(HOME, {"q": "otto"}))


def test_twenty_members_stand_on_a_page(scene):
    for number in range(20):
        a_student_of(scene.course, f"Student {number:02}")
    browser = browse(scene.clara)
    assert "Sam Student" not in text_of(browser.get(HOME))
    assert "Sam Student" in text_of(browser.get(HOME, {"page": "2"}))


@pytest.mark.parametrize("typed", ["{}", "@{}", " {} "])
def test_a_creator_appoints_by_handle(scene, typed):
    answer = browse(scene.clara).post(APPOINT, {"handle": typed.format(scene.sam.handle)})
    assert answer["Location"] == HOME
    assert live(scene) == [scene.sam]
    told = Notification.objects.get(user=scene.sam)
    assert told.url == f"/instructors/{scene.clara.handle}/moderating"


@pytest.mark.parametrize(
    ("who", "words"),
    [("nobody_at_all", "Nobody has this handle"), ("", "required"), ("stranger", "learns or")],
)
def test_a_wrong_handle_is_refused_beside_its_field(scene, who, words):
    handle = a_member("Olga Stranger").handle if who == "stranger" else who
    answer = browse(scene.clara).post(APPOINT, {"handle": handle})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert live(scene) == []


def test_who_blocked_the_creator_is_not_appointed(scene):
    block_member(member=scene.clara, by=scene.sam, at=clock.now())
    answer = browse(scene.clara).post(APPOINT, {"handle": scene.sam.handle})
    assert answer.status_code == 422
    assert live(scene) == []


def test_a_creator_ends_an_appointment_with_a_reason(scene):
    appointed(scene)
    browser = browse(scene.clara)
    path = f"{APPOINT}/{scene.sam.pk}/end"
    assert "End this appointment?" in text_of(browser.get(path))

    assert browser.post(path, {"reason": "Thank you for all"})["Location"] == HOME

    assert live(scene) == []
    text = text_of(browser.get(HOME))
    assert "Who did before" in text
    assert "Thank you for all" in text
    assert browser.post(path, {}).status_code == 404


def test_nobody_ends_the_appointments_of_others(scene):
    appointed(scene)
    path = f"{APPOINT}/{scene.sam.pk}/end"
    assert browse(scene.other.creator).post(path, {}).status_code == 404
    assert browse(scene.tom).post(path, {}).status_code == 403
    assert live(scene) == [scene.sam]


def test_a_moderator_reads_what_they_may_do_and_may_leave(scene):
    appointed(scene)
    path = f"/instructors/{scene.clara.handle}/moderating"
    browser = browse(scene.sam)
    assert "pin and remove posts" in text_of(browser.get(path))
    assert browse(scene.tom).get(path).status_code == 404

    assert browser.post(path)["Location"] == "/feed"

    assert live(scene) == []
    assert Notification.objects.filter(user=scene.clara).count() == 1
    assert browser.get(path).status_code == 404


def test_the_welcome_stands_at_the_head_of_the_feed_also_when_it_is_empty(scene):
    browser = browse(scene.clara)
    browser.post(f"{HOME}/welcome", {"content": "Ask **early**, <b>please</b>"})
    for reader in (scene.sam, scene.clara):
        page = browse(reader).get(f"/instructors/{scene.clara.handle}/feed").content.decode()
        assert "Ask <strong>early</strong>" in page
        assert "<b>please" not in page
    assert "early" not in text_of(browse(scene.sam).get(f"/courses/{scene.course.slug}/feed"))

    browser.post(f"{HOME}/welcome", {"content": "  "})
    assert not CommunityWelcome.objects.exists()


def test_a_welcome_that_is_too_long_is_refused_and_keeps_its_text(scene):
    answer = browse(scene.clara).post(f"{HOME}/welcome", {"content": "x" * 2_001})
    assert answer.status_code == 422
    assert "At most 2,000" in text_of(answer)
    assert "x" * 2_001 in text_of(answer)
    assert not CommunityWelcome.objects.exists()


def moderators_of(scene):
    return f"/api/v1/users/{scene.clara.pk}/moderators"


def test_a_creator_appoints_lists_and_ends_over_the_api(scene):
    client, path = api(scene.clara), moderators_of(scene)
    for _ in range(2):
        made = client.post(path, {"user_id": str(scene.tom.pk)}, "json")
        assert (made.status_code, made.json()["user"]["name"]) == (200, "Tom Teacher")
    listed = client.get(path).json()["moderators"]
    assert [one["user"]["handle"] for one in listed] == [scene.tom.handle]
    for _ in range(2):
        assert client.delete(f"{path}/{scene.tom.pk}").status_code == 204
    assert client.get(path).json()["moderators"] == []
    assert Notification.objects.filter(user=scene.tom).count() == 2


def test_over_the_api_nobody_else_appoints_or_reads_and_moderators_leave(scene):
    appointed(scene)
    path = moderators_of(scene)
    for user in (scene.tom, scene.other.creator, a_member("Mona", is_moderator=True)):
        assert api(user).get(path).status_code == 403
        assert api(user).post(path, {"user_id": str(user.pk)}, "json").status_code == 403
        assert api(user).delete(f"{path}/{scene.sam.pk}").status_code == 403
    assert api(scene.sam).delete(f"{path}/{scene.sam.pk}").status_code == 204
    assert api(a_member("Ada", is_admin=True)).get(path).status_code == 200


def test_over_the_api_a_wrong_member_is_refused_by_name(scene):
    path = moderators_of(scene)
    for user_id in (uuid4(), a_member("Olga").pk, scene.clara.pk):
        answer = api(scene.clara).post(path, {"user_id": str(user_id)}, "json")
        assert answer.status_code == 400
        assert "user_id" in answer.json()["fields"]
    mona = a_student_of(scene.course, "Mona")
    type(mona).objects.filter(pk=mona.pk).update(is_moderator=True)
    answer = api(scene.clara).post(path, {"user_id": str(mona.pk)}, "json")
    assert (answer.status_code, answer.json()["code"]) == (409, "keeps_order_already")
    nobody = f"/api/v1/users/{scene.sam.pk}/moderators"
    assert api(scene.sam).get(nobody).status_code == 404


def test_the_page_needs_as_many_statements_with_many_people(scene, django_assert_max_num_queries):
    for number in range(12):
        user = a_student_of(scene.course, f"Student {number:02}")
        row = appointed(scene, user)
        if number % 2:
            end_appointment(appointment=row, by=scene.clara, at=clock.now())
    browser = browse(scene.clara)
    browser.get(HOME)
    with django_assert_max_num_queries(16):
        browser.get(HOME)
