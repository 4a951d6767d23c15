"""Context of the current request for log lines and error pages: id, actor, client address."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
actor_id: ContextVar[str] = ContextVar("actor_id", default="")
address: ContextVar[str] = ContextVar("address", default="")
