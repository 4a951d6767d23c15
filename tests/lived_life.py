"""Kim's data on PeerLoop: rows in as many tables as one member can have, with nothing pending."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, models, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit.log import record
from accounts.identity.actions.closure import ask_for_erasure
from accounts.identity.actions.tokens import issue_tokens
from accounts.members.actions.relations import follow_member
from accounts.models import (
    AddressChange,
    Block,
    CreatorApplication,
    DataExport,
    Email,
    EmailVerificationToken,
    Erasure,
    Expertise,
    File,
    IdempotencyKey,
    LocalMail,
    NotificationPreference,
    PasswordResetToken,
    PlatformSetting,
    Qualification,
    Sanction,
    User,
    UserMedia,
    UserStats,
    WebhookEvent,
    WebSession,
)
from accounts.models.files import new_key
from accounts.privacy.personal_rows import holds_free_text, known_tables, model_of
from billing.actions.escrow import release_due
from billing.actions.papers import issue_papers, keep_billing_details
from billing.actions.weekly_payouts import set_weekly_payout
from billing.models import (
    Hold,
    MoneyMark,
    PaymentSplit,
    PayoutAccount,
    RefundRequest,
    Withdrawal,
)
from billing.tests.money_stage import WEEK, connect, hold, paid_enrollment, paid_out, payment_of
from catalog.content_requests.actions import request_course
from catalog.inquiries.actions import ask_creator
from catalog.models import Interest
from community.feeds.access import MAIN, Feed
from community.feeds.actions import bookmark_post, like_post, reply_to_post, write_post
from community.feeds.actions.muting import Muted, hide_post, mute
from community.feeds.publishing.follows import settle_follows
from community.feeds.visits import note_visit
from community.models import (
    Appeal,
    CommunityModerator,
    CommunityWelcome,
    FeedOutlet,
    ModeratorInvite,
    Post,
)
from community.moderation.access import AppealLink
from community.moderation.actions import Verdict, decide_case, file_appeal
from community.newsletters.actions import subscribe, write_newsletter
from community.newsletters.actions.settling import settle_newsletter
from community.tests.newsletters import begin
from community.tests.people import a_conversation, beside_posts
from community.tests.reports import a_report
from goodwill.models import Rank, Reason, Referral
from goodwill.points.actions.correcting import correct_goodwill
from goodwill.points.actions.moving import give, mint
from goodwill.promotions.actions.promoting import promote
from goodwill.rewards.actions import claim_reward
from goodwill.summons.actions import answer_summons, summon, switch_help
from learning.actions import review_homework, set_homework, submit_homework
from learning.actions.attempts import hand_in_quiz, mark_attempt
from learning.actions.materials import keep_position
from learning.actions.quizzes import add_question, set_quiz
from learning.actions.resources import add_resource
from learning.actions.reviews import answer_review, write_review
from learning.models import (
    Enrollment,
    Expectations,
    ReviewVote,
    StudentTeacher,
    TeacherChange,
    TeachingApplication,
)
from peerloop.kit import clock
from peerloop.kit.personal_data import Table
from scheduling.models import (
    AttendanceEvent,
    AvailabilityOverride,
    CalendarFeed,
    Session,
    SessionAssessment,
    SessionAttendance,
    SessionMaterial,
    SessionReminder,
    SessionReschedule,
    SharedPage,
    SlotHold,
    TimeOff,
)
from scheduling.tests.people import NOW, open_hours
from tests.cast import a_course, a_member, a_teacher

# For fields that identify the member, and for all other text.
PERSON, CANARY = "zqperson", "zqcanary"


def kims_life() -> User:
    """Kim learned from Tom, created and taught a course, was paid, and has nothing pending."""
    FeedOutlet.objects.create(name="stream")
    kim = a_member(f"Kim {PERSON.title()}", is_creator=True, email=f"{PERSON}@example.com")
    learned = paid_enrollment(modules=1, student=kim)
    own = a_course(kim, modules=1)
    taught = paid_enrollment(modules=1, course=own, teacher=a_teacher(own, kim))
    connect(kim)
    set_weekly_payout(user=kim, is_on=True, at=clock.now())
    for course in (learned.course, own):
        UserStats.add(course.creator_id, courses_created=1)
    for enrollment in (learned, taught):
        hold(enrollment, at=clock.now() - WEEK - timedelta(hours=2))
    release_due(at=clock.now())
    paid_out(kim)
    _around_lessons(kim, learned, taught)
    _around_the_account(kim)
    _homework(kim, learned, taught)
    _materials(kim, taught)
    _quizzes(kim, taught, learned)
    _reviews(kim, learned, taught)
    a_conversation(kim, learned.teacher, "When do we start?", "On Monday.", at=clock.now())
    _in_the_feeds(kim)
    _keeping_order(kim)
    _goodwill(kim, learned, taught)
    _helping(kim, learned, taught)
    _in_newsletters(kim)
    _questions(kim, learned, taught)
    _mails_and_webhooks(kim)
    return User.objects.get(pk=kim.pk)


def _homework(kim: User, learned: Enrollment, taught: Enrollment) -> None:
    """Kim handed homework in and answered some."""
    at = clock.now()
    for enrollment in (learned, taught):
        course = enrollment.course
        row = set_homework(course=course, by=course.creator, at=at, title="1", instructions="Do it")
        words = {"content": "Done", "link": "https://example.com/work"}
        submission = submit_homework(
            assignment=row, enrollment=enrollment, by=enrollment.student, at=at, **words
        )
        review_homework(
            submission=submission, status="approved", by=enrollment.teacher, at=at, feedback="Good"
        )


def _materials(kim: User, taught: Enrollment) -> None:
    """Kim gave the course a resource, shared a link and notes in a session, and played a film."""
    at = clock.now()
    words = {"name": "Reading", "description": "Before we meet", "link": "https://example.com/a"}
    add_resource(course=taught.course, by=kim, at=at, **words)
    session = Session.objects.filter(teacher=kim)[0]
    SessionMaterial.objects.create(session=session, uploader=kim, type="other", position=1, **words)
    for own in Session.objects.filter(Q(teacher=kim) | Q(student=kim)):
        SharedPage.objects.create(
            session=own, goal="A page", next_step="Show it", notes="Ask first", revision=1
        )
    film = File.objects.filter(owner=kim)[0]
    keep_position(user=kim, file=film, seconds=42, at=at)


def _quizzes(kim: User, taught: Enrollment, learned: Enrollment) -> None:
    """Kim answered a quiz of their teacher's, and marked one of a student's."""
    at = clock.now()
    for enrollment in (taught, learned):
        course = enrollment.course
        module = course.modules.order_by("module_order")[0]
        quiz = set_quiz(module=module, by=course.creator, at=at, title="Quiz")
        question = {"kind": "short", "text": "Why?"}
        key = add_question(quiz=quiz, question=question, by=course.creator, at=at)["id"]
        attempt = hand_in_quiz(
            quiz=quiz,
            enrollment=enrollment,
            revision=1,
            answers={key: "Because."},
            by=enrollment.student,
            at=at,
        )
        mark_attempt(
            attempt=attempt, marks={key: True}, feedback="Good", by=enrollment.teacher, at=at
        )


def _reviews(kim: User, learned: Enrollment, taught: Enrollment) -> None:
    """Kim reviewed their teacher, answered a student's review, and found one helpful."""
    at = clock.now()
    words = {"rating": 5, "comment": "Explains everything twice.", "at": at}
    for enrollment in (learned, taught):
        Expectations.objects.create(enrollment=enrollment, goal="Write reports", hopes="Patience")
        enrollment.refresh_from_db()
        review = write_review(
            enrollment=enrollment, about="teacher", by=enrollment.student, **words
        )
        answer_review(review=review, by=review.rated, answer="Thank you for coming.", at=at)
    other = write_review(enrollment=taught, about="course", by=taught.student, **words)
    ReviewVote.objects.create(review=other, user=kim)


