"""Feeds and posts over the API."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.members.actions.relations import block_member
from accounts.models import Notification
from accounts.sanctions.actions.posting_ban import ban_from_posting
from community.feeds.access import MAIN, Feed
from community.feeds.actions import delete_post, write_post
from community.feeds.actions.followers import add_instructor_follower
from community.feeds.tasks import announce_post, announce_waiting
from community.models import Post, PostLike
from community.tests.people import AT
from learning.models import StudentTeacher
from peerloop.kit import clock
from tests.cast import a_course, a_member, a_teacher, an_enrollment, api

pytestmark = pytest.mark.django_db
NOW = clock.now()


class Scene:
    """Clara's course with Tom who teaches and Sam who learns; Olga has no part in it."""

    def __init__(self):
        self.course = a_course()
        self.clara = self.course.creator
        self.tom = a_teacher(self.course)
        self.sam = a_member()
        self.enrollment = an_enrollment(self.sam, self.course, self.tom)
        add_instructor_follower(
            creator_id=self.clara.pk,
            user_id=self.sam.pk,
            enrollment_id=self.enrollment.pk,
            at=AT,
        )
        self.tom = self.tom.user
        self.olga = a_member("Olga")
        self.mona = a_member("Mona", is_moderator=True)


@pytest.fixture
def scene():
    return Scene()


def written(by, content="Hello", **fields):
    return api(by).post("/api/v1/posts", {"content": content, **fields}, "json")


def a_post(by, content="Hello", feed=MAIN, at=NOW, **fields):
    return write_post(feed=feed, content=content, by=by, at=at, **fields)


def texts(user, path="/api/v1/feed"):
    return [row["content"] for row in api(user).get(path).json()["posts"]]


def test_a_post_without_a_course_stands_in_the_main_feed_for_everybody(scene):
    answer = written(scene.sam, "What are you learning?")

    assert answer.status_code == 201
    assert answer.json()["feed_type"] == "user"
    assert texts(scene.olga) == ["What are you learning?"]


def test_a_post_of_a_course_is_read_by_its_people_alone(scene):
    assert written(scene.sam, "Module two?", course_id=str(scene.course.pk)).status_code == 201

    for reader in (scene.sam, scene.tom, scene.clara):
        assert texts(reader) == ["Module two?"]
        assert texts(reader, f"/api/v1/courses/{scene.course.pk}/feed") == ["Module two?"]
    assert texts(scene.olga) == []
    closed = api(scene.olga).get(f"/api/v1/courses/{scene.course.pk}/feed")
    assert (closed.status_code, closed.json()["code"]) == (403, "feed_closed")
    assert texts(scene.mona, f"/api/v1/courses/{scene.course.pk}/feed") == ["Module two?"]


def test_who_left_the_course_reads_its_feed_no_more(scene):
    a_post(scene.tom, feed=Feed("course", scene.course))
    type(scene.enrollment).objects.filter(pk=scene.enrollment.pk).update(
        status="cancelled", cancelled_at=NOW
    )
    assert api(scene.sam).get(f"/api/v1/courses/{scene.course.pk}/feed").status_code == 403
    assert texts(scene.sam) == []


@pytest.mark.parametrize("form", ["course", "instructor", "user"])
def test_the_other_form_of_the_request_names_the_same_feeds(scene, form):
    ids = {"course": f"course_{scene.course.pk}", "instructor": f"instructor_{scene.clara.pk}"}
    fields = {"feed_type": form} | ({"feed_id": ids[form]} if form in ids else {})
    answer = written(scene.clara, "Hello", **fields)
    assert answer.status_code == 201
    assert answer.json()["feed_type"] == form


def test_an_unknown_feed_or_type_is_refused_by_name(scene):
    for field, value in [
        ("course_id", str(uuid4())),
        ("post_type", "poem"),
        ("feed_type", "timeline"),
    ]:
        answer = written(scene.sam, **{field: value})
        assert answer.status_code == 400
        assert field in answer.json()["fields"]
    answer = written(scene.sam, feed_type="course", feed_id="course_x")
    assert "feed_id" in answer.json()["fields"]


@pytest.mark.parametrize("content", ["", "  \n ", "\u200b\u2060", "x" * 5_001])
def test_a_post_has_1_to_5000_characters(scene, content):
    answer = written(scene.sam, content)
    assert answer.status_code == 400
    assert "content" in answer.json()["fields"]


def test_announcements_are_for_who_leads_tips_for_who_teaches(scene):
    course = {"course_id": str(scene.course.pk)}
    assert written(scene.sam, post_type="announcement", **course).status_code == 403
    assert written(scene.tom, post_type="announcement", **course).status_code == 403
    assert written(scene.clara, post_type="announcement", **course).status_code == 201
    assert written(scene.sam, post_type="teaching_tip", **course).status_code == 403
    assert written(scene.tom, post_type="teaching_tip", **course).status_code == 201
    assert written(scene.tom, post_type="availability").status_code == 201
    assert written(scene.sam, post_type="availability").status_code == 403


