"""Creator applications: made by a member, decided by an admin (rules ROLE-3, ROLE-4)."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.audit.log import record
from accounts.identity.access import require_verified
from accounts.members.notifications import (
    APPLICATION_APPROVED,
    APPLICATION_DENIED,
    APPLICATION_RECEIVED,
)
from accounts.members.queries.applications import application_state_of
from accounts.members.websites import is_public_address
from accounts.models import CreatorApplication, User
from accounts.notifications.notify import notify
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, WrongMoment
from peerloop.kit.text import clean, one_line

LONGEST = 2_000
ASKED = ("motivation", "ideas")
TOLD = (*ASKED, "experience", "expertise")


class AlreadyApplied(Conflict):
    """The member has a pending application."""

    code = "already_applied"
    message = "Your application is being looked at already."


class AppliedLately(Conflict):
    """The last application was denied too recently."""

    code = "applied_lately"


@transaction.atomic
def apply_to_create(*, by: User, at: datetime, **answers: str) -> CreatorApplication:
    """Ask to be a creator. ``answers``: motivation and ideas, and if one likes expertise,
    experience and portfolio_url.

    Raises AlreadyApplied while one is open, AppliedLately within CREATOR_REAPPLY_DAYS of a no,
    Conflict for a creator, Forbidden while unverified, Invalid naming the field.
    """
    require_verified(by)
    if by.is_creator:
        raise Conflict("You are a creator already.", code="already_creator")
    again_at = application_state_of(by, at=at).again_at
    if again_at is not None:
        raise AppliedLately(f"You can apply again on {again_at:%-d %B %Y}.")
    answers = _checked(answers)
    try:
        with transaction.atomic():
            application = CreatorApplication.objects.create(
                user=by, created_at=at, updated_at=at, **answers
            )
    except IntegrityError:
        raise AlreadyApplied from None
    notify(APPLICATION_RECEIVED, people=[by], key=application.pk, at=at)
    return application


@transaction.atomic
def complete_application(*, by: User, at: datetime, **answers: str) -> CreatorApplication:
    """Complete or change a pending application; sign-up creates an empty one.

    Safe to repeat. Raises WrongMoment if none waits any more, Forbidden while unverified, Invalid
    naming the field.
    """
    require_verified(by)
    answers = _checked(answers)
    application = (
        CreatorApplication.objects.select_for_update(no_key=True, of=("self",))
        .filter(user=by, status=CreatorApplication.Status.PENDING)
        .first()
    )
    if application is None:
        raise WrongMoment("Your application was decided meanwhile.")
    for name, text in answers.items():
        setattr(application, name, text)
    application.save(update_fields=[*answers])
    return application


def _checked(answers: dict[str, str]) -> dict[str, str]:
    texts = {
        name: clean(answers.get(name, "")) for name in TOLD if name in answers or name in ASKED
    }
    for name, text in texts.items():
        if len(text) > LONGEST:
            raise Invalid.field(name, f"Use at most {LONGEST} characters.")
        if name in ASKED and not text:
            raise Invalid.field(name, "Say a few words: an admin decides by them.")
    link = one_line(answers.get("portfolio_url", ""))
    if link and not is_public_address(link):
        raise Invalid.field("portfolio_url", "Give a public address that starts with https://.")
    return {**texts, "portfolio_url": link}


@transaction.atomic
def decide_creator_application(
    *, application: CreatorApplication, approve: bool, reason: str, by: User, at: datetime
) -> CreatorApplication:
    """Approve (the member may create from now on) or deny, with a reason that the applicant reads.

    Decided twice the same way changes nothing; raises WrongMoment for the other way, Invalid for a
    denial without a reason, Forbidden unless ``by`` is an admin and not the applicant.
    """
    application = (
        CreatorApplication.objects.select_for_update(no_key=True, of=("self",))
        .select_related("user")
        .get(pk=application.pk)
    )
    if not by.is_admin or by.pk == application.user_id:
        raise Forbidden("Another admin decides this.")
    if not approve and not reason.strip():
        raise Invalid.field("reason", "Say why: the applicant reads it.")
    status = CreatorApplication.Status.APPROVED if approve else CreatorApplication.Status.DENIED
    if application.status == status:
        return application
    application.transition_to(status)
    application.decided_by, application.decided_at = by, at
    application.reason = reason.strip()[:2000]
    application.save()
    member = application.user
    if approve:
        User.objects.filter(pk=member.pk).update(is_creator=True, updated_at=at)
    record(
        actor=by,
        action="creator_application.approve" if approve else "creator_application.deny",
        subject=application,
        after={"user": str(member.pk), "is_creator": approve or member.is_creator},
        reason=application.reason,
        at=at,
    )
    notify(
        APPLICATION_APPROVED if approve else APPLICATION_DENIED,
        people=[application.user],
        key=application.pk,
        approved=approve,
        reason=application.reason,
        again_at=application.again_at.isoformat() if application.again_at else "",
        at=at,
    )
    return application
