"""From an id to a row of money for a person, or a refusal (rule ROLE-11)."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from accounts.identity.factors.requirement import require_second_factor_of_staff
from accounts.models import User
from billing.actions.guards import TeacherNotEligible
from billing.models import CheckoutSession, Paper, PaymentSplit, Payout
from billing.queries import earned_rows
from billing.queries.member_ledger import FIRST_YEAR, LAST_YEAR
from billing.roles import EARNING
from catalog.models import Course
from learning.queries import eligible_teachers
from peerloop.kit.api import identifier
from peerloop.kit.parsing import digits_of
from peerloop.kit.refusals import Forbidden, Missing, SignInNeeded
from peerloop.kit.roles import roles_of


class NotEarning(Forbidden):
    """Money pages are for those who can earn, or have earned."""

    code = "not_earning"
    message = "This is for creators and student-teachers."


def buyable_course(slug_or_id: Any, *, by_slug: bool = False) -> Course:
    """A course that was ever offered; raises Missing for drafts and unknown ones.

    Whether it is for sale now is checked at checkout (rule ENR-1): a retired course answers 409, a
    draft 404.
    """
    key = Q(slug=slug_or_id) if by_slug else Q(pk=identifier(slug_or_id))
    course = (
        Course.objects.select_related("creator")
        .defer("search")
        .filter(key, deleted_at=None, first_published_at__isnull=False)
        .first()
    )
    if course is None:
        raise Missing
    return course


def chosen_teacher(course: Course, user_id: UUID, *, field: str = "student_teacher_id") -> User:
    """The member chosen to teach, if they may be chosen now (rule TEACH-1); raises Invalid."""
    row = eligible_teachers(course).filter(user=user_id).first()
    if row is None:
        raise TeacherNotEligible.chosen(field)
    return row.user


def own_checkout(user: User, session_id: str) -> CheckoutSession:
    """The member's checkout by the provider's session id; raises Missing."""
    checkout = (
        CheckoutSession.objects.select_related("course__creator", "teacher", "student")
        .filter(Q(student=user) | Q(payer=user), stripe_session_id=session_id[:255])
        .first()
        if session_id
        else None
    )
    if checkout is None:
        raise Missing
    return checkout


def member(user: User | AnonymousUser) -> User:
    """Who is signed in; raises SignInNeeded for a visitor."""
    if not isinstance(user, User):
        raise SignInNeeded
    return user


def earning(user: User | AnonymousUser) -> User:
    """The member, if they create or teach, or ever earned (OUT-2); raises NotEarning."""
    found = member(user)
    if set(EARNING).isdisjoint(roles_of(found)):
        raise NotEarning
    return found


def creating(user: User | AnonymousUser) -> User:
    """The member, if they create; raises Forbidden."""
    found = member(user)
    if "create" not in roles_of(found):
        raise Forbidden("This page is for creators.")
    return found


def admin(user: User | AnonymousUser) -> User:
    """The member, if they are an admin; raises Forbidden, or SecondFactorRequired."""
    found = member(user)
    if not found.is_admin:
        raise Forbidden("Only admins can do this.")
    require_second_factor_of_staff(found)
    return found


def own_payout(user: User, payout_id: Any) -> Payout:
    """A payout of the member's own; raises Missing."""
    payout = Payout.objects.filter(pk=identifier(payout_id), recipient=user).first()
    if payout is None:
        raise Missing
    return payout


def own_paper(user: User, paper_id: Any) -> Paper:
    """A receipt or credit note of a payment of the member's own; raises Missing."""
    paper = Paper.objects.filter(pk=identifier(paper_id), transaction__payer=user).first()
    if paper is None:
        raise Missing
    return paper


def statement_year(year: str) -> int:
    """A year of which there may be a statement; raises Missing."""
    found = digits_of(year)
    if found is None or not FIRST_YEAR <= found < LAST_YEAR:
        raise Missing
    return found


def approvable_share(user: User, split_id: Any) -> PaymentSplit:
    """A delivered row in a course of the member's own; raises Missing."""
    row = (
        PaymentSplit.objects.filter(pk=identifier(split_id), transaction__course__creator=user)
        .filter(delivered_at__isnull=False)
        .select_related("transaction__course", "transaction__student", "recipient", "session")
        .first()
    )
    if row is None:
        raise Missing
    return row


def own_share(user: User, split_id: Any) -> PaymentSplit:
    """A delivered row of the member's own; raises Missing."""
    row = earned_rows(user).filter(pk=identifier(split_id)).first()
    if row is None:
        raise Missing
    return row
