"""Promote a post of a course to the main feed: who may, what it costs, who sees what, its end."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.members.actions.relations import block_member
from accounts.models import Notification, User
from accounts.sanctions.actions.posting_ban import ban_from_posting
from community.feeds.actions import (
    bookmark_post,
    delete_post,
    edit_post,
    keep_post,
    reply_to_post,
    repost,
)
from community.feeds.actions.promoting import AlreadyPromoted, end_promotions
from community.models import Post, PromotedPost
from community.tests.people import Community
from goodwill.promotions.actions.promoting import promote
from goodwill.tests.people import earn, goodwill_of, ledger_of
from learning.models import Enrollment
from peerloop.kit import clock
from peerloop.kit.refusals import Conflict, Forbidden
from tests.cast import a_member, api, browse

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class Scene(Community):
    """Sam wrote in the feed of the course, and has 500 points."""

    def __init__(self):
        super().__init__()
        earn(self.sam, 500, at=clock.now())
        self.post_of_sam = self.post(self.sam, "My workflow is live", self.inside)

    def ask(self, points=100, by=None, post=None, **headers):
        path = f"/api/v1/posts/{(post or self.post_of_sam).pk}/promote"
        return api(by or self.sam).post(path, {"points_to_spend": points}, "json", **headers)

    def promoted(self, points=100, post=None, by=None):
        return promote(
            post=post or self.post_of_sam, points=points, by=by or self.sam, at=clock.now()
        )


@pytest.fixture
def scene():
    return Scene()


def main_feed(reader, query=""):
    answer = api(reader).get(f"/api/v1/feed?feed=main{query}")
    assert answer.status_code == 200
    return [row["content"] for row in answer.json()["posts"]]


def own_feed(reader, query=""):
    return [row["content"] for row in api(reader).get(f"/api/v1/feed?{query}").json()["posts"]]


def page(user, path):
    answer = browse(user).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


# Paying


def test_points_are_spent_and_the_post_stands_in_the_main_feed_a_day_for_each_fifty(scene):
    before = clock.now()
    answer = scene.ask(150)
    assert answer.status_code == 201
    told = answer.json()["promotion"]
    assert set(told) == {"id", "post_id", "points_spent", "expires_at"}
    assert (told["post_id"], told["points_spent"]) == (str(scene.post_of_sam.pk), 150)
    row = PromotedPost.objects.get(pk=told["id"])
    assert before + 3 * DAY <= row.expires_at <= clock.now() + 3 * DAY
    assert goodwill_of(scene.sam).balance == 350
    assert ledger_of(scene.sam)[-1] == ("promotion", 150)


@pytest.mark.parametrize(
    "points", [9, 0, -50, 49, 60, 351, 400, 12.5, "50", True, None, [], 10**30]
)
def test_other_points_than_the_price_of_whole_days_are_refused(scene, points):
    answer = scene.ask(points)
    assert answer.status_code == 400
    assert "points_to_spend" in answer.json()["fields"]
    assert goodwill_of(scene.sam).balance == 500
    assert not PromotedPost.objects.exists()


def test_without_points_nothing_is_bought(scene):
    promote(post=scene.post_of_sam, points=350, by=scene.sam, at=clock.now())
    second = scene.post(scene.sam, "Another", scene.inside)
    answer = scene.ask(200, post=second)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_enough_points")
    assert goodwill_of(scene.sam).balance == 150
    assert PromotedPost.objects.count() == 1


def test_one_key_pays_once(scene):
    key = {"HTTP_IDEMPOTENCY_KEY": "11111111-1111-4111-8111-111111111111"}
    first, second = scene.ask(50, **key), scene.ask(50, **key)
    assert first.json() == second.json()
    assert goodwill_of(scene.sam).balance == 450


# Who may


def test_a_post_of_somebody_else_is_not_promoted(scene):
    earn(scene.tom, 500, at=clock.now())
    assert scene.ask(by=scene.tom).status_code == 403
    assert scene.ask(by=scene.mona).status_code == 403
    assert scene.ask(by=a_member("Stranger")).status_code == 404
    assert not PromotedPost.objects.exists()


def test_a_post_that_everybody_reads_already_is_not_promoted(scene):
    answer = scene.ask(post=scene.post(scene.sam, "To all"))
    assert (answer.status_code, answer.json()["code"]) == (409, "not_promotable")


def test_posts_of_a_creators_feed_and_answers_are_not_promoted(scene):
    earn(scene.clara, 500, at=clock.now())
    of_clara = scene.post(scene.clara, "News", scene.of_clara)
    reply = reply_to_post(post=scene.post_of_sam, content="More", by=scene.sam, at=clock.now())
    for post, by in ((of_clara, scene.clara), (reply, scene.sam)):
        answer = scene.ask(post=post, by=by)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_promotable")


def test_a_post_is_promoted_once_at_a_time(scene):
    scene.promoted(50)
    answer = scene.ask(50)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_promoted")
    assert goodwill_of(scene.sam).balance == 450


def test_three_posts_of_a_member_at_a_time(scene):
    for number in range(3):
        scene.promoted(50, scene.post(scene.sam, f"Number {number}", scene.inside))
    answer = scene.ask(50)
    assert (answer.status_code, answer.json()["code"]) == (409, "promotions_full")
    assert goodwill_of(scene.sam).balance == 350


@pytest.mark.parametrize(("status", "code"), [("removed", 404), ("hidden", 404), ("deleted", 404)])
def test_what_people_do_not_see_is_not_promoted(scene, status, code):
    Post.objects.filter(pk=scene.post_of_sam.pk).update(status=status)
    assert scene.ask().status_code == code
    with pytest.raises(Conflict):
        scene.promoted()
    assert goodwill_of(scene.sam).balance == 500


def test_who_may_not_post_may_not_promote(scene):
    scene.sam.email_verified_at = None
    scene.sam.save()
    assert (scene.ask().status_code, scene.ask().json()["code"]) == (403, "email_unverified")
    scene.sam.email_verified_at = clock.now()
    scene.sam.save()
    ada = a_member("Ada", is_admin=True)
    ban_from_posting(user=scene.sam, reason="Spam", by=ada, at=clock.now())
    assert scene.ask().json()["code"] == "posting_banned"
    token = api(scene.sam)
    User.objects.filter(pk=scene.sam.pk).update(suspended_at=clock.now())
    path = f"/api/v1/posts/{scene.post_of_sam.pk}/promote"
    assert token.post(path, {"points_to_spend": 50}, "json").status_code in (401, 403)
    assert not PromotedPost.objects.exists()


def test_who_left_the_course_does_not_promote_what_they_wrote_there(scene):
    Enrollment.objects.filter(student=scene.sam).update(
        status="cancelled", cancelled_at=clock.now()
    )
    answer = scene.ask()
    assert (answer.status_code, answer.json()["code"]) == (403, "feed_closed")


# Who sees what


def test_everybody_reads_the_post_in_the_main_feed_with_its_points_and_its_end(scene):
    row = scene.promoted(100)
    told = api(scene.olga).get("/api/v1/feed?feed=main").json()["posts"][0]
    assert told["content"] == "My workflow is live"
    assert told["promotion"]["points_spent"] == 100
    assert told["promotion"]["expires_at"][:19] == row.expires_at.isoformat()[:19]
    text = page(scene.olga, "/feed?feed=main")
    assert "Promoted with 100 points" in text
    assert "In the main feed until" in text
    assert "Promoted with 100 points" in page(scene.sam, f"/courses/{scene.course.slug}/feed")


def test_it_stands_on_top_of_the_main_feed_and_in_feeds_that_are_ranked(scene):
    scene.promoted()
    scene.post(scene.tom, "Newer, to everybody")
    assert main_feed(scene.olga) == ["My workflow is live", "Newer, to everybody"]
    for query in ("", "order=newest"):
        assert sorted(own_feed(scene.olga, query)) == ["My workflow is live", "Newer, to everybody"]
    assert own_feed(scene.sam).count("My workflow is live") == 1
    assert own_feed(scene.tom).count("My workflow is live") == 1


def test_pages_of_the_main_feed_show_it_once_and_miss_nothing(scene):
    scene.promoted()
    for number in range(9):
        scene.post(scene.tom, f"Number {number}")
    seen, cursor = [], ""
    while cursor is not None:
        answer = api(scene.olga).get(f"/api/v1/feed?feed=main&limit=4&cursor={cursor}").json()
        seen += [row["content"] for row in answer["posts"]]
        cursor = answer["next_cursor"]
    assert seen == ["My workflow is live", *(f"Number {n}" for n in reversed(range(9)))]


def test_of_many_promoted_posts_one_in_four_stands_on_top(scene):
    for number in range(3):
        scene.promoted(50, scene.post(scene.sam, f"Promoted {number}", scene.inside))
    for number in range(8):
        scene.post(scene.tom, f"Number {number}")
    assert sum("Promoted" in text for text in main_feed(scene.olga)) == 3
    assert sum("Promoted" in text for text in main_feed(scene.olga, "&limit=8")) == 2
    assert sum("Promoted" in text for text in main_feed(scene.olga, "&limit=3")) == 0


def test_answers_stay_with_the_people_of_the_course(scene):
    scene.promoted()
    reply = reply_to_post(
        post=scene.post_of_sam, content="Between us", by=scene.tom, at=clock.now()
    )
    path = f"/api/v1/posts/{scene.post_of_sam.pk}"
    assert api(scene.olga).get(path).json()["replies"] == []
    assert api(scene.olga).get(f"/api/v1/posts/{reply.pk}").status_code == 404
    text = page(scene.olga, f"/posts/{scene.post_of_sam.pk}")
    assert "Between us" not in text
    assert "Answers stand in the feed of its course" in text
    answer = api(scene.olga).post(f"{path}/reply", {"content": "Me too"}, "json")
    assert (answer.status_code, answer.json()["code"]) == (403, "feed_closed")
    assert browse(scene.olga).get(f"/posts/{scene.post_of_sam.pk}/reply").status_code == 403
    assert "Between us" in page(scene.sam, f"/posts/{scene.post_of_sam.pk}")


def test_readers_from_outside_like_save_and_report_it_but_keep_and_repost_nothing(scene):
    scene.promoted()
    path, olga = f"/api/v1/posts/{scene.post_of_sam.pk}", api(scene.olga)
    assert olga.post(f"{path}/like").status_code == 200
    bookmark_post(post=scene.post_of_sam, by=scene.olga, at=clock.now())
    assert "My workflow is live" in page(scene.olga, "/bookmarks")
    assert olga.post(f"{path}/flag", {"reason": "spam"}, "json").status_code == 201
    with pytest.raises(Forbidden):
        keep_post(post=scene.post_of_sam, by=scene.olga, at=clock.now())
    with pytest.raises((Forbidden, Conflict)):
        repost(post=scene.post_of_sam, by=scene.olga, at=clock.now())


def test_who_is_shut_out_muted_them_or_hid_it_does_not_see_it(scene):
    scene.promoted()
    block_member(member=scene.olga, by=scene.sam, at=clock.now())
    assert "My workflow is live" not in main_feed(scene.olga) + own_feed(scene.olga)
    for mute in ({"member_id": str(scene.sam.pk)}, None):
        reader = a_member("Reader")
        if mute:
            api(reader).post("/api/v1/feed/mutes", mute, "json")
        else:
            api(reader).post(f"/api/v1/posts/{scene.post_of_sam.pk}/hide")
        assert "My workflow is live" not in main_feed(reader) + own_feed(reader)


def test_what_an_author_edits_is_shown_as_edited(scene):
    scene.promoted()
    edit_post(post=scene.post_of_sam, content="My workflow is better", by=scene.sam, at=clock.now())
    assert main_feed(scene.olga) == ["My workflow is better"]


# Its end


def test_after_its_last_instant_nobody_sees_it_though_no_task_ran(scene):
    row = scene.promoted(50)
    with time_machine.travel(row.expires_at - timedelta(seconds=1), tick=False):
        assert main_feed(scene.olga) == own_feed(scene.olga) == ["My workflow is live"]
    with time_machine.travel(row.expires_at, tick=False):
        assert main_feed(scene.olga) == own_feed(scene.olga) == []
        path = f"/api/v1/posts/{scene.post_of_sam.pk}"
        assert api(scene.olga).get(path).status_code == 404
        assert api(scene.sam).get(path).json()["post"]["promotion"] is None
        assert scene.ask(50).status_code == 201


def test_a_later_page_shows_no_promotion_that_ended_since_the_first(scene):
    row = scene.promoted(50)
    with time_machine.travel(row.expires_at - timedelta(minutes=1), tick=False):
        scene.post(scene.tom, "Newest")
        first = api(scene.olga).get("/api/v1/feed?order=newest&limit=1").json()
    assert [one["content"] for one in first["posts"]] == ["Newest"]
    with time_machine.travel(row.expires_at, tick=False):
        cursor = first["next_cursor"]
        assert cursor is not None
        assert own_feed(scene.olga, f"order=newest&limit=1&cursor={cursor}") == []


def test_its_author_is_told_once_that_it_ended(scene):
    row = scene.promoted(50)
    assert end_promotions(at=row.expires_at - timedelta(seconds=1)) == 0
    assert end_promotions(at=row.expires_at) == 1
    assert end_promotions(at=row.expires_at) == 0
    row.refresh_from_db()
    assert row.status == PromotedPost.Status.ENDED
    told = Notification.objects.filter(user=scene.sam, url__contains=str(scene.post_of_sam.pk))
    assert [one.title for one in told] == ["Your post’s days in the main feed are over"]


def test_a_removed_post_loses_it_without_return(scene):
    row = scene.promoted()
    Post.objects.filter(pk=scene.post_of_sam.pk).update(status="removed")
    row.refresh_from_db()
    assert row.status == PromotedPost.Status.LOST
    Post.objects.filter(pk=scene.post_of_sam.pk).update(status="visible")
    assert main_feed(scene.olga) == []
    assert goodwill_of(scene.sam).balance == 400
    assert scene.ask(50).status_code == 201


def test_a_deleted_post_frees_the_place_of_another(scene):
    posts = [scene.post(scene.sam, f"Number {n}", scene.inside) for n in range(3)]
    for post in posts:
        scene.promoted(50, post)
    delete_post(post=posts[0])
    assert scene.ask(50).status_code == 201


def test_a_hidden_post_is_gone_until_it_is_restored(scene):
    scene.promoted()
    Post.objects.filter(pk=scene.post_of_sam.pk).update(status="hidden")
    assert main_feed(scene.olga) == own_feed(scene.olga) == []
    Post.objects.filter(pk=scene.post_of_sam.pk).update(status="visible")
    assert main_feed(scene.olga) == ["My workflow is live"]


def test_posts_of_who_is_suspended_are_not_shown(scene):
    scene.promoted()
    scene.sam.suspended_at = clock.now()
    scene.sam.save()
    assert main_feed(scene.olga) == own_feed(scene.olga) == []


# The page


def test_price_and_span_are_shown_before_paying(scene):
    text = page(scene.sam, f"/posts/{scene.post_of_sam.pk}/promote")
    assert "3 days: 150 points" in text
    assert "7 days: 350 points" in text
    assert "You have 450 points left then" in text
    assert "Answers stay with the people of the course" in text


def test_the_price_follows_the_choice(scene):
    path = f"/posts/{scene.post_of_sam.pk}/promote?points_to_spend=200"
    answer = browse(scene.sam).get(path, HTTP_HX_REQUEST="true")
    text = answer.content.decode()
    assert "For 200 points" in text
    assert "<form" not in text


def test_a_form_promotes_without_scripts(scene):
    browser = browse(scene.sam)
    path = f"/posts/{scene.post_of_sam.pk}/promote"
    answer = browser.post(path, {"points_to_spend": "100"}, follow=True)
    assert "Your post stands in the main feed now" in answer.content.decode()
    assert goodwill_of(scene.sam).balance == 400
    assert "stands in the main feed for 100 points until" in page(scene.sam, path)
    again = browser.post(path, {"points_to_spend": "100"})
    assert again.status_code == 422
    assert "stands in the main feed for 100 points until" in again.content.decode()
    assert browser.post(path, {"points_to_spend": "55"}).status_code == 422
    assert goodwill_of(scene.sam).balance == 400


def test_the_menu_of_an_own_post_leads_there_until_it_is_promoted(scene):
    path, feed = f"/posts/{scene.post_of_sam.pk}/promote", f"/courses/{scene.course.slug}/feed"
    assert path in page(scene.sam, feed)
    assert path not in page(scene.tom, feed)
    scene.promoted()
    assert path not in page(scene.sam, feed)


def test_who_has_too_few_points_is_shown_how_to_earn_them(scene):
    post = scene.post(scene.tom, "Hello", scene.inside)
    text = page(scene.tom, f"/posts/{post.pk}/promote")
    assert "A day in the main feed costs 50 points" in text
    assert "Spend points" not in text


def test_the_page_refuses_what_cannot_be_promoted(scene):
    assert browse(scene.tom).get(f"/posts/{scene.post_of_sam.pk}/promote").status_code == 403
    to_all = scene.post(scene.sam, "To all")
    assert browse(scene.sam).get(f"/posts/{to_all.pk}/promote").status_code == 409


# What the database refuses


def test_a_post_has_one_promotion_at_a_time_and_a_member_three(scene):
    row = scene.promoted(50)
    same = {
        "author": scene.sam,
        "points_spent": 50,
        "starts_at": row.starts_at,
        "expires_at": row.expires_at,
    }
    other = scene.post(scene.sam, "Other", scene.inside)
    for wrong in (
        {"post": scene.post_of_sam, "place": 2},
        {"post": other, "place": 1},
        {"post": other, "place": 4},
        {"post": other, "place": 2, "points_spent": 60},
        {"post": other, "place": 2, "expires_at": row.starts_at},
        {"post": other, "place": 2, "status": "odd"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            PromotedPost.objects.create(**{**same, **wrong})
    PromotedPost.objects.filter(pk=row.pk).update(status="ended")
    with pytest.raises(IntegrityError), transaction.atomic():
        PromotedPost.objects.filter(pk=row.pk).update(status="live")


def test_a_clock_that_went_back_pays_for_no_second_promotion(scene):
    scene.promoted(50)
    earlier = clock.now() - timedelta(hours=5)
    with pytest.raises(AlreadyPromoted):
        promote(post=scene.post_of_sam, points=50, by=scene.sam, at=earlier)
    assert goodwill_of(scene.sam).balance == 450
