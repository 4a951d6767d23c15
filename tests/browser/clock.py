"""The demo clock of a running PeerLoop, by which tests move time."""

import json
from datetime import UTC, datetime, timedelta
from urllib.request import Request, urlopen

JUMP_SECONDS = 60


class DemoClock:
    """Advances the time of a running PeerLoop; its sweeps have run when a call returns."""

    def __init__(self, address: str) -> None:
        self.address = f"{address}/demo/clock"
        self.offset = timedelta()
        self.advance(timedelta(seconds=1))

    def now(self) -> datetime:
        """The current time of the stack."""
        return datetime.now(UTC) + self.offset

    def advance(self, span: timedelta) -> None:
        """Advance the clock by a duration."""
        body = json.dumps({"advance_seconds": round(span.total_seconds())}).encode()
        request = Request(self.address, body, {"Content-Type": "application/json"})
        with urlopen(request, timeout=JUMP_SECONDS) as answer:
            self.offset = timedelta(seconds=json.load(answer)["offset_seconds"])

    def move_to(self, moment: datetime) -> None:
        """Advance the clock to a time."""
        self.advance(moment - self.now())
