"""Log formatters: one line an event, with request id, in UTC. Log no text or e-mail address."""

import logging
from datetime import UTC, datetime

import orjson

from peerloop.kit.tracing import actor_id, address, request_id


class TextFormatter(logging.Formatter):
    """A line for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Level, logger, message, and the trace if there is one."""
        line = f"{record.levelname:<7} {record.name}: {record.getMessage()}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


class JsonFormatter(logging.Formatter):
    """A JSON line for a log store."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger, request id, actor, address, message; fields and trace if any."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request_id": request_id.get(),
            "actor": actor_id.get(),
            "address": address.get(),
            "message": record.getMessage(),
            **getattr(record, "security", {}),
        }
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return orjson.dumps(entry).decode()
