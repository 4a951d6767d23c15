"""The request at hand, for log lines and error pages: its name, who asks, from where."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
actor_id: ContextVar[str] = ContextVar("actor_id", default="")
address: ContextVar[str] = ContextVar("address", default="")
