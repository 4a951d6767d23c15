"""getstream.io's activity feeds, version 2, through its client stream-python."""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from stream import exceptions
from stream.client import StreamClient

from community.feeds.providers.base import (
    DAY_SECONDS,
    MOST_ACTIVITIES,
    FeedActivity,
    FeedName,
    FeedOptions,
)
from peerloop.kit.providers import NO_ANSWER, Rejected, Unavailable

TIMEOUT_SECONDS = 3.0
# After a refusal for too many calls that says no time, and the longest that is waited for.
PAUSE_SECONDS, LONGEST_PAUSE = 60, 3_600
# What we asked for is wrong and stays wrong. All else is "later": a key, a group of feeds or a
# right that is missing is for an operator to set up, and what is to be sent waits for that.
FINAL = (
    exceptions.InputException,
    exceptions.CustomFieldException,
    exceptions.InvalidPaginationException,
    exceptions.BestPracticeException,
)


class _Client(StreamClient):
    """The vendor's client, which takes no address but "localhost" and no hint when to come back."""

    def __init__(self) -> None:
        parts = urlsplit(settings.STREAM_BASE_URL)
        self.address = f"{parts.scheme}://{parts.netloc}"
        super().__init__(
            settings.STREAM_API_KEY, settings.STREAM_API_SECRET, settings.STREAM_APP_ID
        )
        # Set here: an environment variable named LOCAL would change it.
        self.timeout = TIMEOUT_SECONDS

    def get_full_url(self, service_name: str, relative_url: str) -> str:
        """Every call goes to STREAM_BASE_URL."""
        return f"{self.address}/{service_name}/{self.version}/{relative_url}"

    def _parse_response(self, response: requests.Response) -> Any:
        if response.status_code == requests.codes.too_many_requests:
            raise Unavailable(
                "Stream takes no more calls now.", code="rate_limit", retry_after=_pause(response)
            )
        return super()._parse_response(response)


class StreamFeeds:
    """One client a process: it keeps its connection."""

    is_outside = True

    def __init__(self) -> None:
        self.api_key = settings.STREAM_API_KEY
        self._client = _Client()

    def generate_token(self, user_id: str, validity_seconds: int = DAY_SECONDS) -> str:
        """Signed with the account's secret. It names a member and an end, no feeds (ADR 25)."""
        # The vendor compares with its own clock, whatever a demo's clock says.
        now = int(time.time())
        token: str = self._client.create_user_token(user_id, iat=now, exp=now + validity_seconds)
        return token

    def add_activity(self, feed_group: str, feed_id: str, activity: FeedActivity) -> str:
        """Put it into the feed; the same foreign id and time replace it."""
        values: dict[str, Any] = {
            **activity.more,
            "actor": activity.actor,
            "verb": activity.verb,
            "object": activity.object,
            "foreign_id": activity.foreign_id,
            "time": activity.time.astimezone(UTC),
        }
        if activity.to:
            values["to"] = [str(feed) for feed in activity.to]
        answer = _asked(lambda: self._feed(feed_group, feed_id).add_activity(values))
        return _text(answer, "id")

    def get_activities(
        self, feed_group: str, feed_id: str, options: FeedOptions | None = None
    ) -> list[FeedActivity]:
        """Newest first; by id and not by number, which Stream answers slowly."""
        asked = options or FeedOptions()
        query: dict[str, Any] = {"limit": min(asked.limit, MOST_ACTIVITIES)}
        if asked.before:
            query["id_lt"] = asked.before
        answer = _asked(lambda: self._feed(feed_group, feed_id).get(**query))
        rows = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise Unavailable("Stream answered a feed without its list.", code="odd_answer")
        return [_activity(row) for row in rows]

    def remove_activity(self, feed_group: str, feed_id: str, foreign_id: str) -> None:
        """By our own id, so that nothing of Stream's has to be known."""
        feed = self._feed(feed_group, feed_id)
        _asked(lambda: feed.remove_activity(foreign_id=foreign_id), may_be_gone=True)

    def follow(self, feed_group: str, feed_id: str, target_group: str, target_id: str) -> None:
        """Stream copies the newest activities of the target."""
        _asked(lambda: self._feed(feed_group, feed_id).follow(target_group, target_id))

    def unfollow(self, feed_group: str, feed_id: str, target_group: str, target_id: str) -> None:
        """Without history: what the member may no longer read goes too (rule FEED-12)."""
        feed = self._feed(feed_group, feed_id)
        _asked(lambda: feed.unfollow(target_group, target_id), may_be_gone=True)

    def _feed(self, group: str, key: str) -> Any:
        try:
            return self._client.feed(group, key)
        except ValueError as error:
            raise Rejected(str(error), code="bad_feed") from error


def _asked(call: Callable[[], Any], *, may_be_gone: bool = False) -> Any:
    """The answer of one call, its errors in the words of all providers."""
    try:
        return call()
    except requests.RequestException as error:
        raise Unavailable(f"Stream: {type(error).__name__}", code=NO_ANSWER) from error
    except exceptions.DoesNotExistException as error:
        if may_be_gone:
            return {}
        raise Unavailable(str(error), code="not_there") from error
    except FINAL as error:
        raise Rejected(str(error), code=type(error).__name__) from error
    except exceptions.StreamApiException as error:
        raise Unavailable(str(error), code=type(error).__name__) from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        # An answer of another shape than its own client expects.
        raise Unavailable(f"Stream: {type(error).__name__}", code="odd_answer") from error


def _pause(response: requests.Response) -> int:
    """Seconds until calls are taken again, as the answer says."""
    wait = response.headers.get("Retry-After", "")
    reset = response.headers.get("X-RateLimit-Reset", "")
    seconds = PAUSE_SECONDS
    if wait.isascii() and wait.isdigit():
        seconds = int(wait)
    elif reset.isascii() and reset.isdigit():
        seconds = int(reset) - int(time.time())
    return min(max(seconds, 1), LONGEST_PAUSE)


def _text(answer: Any, name: str) -> str:
    found = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(found, str) or not found:
        raise Unavailable(f"Stream answered without {name}.", code="odd_answer")
    return found


def _activity(row: Any) -> FeedActivity:
    moment = row.get("time") if isinstance(row, dict) else None
    if not isinstance(moment, datetime):
        raise Unavailable("Stream answered an activity without its time.", code="odd_answer")
    return FeedActivity(
        foreign_id=str(row.get("foreign_id", "")),
        time=moment,
        actor=str(row.get("actor", "")),
        verb=str(row.get("verb", "")),
        object=str(row.get("object", "")),
        to=tuple(_names(row.get("to") or ())),
        activity_id=_text(row, "id"),
    )


def _names(found: Iterable[Any]) -> Iterable[FeedName]:
    for word in found:
        # An answer names a feed with or without the token that was sent along.
        text = word[0] if isinstance(word, list) and word else word
        group, _, key = str(text).split(" ")[0].partition(":")
        yield FeedName(group, key)
