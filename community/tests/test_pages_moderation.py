"""The queue of moderators and its cases, for each role (rules MOD-3 to MOD-6)."""

from datetime import timedelta

import pytest

from community.feeds.access import Feed
from community.models import ModerationCase, ModerationDecision
from community.moderators.actions import appoint_moderator
from community.tests.people import a_conversation
from community.tests.reports import a_post, a_report
from peerloop.kit import clock
from tests.cast import a_course, a_member, an_enrollment, browse, stale

pytestmark = pytest.mark.django_db
NOW = clock.now()
REASON = "The same link stands in six feeds."


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_the_queue_shows_urgent_ones_first_then_the_oldest(sam, mona, olga):
    for number, reason in enumerate(("spam", "spam", "harassment")):
        post = a_post(sam, f"Post {number}")
        a_report(post, olga, reason=reason, at=NOW + timedelta(minutes=number))
    page = text_of(browse(mona).get("/mod"))
    first, second, third = ModerationCase.objects.order_by("pending_since")
    places = [page.index(f"/mod/{row.pk}") for row in (third, first, second)]
    assert places == sorted(places)
    assert "Urgent" in page


def test_the_queue_can_be_filtered_and_decided_ones_stand_apart(case, sam, olga, mona):
    client = browse(mona)
    assert str(case.pk) in text_of(client.get("/mod?type=post"))
    assert str(case.pk) not in text_of(client.get("/mod?type=reply"))
    assert str(case.pk) not in text_of(client.get("/mod?show=decided"))
    decide(client, case, action="dismiss", reason="Fine")
    assert str(case.pk) in text_of(client.get("/mod?show=decided&type=post"))
    assert "The queue is clear" in text_of(client.get("/mod"))


def test_the_queue_is_for_moderators(case, sam, olga):
    for person in (sam, olga):
        assert browse(person).get("/mod").status_code == 403
        assert browse(person).get(f"/mod/{case.pk}").status_code == 404
        assert decide(browse(person), case, action="dismiss", reason="x").status_code == 404
    assert browse().get("/mod")["Location"].startswith("/login")
    assert "/mod" not in text_of(browse(sam).get("/feed"))


def decide(client, case, **sent):
    return client.post(f"/mod/{case.pk}/decide", {"rule": "", "days": "7", **sent})


def test_a_moderator_decides_on_the_page_of_the_case(case, post, mona, sam):
    client = browse(mona)
    page = text_of(client.get(f"/mod/{case.pk}"))
    assert "Buy my course" in page
    assert "It says the same." in page
    assert "Olga" in page

    answer = decide(client, case, action="remove", rule="spam", reason=REASON)

    assert answer["Location"] == "/mod"
    post.refresh_from_db()
    assert post.status == "removed"
    assert REASON in text_of(client.get(f"/mod/{case.pk}"))


def test_the_page_shows_what_was_changed_since_the_report(case, post, mona, sam):
    from community.feeds.actions import edit_post

    edit_post(post=post, content="Innocent words", by=sam, at=NOW)
    page = text_of(browse(mona).get(f"/mod/{case.pk}"))
    assert "Buy my course" in page
    assert "Innocent words" in page


def test_who_comes_second_is_told(case, mona, ada):
    second = browse(ada)
    second.get(f"/mod/{case.pk}")
    decide(browse(mona), case, action="dismiss", reason="Fine")

    answer = decide(second, case, action="remove", rule="spam", reason=REASON)

    assert answer.status_code == 422
    assert "Somebody else decided this" in text_of(answer)
    assert ModerationDecision.objects.count() == 1


def test_a_moderator_reads_of_private_talk_six_messages_and_no_more(sam, olga, mona):
    from community.conversations.reportable import reach
    from community.moderation.actions import flag_content

    texts = [f"line-{number:02}" for number in range(1, 13)]
    conversation = a_conversation(sam, olga, *texts, at=NOW)
    message = conversation.messages.get(number=5)
    flag = flag_content(content=reach(olga, message.pk), reason="harassment", by=olga, at=NOW)

    page = text_of(browse(mona).get(f"/mod/{flag.case_id}"))

    assert [text for text in texts if text in page] == texts[1:7]
    assert browse(mona).get(f"/messages/{conversation.pk}").status_code == 404


def test_the_history_of_the_person_stands_beside_the_case(sam, olga, mona):
    client = browse(mona)
    for number in range(2):
        case = a_report(a_post(sam, f"Post {number}"), olga)
        if not number:
            decide(client, case, action="warn", rule="spam", reason="Once.")
    page = text_of(client.get(f"/mod/{case.pk}"))
    assert "Warned: post" in page


def test_staff_prove_who_they_are_before_they_decide(case, mona):
    client = stale(browse(mona))
    assert client.get(f"/mod/{case.pk}")["Location"].startswith("/confirm?")
    answer = decide(client, case, action="dismiss", reason="Fine")
    assert answer["Location"].startswith("/confirm?")
    assert not ModerationDecision.objects.exists()


class Community:
    """Clara's course with Sam, who wrote; Nora moderates for Clara, Otto for somebody else."""

    def __init__(self):
        self.course = a_course()
        self.sam, self.olga = a_member(), a_member("Olga Student")
        self.nora, self.otto = a_member("Nora Keeper"), a_member("Otto Keeper")
        other = a_course(a_member("Carl Creator", is_creator=True))
        from community.feeds.actions.followers import add_instructor_follower

        for person, course in (
            (self.sam, self.course),
            (self.olga, self.course),
            (self.nora, self.course),
            (self.otto, other),
        ):
            enrollment = an_enrollment(person, course)
            add_instructor_follower(
                creator_id=course.creator_id,
                user_id=person.pk,
                enrollment_id=enrollment.pk,
                at=NOW,
            )
        for person, course in ((self.nora, self.course), (self.otto, other)):
            appoint_moderator(creator=course.creator, user=person, by=course.creator, at=NOW)
        self.post = a_post(self.sam, feed=Feed("course", self.course))
        self.case = a_report(self.post, self.olga)


@pytest.fixture
def community():
    return Community()


def test_a_community_moderator_sees_their_own_scope_alone(community, sam, olga):
    outside = a_report(a_post(sam), olga)
    client = browse(community.nora)
    page = text_of(client.get("/mod"))
    assert str(community.case.pk) in page
    assert str(outside.pk) not in page
    assert client.get(f"/mod/{outside.pk}").status_code == 404
    assert decide(client, outside, action="dismiss", reason="x").status_code == 404
    assert browse(community.otto).get(f"/mod/{community.case.pk}").status_code == 404
    assert 'href="/mod"' in text_of(client.get("/feed"))


def test_a_community_moderator_dismisses_and_removes_and_no_more(community):
    client = browse(community.nora)
    page = text_of(client.get(f"/mod/{community.case.pk}"))
    assert "Suspend" not in page
    assert "Olga" not in page
    for action in ("warn", "posting_ban", "suspend"):
        answer = decide(client, community.case, action=action, rule="spam", reason=REASON)
        assert answer.status_code == 422

    decide(client, community.case, action="remove", rule="spam", reason=REASON)

    community.post.refresh_from_db()
    assert community.post.status == "removed"
