"""The own feed: what stands in it, in which order, and why."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.members.actions.relations import follow_member
from accounts.models.member import Expertise
from catalog.models import Interest
from community.feeds.access import MAIN, Feed
from community.feeds.actions import delete_post, like_post, reply_to_post, write_post
from community.models import FeedVisit, InstructorFollower, Post
from learning.models import Enrollment
from peerloop.kit import clock
from tests.cast import a_course, a_member, a_teacher, an_enrollment, api, browse

pytestmark = pytest.mark.django_db
URL = "/api/v1/feed"


class Scene:
    """Clara's course with Tom who teaches and Sam who learns; Olga whom nobody follows."""

    def __init__(self):
        self.course = a_course(title="TypeScript for Teams")
        self.clara = self.course.creator
        teaching = a_teacher(self.course)
        self.tom = teaching.user
        self.sam = a_member()
        self.enrollment = an_enrollment(self.sam, self.course, teaching)
        self.olga = a_member("Olga")
        self.inside = Feed("course", self.course)


@pytest.fixture
def scene():
    return Scene()


def a_post(by, content, feed=MAIN, minutes=1):
    at = clock.now() - timedelta(minutes=minutes)
    return write_post(feed=feed, content=content, by=by, at=at)


def asked(reader, query=""):
    answer = api(reader).get(f"{URL}?{query}")
    assert answer.status_code == 200
    return answer.json()


def texts(reader, query=""):
    return [row["content"] for row in asked(reader, query)["posts"]]


def reasons(reader):
    return {row["content"]: row["reason"] for row in asked(reader)["posts"]}


def pages(reader, query="", between=lambda page: None):
    """All pages that follow one another."""
    found, cursor = [], ""
    for number in range(60):
        answer = asked(reader, f"{query}&cursor={cursor}" if cursor else query)
        found.append([row["content"] for row in answer["posts"]])
        cursor = answer["next_cursor"]
        if cursor is None:
            return found
        between(number)
    raise AssertionError("the pages do not end")


def test_what_is_near_stands_above_what_is_newer(scene):
    a_post(scene.tom, "In the course", scene.inside, minutes=120)
    a_post(scene.olga, "To everybody")
    assert texts(scene.sam) == ["In the course", "To everybody"]
    assert texts(scene.sam, "order=newest") == ["To everybody", "In the course"]


def test_each_post_says_why_it_is_there(scene):
    ada = a_member("Ada")
    follow_member(member=ada, by=scene.sam, at=clock.now())
    InstructorFollower.objects.create(
        creator=scene.clara,
        user=scene.sam,
        first_enrollment=scene.enrollment,
        first_enrollment_at=clock.now(),
    )
    a_post(scene.tom, "In the course", scene.inside)
    a_post(scene.clara, "To all students", Feed("instructor", creator=scene.clara))
    a_post(ada, "Of Ada")
    a_post(scene.sam, "Own")
    a_post(scene.olga, "Of Olga")

    names = [scene.course.title, scene.clara.name, ada.name]
    plain = {
        text: why.replace("\u2068", "").replace("\u2069", "")
        for text, why in reasons(scene.sam).items()
    }
    assert plain == {
        "In the course": f"From {names[0]}, your course",
        "To all students": f"From the community of {names[1]}, whose course you take",
        "Of Ada": f"You follow {names[2]}",
        "Own": "You wrote this",
        "Of Olga": "Posted to everybody",
    }
    assert "your own course" in reasons(scene.clara)["In the course"]


def test_a_common_interest_lifts_a_post_and_is_named(scene):
    Expertise.objects.create(user=scene.olga, tag="pottery")
    Interest.objects.create(user=scene.sam, tag="pottery")
    a_post(scene.olga, "Clay", minutes=60)
    a_post(a_member("Nils"), "Something else")
    assert texts(scene.sam) == ["Clay", "Something else"]
    assert "pottery" in reasons(scene.sam)["Clay"]


def test_what_others_answer_and_like_stands_higher(scene):
    liked = a_post(scene.olga, "Liked", minutes=30)
    a_post(a_member("Nils"), "Newer", minutes=20)
    for number in range(3):
        like_post(post=liked, by=a_member(f"Fan {number}"), at=clock.now())
    reply_to_post(post=liked, content="Yes", by=scene.tom, at=clock.now())
    assert texts(scene.sam) == ["Liked", "Newer"]


def test_what_was_there_at_the_visit_before_stands_below_what_is_new(scene):
    liked = a_post(scene.olga, "Seen", minutes=50)
    for number in range(3):
        like_post(post=liked, by=a_member(f"Fan {number}"), at=clock.now())
    a_post(a_member("Nils"), "New", minutes=10)
    assert texts(scene.sam) == ["Seen", "New"]
    long_ago = clock.now() - timedelta(minutes=40)
    FeedVisit.objects.update(last_visited_at=long_ago, seen_until=None)
    assert texts(scene.sam) == ["Seen", "New"], "the visit before counts only from now on"
    assert texts(scene.sam) == ["New", "Seen"]


