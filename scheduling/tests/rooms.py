"""What happens in a room, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import time_machine

from accounts.models import User, WebhookEvent
from peerloop.kit.providers import Rejected, Unavailable
from scheduling import room_events
from scheduling.local_room import room_id_of
from scheduling.models import AttendanceEvent, Session
from scheduling.providers import base
from scheduling.tests.people import MONDAY_TEN, a_session, sam_and_tom


def minute(number: float) -> datetime:
    """So many minutes after the session's start."""
    return MONDAY_TEN + timedelta(minutes=number)


def a_lesson(**fields: Any) -> Session:
    """Sam's session with Tom on Monday at ten, an hour long."""
    return a_session(sam_and_tom(), **fields)


def a_running_lesson(**fields: Any) -> Session:
    """The same, under way: both clicked on "join"."""
    lesson = a_lesson(status="in_progress", provider="local", started_at=minute(0), **fields)
    lesson.room_id = room_id_of(lesson.pk)
    lesson.save()
    for person in (lesson.teacher, lesson.student):
        AttendanceEvent.objects.create(
            session=lesson, user=person, kind="click", source="click", at=minute(0)
        )
    return lesson


def an_event(
    lesson: Session,
    kind: str,
    at: datetime,
    user: User | None = None,
    *,
    reference: str = "1",
    provider: str = room_events.LOCAL,
    **more: Any,
) -> WebhookEvent:
    """An event in the inbox, not yet processed."""
    event = base.RoomEvent(
        event_id="",
        kind=kind,
        name=kind,
        room_id=room_id_of(lesson.pk),
        user_id=str(user.pk) if user else "",
        reference=f"{user.pk if user else ''}-{reference}",
        at=at,
        **more,
    )
    return WebhookEvent(
        provider=provider,
        event_id=f"{kind}:{event.reference}",
        kind=kind,
        payload=event.as_json(),
        received_at=at,
    )


def a_meeting(lesson: Session, *, start: float = 1, end: float = 50) -> list[WebhookEvent]:
    """Both come, both leave on purpose."""
    tom, sam = lesson.teacher, lesson.student
    return [
        an_event(lesson, base.JOINED, minute(start), tom),
        an_event(lesson, base.JOINED, minute(start + 1), sam),
        an_event(lesson, base.LEFT, minute(end - 1), sam, is_deliberate=True),
        an_event(lesson, base.LEFT, minute(end), tom, is_deliberate=True),
    ]


class BrokenVideo:
    """A video server that does not answer."""

    def __getattr__(self, name: str) -> Any:
        def away(*args: Any, **kwargs: Any) -> Any:
            raise Unavailable("away")

        return away


class FakeVideo:
    """A video server that gives prepared answers."""

    def __init__(self, *, people: set[User] = frozenset(), is_open: bool = True) -> None:
        self.status = base.RoomStatus(is_open, frozenset(str(user.pk) for user in people))
        self.calls: list[str] = []
        self.recordings: dict[str, base.RecordingLink] = {}

    def create_room(self, options: base.RoomOptions) -> base.Room:
        self.calls.append("create")
        return base.Room(options.room_id, {"sid": "one"})

    def delete_room(self, room_id: str) -> None:
        self.calls.append("delete")

    def get_join_token(self, room: base.Room, participant: base.Participant) -> base.JoinToken:
        self.calls.append("token")
        return base.JoinToken("t", f"https://video.example/{participant.user_id}")

    def get_room_status(self, room_id: str) -> base.RoomStatus:
        return self.status

    def find_recordings(self, room_id: str) -> tuple[str, ...]:
        return tuple(self.recordings)

    def get_recording_link(self, room_id: str, record_id: str) -> base.RecordingLink:
        self.calls.append("link")
        if record_id not in self.recordings:
            raise Rejected("gone", code="notFound")
        return self.recordings[record_id]

    def register_webhook(self) -> None:
        self.calls.append("register")

    def parse_event(self, call: base.HookCall) -> tuple[base.RoomEvent, ...]:
        raise base.BadSignature


@contextmanager
def video_is(monkeypatch: Any, adapter: Any) -> Iterator[Any]:
    """Use this one for every video server."""
    with monkeypatch.context() as patch:
        for module in ("joining", "overdue", "recordings", "recording_copies", "webhooks"):
            patch.setattr(f"scheduling.actions.{module}.video", lambda name="": adapter)
        patch.setattr("scheduling.room_events.video", lambda name="": adapter)
        yield adapter


def at(number):
    """Set the clock to that minute of the session."""
    return time_machine.travel(minute(number), tick=False)


def work(*events):
    """Process the room's events in that order."""
    for event in events:
        room_events.process_event(event)


def held_lesson() -> Session:
    """A completed session that both attended."""
    lesson = a_running_lesson()
    with at(55):
        work(*a_meeting(lesson))
    lesson.refresh_from_db()
    assert lesson.status == "completed"
    return lesson