def _in_the_feeds(kim: User) -> None:
    at = clock.now()
    post = write_post(feed=MAIN, content="What are you learning?", by=kim, at=at)
    reply_to_post(post=post, content="Everything.", by=kim, at=at)
    like_post(post=post, by=kim, at=at)
    bookmark_post(post=post, by=kim, at=at)
    settle_follows(user_id=kim.pk, at=at)
    olga = a_member("Olga")
    follow_member(member=olga, by=kim, at=at)
    hide_post(post=write_post(feed=MAIN, content="Hello", by=olga, at=at), by=kim, at=at)
    mute(what=Muted(member=olga), by=kim, at=at)
    mute(what=Muted(member=kim), by=olga, at=at)
    note_visit(kim, None, at=at)
    _reports(kim, post)
    beside_posts(kim)


def _reports(kim: User, post: Post) -> None:
    """Kim reported somebody, was reported, and appealed the decision."""
    at, mona = clock.now(), a_member("Mona Moderator", is_moderator=True)
    other = write_post(feed=MAIN, content="Buy this", by=mona, at=at)
    a_report(other, kim, details="The third today")
    decision = decide_case(
        case=a_report(post, a_member("Rob Reporter")),
        verdict=Verdict("warn", "Ask in your course.", rule="spam"),
        by=mona,
        at=at,
    )
    file_appeal(link=AppealLink(decision), text="It is for everybody.", at=at)
    Appeal.objects.update(status="upheld", decided_by=mona, decided_at=at, answer="x")


