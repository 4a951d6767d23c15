"""One world with a row of everything, for the tests that request every endpoint."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.files.actions.storing import store_file
from accounts.members.actions.media import add_media_file
from accounts.models import DataExport, File, Notification, User, UserMedia
from accounts.tests.uploads import pdf, upload
from billing.actions.papers import issue_papers
from billing.models import Paper, PaymentSplit, Payout
from billing.tests.money_stage import ask, earned
from catalog.content_requests.actions import request_course
from catalog.inquiries.actions import ask_creator
from catalog.models import ContentRequest, Course, Inquiry
from community.conversations.actions import open_conversation, send_message
from community.feeds.access import Feed
from community.feeds.actions import keep_author, reply_to_post, write_post
from community.models import (
    Appeal,
    CompanionPin,
    FeedMute,
    Message,
    ModerationCase,
    Newsletter,
    Post,
)
from community.moderation.access import AppealLink
from community.moderation.actions import Verdict, decide_case, file_appeal
from community.newsletters.actions import subscribe, write_newsletter
from community.tests.reports import a_report
from goodwill.models import HelpSummons
from goodwill.points.actions.correcting import correct_goodwill
from goodwill.summons.actions import answer_summons, summon, switch_help
from learning.actions.applications import apply_to_teach
from learning.actions.attempts import hand_in_quiz
from learning.actions.certificates import recommend_certificate
from learning.actions.homework import set_homework
from learning.actions.quizzes import add_question, set_quiz
from learning.actions.resources import add_resource
from learning.actions.reviews import write_review
from learning.actions.submitting import submit_homework
from learning.badges.keys import current_key
from learning.models import (
    BadgeKey,
    Certificate,
    Enrollment,
    HomeworkSubmission,
    QuizAttempt,
    Resource,
    Review,
    TeachingApplication,
)
from peerloop.kit import clock
from scheduling.models import (
    Availability,
    AvailabilityOverride,
    Session,
    SessionMaterial,
    SessionRecording,
    TimeOff,
)
from scheduling.tests.people import a_session, open_hours
from tests.cast import a_course, a_member, a_teacher, an_enrollment


@dataclass(frozen=True)
class World:
    """Sam takes Clara's course with Tom; each has another member of the same role beside them."""

    people: dict[str, User]
    course: Course
    enrollment: Enrollment
    session: Session
    held: Session
    payout: Payout
    share: PaymentSplit
    paper: Paper
    certificate: Certificate
    application: TeachingApplication
    window: Availability
    override: AvailabilityOverride
    time_off: TimeOff
    notice: Notification
    media: UserMedia
    export: DataExport
    message: Message
    told: Message
    recording: SessionRecording
    post: Post
    mute: FeedMute
    case: ModerationCase
    appeal: Appeal
    summons: HelpSummons
    newsletter: Newsletter
    inquiry: Inquiry
    wanted: ContentRequest
    homework: HomeworkSubmission
    resource: Resource
    attempt: QuizAttempt
    material: SessionMaterial
    answer: Post
    kept: CompanionPin
    badge_key: BadgeKey
    review: Review
    at: datetime

    def words(self) -> dict[str, Any]:
        """A value for each placeholder of a route, by its name."""
        module = self.course.modules.order_by("module_order").first()
        sam, clara = self.people["student"], self.people["creator"]
        return {
            "user_id": sam.pk,
            "creator_id": clara.pk,
            "handle": clara.handle,
            "slug": self.course.slug,
            "course_id": self.course.pk,
            "module_id": module.pk if module else "",
            "enrollment_id": self.enrollment.pk,
            "session_id": self.session.pk,
            "payout_id": self.payout.pk,
            "split_id": self.share.pk,
            "paper_id": self.paper.pk,
            "year": self.at.year,
            "certificate_id": self.certificate.pk,
            "application_id": self.application.pk,
            "student_teacher_id": self.enrollment.student_teacher_id,
            "window_id": self.window.pk,
            "override_id": self.override.pk,
            "time_off_id": self.time_off.pk,
            "notification_id": self.notice.pk,
            "media_id": self.media.pk,
            "file_id": self.media.file_id,
            "width": 480,
            "export_id": self.export.pk,
            "conversation_id": self.message.conversation_id,
            "message_id": self.message.pk,
            "recording_id": self.recording.pk,
            "post_id": self.post.pk,
            "mute_id": self.mute.pk,
            "kind": "post",
            "content_id": self.post.pk,
            "case_id": self.case.pk,
            "appeal_id": self.appeal.pk,
            "summons_id": self.summons.pk,
            "newsletter_id": self.newsletter.pk,
            "request_id": self.wanted.pk,
            "inquiry_id": self.inquiry.pk,
            "assignment_id": self.homework.assignment_id,
            "submission_id": self.homework.pk,
            "resource_id": self.resource.pk,
            "material_id": self.material.pk,
            "quiz_id": self.attempt.quiz_id,
            "attempt_id": self.attempt.pk,
            "review_id": self.review.pk,
            "word": self.attempt.revision.questions[0]["id"],
            "pin_id": self.kept.pk,
            "code": self.certificate.code or "NOSUCHCODE12",
            "key_id": self.badge_key.pk,
            "number": 0,
            "section": "pages",
            "name": "welcome",
            "seed": "1a2b3c4d",
        }


