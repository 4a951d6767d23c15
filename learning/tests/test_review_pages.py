"""Reviews on pages and over the API: reading, writing, answering, reporting."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from community.models import ContentFlag, ModerationCase
from community.moderation.actions import Verdict, decide_case, restore_content
from learning.actions.reviews import answer_review, hide_review
from learning.models import Expectations, Review
from learning.tests.people import completed, taught
from learning.tests.test_reviews import LATER, WORDS, done, review
from peerloop.pages.tests.test_learn import text_of
from tests.cast import a_course, a_member, a_teacher, api, browse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(LATER, tick=False):
        yield


def test_a_student_reviews_the_teacher_then_the_course_and_can_change_both():
    enrollment = completed()
    browser, page = browse(enrollment.student), f"/learn/{enrollment.pk}/review"
    assert "as your teacher?" in text_of(browser.get(page))
    sent = browser.post(page, {"about": "teacher", "rating": "5", "comment": WORDS})
    assert (sent.status_code, sent["Location"]) == (302, page)
    assert "How good is the course?" in text_of(browser.get(page))
    browser.post(page, {"about": "course", "rating": "4", "comment": "", "clarity": "3"})
    shown = text_of(browser.get(page))
    assert shown.count("Change this review") == 2
    browser.post(page, {"about": "course", "rating": "5", "comment": "Short and to the point."})
    assert Review.objects.get(about="course").rating == 5


def test_a_wrong_review_keeps_what_was_written():
    enrollment = completed()
    page = f"/learn/{enrollment.pk}/review"
    for said, words in (
        ({"rating": "5", "comment": "Short"}, "Write at least 10 characters."),
        ({"rating": "5", "comment": " " * 40}, "Write at least 10 characters."),
        ({"rating": "5", "comment": "x" * 100_000}, "Use at most 4,000 characters."),
        ({"comment": WORDS}, "Choose one of the five marks."),
        ({"rating": "9", "comment": WORDS}, "Select a valid choice"),
    ):
        answer = browse(enrollment.student).post(page, {"about": "teacher", **said})
        assert answer.status_code == 422
        assert words in text_of(answer)
    assert not Review.objects.exists()


def test_before_the_end_the_page_says_when_a_review_is_possible():
    enrollment = taught(modules=2, sessions=1)
    page = browse(enrollment.student).get(f"/learn/{enrollment.pk}/review")
    assert "once the course is completed" in text_of(page)


def test_a_course_shows_its_mean_spread_and_reviews_with_their_answers():
    row = review(done(), "course", rating=4)
    Review.objects.filter(pk=row.pk).update(answer="Glad to hear it.", answered_at=LATER)
    shown = text_of(browse().get(f"/courses/{row.course.slug}"))
    assert "4.0" in shown
    assert "from 1 review" in shown
    assert WORDS in shown
    assert "Glad to hear it." in shown


def test_all_reviews_of_a_course_in_both_orders():
    course = a_course()
    first = review(done(course), "course", comment="The older of the two.")
    with time_machine.travel(LATER + timedelta(days=1)):
        review(done(course), "course", comment="The newer of the two.", at=LATER + timedelta(1))
    Review.objects.filter(pk=first.pk).update(helpful_count=3)
    page = f"/courses/{course.slug}/reviews"
    helpful, newest = text_of(browse().get(page)), text_of(browse().get(f"{page}?sort=newest"))
    assert helpful.index("The older") < helpful.index("The newer")
    assert newest.index("The newer") < newest.index("The older")
    assert browse().get(f"{page}?sort=worst&page=-3").status_code == 200


def test_the_list_costs_the_same_however_many_there_are(django_assert_max_num_queries):
    course = a_course()
    for _ in range(6):
        review(done(course), "course")
    with django_assert_max_num_queries(5):
        browse().get(f"/courses/{course.slug}/reviews")


def test_reviews_of_a_private_teacher_are_no_page_of_theirs():
    row = review(completed())
    browser = browse()
    paths = [f"/student-teachers/{row.rated.handle}/reviews", f"/reviews/{row.pk}"]
    assert [browser.get(path).status_code for path in paths] == [404, 404]
    row.rated.privacy_public = True
    row.rated.save(update_fields=["privacy_public"])
    assert [browser.get(path).status_code for path in paths] == [200, 200]


def test_who_is_reviewed_answers_once_on_the_page_of_the_review():
    row = review(completed())
    teacher = browse(row.rated)
    page = f"/reviews/{row.pk}"
    assert teacher.post(f"{page}/answer", {"answer": "Thanks"}).status_code == 422
    teacher.post(f"{page}/answer", {"answer": "Thank you, Sam. Come back."})
    shown = text_of(teacher.get(page))
    assert "Thank you, Sam. Come back." in shown
    assert "Publish the answer" not in shown


def test_a_reader_says_that_a_review_helped_and_lands_where_they_were():
    row = review(done(), "course")
    path = f"/courses/{row.course.slug}/reviews"
    sent = browse(a_member("Rita")).post(f"/reviews/{row.pk}/helpful", {"on": "1", "next": path})
    assert sent["Location"] == path
    row.refresh_from_db()
    assert row.helpful_count == 1


def test_a_reported_review_that_is_removed_leaves_page_and_mean():
    row = review(done(), "course", rating=1, comment="An insult, and nothing else.")
    sent = browse(a_member("Olga")).post(
        reverse("flag", args=["review", row.pk]), {"reason": "harassment"}
    )
    assert sent.status_code == 302
    flag = ContentFlag.objects.get()
    verdict = Verdict("remove", "It is an insult.", rule="harassment")
    decide_case(case=flag.case, verdict=verdict, by=a_member("Mo", is_moderator=True), at=LATER)
    row.course.refresh_from_db()
    assert (row.course.rating, row.course.rating_count) == (None, 0)
    assert "An insult" not in text_of(browse().get(f"/courses/{row.course.slug}"))


def answered() -> Review:
    """A published review of a course with an answer that its student may not like."""
    row = review(done(), "course", comment="Clear and short, mostly.")
    return answer_review(review=row, by=row.rated, answer="You never listened.", at=LATER)


def reported(row: Review) -> ModerationCase:
    """The student reports the answer; the case."""
    path = reverse("flag", args=["answer", row.pk])
    sent = browse(row.enrollment.student).post(path, {"reason": "harassment"})
    assert sent.status_code == 302
    return ContentFlag.objects.get().case


def test_an_answer_is_reported_where_it_is_read_but_not_by_who_wrote_it():
    row = answered()
    path = reverse("flag", args=["answer", row.pk])

    assert path in text_of(browse(row.enrollment.student).get(f"/reviews/{row.pk}"))
    assert path not in text_of(browse(row.rated).get(f"/reviews/{row.pk}"))
    assert path not in text_of(browse().get(f"/reviews/{row.pk}"))
    assert browse(row.rated).post(path, {"reason": "spam"}).status_code == 422
    assert not ContentFlag.objects.exists()


def test_a_removed_answer_leaves_pages_and_api_and_the_review_stays():
    row = answered()
    case, mo = reported(row), a_member("Mo", is_moderator=True)
    verdict = Verdict("remove", "It is an insult.", rule="harassment")
    assert "You never listened." in text_of(browse(mo).get(reverse("mod-case", args=[case.pk])))

    decide_case(case=case, verdict=verdict, by=mo, at=LATER)

    for page in (f"/reviews/{row.pk}", f"/courses/{row.course.slug}/reviews"):
        shown = text_of(browse(row.enrollment.student).get(page))
        assert "Clear and short, mostly." in shown
        assert "You never listened." not in shown
    assert api().get(f"/api/v1/reviews/{row.pk}").json()["answer"] == ""
    own = text_of(browse(row.rated).get(f"/reviews/{row.pk}"))
    assert "Your answer is not shown" in own
    assert "Publish the answer" not in own
    row.course.refresh_from_db()
    assert row.course.rating_count == 1


def test_a_removed_answer_can_be_restored():
    row = answered()
    case, mo = reported(row), a_member("Mo", is_moderator=True)
    decide_case(
        case=case, verdict=Verdict("remove", "An insult.", rule="harassment"), by=mo, at=LATER
    )

    restore_content(case=case, reason="It was meant for another.", by=mo, at=LATER)

    assert "You never listened." in text_of(browse().get(f"/reviews/{row.pk}"))


def test_three_reports_hide_an_answer_until_somebody_looked():
    row = answered()
    for name in ("Olga", "Otto", "Olaf"):
        body = {"target_type": "answer", "target_id": str(row.pk), "reason": "spam"}
        assert api(a_member(name)).post("/api/v1/flags", body, "json").status_code == 201

    assert "You never listened." not in text_of(browse().get(f"/reviews/{row.pk}"))
    case = ModerationCase.objects.get()
    mo = a_member("Mo", is_moderator=True)
    decide_case(case=case, verdict=Verdict("dismiss", "It is harmless."), by=mo, at=LATER)
    assert "You never listened." in text_of(browse().get(f"/reviews/{row.pk}"))


def test_a_review_without_an_answer_has_none_to_report():
    row = review(done(), "course")
    path = reverse("flag", args=["answer", row.pk])

    assert browse(a_member("Olga")).post(path, {"reason": "spam"}).status_code == 404


def test_a_hidden_review_is_read_by_its_author_only():
    row = review(done(), "course")
    hide_review(id=row.pk, at=LATER)
    assert "A moderator will look" in text_of(
        browse(row.enrollment.student).get(f"/reviews/{row.pk}")
    )
    assert browse(row.rated).get(f"/reviews/{row.pk}").status_code == 404


def test_new_is_said_only_of_a_new_course():
    course = a_course()
    with time_machine.travel(course.first_published_at, tick=False):
        assert "No reviews yet" in text_of(browse().get(f"/courses/{course.slug}"))


def test_over_the_api_a_review_is_written_read_changed_and_answered():
    enrollment = done(a_course(), None)
    student = api(enrollment.student)
    path = f"/api/v1/enrollments/{enrollment.pk}/reviews"
    assert student.get(path).json() == {"reviews": [], "left": ["teacher", "course"]}
    said = {"about": "course", "rating": 4, "comment": WORDS}
    sent = student.post(path, said, "json")
    assert sent.status_code == 201
    one = f"/api/v1/reviews/{sent.json()['id']}"
    assert student.put(one, {"rating": 5, "comment": WORDS}, "json").json()["rating"] == 5
    creator = api(enrollment.course.creator)
    assert creator.post(f"{one}/answer", {"answer": "Thank you!"}, "json").status_code == 200
    assert creator.post(f"{one}/answer", {"answer": "Thanks again."}, "json").status_code == 409
    listed = api().get(f"/api/v1/courses/{enrollment.course_id}/reviews?sort=newest").json()
    assert (listed["total"], listed["reviews"][0]["answer"]) == (1, "Thank you!")
    assert student.post(path, {**said, "rating": 1}, "json").json()["code"] == "already_reviewed"


@pytest.mark.parametrize("body", [{"rating": 6}, {"rating": "5"}, {"rating": 5.5}, {}])
def test_the_api_refuses_other_stars(body):
    enrollment = completed()
    path = f"/api/v1/enrollments/{enrollment.pk}/reviews"
    body = {"about": "teacher", "comment": WORDS, **body}
    assert api(enrollment.student).post(path, body, "json").status_code == 400


def test_expectations_are_stated_on_their_page_and_read_by_the_teacher():
    enrollment = taught()
    page = f"/learn/{enrollment.pk}/expectations"
    browser = browse(enrollment.student)
    assert browser.post(page, {"goal": "Short"}).status_code == 422
    assert browser.post(page, {"goal": "Write reports that people read"}).status_code == 302
    assert "Write reports that people read" in text_of(browser.get(page))
    assert Expectations.objects.count() == 1
    path = f"/api/v1/enrollments/{enrollment.pk}/expectations"
    assert api(enrollment.teacher).get(path).json()["goal"] == "Write reports that people read"
    assert api(a_teacher(enrollment.course).user).get(path).status_code == 404
