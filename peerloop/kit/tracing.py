"""Context of the current request: id, actor, client address, proof of identity."""

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from peerloop.kit.refusals import Refused

request_id: ContextVar[str] = ContextVar("request_id", default="")
actor_id: ContextVar[str] = ContextVar("actor_id", default="")
address: ContextVar[str] = ContextVar("address", default="")
# What privileged acts raise, as the sign-in of this request is not fresh (security ID-7). None: it
# is, or nobody is signed in, or this is no request.
missing_proof: ContextVar["type[Refused] | None"] = ContextVar("missing_proof", default=None)