def test_students_read_and_answer_in_a_creators_feed_but_begin_nothing(scene):
    feed = {"feed_type": "instructor", "feed_id": f"instructor_{scene.clara.pk}"}
    assert written(scene.sam, **feed).json()["code"] == "role_needed"
    post = written(scene.tom, "Come and ask", **feed).json()
    answer = api(scene.sam).post(f"/api/v1/posts/{post['id']}/reply", {"content": "Yes"}, "json")
    assert answer.status_code == 201


def test_the_feed_of_a_creator_opens_with_any_course(scene):
    a_post(scene.clara, "News", Feed("instructor", creator=scene.clara))
    url = f"/api/v1/instructors/{scene.clara.pk}/feed"

    opened = api(scene.sam).get(url)

    assert opened.status_code == 200
    assert opened.json()["instructor"]["name"] == "Clara Creator"
    assert opened.json()["total"] == 1
    assert api(scene.olga).get(url).status_code == 403
    assert api(scene.sam).get(f"/api/v1/instructors/{scene.sam.pk}/feed").status_code == 404


def test_who_was_blocked_by_a_creator_finds_no_feed_of_theirs(scene):
    block_member(member=scene.sam, by=scene.clara, at=AT)
    feed = {"feed_type": "instructor", "feed_id": f"instructor_{scene.clara.pk}"}

    assert api(scene.sam).get(f"/api/v1/instructors/{scene.clara.pk}/feed").status_code == 404
    assert written(scene.sam, **feed).status_code == 400


def test_the_open_feeds_are_listed(scene):
    answer = api(scene.sam).get("/api/v1/feed/access").json()
    assert answer == {
        "course_feeds": [{"course_id": str(scene.course.pk), "course_title": scene.course.title}],
        "instructor_feeds": [
            {"instructor_id": str(scene.clara.pk), "instructor_name": "Clara Creator"}
        ],
        "main_feed": True,
    }
    assert api(scene.olga).get("/api/v1/feed/access").json()["course_feeds"] == []


def test_a_creator_sees_who_reads_the_feed_and_nobody_else_does(scene):
    url = f"/api/v1/users/{scene.clara.pk}/instructor-followers"
    answer = api(scene.clara).get(url).json()
    [follower] = answer["followers"]
    assert follower["user"]["name"] == "Sam Student"
    assert follower["courses_enrolled"] == [scene.course.title]
    assert answer["total"] == 1
    assert api(scene.sam).get(url).status_code == 403


def test_likes_count_once_also_when_repeated_and_are_taken_back(scene):
    post = a_post(scene.tom)
    url = f"/api/v1/posts/{post.pk}/like"

    counts = [api(scene.sam).post(url).json()["like_count"] for _ in range(2)]
    counts += [api(scene.sam).delete(url).json()["like_count"] for _ in range(2)]

    assert counts == [1, 1, 0, 0]
    assert not PostLike.objects.exists()
    assert Notification.objects.filter(user=scene.tom).count() == 1


def test_bookmarks_are_the_readers_own(scene):
    post = a_post(scene.tom)
    saved = api(scene.sam).post(f"/api/v1/posts/{post.pk}/bookmark")
    assert saved.json()["is_bookmarked"] is True
    other = api(scene.olga).get(f"/api/v1/posts/{post.pk}").json()["post"]
    assert other["is_bookmarked"] is False


def test_replies_go_three_levels_deep_and_are_read_below_what_they_answer(scene):
    post = a_post(scene.tom, "Root")

    def reply(parent, text):
        answer = api(scene.sam).post(f"/api/v1/posts/{parent}/reply", {"content": text}, "json")
        return answer.json().get("id"), answer.status_code

    one, _ = reply(post.pk, "1")
    two, _ = reply(post.pk, "2")
    first, _ = reply(one, "1.1")
    deepest, _ = reply(first, "1.1.1")
    _, status = reply(deepest, "1.1.1.1")

    assert status == 409
    thread = api(scene.olga).get(f"/api/v1/posts/{post.pk}").json()
    assert [row["content"] for row in thread["replies"]] == ["1", "1.1", "1.1.1", "2"]
    assert thread["post"]["reply_count"] == 4
    assert texts(scene.olga) == ["Root"]
    assert two


def test_a_post_is_changed_for_fifteen_minutes_by_its_author(scene):
    young = a_post(scene.sam, "Frist", at=clock.now())
    old = a_post(scene.sam, "Old", at=clock.now() - timedelta(minutes=16))

    def change(by, post):
        url = f"/api/v1/posts/{post.pk}"
        return api(by).patch(url, {"content": "First"}, "json")

    assert change(scene.sam, young).json()["content"] == "First"
    assert change(scene.sam, old).json()["code"] == "too_late"
    assert change(scene.tom, young).status_code == 403


