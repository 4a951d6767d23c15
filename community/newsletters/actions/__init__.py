"""Use cases of newsletters."""

from community.newsletters.actions.drafts import (
    change_newsletter,
    delete_newsletter,
    send_test,
    write_newsletter,
)
from community.newsletters.actions.sending import (
    retry_failed,
    schedule_newsletter,
    send_newsletter,
    stop_newsletter,
    unschedule_newsletter,
)
from community.newsletters.actions.subscribing import (
    end_all_marketing,
    end_subscription,
    subscribe,
    unsubscribe,
)

__all__ = [
    "change_newsletter",
    "delete_newsletter",
    "end_all_marketing",
    "end_subscription",
    "retry_failed",
    "schedule_newsletter",
    "send_newsletter",
    "send_test",
    "stop_newsletter",
    "subscribe",
    "unschedule_newsletter",
    "unsubscribe",
    "write_newsletter",
]
