"""What a visitor chose on the checkout page: a teacher, and perhaps a time with them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from django.conf import settings

from billing.money import Shares, shares
from billing.queries.offers import PriceOffer
from peerloop.kit.formats import Moment
from scheduling.models import SlotHold
from scheduling.queries import TeacherTimes
from scheduling.weeks import Strip, strip_of

NEAREST = 4
# A weekday names the day alone as long as it is not the same one a week later.
WEEKDAY_ENOUGH = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Choice:
    """A teacher of the offer, and a start with them; ``is_free`` says whether it can be had."""

    offer: PriceOffer
    teacher: TeacherTimes
    start: datetime | None = None
    hold: SlotHold | None = None
    is_free: bool = False

    @property
    def ends(self) -> datetime | None:
        """The end of the session that would be booked."""
        return self.start and self.start + timedelta(minutes=self.offer.course.session_minutes)

    @property
    def by_creator(self) -> bool:
        """Whether the creator of the course teaches, who then gets the teaching share too."""
        return self.teacher.row.user_id == self.offer.course.creator_id

    @property
    def split(self) -> Shares:
        """What each side gets with exactly this teacher (rule SPLIT-1)."""
        return shares(self.offer.course.price_cents, creator_teaches=self.by_creator)

    def seconds_left(self, at: datetime) -> int:
        """How long the time is still held; 0 if it is not."""
        return int((self.hold.expires_at - at).total_seconds()) if self.hold else 0

    def strip(self, *, zone: tzinfo | None, at: datetime, wanted: date | None) -> Strip[datetime]:
        """A week of the teacher's free times, to choose one from."""
        days = settings.BOOKING_HORIZON_DAYS
        last = at + timedelta(days=days)
        return strip_of(self._free(at), zone=zone or UTC, at=at, wanted=wanted, last=last)

    def nearest(self, at: datetime) -> list[datetime]:
        """The teacher's free times that are nearest to the chosen one."""
        wanted = self.start or at
        return sorted(sorted(self._free(at), key=lambda start: abs(start - wanted))[:NEAREST])

    def brief(self, *, zone: tzinfo | None, at: datetime) -> str:
        """The start as ``Tue 15:00``, with the date where the weekday does not say it."""
        if self.start is None:
            return ""
        moment = Moment(self.start, zone, at)  # type: ignore[arg-type]
        near = self.start - at < WEEKDAY_ENOUGH
        return f"{moment.local:%a} {moment.time}" if near else moment.datetime

    def _free(self, at: datetime) -> list[datetime]:
        minutes = self.offer.course.session_minutes
        days = settings.BOOKING_HORIZON_DAYS
        return list(self.teacher.schedule.free_starts(minutes=minutes, at=at, days=days))


def choice_of(
    offer: PriceOffer, *, teacher: str, start: datetime | None, hold: SlotHold | None, at: datetime
) -> Choice | None:
    """What was chosen, by the ids that a page sent; None without a teacher who can be chosen.

    A start without a teacher is the first teacher's who is free then. ``hold``: what is held for
    the visitor.
    """
    if start is not None and not teacher:
        free = (one for one in offer.teachers if _is_free(offer, one, start, at))
        found = next(free, None)
    else:
        found = next((one for one in offer.teachers if str(one.row.user_id) == teacher), None)
    if found is None:
        return None
    if start is None:
        return Choice(offer, found)
    key = {"course_id": offer.course.pk, "teacher_id": found.row.user_id}
    mine = hold if hold and hold.is_for(**key, start=start) else None
    return Choice(offer, found, start, mine, mine is not None or _is_free(offer, found, start, at))


def _is_free(offer: PriceOffer, teacher: TeacherTimes, start: datetime, at: datetime) -> bool:
    days = settings.BOOKING_HORIZON_DAYS
    minutes = offer.course.session_minutes
    return teacher.schedule.can_teach_at(start, minutes=minutes, at=at, days=days)
