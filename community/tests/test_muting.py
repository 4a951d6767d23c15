"""Posts, members and feeds that a member keeps out of their own feed."""

import pytest

from accounts.members.actions.relations import block_member
from community.feeds.access import MAIN, Feed
from community.feeds.actions import muting, write_post
from community.feeds.actions.muting import Muted, mute
from community.models import FeedMute, HiddenPost
from peerloop.kit import clock
from tests.cast import a_course, a_member, a_teacher, an_enrollment, api, browse

pytestmark = pytest.mark.django_db
URL = "/api/v1/feed/mutes"
HTMX = {"HTTP_HX_REQUEST": "true"}
VIEWS = ("", "?order=newest", "?feed=main")


class Scene:
    """Clara's course with Tom who teaches and Sam who learns; Olga writes to everybody."""

    def __init__(self):
        self.course = a_course(title="TypeScript for Teams")
        teaching = a_teacher(self.course)
        self.tom, self.sam, self.olga = teaching.user, a_member(), a_member("Olga")
        an_enrollment(self.sam, self.course, teaching)
        inside = Feed("course", self.course)
        self.lesson = write_post(feed=inside, content="Lesson", by=self.tom, at=clock.now())
        self.noise = write_post(feed=MAIN, content="Noise", by=self.olga, at=clock.now())


@pytest.fixture
def scene():
    return Scene()


def texts(reader, query=""):
    answer = api(reader).get(f"/api/v1/feed{query}").json()
    return {row["content"] for row in answer["posts"]}


def muting_of(reader, **what):
    return api(reader).post(URL, {name: str(key) for name, key in what.items()}, "json")


def test_a_hidden_post_is_gone_for_its_reader_alone_until_shown_again(scene):
    url = f"/api/v1/posts/{scene.noise.pk}/hide"
    for _ in range(2):
        assert api(scene.sam).post(url).status_code == 204
    assert [texts(scene.sam, view) for view in VIEWS] == [{"Lesson"}, {"Lesson"}, set()]
    assert texts(scene.tom) == {"Lesson", "Noise"}
    assert api(scene.sam).get(f"/api/v1/posts/{scene.noise.pk}").status_code == 200

    for _ in range(2):
        assert api(scene.sam).delete(url).status_code == 204
    assert texts(scene.sam) == {"Lesson", "Noise"}


def test_a_muted_member_is_gone_from_all_of_the_own_feed(scene):
    for _ in range(2):
        assert muting_of(scene.sam, member_id=scene.olga.pk).status_code == 204
    assert [texts(scene.sam, view) for view in VIEWS] == [{"Lesson"}, {"Lesson"}, set()]
    muting_of(scene.sam, member_id=scene.tom.pk)
    assert texts(scene.sam) == set()
    inside = api(scene.sam).get(f"/api/v1/courses/{scene.course.pk}/feed").json()
    assert [row["content"] for row in inside["posts"]] == ["Lesson"]


def test_a_muted_course_is_gone_from_the_own_feed(scene):
    assert muting_of(scene.sam, course_id=scene.course.pk).status_code == 204
    assert texts(scene.sam) == texts(scene.sam, "?order=newest") == {"Noise"}
    own = api(scene.sam).get(URL).json()
    assert own["total"] == 1
    assert own["mutes"][0]["course"]["title"] == "TypeScript for Teams"
    assert api(scene.olga).get(URL).json()["mutes"] == []


def test_a_muted_creator_is_gone_from_the_own_feed(scene):
    clara = scene.course.creator
    write_post(feed=Feed("instructor", creator=clara), content="To all", by=clara, at=clock.now())
    assert "To all" in texts(scene.tom)
    assert muting_of(scene.tom, creator_id=clara.pk).status_code == 204
    assert texts(scene.tom) == {"Lesson", "Noise"}


def test_unmuting_is_for_who_muted(scene):
    muting_of(scene.sam, member_id=scene.olga.pk)
    row = FeedMute.objects.get()
    assert api(scene.tom).delete(f"{URL}/{row.pk}").status_code == 404
    assert api(scene.sam).delete(f"{URL}/{row.pk}").status_code == 204
    assert texts(scene.sam) == {"Lesson", "Noise"}


