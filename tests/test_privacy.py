"""No URL shows private data of private members (rules PRIV-1 to PRIV-9)."""

import pytest
import time_machine
from django.http import HttpResponse

from accounts.models import Email, LocalMail, Notification, User
from accounts.notifications.outbox import delivery
from scheduling.tests.people import NOW
from tests.cast import a_member, api, browse
from tests.privacy import PrivateWorld, addresses, private_world

pytestmark = pytest.mark.django_db
SEARCHES = (
    "/creators?q={}",
    "/creators?expertise={}",
    "/student-teachers?q={}",
    "/courses?q={}",
    "/api/v1/creators?search={}",
    "/api/v1/creators?expertise={}",
    "/api/v1/student-teachers?search={}",
    "/api/v1/courses?search={}",
)
# The course shows its creator's title to everybody (rule PRIV-5).
AT_THE_COURSE = ("/courses/", "/api/v1/courses/")


@pytest.fixture
def world():
    with time_machine.travel(NOW, tick=False):
        yield private_world()


def actors(world: PrivateWorld) -> dict[str, User | None]:
    """Who looks: a visitor, a stranger, and each private member at the data of the others."""
    return {"": None, "olga": a_member("Olga Stranger"), **world.people}


def shown(answer: HttpResponse) -> str:
    """The whole response as text: headers and body."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{dict(answer.headers)}\n{body.decode(errors='replace')}"


def leaks(world: PrivateWorld, text: str, *, reader: str, path: str = "") -> list[str]:
    """Private texts of other members in a text."""
    return [
        f"{path or 'mail'} tells {reader or 'a visitor'} the {name} of {owner}"
        for owner, words in world.words.items()
        if owner != reader
        for name, word in words.items()
        if word in text and not (name == "title" and path.startswith(AT_THE_COURSE))
    ]


def test_no_page_or_endpoint_shows_private_data(world):
    paths = list(addresses(world))
    assert len(paths) > 120
    found = []
    for reader, user in actors(world).items():
        web, program = browse(user), api(user)
        for path in paths:
            client = program if path.startswith("/api/") else web
            answer = client.get(path)
            assert answer.status_code < 500, (path, reader)
            found += leaks(world, shown(answer), reader=reader, path=path)

    assert not found, "\n".join(sorted(set(found)))


def test_no_search_finds_private_members_by_their_private_data(world):
    found = []
    for reader, user in {"": None, "olga": a_member("Olga Stranger")}.items():
        web, program = browse(user), api(user)
        for owner, words in world.words.items():
            for word in {*words.values(), world.people[owner].name, world.people[owner].handle}:
                for search in SEARCHES:
                    client = program if search.startswith("/api/") else web
                    text = shown(client.get(search.format(word)))
                    told = text.replace(word, "")
                    found += leaks(world, told, reader=reader, path=search)
                    if "courses" not in search and world.people[owner].handle in told:
                        found.append(f"{search} finds {owner} by {word}")

    assert not found, "\n".join(sorted(set(found)))


def test_no_mail_or_notification_shows_private_data(world):
    delivery.deliver_due(at=NOW)
    assert LocalMail.objects.exists()
    people = {user.email: key for key, user in world.people.items()}
    found = []
    for mail in LocalMail.objects.all():
        text = f"{mail.subject}\n{mail.text}\n{mail.html}\n{mail.attachments}"
        found += leaks(world, text, reader=people[mail.to])
    for email in Email.objects.all():
        found += leaks(world, str(email.context), reader=people[email.to])
    for notice in Notification.objects.select_related("user"):
        text = f"{notice.title} {notice.body} {notice.url} {notice.data}"
        found += leaks(world, text, reader=people[notice.user.email])

    assert not found, "\n".join(sorted(set(found)))


def test_new_members_are_private_and_public_ones_show_what_they_wrote(world):
    assert User.objects.filter(privacy_public=False).count() == User.objects.count()
    clara = world.people["clara"]
    User.objects.filter(pk=clara.pk).update(privacy_public=True)

    text = shown(browse().get(f"/u/{clara.handle}"))

    kept = {"email", "stripe_account_id", "origin", "suspended_reason", "location", "stats"}
    for name, word in world.words["clara"].items():
        assert (word in text) == (name not in kept), name
