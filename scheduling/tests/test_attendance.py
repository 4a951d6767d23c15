"""Attendance computed from events: their order makes no difference (rules ROOM-4, ROOM-5)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from scheduling.attendance import Interval, RoomHistory
from scheduling.models import AttendanceEvent

TOM = UUID(int=1)
SAM = UUID(int=2)
TEN = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


def minute(number: float) -> datetime:
    return TEN + timedelta(minutes=number)


def seen(kind, at, user=None, reference="", *, source="event", deliberate=False) -> AttendanceEvent:
    return AttendanceEvent(
        kind=kind,
        user_id=user,
        reference=reference,
        at=minute(at),
        source=source,
        is_deliberate=deliberate,
    )


def came(user, at, reference="a") -> AttendanceEvent:
    return seen("joined", at, user, reference)


def went(user, at, reference="a", **more) -> AttendanceEvent:
    return seen("left", at, user, reference, **more)


def test_two_tabs_of_one_person_make_one_interval():
    history = RoomHistory(
        [came(TOM, 0, "a"), came(TOM, 5, "b"), went(TOM, 6, "a"), went(TOM, 20, "b")]
    )

    assert history.intervals(TOM) == [Interval(minute(0), minute(20), "event")]


def test_a_second_visit_makes_a_second_interval():
    history = RoomHistory([came(TOM, 0), went(TOM, 5), came(TOM, 9, "b")])

    assert history.intervals(TOM) == [
        Interval(minute(0), minute(5), "event"),
        Interval(minute(9), None, "event"),
    ]
    assert history.is_inside(TOM)


def test_the_end_of_the_room_closes_every_interval():
    history = RoomHistory([came(TOM, 0), came(SAM, 1), seen("ended", 30)])

    assert [interval.left_at for interval in history.intervals(TOM) + history.intervals(SAM)] == [
        minute(30)
    ] * 2
    assert history.empty_since(TOM, SAM) == minute(30)


def test_an_early_end_does_not_close_a_later_visit():
    history = RoomHistory([came(TOM, 0), seen("ended", 3), came(TOM, 10, "b")])

    assert history.is_inside(TOM)


def test_a_departure_alone_makes_no_interval():
    history = RoomHistory([went(TOM, 20)])

    assert history.intervals(TOM) == []


def test_five_minutes_together_are_needed():
    alone = [came(TOM, 0), came(SAM, 50), went(SAM, 54), went(TOM, 60)]

    assert not RoomHistory(alone).both_attended(TOM, SAM, until=minute(60))
    assert RoomHistory([*alone, came(SAM, 55, "b"), went(SAM, 56, "b")]).both_attended(
        TOM, SAM, until=minute(60)
    )


def test_from_a_silent_server_two_clicks_and_an_end_count():
    clicks = [seen("click", 0, TOM, source="click"), seen("click", 2, SAM, source="click")]

    assert not RoomHistory(clicks).both_attended(TOM, SAM, until=minute(60))
    assert RoomHistory([*clicks, seen("ended", 40)]).both_attended(TOM, SAM, until=minute(60))
    assert not RoomHistory([clicks[0], seen("ended", 40)]).both_attended(TOM, SAM, until=minute(60))


def test_clicks_count_for_nothing_once_the_server_reported_anybody():
    history = RoomHistory(
        [
            seen("click", 0, TOM, source="click"),
            seen("click", 2, SAM, source="click"),
            came(TOM, 1),
            seen("ended", 40),
        ]
    )

    assert not history.both_attended(TOM, SAM, until=minute(60))
    assert history.intervals(SAM) == []


def test_the_last_departure_says_whether_it_was_on_purpose():
    cut = RoomHistory([came(TOM, 0), went(TOM, 9)])
    goodbye = RoomHistory([came(TOM, 0), went(TOM, 9, deliberate=True)])

    assert not cut.left_on_purpose(TOM)
    assert goodbye.left_on_purpose(TOM)


EVENTS = st.builds(
    seen,
    st.sampled_from(["joined", "left"]),
    st.integers(0, 90),
    st.sampled_from([TOM, SAM]),
    st.sampled_from(["a", "b", "c"]),
    deliberate=st.booleans(),
) | st.builds(seen, st.just("ended"), st.integers(0, 90), st.none(), st.sampled_from(["x", "y"]))


@given(st.lists(EVENTS, max_size=14), st.randoms(use_true_random=False))
def test_any_order_gives_the_same_intervals_without_overlaps(events, random):
    shuffled = list(events)
    random.shuffle(shuffled)
    history, other = RoomHistory(events), RoomHistory(shuffled)

    for person in (TOM, SAM):
        intervals = history.intervals(person)
        assert intervals == other.intervals(person)
        assert all(one.left_at is not None for one in intervals[:-1])
        assert all(one.left_at < two.joined_at for one, two in pairwise(intervals))
        assert history.left_on_purpose(person) == other.left_on_purpose(person)
    joint = history.joint_seconds(TOM, SAM, until=minute(100))
    assert joint == other.joint_seconds(TOM, SAM, until=minute(100))
    assert joint <= history.presence_seconds(TOM, until=minute(100))
