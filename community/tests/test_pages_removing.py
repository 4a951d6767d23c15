"""Moderators remove posts where these stand, authors delete what is hidden, and what comes back."""

from datetime import timedelta

import pytest

from accounts.models import Email
from community.feeds.actions import reply_to_post
from community.feeds.actions.followers import add_instructor_follower
from community.feeds.actions.keeping_order import (
    hide_reported_post,
    remove_reported_post,
    restore_reported_post,
)
from community.feeds.timeline import fill
from community.models import ModerationDecision, Post
from community.moderators.actions import appoint_moderator
from community.tests.people import Community
from peerloop.kit import clock
from tests.cast import a_member, an_enrollment, api, browse, stale

pytestmark = pytest.mark.django_db
NOW = clock.now()
GIVEN = {"rule": "spam", "reason": "The same link in six feeds."}


@pytest.fixture
def here():
    return Community()


@pytest.fixture
def max_(here):
    """Who keeps order among Clara's people."""
    enrollment = an_enrollment(a_member("Max Moderator"), here.course)
    max_ = enrollment.student
    add_instructor_follower(
        creator_id=here.clara.pk, user_id=max_.pk, enrollment_id=enrollment.pk, at=NOW
    )
    appoint_moderator(creator=here.clara, user=max_, by=here.clara, at=NOW)
    return max_


def text_of(answer):
    return " ".join(answer.content.decode().split())


def removal(post, kind="post"):
    return f"/mod/remove/{kind}/{post.pk}"


def test_a_community_moderator_removes_a_post_from_its_page(here, max_):
    post = here.post(here.tom, "Buy this", here.inside)
    page = browse(max_)
    assert removal(post) in text_of(page.get(f"/posts/{post.pk}"))
    assert "Buy this" in text_of(page.get(removal(post)))

    assert page.post(removal(post), GIVEN)["Location"] == f"/posts/{post.pk}"

    post.refresh_from_db()
    assert post.status == "removed"
    decision = ModerationDecision.objects.get()
    assert (decision.actor, decision.rule) == (max_, "spam")
    mail = Email.objects.get(user=here.tom)
    assert mail.context["reason"] == GIVEN["reason"]
    assert mail.context["appeal_url"].startswith("/appeals/")
    assert page.get(removal(post)).status_code == 404


def test_an_answer_is_removed_too(here, max_):
    post = here.post(here.tom, "How?", here.inside)
    reply = reply_to_post(post=post, content="Buy that", by=here.sam, at=NOW)
    assert removal(reply, "reply") in text_of(browse(max_).get(f"/posts/{post.pk}"))

    browse(max_).post(removal(reply, "reply"), GIVEN)

    reply.refresh_from_db()
    assert reply.status == "removed"


def test_nobody_else_finds_the_button_or_the_page(here, max_):
    inside = here.post(here.tom, "Hello", here.inside)
    outside = here.post(here.tom, "Hello all")
    for person, post in ((here.sam, inside), (here.clara, inside), (max_, outside)):
        page = browse(person)
        assert "/mod/remove/" not in text_of(page.get(f"/posts/{post.pk}"))
        assert page.post(removal(post), GIVEN).status_code == 404
    assert browse(max_).get(f"/mod/remove/message/{inside.pk}").status_code == 404
    assert not ModerationDecision.objects.exists()


def test_a_removal_needs_a_rule_and_a_reason_and_staff_prove_who_they_are(here, max_):
    post = here.post(here.tom, "Buy this", here.inside)
    assert browse(max_).post(removal(post), {"rule": "", "reason": "x"}).status_code == 422
    assert browse(max_).post(removal(post), {"rule": "spam", "reason": " "}).status_code == 422
    assert "/confirm" in stale(browse(here.mona)).get(removal(post))["Location"]
    own = here.post(max_, "Mine", here.inside)
    assert "about you" in text_of(browse(max_).post(removal(own), GIVEN))
    assert not ModerationDecision.objects.exists()