def test_a_deleted_post_loses_its_text_and_keeps_its_place_where_somebody_answered(scene):
    post = a_post(scene.sam, "Secret")
    url = f"/api/v1/posts/{post.pk}"
    one = api(scene.sam).post(f"{url}/reply", {"content": "Mine"}, "json").json()["id"]
    api(scene.tom).post(f"/api/v1/posts/{one}/reply", {"content": "Yours"}, "json")

    assert api(scene.sam).delete(f"/api/v1/posts/{one}").status_code == 204

    replies = api(scene.tom).get(url).json()["replies"]
    assert [row["content"] for row in replies] == ["", "Yours"]
    assert [row["status"] for row in replies] == ["deleted", "visible"]
    assert "Mine" not in Post.objects.get(pk=one).content


def test_a_deleted_answer_that_nobody_answered_leaves_no_mark(scene):
    post = a_post(scene.sam)
    url = f"/api/v1/posts/{post.pk}"
    one = api(scene.sam).post(f"{url}/reply", {"content": "Mine"}, "json").json()["id"]
    api(scene.sam).delete(f"/api/v1/posts/{one}")
    assert api(scene.tom).get(url).json()["replies"] == []


def test_nobody_answers_or_likes_what_is_gone(scene):
    post = a_post(scene.tom)
    delete_post(post=post)
    for act in ("reply", "like", "bookmark"):
        answer = api(scene.sam).post(f"/api/v1/posts/{post.pk}/{act}", {"content": "Hi"}, "json")
        assert answer.status_code == 404


def test_posts_of_a_closed_feed_are_not_found(scene):
    post = a_post(scene.tom, feed=Feed("course", scene.course))
    assert api(scene.olga).get(f"/api/v1/posts/{post.pk}").status_code == 404
    assert api(scene.olga).post(f"/api/v1/posts/{post.pk}/like").status_code == 404


def test_who_is_blocked_does_not_see_the_posts_of_the_blocker(scene):
    post = a_post(scene.tom, "Not for Sam")
    block_member(member=scene.sam, by=scene.tom, at=AT)
    assert texts(scene.sam) == []
    assert api(scene.sam).get(f"/api/v1/posts/{post.pk}").status_code == 404
    assert texts(scene.olga) == ["Not for Sam"]


def test_a_posting_ban_and_an_unproven_address_close_the_composer(scene):
    ban_from_posting(user=scene.sam, reason="Spam", by=a_member("Ada", is_admin=True), at=AT)
    scene.sam.refresh_from_db()
    assert written(scene.sam).json()["code"] == "posting_banned"
    assert written(a_member("Nora", verified=False)).json()["code"] == "email_unverified"


def test_the_feed_goes_on_where_it_ended_also_when_posts_come_meanwhile(scene):
    for number in range(5):
        feed = Feed("course", scene.course) if number % 2 else MAIN
        a_post(scene.tom, f"{number}", feed, NOW - timedelta(minutes=9 - number))
    first = api(scene.sam).get("/api/v1/feed?limit=2&order=newest").json()
    a_post(scene.tom, "new", at=NOW)

    second = api(scene.sam).get(f"/api/v1/feed?limit=2&cursor={first['next_cursor']}").json()
    third = api(scene.sam).get(f"/api/v1/feed?limit=2&cursor={second['next_cursor']}").json()

    pages = [[row["content"] for row in page["posts"]] for page in (first, second, third)]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]
    assert third["next_cursor"] is None
    assert api(scene.sam).get("/api/v1/feed?cursor=x").status_code == 400


def test_a_feed_needs_as_many_statements_with_many_posts(scene, django_assert_max_num_queries):
    for number in range(12):
        a_post(scene.tom, f"{number}", at=NOW - timedelta(minutes=number))
    client = api(scene.sam)
    with django_assert_max_num_queries(9):
        assert len(client.get("/api/v1/feed?order=newest").json()["posts"]) == 12


def test_an_announcement_notifies_the_people_of_the_course_once(scene):
    post = a_post(scene.clara, "New module", Feed("course", scene.course), post_type="announcement")
    for _ in range(2):
        announce_post(str(post.pk))
    notified = Notification.objects.filter(kind="feed").values_list("user__name", flat=True)
    assert sorted(notified) == ["Sam Student", "Tom Teacher"]


def test_an_announcement_whose_task_was_lost_is_taken_up_later(scene):
    at = clock.now() - timedelta(minutes=11)
    a_post(scene.clara, "New", Feed("course", scene.course), at=at, post_type="announcement")
    announce_waiting()
    assert Notification.objects.filter(kind="feed").count() == 2
    assert not Post.objects.to_announce().exists()


def test_a_teacher_who_was_switched_off_writes_no_tips_any_more(scene):
    StudentTeacher.objects.filter(user=scene.tom).update(is_active=False)
    an_enrollment(scene.tom, scene.course)
    course = {"course_id": str(scene.course.pk)}
    assert written(scene.tom, post_type="teaching_tip", **course).json()["code"] == "role_needed"
    assert written(scene.tom, post_type="post", **course).status_code == 201
