"""The stack's demo clock: the only hand on time that a journey has."""

import json
from datetime import UTC, datetime, timedelta
from urllib.request import Request, urlopen

JUMP_SECONDS = 60


class DemoClock:
    """Moves the time of a running PeerLoop forward; what became due is done when it returns."""

    def __init__(self, address: str) -> None:
        self.address = f"{address}/demo/clock"
        self.offset = timedelta()
        self.advance(timedelta(seconds=1))

    def now(self) -> datetime:
        """What the stack takes for now."""
        return datetime.now(UTC) + self.offset

    def advance(self, span: timedelta) -> None:
        """Let so much time pass."""
        body = json.dumps({"advance_seconds": round(span.total_seconds())}).encode()
        request = Request(self.address, body, {"Content-Type": "application/json"})
        with urlopen(request, timeout=JUMP_SECONDS) as answer:
            self.offset = timedelta(seconds=json.load(answer)["offset_seconds"])

    def move_to(self, moment: datetime) -> None:
        """Let time pass until then."""
        self.advance(moment - self.now())