def test_the_author_deletes_a_post_that_is_hidden(here):
    post = here.post(here.tom, "Hello")
    hide_reported_post(id=post.pk, at=NOW)
    page = browse(here.tom)
    assert "Delete it" in text_of(page.get(f"/posts/{post.pk}"))
    assert "Delete it" not in text_of(browse(here.sam).get(f"/posts/{post.pk}"))
    assert browse(here.sam).post(f"/posts/{post.pk}/delete").status_code == 404

    page.post(f"/posts/{post.pk}/delete")

    post.refresh_from_db()
    assert post.status == "deleted"
    restore_reported_post(id=post.pk, at=NOW)
    post.refresh_from_db()
    assert (post.status, post.content) == ("deleted", "(deleted)")


def test_the_author_deletes_a_hidden_answer_over_the_api(here):
    post = here.post(here.tom, "How?")
    reply = reply_to_post(post=post, content="So", by=here.sam, at=NOW)
    hide_reported_post(id=reply.pk, at=NOW)

    assert api(here.sam).delete(f"/api/v1/posts/{reply.pk}").status_code == 204

    post.refresh_from_db()
    assert post.reply_count == 0
    assert api(here.sam).patch(f"/api/v1/posts/{reply.pk}", {"content": "x"}).status_code == 404


def test_what_a_moderator_removed_is_not_deleted_by_its_author(here):
    post = here.post(here.tom, "Hello")
    remove_reported_post(id=post.pk, at=NOW)
    assert browse(here.tom).post(f"/posts/{post.pk}/delete").status_code == 404
    assert Post.objects.get(pk=post.pk).content == "Hello"


def test_answers_below_a_removed_post_stay_readable_by_feed_8_and_take_nothing_new(here):
    post = here.post(here.tom, "Removed words")
    reply = reply_to_post(post=post, content="Words of an answer", by=here.sam, at=NOW)
    remove_reported_post(id=post.pk, at=NOW)

    page = browse(here.olga).get(f"/posts/{post.pk}")
    client = api(here.olga)
    one, thread = (client.get(f"/api/v1/posts/{row.pk}") for row in (reply, post))

    assert page.status_code == 410
    for answer in (page, one, thread):
        assert "Words of an answer" in text_of(answer)
        assert "Removed words" not in text_of(answer)
    for part in ("like", "bookmark", "reply", "repost"):
        answer = client.post(f"/api/v1/posts/{reply.pk}/{part}", {"content": "x"}, format="json")
        assert answer.status_code == 404, part


def test_a_removed_answer_is_read_nowhere_though_somebody_answered_it(here):
    post = here.post(here.tom, "How?")
    reply = reply_to_post(post=post, content="Removed words", by=here.sam, at=NOW)
    below = reply_to_post(post=reply, content="Below it", by=here.tom, at=NOW)
    remove_reported_post(id=reply.pk, at=NOW)

    for row in (post, reply, below):
        answer = text_of(api(here.olga).get(f"/api/v1/posts/{row.pk}"))
        assert "Removed words" not in answer
    assert "Below it" in text_of(browse(here.olga).get(f"/posts/{post.pk}"))


def test_a_restored_post_is_in_the_own_feed_of_who_came_meanwhile(here):
    post = here.post(here.tom, "Came back", here.inside)
    remove_reported_post(id=post.pk, at=NOW)
    late, course = a_member("Late Learner"), here.course
    enrollment = an_enrollment(late, course)
    add_instructor_follower(
        creator_id=here.clara.pk, user_id=late.pk, enrollment_id=enrollment.pk, at=NOW
    )
    fill(late.pk, NOW, courses=[course.pk], creators=[here.clara.pk])
    assert "Came back" not in text_of(browse(late).get("/feed"))

    restore_reported_post(id=post.pk, at=NOW + timedelta(minutes=1))

    assert "Came back" in text_of(browse(late).get("/feed"))
