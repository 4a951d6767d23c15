"""The next step of those who teach, create, moderate and administer, and of a newcomer."""

from collections.abc import Iterator

from django.urls import reverse

from peerloop.kit.formats import count_text, money_text
from peerloop.pages.next_step.facts import Facts, Money
from peerloop.pages.next_step.steps import Action, Kind, NextStep


def steps(facts: Facts) -> Iterator[NextStep]:
    """A step for everything that waits for the member, and the way to a course at last."""
    if not facts.is_verified:
        yield _confirm_address()
    yield from waiting_steps(facts)
    yield from _teaching(facts)
    yield from _creating(facts)
    yield _find(facts)


def _confirm_address() -> NextStep:
    return NextStep(
        kind=Kind.CONFIRM_ADDRESS,
        title="Confirm your address",
        words="Open the link that we sent you. Until then you can look around, but not buy, book "
        "or teach.",
        action=Action("Send the link again", reverse("ask-verification"), "mail"),
        other=Action("Browse courses", reverse("courses")),
    )


def waiting_steps(facts: Facts) -> Iterator[NextStep]:
    """What others wait for, the most urgent first."""
    duties = facts.duties
    if duties.waiting:
        yield NextStep(
            kind=Kind.DECIDE,
            title="Somebody waits for your decision",
            words=f"{_counted(duties.waiting, 'request')} to look at. "
            "New teachers of your courses begin here.",
            action=Action("Decide on what waits", reverse("approvals"), "clipboard-list"),
        )
    if facts.cases_waiting:
        yield NextStep(
            kind=Kind.MODERATE,
            title="Reports wait for you",
            words=f"{_counted(facts.cases_waiting, 'report')} to decide on.",
            action=Action("Open the queue", reverse("mod"), "shield-alert"),
        )
    if duties.for_admins:
        number = duties.for_admins
        yield NextStep(
            kind=Kind.ADMINISTER,
            title="Waiting for an admin",
            words=f"{_counted(number, 'payout')}, {'refund' if number == 1 else 'refunds'} or "
            f"{'application' if number == 1 else 'applications'} to decide on.",
            action=Action("Open the admin site", reverse("admin:index"), "shield"),
        )
    if facts.homework_waiting:
        yield NextStep(
            kind=Kind.REVIEW_HOMEWORK,
            title="Homework waits for you",
            words=f"{_counted(facts.homework_waiting, 'text')} to answer before the next session.",
            action=Action("Read the homework", reverse("teach-homework"), "pencil-line"),
        )


def _teaching(facts: Facts) -> Iterator[NextStep]:
    if facts.money is not None:
        yield from _money(facts, facts.money)
    duties = facts.duties
    if duties.is_paused:
        yield NextStep(
            kind=Kind.UNPAUSE,
            title="Your teaching is paused",
            words="Nobody can book you until you go on.",
            action=Action("Go to your teaching", reverse("teach"), "presentation"),
        )
    elif duties.shortest_minutes is None:
        return
    elif facts.free_at is not None:
        yield NextStep(
            kind=Kind.BOOKABLE,
            title="Students can book you",
            words="This is your next free time.",
            at=facts.free_at,
            action=Action("Go to your teaching", reverse("teach"), "presentation"),
            other=_hours("See your hours"),
        )
    elif not duties.has_hours:
        yield NextStep(
            kind=Kind.SET_HOURS,
            title="Set your hours",
            words="You may teach. Without a free time nobody can book you.",
            action=_hours("Set your hours", "calendar-days"),
        )
    else:
        yield NextStep(
            kind=Kind.OPEN_TIMES,
            title="Open more times",
            words="No time is free in the coming days, so nobody can book you.",
            action=_hours("See your hours", "calendar-days"),
        )


def _money(facts: Facts, money: Money) -> Iterator[NextStep]:
    if money.is_enough:
        amount = money_text(money.available_cents)
        if money.is_account_ready:
            yield NextStep(
                kind=Kind.ASK_PAYOUT,
                title=f"{amount} can be paid out",
                words="Ask for it and it is sent to your account.",
                action=Action("Ask for the payout", reverse("earnings"), "wallet"),
            )
        else:
            yield NextStep(
                kind=Kind.CONNECT_ACCOUNT,
                title=f"{amount} waits for your account",
                words="Connect a payout account and you can have it sent.",
                action=Action("Connect an account", reverse("payout-settings"), "wallet"),
            )
    if money.held_cents:
        free = " Students can book you meanwhile." if facts.free_at else ""
        yield NextStep(
            kind=Kind.HELD,
            title=f"{money_text(money.held_cents)} is held for you",
            words=f"It is released seven days after each session, the next part at this time.{free}"
            if money.next_release_at
            else f"It is released seven days after each session.{free}",
            at=money.next_release_at,
            action=Action("See what it comes from", reverse("earnings"), "wallet"),
            other=_hours("See your hours") if facts.duties.shortest_minutes else None,
        )


def _creating(facts: Facts) -> Iterator[NextStep]:
    draft = facts.duties.draft
    if draft is not None:
        yield NextStep(
            kind=Kind.FINISH_DRAFT,
            title="Finish your course",
            words="The studio says what is missing before it can be published.",
            course=draft.title,
            action=Action("Open the draft", reverse("studio", args=[draft.pk]), "pencil-line"),
        )
    elif facts.is_creator and not facts.duties.has_course:
        yield NextStep(
            kind=Kind.FIRST_COURSE,
            title="Begin your first course",
            words="It starts with a title. Modules, price and cover follow step by step.",
            action=Action("Begin a course", reverse("studio-new"), "plus"),
        )


def _find(facts: Facts) -> NextStep:
    is_new = not facts.learning
    return NextStep(
        kind=Kind.FIND,
        title="Find something to learn" if is_new else "Find your next course",
        words="Somebody who has just mastered it teaches you, one to one."
        if is_new
        else "Each course opens another one to teach.",
        action=Action("Browse courses", reverse("courses"), "search"),
        other=None
        if facts.has_said_interests
        else Action("Say what interests you", reverse("onboarding")),
    )


def _hours(label: str, icon: str = "") -> Action:
    return Action(label, reverse("teach-availability"), icon)


def _counted(number: int, word: str) -> str:
    return f"{count_text(number)} {word}{'' if number == 1 else 's'}"
