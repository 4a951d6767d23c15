"""What a newsletter says, when it may be sent, and who gets it (rules NEWS-1, NEWS-2)."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from accounts.identity.access import require_verified
from accounts.models import Block, NotificationPreference, User
from accounts.models.member import active_member
from accounts.models.preferences import Group
from accounts.sanctions.access import require_may_post
from community.models import Newsletter, NewsletterSubscriber
from community.models.newsletter import BETWEEN, LONGEST_BODY, LONGEST_SUBJECT
from community.text import Repeated, checked_text, require_few_links, said_by
from peerloop.kit.refusals import Conflict, FieldErrors, Invalid, TooMany
from peerloop.kit.text import one_line

LONGEST_AHEAD = timedelta(days=365)
# One newsletter a day may be sent, so a week holds few to compare.
SAME_FOR = timedelta(days=7)


class TooSoon(Conflict):
    """A creator sends one newsletter in 24 hours (rule NEWS-1)."""

    code = "too_soon"
    message = "You can send one newsletter in 24 hours."


class NoReaders(Conflict):
    """Nobody would get it."""

    code = "no_readers"
    message = "Nobody would get this newsletter yet: it has no subscriber who can be reached."


class NotADraft(Conflict):
    """What was scheduled or sent can't be changed."""

    code = "not_a_draft"
    message = "Only a draft can be changed."


class MarketingOff(Conflict):
    """The member ended all newsletters, so a subscription would bring nothing (rule NEWS-2)."""

    code = "marketing_off"
    message = (
        "You switched off all newsletters and offers. Switch their mail on in your notices first,"
        " then subscribe."
    )


class TooManyTests(TooMany):
    """Test mails are for looking, not for sending."""

    message = "That was the fifth test mail in ten minutes. Wait a little, then send another."


class SentBefore(Repeated):
    """The creator has already sent the same text recently."""

    message = "You sent the same text within the last week. Write something new first."


def checked_words(subject: str, body: str, *, by: User, at: datetime) -> tuple[str, str]:
    """Subject in one line and body without invisible characters.

    Raises Invalid naming the fields, also for more links than a text of the creator may have.
    """
    errors = FieldErrors()
    title, text = one_line(subject), ""
    with errors.part():
        if not title:
            raise Invalid.field("subject", "Give it a subject.")
        checked_text(title, most=LONGEST_SUBJECT, name="subject")
    with errors.part():
        text = checked_text(body, most=LONGEST_BODY, name="body")
        require_few_links(text, by=by, at=at, name="body")
    errors.settle()
    return title, text


def require_new_words(newsletter: Newsletter, *, at: datetime) -> None:
    """Raises SentBefore where the creator sent the same text within a week."""
    said = said_by(newsletter.body)
    sent = Newsletter.objects.filter(creator=newsletter.creator_id, send_at__gt=at - SAME_FOR)
    others = sent.exclude(pk=newsletter.pk).values_list("body", flat=True)
    if said and any(said_by(body) == said for body in others):
        raise SentBefore


def require_may_send(user: User, *, at: datetime) -> None:
    """Raises Unverified or PostingBanned (rule NEWS-1)."""
    require_verified(user)
    require_may_post(user, at=at)


def checked_moment(send_at: datetime, *, at: datetime) -> datetime:
    """A moment that lies ahead, at most a year; raises Invalid naming ``send_at``."""
    if send_at <= at:
        raise Invalid.field("send_at", "Choose a time that lies ahead.")
    if send_at > at + LONGEST_AHEAD:
        raise Invalid.field("send_at", "Choose a time within a year.")
    return send_at


def require_quiet(newsletter: Newsletter, *, send_at: datetime) -> None:
    """Raises TooSoon if another newsletter of the creator is sent within 24 hours of then.

    Its caller holds the lock of the creator.
    """
    others = Newsletter.objects.filter(creator=newsletter.creator_id).exclude(pk=newsletter.pk)
    clash = others.filter(send_at__lt=send_at + BETWEEN, quiet_until__gt=send_at).first()
    if clash is None:
        return
    if clash.status == Newsletter.Status.SCHEDULED:
        raise TooSoon(
            "Another newsletter of yours is scheduled within 24 hours of then. Move or send one"
            " of them first.",
            clashes_with=str(clash.pk),
        )
    assert clash.quiet_until is not None, "the filter asks for it"
    raise TooSoon(
        "You sent a newsletter within 24 hours of then. Wait, or schedule this one for later.",
        clashes_with=str(clash.pk),
        possible_from=clash.quiet_until.isoformat(),
    )


def reachable(creator: User) -> QuerySet[NewsletterSubscriber]:
    """Subscribers who get the creator's next newsletter (rule NEWS-2).

    Not who ended it, left, was suspended, has no good address, wants no newsletters at all, or of
    whom one blocked the other.
    """
    wants_none = NotificationPreference.objects.filter(
        user=OuterRef("user"), group=Group.MARKETING, email=False
    )
    blocked = Block.objects.filter(blocker=creator, blocked=OuterRef("user"))
    blocks = Block.objects.filter(blocker=OuterRef("user"), blocked=creator)
    return NewsletterSubscriber.objects.active().filter(
        active_member("user__"),
        ~Exists(wants_none),
        ~Exists(blocked),
        ~Exists(blocks),
        creator=creator,
        user__email_status=User.EmailStatus.OK,
        user__email_verified_at__isnull=False,
        user__marketing_opt_out=False,
    )
