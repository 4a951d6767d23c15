"""Attendance worked out from marks: the order of arrival plays no part (rules ROOM-4, ROOM-5)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from scheduling.models import RoomMark
from scheduling.stays import RoomHistory, Stay

TOM = UUID(int=1)
SAM = UUID(int=2)
TEN = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


def minute(number: float) -> datetime:
    return TEN + timedelta(minutes=number)


def mark(kind, at, user=None, reference="", *, source="event", deliberate=False) -> RoomMark:
    return RoomMark(
        kind=kind,
        user_id=user,
        reference=reference,
        at=minute(at),
        source=source,
        is_deliberate=deliberate,
    )


def came(user, at, reference="a") -> RoomMark:
    return mark("joined", at, user, reference)


def went(user, at, reference="a", **more) -> RoomMark:
    return mark("left", at, user, reference, **more)


def test_two_tabs_of_one_person_are_one_stay():
    history = RoomHistory(
        [came(TOM, 0, "a"), came(TOM, 5, "b"), went(TOM, 6, "a"), went(TOM, 20, "b")]
    )

    assert history.stays(TOM) == [Stay(minute(0), minute(20), "event")]


def test_a_second_visit_is_a_second_stay():
    history = RoomHistory([came(TOM, 0), went(TOM, 5), came(TOM, 9, "b")])

    assert history.stays(TOM) == [
        Stay(minute(0), minute(5), "event"),
        Stay(minute(9), None, "event"),
    ]
    assert history.is_inside(TOM)


def test_the_end_of_the_room_closes_every_stay():
    history = RoomHistory([came(TOM, 0), came(SAM, 1), mark("ended", 30)])

    assert [stay.left_at for stay in history.stays(TOM) + history.stays(SAM)] == [minute(30)] * 2
    assert history.empty_since(TOM, SAM) == minute(30)


def test_an_early_end_does_not_close_a_later_visit():
    history = RoomHistory([came(TOM, 0), mark("ended", 3), came(TOM, 10, "b")])

    assert history.is_inside(TOM)


def test_a_leave_without_its_arrival_waits_for_it():
    history = RoomHistory([went(TOM, 20)])

    assert history.stays(TOM) == []


def test_five_minutes_together_are_needed():
    alone = [came(TOM, 0), came(SAM, 50), went(SAM, 54), went(TOM, 60)]

    assert not RoomHistory(alone).both_attended(TOM, SAM, until=minute(60))
    assert RoomHistory([*alone, came(SAM, 55, "b"), went(SAM, 56, "b")]).both_attended(
        TOM, SAM, until=minute(60)
    )


def test_from_a_silent_server_two_clicks_and_an_end_count():
    clicks = [mark("click", 0, TOM, source="click"), mark("click", 2, SAM, source="click")]

    assert not RoomHistory(clicks).both_attended(TOM, SAM, until=minute(60))
    assert RoomHistory([*clicks, mark("ended", 40)]).both_attended(TOM, SAM, until=minute(60))
    assert not RoomHistory([clicks[0], mark("ended", 40)]).both_attended(TOM, SAM, until=minute(60))


def test_clicks_count_for_nothing_once_the_server_told_of_anybody():
    history = RoomHistory(
        [
            mark("click", 0, TOM, source="click"),
            mark("click", 2, SAM, source="click"),
            came(TOM, 1),
            mark("ended", 40),
        ]
    )

    assert not history.both_attended(TOM, SAM, until=minute(60))
    assert history.stays(SAM) == []


def test_the_last_leave_says_whether_it_was_meant():
    cut = RoomHistory([came(TOM, 0), went(TOM, 9)])
    goodbye = RoomHistory([came(TOM, 0), went(TOM, 9, deliberate=True)])

    assert not cut.said_goodbye(TOM)
    assert goodbye.said_goodbye(TOM)


MARKS = st.builds(
    mark,
    st.sampled_from(["joined", "left"]),
    st.integers(0, 90),
    st.sampled_from([TOM, SAM]),
    st.sampled_from(["a", "b", "c"]),
    deliberate=st.booleans(),
) | st.builds(mark, st.just("ended"), st.integers(0, 90), st.none(), st.sampled_from(["x", "y"]))


@given(st.lists(MARKS, max_size=14), st.randoms(use_true_random=False))
def test_any_order_gives_the_same_stays_apart_from_each_other(marks, random):
    shuffled = list(marks)
    random.shuffle(shuffled)
    history, other = RoomHistory(marks), RoomHistory(shuffled)

    for person in (TOM, SAM):
        stays = history.stays(person)
        assert stays == other.stays(person)
        assert all(stay.left_at is not None for stay in stays[:-1])
        assert all(one.left_at < two.joined_at for one, two in pairwise(stays))
        assert history.said_goodbye(person) == other.said_goodbye(person)
    joint = history.joint_seconds(TOM, SAM, until=minute(100))
    assert joint == other.joint_seconds(TOM, SAM, until=minute(100))
    assert joint <= history.presence_seconds(TOM, until=minute(100))