def test_looking_again_at_once_is_the_same_visit(scene):
    client = api(scene.sam)
    client.get(URL)
    visit = FeedVisit.objects.get(user=scene.sam)
    client.get(URL)
    client.get(f"/api/v1/courses/{scene.course.pk}/feed")
    again = FeedVisit.objects.get(user=scene.sam, feed_id=scene.sam.pk)
    assert (again.last_visited_at, again.seen_until) == (visit.last_visited_at, None)
    assert FeedVisit.objects.filter(user=scene.sam, feed_id=scene.course.pk).exists()


def test_of_one_feed_three_stand_on_a_page(scene):
    for number in range(7):
        a_post(scene.tom, f"in {number}", scene.inside, minutes=number + 1)
        a_post(scene.olga, f"main {number}", minutes=number + 1)
    found = pages(scene.sam)
    assert [len(page) for page in found] == [6, 6, 2]
    for page in found:
        assert max(Counter(text.split()[0] for text in page).values()) <= 3


def test_pages_show_nothing_twice_and_miss_nothing_while_people_write(scene, settings):
    settings.FEED_WINDOW = 5
    people = [a_member(f"Member {number}") for number in range(4)]
    expected = set()
    for number in range(17):
        by, feed = (scene.tom, scene.inside) if number % 3 == 0 else (people[number % 4], MAIN)
        a_post(by, f"{number}", feed, minutes=number * 40 + 5)
        expected.add(f"{number}")
    doomed = Post.objects.get(content="16")

    def meanwhile(number):
        a_post(people[0], f"new {number}", minutes=0)
        like_post(post=Post.objects.get(content="15"), by=scene.olga, at=clock.now())
        if number == 1:
            delete_post(post=doomed)

    found = [text for page in pages(scene.sam, "limit=3", meanwhile) for text in page]

    assert len(found) == len(set(found))
    assert expected - {"16"} <= set(found)
    newest = [text for page in pages(scene.sam, "limit=3&order=newest") for text in page]
    assert len(newest) == len(set(newest))
    assert set(newest) >= expected - {"16"}


def test_numbered_pages_hang_together_too(scene):
    for number in range(5):
        a_post(a_member(f"Member {number}"), f"{number}", minutes=number + 1)
    assert texts(scene.sam, "limit=2") == ["0", "1"]
    assert texts(scene.sam, "limit=2&page=2") == ["2", "3"]
    assert texts(scene.sam, "limit=2&page=3") == ["4"]
    assert texts(scene.sam, "limit=2&page=4") == []


def test_a_course_that_closed_is_gone_at_once(scene):
    a_post(scene.tom, "In the course", scene.inside)
    assert texts(scene.sam) == ["In the course"]
    Enrollment.objects.filter(pk=scene.enrollment.pk).update(
        status="cancelled", cancelled_at=clock.now()
    )
    for query in ("", "order=newest"):
        assert texts(scene.sam, query) == []


def test_the_main_feed_alone_is_a_view_of_its_own(scene):
    a_post(scene.tom, "In the course", scene.inside)
    a_post(scene.olga, "To everybody")
    assert texts(scene.sam, "feed=main") == ["To everybody"]


def test_a_made_up_cursor_or_order_is_refused_by_name(scene):
    for query, field in (
        ("cursor=r.AAAA.BBBB", "cursor"),
        ("cursor=r.", "cursor"),
        ("order=best", "order"),
        ("feed=mine", "feed"),
    ):
        answer = api(scene.sam).get(f"{URL}?{query}")
        assert answer.status_code == 400
        assert field in answer.json()["fields"]


def test_newest_first_is_one_click_away_and_stays_in_the_address(scene):
    for number in range(25):
        a_post(a_member(f"M{number}"), f"word-{number}.", minutes=number + 1)
    page = browse(scene.sam)
    first = page.get("/feed")
    assert 'href="/feed?order=newest"' in first.content.decode()
    newest = page.get("/feed?order=newest").content.decode()
    assert "?order=newest&amp;before=" in newest
    for odd in ("order=best", "feed=x", "order=newest&feed=main", "before=r.x.y"):
        assert page.get(f"/feed?{odd}").status_code == 200


def test_the_own_feed_needs_few_statements(scene):
    for number in range(9):
        a_post(a_member(f"M{number}"), f"{number}", minutes=number + 1)
        a_post(scene.tom, f"in {number}", scene.inside, minutes=number + 1)
    page, client = browse(scene.sam), api(scene.sam)
    for ask, most in (
        (lambda: client.get(URL), 4),
        (lambda: client.get(f"{URL}?order=newest"), 4),
        (lambda: client.get(f"{URL}?feed=main"), 4),
        (lambda: page.get("/feed"), 7),
        (lambda: page.get("/feed?feed=main"), 7),
    ):
        ask()
        with CaptureQueriesContext(connection) as statements:
            assert ask().status_code == 200
        assert len(statements) <= most, [one["sql"][:90] for one in statements]
