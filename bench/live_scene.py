"""Members in pairs who write to each other; prints what their pages and programs send, as JSON.

Run like ``scene.py``: ``python bench/live_scene.py CHECKOUT MEMBERS``.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any


def main(checkout: str, members: int) -> None:
    """Insert the rows, print them."""
    sys.path[0] = checkout
    import django

    django.setup()
    from django.db import transaction

    from peerloop.kit.tasks import without_enqueueing

    with transaction.atomic(), without_enqueueing():
        people = _pairs(members)
    print(json.dumps({"people": people}))


def _pairs(members: int) -> list[dict[str, Any]]:
    from django.conf import settings

    from accounts.notifications.live_count import issue_ticket
    from community.tests.people import a_conversation
    from tests.cast import a_member, api, browse

    name = settings.SESSION_COOKIE_NAME
    now = datetime.now(UTC)
    people: list[dict[str, Any]] = []
    pair: list[Any] = []
    for number in range(members):
        user = a_member(f"Member {number}", created_at=now - timedelta(days=90))
        pair.append(user)
        people.append(
            {
                "ticket": issue_ticket(user),
                "cookie": f"{name}={browse(user).cookies[name].value}",
                "authorization": api(user)._credentials["HTTP_AUTHORIZATION"],
            }
        )
        if len(pair) == 2:
            texts = f"Shall we begin, {number}?", f"On Monday, {number}."
            made = a_conversation(*pair, *texts, at=now - timedelta(days=2))
            for one in people[-2:]:
                one |= {"conversation": str(made.pk), "shown": made.last_number}
            pair = []
    return people


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