def _keeping_order(kim: User) -> None:
    """Kim moderated for somebody, has a moderator, and welcomes people."""
    CommunityWelcome.objects.create(creator=kim, content="Good that you are here.")
    for creator, user in ((a_member("Clara"), kim), (kim, a_member("Mod"))):
        CommunityModerator.objects.create(creator=creator, user=user, appointed_by=creator)
    ada, at = a_member("Ada", is_admin=True), clock.now()
    for answer in ({"status": "accepted", "accepted_by": kim}, {"status": "declined"}):
        ModeratorInvite.objects.create(
            email=kim.email, invited_by=ada, expires_at=at, answered_at=at, **answer
        )


def _goodwill(kim: User, learned: Enrollment, taught: Enrollment) -> None:
    at, student = clock.now(), taught.student
    _promoting(kim, taught)
    extra = {"points": 30, "reason": Reason.REMEDIAL_VOLUNTEER, "at": at}
    mint(to=kim, by=student, cause="remedial:x", course=taught.course, **extra)
    give(to=learned.teacher, by=kim, points=5, cause="post:x", course=learned.course, at=at)
    Rank.objects.create(span="all", place=1, user=kim, points=20, at=at)
    claim_reward(tier="trusted_helper", by=kim, at=at)
    Referral.objects.create(referrer=kim, email="friend@example.com", sent_at=at)
    Referral.objects.create(referrer=student, email=kim.email, referred=kim, status="joined")


def _promoting(kim: User, taught: Enrollment) -> None:
    """Kim brings a post of her course into the main feed."""
    at = clock.now()
    correct_goodwill(member=kim, points=1_000, reason="x", by=a_member("Ada", is_admin=True), at=at)
    feed = Feed("course", course=taught.course)
    post = write_post(feed=feed, content="Who wants to learn this?", by=kim, at=at)
    promote(post=post, points=50, by=kim, at=at)


def _helping(kim: User, learned: Enrollment, taught: Enrollment) -> None:
    """Kim called for help, answered a call, and is there for the next one."""
    at = clock.now()
    summon(enrollment=learned, module=None, by=kim, at=at)
    switch_help(user=kim, is_available=True, at=at)
    call = summon(enrollment=taught, module=None, by=taught.student, at=at)
    answer_summons(summons=call, by=kim, at=at)


def _questions(kim: User, learned: Enrollment, taught: Enrollment) -> None:
    """Kim asked a creator, also before signing up, was asked, and asked for a course."""
    at, text = clock.now(), "Do I need any tools for this?"
    ask_creator(course=learned.course, text=text, by=kim, at=at)
    request_course(title="How to solder", reason="I burn what I build.", by=kim, at=at)
    ask_creator(course=taught.course, text=text, by=taught.student, at=at)
    ask_creator(course=learned.course, text=text, name="Kim", email=kim.email, at=at)


def _in_newsletters(kim: User) -> None:
    """Kim reads a newsletter and wrote one."""
    for creator, reader in ((a_member("Clara", is_creator=True), kim), (kim, a_member("Reader"))):
        at = clock.now()
        subscribe(creator=creator, by=reader, source="profile", at=at)
        row = write_newsletter(subject="News", body="Try this.", by=creator, at=at)
        begin(row, at=at)
        Email.objects.filter(template="newsletter").update(status="sent")
        settle_newsletter(newsletter_id=row.pk, at=at)


