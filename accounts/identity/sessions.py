"""The session store of Django: one row a browser, which its member can see and end (security ID-6).

A row's key is a hash of the cookie's, so a copy of the table signs nobody in. Who it is, and from
which device, travels in the session's data and is copied to the row's columns with each write: no
request costs a statement more than with Django's own store.
"""

import ipaddress
import uuid
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import get_random_string

from peerloop.kit.statements import Given, Read

if TYPE_CHECKING:
    from accounts.models import WebSession
    from accounts.models.session import WebSessionQuerySet

# Keys of the session data. Times are Unix seconds of real time, also in a demo.
BEGAN, SEEN, AGENT, ADDRESS = "began_at", "seen_at", "agent", "address"
# A page of ours that the member goes on to once their address is verified.
AFTER_VERIFICATION = "after_verification"
# Letters and digits of either case: 190 bits.
KEY_LENGTH = 32


def row_id(session_key: str) -> uuid.UUID:
    """The id of the row of a session cookie's key."""
    return uuid.UUID(bytes=sha256(session_key.encode(errors="replace")).digest()[:16])


def coarse(address: str) -> str:
    """The network of an IP address, without the host: /24, for IPv6 /48."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 48), strict=False))
    return f"{address.rpartition('.')[0]}.x"


class SessionStore(SessionBase):
    """The store that SESSION_ENGINE names. Only its synchronous methods are used and written."""

    def load(self) -> dict[str, Any]:
        """The data of the session; empty if there is no such row, which then gets a new key."""
        found = DATA.first(session=row_id(self.session_key or ""), at=timezone.now())
        if found is None:
            self._session_key = None
            return {}
        return self.decode(found)

    def exists(self, session_key: str) -> bool:
        """Whether there is a session with the cookie's key."""
        return _rows().filter(pk=row_id(session_key)).exists()

    def create(self) -> None:
        """Create the row of a new session, with the data that it already has."""
        # Load the data before the key changes: the new key has none.
        self.items()
        self._session_key = get_random_string(KEY_LENGTH)
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        """Save the session. Raises UpdateError if it was ended meanwhile: it must not come back."""
        if self.session_key is None:
            self.create()
            return
        key, columns = row_id(self.session_key), self._columns(dict(self.items()))
        if must_create:
            _rows().create(pk=key, **columns)
        elif not _rows().filter(pk=key).update(**columns):
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        """End the session of that key, or this one. Safe to repeat."""
        key = session_key or self.session_key
        if key is not None:
            _rows().filter(pk=row_id(key)).end()

    @classmethod
    def clear_expired(cls) -> None:
        """Delete expired sessions."""
        _rows().filter(expire_date__lt=timezone.now()).delete()

    def _columns(self, data: dict[str, Any]) -> dict[str, Any]:
        now = timezone.now()
        return {
            "session_data": self.encode(data),
            "expire_date": self.get_expiry_date(),
            "user_id": data.get(SESSION_KEY),
            "agent": data.get(AGENT, ""),
            "address": data.get(ADDRESS, ""),
            "began_at": _moment(data.get(BEGAN)) or now,
            "seen_at": _moment(data.get(SEEN)) or now,
        }


def _data() -> "QuerySet[WebSession, tuple[Any, ...]]":
    current = _rows().filter(pk=Given("session"), expire_date__gt=Given("at"))
    return current.values_list("session_data")


# Every page of a member asks.
DATA = Read(str, _data)


def _rows() -> "WebSessionQuerySet":
    from accounts.models import WebSession

    return WebSession.objects.all()


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)