def a_world() -> World:
    """Sam bought the course, had a session, booked another; Tom earned and requested a payout."""
    at = clock.now()
    enrollment = earned(parts=2, modules=4, price_cents=60_000)
    enrollment.refresh_from_db()
    tom, sam, course = enrollment.teacher, enrollment.student, enrollment.course
    assert tom is not None
    people = {
        "newcomer": a_member("Nora Newcomer", verified=False),
        "student": sam,
        "other_student": a_member("Olga Stranger"),
        "teacher": tom,
        "other_teacher": a_teacher(a_course(), name="Tara Teacher").user,
        "creator": course.creator,
        "other_creator": a_member("Cora Creator", is_creator=True),
        "moderator": a_member("Mona Moderator", is_moderator=True),
        "admin": a_member("Ada Admin", is_admin=True),
        "suspended": a_member("Sid Suspended"),
        "finisher": _finished(course, at).student,
    }
    open_hours(tom)
    post = write_post(feed=Feed("course", course), content="Who has tried this?", by=sam, at=at)
    correct_goodwill(member=sam, points=500, reason="x", by=people["admin"], at=at)
    subscribe(creator=course.creator, by=sam, source="profile", at=at)
    feed, words = Feed("course", course), "Who has tried this?"
    post = write_post(feed=feed, content=words, is_question=True, by=sam, at=at)
    start = (at + timedelta(days=2)).replace(hour=10, minute=0, second=0, microsecond=0)
    session = a_session(enrollment, start=start)
    switch_help(user=tom, is_available=True, at=at)
    question = send_message(
        conversation=open_conversation(others=[tom], by=sam, at=at),
        content="Before Thursday",
        file=store_file(
            owner=sam, purpose=File.Purpose.MESSAGE, upload=upload("plan.pdf", pdf()), at=at
        ),
        by=sam,
        at=at,
    )
    return World(
        people=people,
        course=course,
        enrollment=enrollment,
        session=session,
        held=Session.objects.filter(enrollment=enrollment, status="completed")[0],
        payout=ask(tom, 10_500),
        paper=_paper(enrollment, at),
        share=PaymentSplit.objects.filter(recipient=tom).order_by("part_no")[0],
        certificate=recommend_certificate(enrollment=enrollment, type="completion", by=tom, at=at),
        application=_application(course, at),
        window=Availability.objects.filter(user=tom)[0],
        override=AvailabilityOverride.objects.create(
            user=tom, date=at.date() + timedelta(days=9), is_available=False, timezone="UTC"
        ),
        time_off=TimeOff.objects.create(
            user=tom,
            first_day=at.date() + timedelta(days=40),
            last_day=at.date() + timedelta(days=42),
        ),
        badge_key=current_key(at),
        notice=Notification.objects.create(user=sam, kind="test", title="Hello"),
        export=DataExport.objects.create(user=sam, status=DataExport.Status.FAILED),
        media=add_media_file(user=sam, upload=upload("cv.pdf", pdf()), at=at),
        message=question,
        told=send_message(
            conversation=question.conversation, content="With the first module.", by=tom, at=at
        ),
        recording=SessionRecording.objects.create(
            session=session, record_id="rec-1", status=SessionRecording.Status.LEFT
        ),
        post=post,
        mute=FeedMute.objects.create(user=sam, member=a_member("Muted")),
        case=a_report(post, people["finisher"]),
        appeal=_appeal(people, course, at),
        summons=_summons(enrollment, at),
        newsletter=write_newsletter(
            subject="Three exercises", body="Try the first.", by=course.creator, at=at
        ),
        wanted=request_course(title="How to solder", reason="I burn what I build.", by=sam, at=at),
        inquiry=ask_creator(course=course, text="May I come late to it?", by=sam, at=at),
        homework=_homework(enrollment, at),
        attempt=_attempt(enrollment, at),
        resource=add_resource(
            course=course, by=course.creator, at=at, upload=upload("slides.pdf", pdf())
        ),
        material=SessionMaterial.objects.create(
            session=session,
            uploader=tom,
            type=SessionMaterial.Type.DOCUMENT,
            name="Notes",
            file=store_file(
                owner=tom,
                purpose=File.Purpose.SESSION_MATERIAL,
                upload=upload("notes.pdf", pdf()),
                at=at,
            ),
            position=1,
        ),
        answer=reply_to_post(post=post, content="I have.", by=tom, at=at),
        kept=keep_author(author=tom, by=sam, at=at),
        review=_review(course, tom, sam, at),
        at=at,
    )