def _around_lessons(kim: User, learned: Enrollment, taught: Enrollment) -> None:
    at = clock.now()
    for enrollment in (learned, taught):
        enrollment.refresh_from_db()
        assert enrollment.status == Enrollment.Status.COMPLETED
        session = Session.objects.get(enrollment=enrollment)
        other = session.counterpart_of(kim)
        SessionReschedule.objects.create(
            session=session, by=kim, old_start=at, new_start=at - WEEK, is_late=True, reason="x"
        )
        SessionAssessment.objects.create(session=session, assessor=kim, assessee=other, rating=5)
        SessionAssessment.objects.create(session=session, assessor=other, assessee=kim, rating=4)
        SessionReminder.objects.create(session=session, user=kim, kind="1h", for_start=at)
        SessionAttendance.objects.create(
            session=session, user=kim, joined_at=at, left_at=at, source="click"
        )
        AttendanceEvent.objects.create(
            session=session, user=kim, kind="click", source="click", at=at
        )
    begins = at + WEEK
    SlotHold.objects.create(
        holder=kim,
        course=learned.course,
        teacher=learned.teacher,
        starts_at=begins,
        ends_at=begins + timedelta(hours=1),
        busy_until=begins + timedelta(hours=1),
        expires_at=at + timedelta(minutes=10),
    )
    TeacherChange.objects.create(
        enrollment=learned, new_teacher=learned.teacher, by=kim, side="student"
    )
    TeachingApplication.objects.create(
        user=kim, course=learned.course, enrollment=learned, status="withdrawn"
    )
    RefundRequest.objects.create(
        enrollment=learned,
        transaction=payment_of(learned),
        requested_by=kim,
        policy="full",
        policy_cents=1,
        status="withdrawn",
        auto_approve_at=at,
    )
    keep_billing_details(by=kim, name=f"Kim {PERSON}", address=CANARY, tax_id=CANARY, at=at)
    issue_papers(at=at)
    Withdrawal.objects.create(
        name=f"Kim {PERSON}",
        email=kim.email,
        order=CANARY,
        transaction=payment_of(learned),
        status="answered",
        received_at=at,
        answer=CANARY,
        answered_by=learned.teacher,
    )
    Hold.objects.create(
        split=PaymentSplit.objects.filter(recipient=kim).first(),
        cause="flag",
        source_id=session.pk,
        status_before="held",
        placed_at=at,
        placed_by=kim,
        reason="x",
        lifted_at=at,
    )
    MoneyMark.objects.create(user=kim, kind="card", mark="x")
    PayoutAccount.objects.update_or_create(user=kim, defaults={"missing": ["x"]})
    Interest.objects.create(user=kim, tag="x")
    open_hours(kim)
    AvailabilityOverride.objects.create(user=kim, date=date(2027, 1, 1), is_available=False)
    CalendarFeed.objects.create(user=kim, last_read_at=clock.now())
    TimeOff.objects.create(
        user=kim, first_day=date(2027, 1, 2), last_day=date(2027, 1, 3), note="x"
    )
    a_course(kim, published=False)
    StudentTeacher.objects.filter(user=kim).update(deactivated_reason="x")


def _around_the_account(kim: User) -> None:
    at = clock.now()
    ada = User.objects.filter(is_admin=True).first() or a_member("Ada", is_admin=True)
    other = a_member("Olga Other")
    UserStats.objects.get_or_create(user=kim)
    Qualification.objects.create(user=kim, sentence="x", position=1)
    Expertise.objects.create(user=kim, tag="x")
    CreatorApplication.objects.create(user=kim, status="approved", decided_by=ada, decided_at=at)
    Sanction.objects.create(
        user=kim, kind="posting_ban", reason="x", starts_at=at - WEEK, ends_at=at, issued_by=ada
    )
    DataExport.objects.create(user=kim, status="failed")
    NotificationPreference.objects.create(user=kim, group="social", in_app=True, email=True)
    follow_member(member=other, by=kim, at=at)
    follow_member(member=kim, by=other, at=at)
    Block.objects.create(blocker=kim, blocked=a_member("Bo Blocked"))
    Block.objects.create(blocker=a_member("Bea Blocker"), blocked=kim)
    for number, tokens in enumerate((EmailVerificationToken, PasswordResetToken)):
        tokens.objects.create(user=kim, email=kim.email, token_hash=number, expires_at=at + WEEK)
    issue_tokens(user=kim, agent="x", address="x")
    IdempotencyKey.objects.create(user=kim, key="x", path="x", request_hash="x", response="x")
    WebSession.objects.create(
        id=kim.pk, user=kim, session_data="x", expire_date=at + WEEK, began_at=at, seen_at=at
    )
    AddressChange.objects.create(
        user=kim, old_email="old@example.com", new_email="new@example.com", confirm_until=at
    )
    Authenticator.objects.create(user=kim, type="totp", data={"secret": "x"})
    SocialAccount.objects.create(
        user=kim, provider="google", uid="1001", extra_data={"email": kim.email}
    )
    _files(kim)
    record(actor=kim, action="course.feature", subject=kim, at=at)
    PlatformSetting.objects.create(key="x", value=1, changed_by=kim)
    LogEntry.objects.create(
        user=ada,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(kim.pk),
        object_repr="x",
        action_flag=CHANGE,
        change_message="x",
    )
    address = EmailAddress.objects.create(user=kim, email=kim.email)
    EmailConfirmation.objects.create(email_address=address, key="x", sent=timezone.now())