def test_what_cannot_be_muted_is_refused_by_name(scene, monkeypatch):
    assert muting_of(scene.sam, member_id=scene.sam.pk).json()["code"] == "own_profile"
    assert "member_id" in api(scene.sam).post(URL, {}, "json").json()["fields"]
    both = muting_of(scene.sam, member_id=scene.olga.pk, course_id=scene.course.pk)
    assert both.status_code == 400
    assert muting_of(scene.olga, course_id=scene.course.pk).status_code == 403
    block_member(member=scene.sam, by=scene.olga, at=clock.now())
    assert "member_id" in muting_of(scene.sam, member_id=scene.olga.pk).json()["fields"]
    monkeypatch.setattr(muting, "MOST_MUTES", 0)
    assert muting_of(scene.sam, member_id=scene.tom.pk).json()["code"] == "too_many_mutes"
    assert not FeedMute.objects.exists()


def test_a_post_is_hidden_in_place_and_comes_back_in_place(scene):
    page, url = browse(scene.sam), f"/posts/{scene.noise.pk}/hide"
    part = page.post(url, {}, **HTMX).content.decode()
    assert "<html" not in part
    assert "Undo" in part
    assert "Noise" not in page.get("/feed").content.decode()
    back = page.post(url, {"on": "0"}, **HTMX).content.decode()
    assert "Noise" in back
    assert "Posted to everybody" in back
    assert not HiddenPost.objects.exists()


def test_who_wrote_a_post_or_its_feed_is_muted_in_place(scene):
    page, url = browse(scene.sam), f"/posts/{scene.lesson.pk}/mute"
    assert "their posts" in page.post(url, {}, **HTMX).content.decode()
    assert FeedMute.objects.get().member == scene.tom
    assert "From" in page.post(url, {"on": "0"}, **HTMX).content.decode()
    page.post(url, {"what": "feed"}, **HTMX)
    assert FeedMute.objects.get().course == scene.course
    page.post(url, {"what": "feed", "on": "0"}, **HTMX)
    assert not FeedMute.objects.exists()
    assert page.post(f"/posts/{scene.noise.pk}/mute", {"what": "feed"}).status_code == 404


def test_without_scripts_one_goes_back_and_the_list_undoes_it(scene):
    page = browse(scene.sam)
    assert page.post(f"/posts/{scene.noise.pk}/hide")["Location"] == "/feed"
    assert page.post(f"/posts/{scene.lesson.pk}/mute", {"what": "feed"})["Location"] == "/feed"
    assert "TypeScript for Teams" in page.get("/feed/muted").content.decode()
    assert "Noise" in page.get("/feed/muted").content.decode()

    mute_id = FeedMute.objects.get().pk
    assert browse(scene.tom).post("/feed/muted", {"mute": mute_id}).status_code == 404
    assert page.post("/feed/muted", {"mute": mute_id})["Location"] == "/feed/muted"
    again = {"on": "0", "next": "/feed/muted"}
    page.post(f"/posts/{scene.noise.pk}/hide", again)
    assert "You muted nobody" in page.get("/feed/muted").content.decode()


def test_what_is_hidden_or_muted_does_not_come_back_as_a_repost(scene):
    assert api(scene.tom).post(f"/api/v1/posts/{scene.noise.pk}/repost").status_code < 300
    api(scene.sam).post(f"/api/v1/posts/{scene.noise.pk}/hide")
    assert [texts(scene.sam, view) for view in VIEWS] == [{"Lesson"}, {"Lesson"}, set()]
    api(scene.sam).delete(f"/api/v1/posts/{scene.noise.pk}/hide")
    assert "Noise" in texts(scene.sam)
    muting_of(scene.sam, member_id=scene.olga.pk)
    assert [texts(scene.sam, view) for view in VIEWS] == [{"Lesson"}, {"Lesson"}, set()]


def test_a_feed_full_of_muted_posts_still_shows_the_others(scene, settings):
    settings.FEED_WINDOW = 2
    for number in range(6):
        write_post(feed=MAIN, content=f"{number}", by=scene.olga, at=clock.now())
    mute(what=Muted(member=scene.olga), by=scene.tom, at=clock.now())
    write_post(feed=MAIN, content="Old", by=scene.sam, at=scene.lesson.created_at)
    assert "Old" in texts(scene.tom)
