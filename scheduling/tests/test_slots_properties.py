"""For any hours: a free slot lies inside them and overlaps no busy time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from peerloop.kit.periods import instant_of
from scheduling.slots import (
    DateWindow,
    Hours,
    Window,
    first_free,
    fits,
    instant_at,
    minute_of,
    slots,
)

ZONES = [
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Havana",
    "Pacific/Apia",
]
# Weeks around the clock changes of both halves of the year.
FIRST_DAYS = [date(2026, 3, 1), date(2026, 3, 22), date(2026, 10, 18), date(2026, 10, 29)]

spans = (
    st.tuples(st.integers(0, 92), st.integers(4, 40))
    .map(lambda pair: (pair[0] * 15, min(pair[0] * 15 + pair[1] * 15, 1440)))
    .filter(lambda span: span[1] - span[0] >= 60)
)


@st.composite
def some_hours(draw, first: date) -> Hours:
    zone = draw(st.sampled_from(ZONES))
    windows = [
        Window(
            draw(st.integers(0, 6)),
            *draw(spans),
            draw(st.sampled_from([zone, draw(st.sampled_from(ZONES))])),
            start_date=(begin := draw(st.none() | st.dates(first, first + timedelta(days=9)))),
            repeat_weeks=draw(st.none() | st.integers(1, 2)) if begin else None,
        )
        for _ in range(draw(st.integers(0, 5)))
    ]
    exceptions = []
    for _ in range(draw(st.integers(0, 3))):
        day = draw(st.dates(first, first + timedelta(days=13)))
        if draw(st.booleans()):
            exceptions.append(DateWindow(day, True, *draw(spans), zone))
        else:
            exceptions.append(DateWindow(day, False))
    return Hours(zone, windows=tuple(windows), exceptions=tuple(exceptions))


def is_open(hours: Hours, instant: datetime) -> bool:
    """Whether the hours are open at that instant, read from the wall clock."""
    for zone in ZONES:
        local = instant.astimezone(ZoneInfo(zone))
        wall = local.hour * 60 + local.minute
        special = [part for part in hours.exceptions if part.day == local.date()]
        if special:
            blocked = not all(part.is_open for part in special)
            spans_now = [] if blocked else [(p.start, p.end) for p in special if p.zone == zone]
        else:
            spans_now = [
                (window.start, window.end)
                for window in hours.windows
                if window.zone == zone and holds(window, local.date())
            ]
        if any(start <= wall < end for start, end in spans_now):
            return True
        # In a repeated hour the wall clock may show less than the start, though time goes on.
        if any(goes_on(instant, local.date(), span, ZoneInfo(zone)) for span in spans_now):
            return True
    return False


def goes_on(instant: datetime, day: date, span: tuple[int, int], zone: ZoneInfo) -> bool:
    """Whether the window has opened for the first time that day and not closed yet."""
    opens, closes = (
        instant_of(day + timedelta(days=wall // 1440), time(wall // 60 % 24, wall % 60), zone)
        for wall in span
    )
    return opens is not None and closes is not None and opens <= instant < closes


def holds(window: Window, day: date) -> bool:
    if day.isoweekday() % 7 != window.weekday:
        return False
    if window.start_date is None:
        return True
    last = window.start_date + timedelta(weeks=window.repeat_weeks or 10_000)
    return window.start_date <= day < last


@settings(max_examples=120)
@given(st.data())
def test_a_free_slot_is_inside_the_hours_and_overlaps_nothing(data):
    day = data.draw(st.sampled_from(FIRST_DAYS))
    hours = data.draw(some_hours(day))
    minutes = data.draw(st.sampled_from([30, 45, 60, 90]))
    first = minute_of(datetime.combine(day, datetime.min.time(), tzinfo=UTC))
    last = first + 14 * 1440
    busy = data.draw(
        st.lists(
            st.tuples(st.integers(first - 200, last), st.integers(1, 300)).map(
                lambda pair: (pair[0], pair[0] + pair[1])
            ),
            max_size=20,
        )
    )

    found = slots(hours, minutes=minutes, first=first, last=last, busy=busy)

    starts = [minute_of(slot.start) for slot in found]
    assert starts == sorted(set(starts))
    for slot, start in zip(found, starts, strict=True):
        assert first <= start < last
        assert slot.end - slot.start == timedelta(minutes=minutes)
        touches = any(begin < start + minutes and start < end for begin, end in busy)
        assert slot.is_available is not touches
        for minute in (*range(start, start + minutes, 15), start + minutes - 1):
            assert is_open(hours, instant_at(minute))
        assert fits(hours, minutes=minutes, start=slot.start)
    free = [slot.start for slot in found if slot.is_available]
    assert first_free(hours, minutes=minutes, first=first, last=last, busy=busy) == (
        free[0] if free else None
    )


@settings(max_examples=60)
@given(st.data())
def test_no_start_of_the_grid_is_forgotten(data):
    """On days without a clock change every half hour of every window is a start."""
    first_day = date(2026, 5, 3)
    hours = data.draw(some_hours(first_day))
    first = minute_of(datetime(2026, 5, 3, tzinfo=UTC))
    last = first + 14 * 1440
    found = {slot.start for slot in slots(hours, minutes=60, first=first, last=last)}
    blocked_or_special = {part.day for part in hours.exceptions}
    for window in hours.windows:
        zone = ZoneInfo(window.zone)
        for number in range(-1, 16):
            day = first_day + timedelta(days=number)
            if day in blocked_or_special or not holds(window, day):
                continue
            midnight = datetime.combine(day, datetime.min.time(), tzinfo=zone)
            for wall in range(window.start, window.end - 59, 30):
                start = (midnight + timedelta(minutes=wall)).astimezone(UTC)
                assert start in found or not first <= minute_of(start) < last