def _files(kim: User) -> None:
    for purpose in (File.Purpose.PROFILE_MEDIA, File.Purpose.RESOURCE):
        file = File.objects.create(
            owner=kim,
            purpose=purpose,
            name="x.pdf",
            key=new_key(),
            content_type="application/pdf",
            size=1,
            sha256="0" * 64,
            scan="clean",
            scanner="none",
            stored_at=clock.now(),
        )
        if purpose == File.Purpose.PROFILE_MEDIA:
            UserMedia.objects.create(user=kim, kind="pdf", title="x", file=file, position=1)


def _mails_and_webhooks(kim: User) -> None:
    """Mails to the member, and mails and webhooks of others that name them."""
    at = clock.now()
    words = {"to": kim.email, "sender": "x", "subject": "x", "text": "x", "html": "x"}
    LocalMail.objects.create(key="x", **words)
    Email.objects.create(to=kim.email, template="welcome", dedupe_key="x", status="sent")
    Email.objects.create(
        user=a_member("Rita Reader"),
        to="rita@example.com",
        template="new-student",
        context={"student": kim.name, "email": kim.email},
        dedupe_key="y",
        status="sent",
    )
    payload = {"data": {"to": [kim.email]}}
    WebhookEvent.objects.create(
        provider="resend", event_id="x", kind="x", payload=payload, received_at=at, status="done"
    )


def fill_with_canaries(kim: User) -> tuple[set[str], dict[str, str]]:
    """Write a unique word into every text column of the member's rows.

    Returns the tables without a row, and the columns that refused, with the database's reason.
    """
    empty, refused = set(), {}
    for table in known_tables():
        rows = rows_of(table, kim)
        if not rows.exists():
            empty.add(table.model)
        for column in columns_of(table):
            for key in rows.values_list("pk", flat=True):
                try:
                    with transaction.atomic():
                        _write(rows.model, key, column)
                except DatabaseError as error:
                    refused[f"{table.model}.{column}"] = str(error).splitlines()[0]
    return empty, refused


def rows_of(table: Table, kim: User) -> Any:
    """All rows that belong to the member or contain their text."""
    found = models.Q(pk__in=[])
    for path in {*table.owned, *table.deleted, *table.blanked} - {*table.by_address}:
        found |= models.Q(**{path: kim.pk})
    for column in table.by_address:
        found |= models.Q(**{column: kim.email})
    return model_of(table)._base_manager.filter(found)


def columns_of(table: Table) -> list[str]:
    """The writable columns of a table, except those that identify its member."""
    fields = model_of(table)._meta.concrete_fields
    whose = {*table.owned, *table.by_address}
    if table.model == "accounts.User":
        whose |= {"email", "name", "handle", "password"}
    return [field.name for field in fields if holds_free_text(field) and field.name not in whose]


def _write(model: Any, key: Any, column: str) -> None:
    field = model._meta.get_field(column)
    word = f"{CANARY}{column.replace('_', '')}{str(key).replace('-', '')[-8:]}"
    if isinstance(field, models.JSONField):
        value: Any = {"word": word}
    else:
        value = word[: field.max_length or 200]
    model._base_manager.filter(pk=key).update(**{column: value})


def columns_with(word: str) -> Iterator[str]:
    """Every column in the database that contains the word, as ``table.column``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN"
            " information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1, 2"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ILIKE %s', [f"%{word}%"]
            )
            if cursor.fetchone()[0]:
                yield f"{table}.{column}"


def all_labels() -> set[str]:
    """The labels of all models."""
    return {model._meta.label for model in apps.get_models()}


def close(user: User, at: datetime = NOW) -> Erasure:
    """Close the account as the member."""
    erasure = ask_for_erasure(user=user, by=user, at=at)
    user.refresh_from_db()
    return erasure