def _homework(enrollment: Enrollment, at: datetime) -> HomeworkSubmission:
    """Clara set homework, Sam handed a file in, which waits for Tom."""
    course = enrollment.course
    row = set_homework(course=course, by=course.creator, at=at, title="One", instructions="Do it.")
    return submit_homework(
        assignment=row,
        enrollment=enrollment,
        by=enrollment.student,
        at=at,
        content="Done.",
        upload=upload("work.pdf", pdf()),
    )


def _attempt(enrollment: Enrollment, at: datetime) -> QuizAttempt:
    """The first module has a quiz, whose short answer of Sam's waits for Tom."""
    course = enrollment.course
    module = course.modules.order_by("module_order")[0]
    quiz = set_quiz(module=module, by=course.creator, at=at, title="Quiz")
    question = {"kind": "short", "text": "What is a prompt?"}
    key = add_question(quiz=quiz, question=question, by=course.creator, at=at)["id"]
    return hand_in_quiz(
        quiz=quiz,
        enrollment=enrollment,
        revision=quiz.revision,
        answers={key: "A question."},
        by=enrollment.student,
        at=at,
    )


def _review(course: Course, teacher: User, student: User, at: datetime) -> Review:
    """Sam completed another course of Clara's with Tom, who is private, and reviewed him."""
    other = a_course(course.creator)
    done = an_enrollment(
        student, other, a_teacher(other, teacher), status="completed", completed_at=at
    )
    words = "He explains everything twice."
    return write_review(
        enrollment=done, about="teacher", by=student, rating=5, comment=words, at=at
    )


def _appeal(people: dict[str, User], course: Course, at: datetime) -> Appeal:
    """Sam appeals the removal of another post."""
    post = write_post(feed=Feed("course", course), content="Buy this", by=people["student"], at=at)
    decision = decide_case(
        case=a_report(post, people["finisher"]),
        verdict=Verdict("remove", "It is an ad.", rule="spam"),
        by=people["moderator"],
        at=at,
    )
    return file_appeal(link=AppealLink(decision), text="It was none.", at=at)


def _summons(enrollment: Enrollment, at: datetime) -> HelpSummons:
    """Answered by the teacher ten minutes ago."""
    then = at - timedelta(minutes=10)
    found = summon(enrollment=enrollment, module=None, by=enrollment.student, at=then)
    assert enrollment.teacher is not None
    return answer_summons(summons=found, by=enrollment.teacher, at=then)


def _finished(course: Course, at: datetime) -> Enrollment:
    return an_enrollment(
        a_member("Fay Finished"), course, status="completed", completed_at=at, started_at=at
    )


def _paper(enrollment: Enrollment, at: datetime) -> Paper:
    """The receipt of what Sam paid."""
    issue_papers(at=at)
    return Paper.objects.get(transaction__enrollment=enrollment)


def _application(course: Course, at: datetime) -> TeachingApplication:
    done = _finished(course, at)
    return apply_to_teach(enrollment=done, message="I want to teach.", by=done.student, at=at)
