"""Becoming a creator: asked for by a member, decided by an admin (rules ROLE-3, ROLE-4)."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.access import verified
from accounts.audit import record
from accounts.models import CreatorApplication, User
from accounts.notices import notify
from peerloop.kit.refusals import Conflict, Forbidden, Invalid


class AlreadyApplied(Conflict):
    """One application of theirs is open."""

    code = "already_applied"
    message = "Your application is being looked at already."


@transaction.atomic
def apply_to_create(*, by: User, at: datetime, **answers: str) -> CreatorApplication:
    """Ask to be a creator. ``answers``: expertise, experience, ideas, portfolio_url, motivation.

    Raises AlreadyApplied while one is open, Conflict for a creator, Forbidden while unverified.
    """
    verified(by)
    if by.is_creator:
        raise Conflict("You are a creator already.", code="already_creator")
    try:
        with transaction.atomic():
            application = CreatorApplication.objects.create(
                user=by, created_at=at, updated_at=at, **answers
            )
    except IntegrityError:
        raise AlreadyApplied from None
    notify(
        people=[by],
        kind="creator_application",
        title="We have your application to create courses",
        url="/dashboard",
        dedupe_key=f"creator-application:{application.pk}",
        email="creator-application-received",
        at=at,
    )
    return application


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
    application.move(status)
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
    _tell(application, approve, at)
    return application


def _tell(application: CreatorApplication, approve: bool, at: datetime) -> None:
    notify(
        people=[application.user],
        kind="creator_application",
        title="You can create courses now" if approve else "About your creator application",
        body=application.reason,
        url="/create" if approve else "/dashboard",
        dedupe_key=f"creator-application-decision:{application.pk}",
        email="creator-application-decision",
        context={"approved": approve, "reason": application.reason},
        at=at,
    )
