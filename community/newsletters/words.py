"""What the mails of newsletters say: read at sending, one text for all readers of a batch."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from accounts.models import Email
from community.models import Newsletter, NewsletterStatus, NewsletterSubscriber
from community.newsletters.access import token_of
from peerloop.kit.markdown import to_mail_html, to_text


class NewsletterWords:
    """The source of mails that carry a newsletter: at most one query for each question."""

    def unwanted(self, emails: list[Email]) -> dict[UUID, str]:
        """Mails whose reader ended it meanwhile or was suspended, or whose newsletter stopped."""
        newsletters = self._newsletters(emails)
        ids = [email.context.get("subscriber") for email in emails]
        rows = NewsletterSubscriber.objects.active().filter(pk__in=[one for one in ids if one])
        active = {str(pk) for pk in rows.values_list("pk", flat=True)}
        reasons = {}
        for email in emails:
            newsletter = newsletters.get(email.context.get("newsletter", ""))
            if newsletter is None or newsletter.status == NewsletterStatus.STOPPED:
                reasons[email.pk] = "the newsletter was stopped"
            elif email.context.get("subscriber") not in active:
                reasons[email.pk] = "unsubscribed meanwhile"
            elif email.user is None or email.user.suspended_at is not None:
                reasons[email.pk] = "account suspended"
        return reasons

    def values(self, emails: list[Email]) -> dict[UUID, dict[str, Any]]:
        """Subject, text, who wrote it, and the link that ends it."""
        told = {key: said_by(row) for key, row in self._newsletters(emails).items()}
        return {
            email.pk: told[email.context["newsletter"]]
            | {"unsubscribe_url": _link(email.context["subscriber"], email.context["newsletter"])}
            for email in emails
            if email.context.get("newsletter") in told
        }

    def _newsletters(self, emails: list[Email]) -> dict[str, Newsletter]:
        ids = {email.context.get("newsletter") for email in emails} - {None}
        rows = Newsletter.objects.select_related("creator").filter(pk__in=ids)
        return {str(row.pk): row for row in rows}


class TestWords:
    """The source of test mails: their text stands in the row, for a draft may change."""

    def unwanted(self, emails: list[Email]) -> dict[UUID, str]:
        """Every one is wanted."""
        return {}

    def values(self, emails: list[Email]) -> dict[UUID, dict[str, Any]]:
        """The text in both forms."""
        return {
            email.pk: _both_forms(email.context["body"]) | {"sender": email.context["name"]}
            for email in emails
        }


def said_by(newsletter: Newsletter) -> dict[str, Any]:
    """What a newsletter says to each of its readers."""
    creator = newsletter.creator
    return {
        "subject": newsletter.subject,
        "name": creator.name,
        "sender": creator.name,
        "postal": settings.MAIL_POSTAL_ADDRESS,
    } | _both_forms(newsletter.body)


def _both_forms(body: str) -> dict[str, str]:
    return {"html": to_mail_html(body), "text": to_text(body)}


def _link(subscriber_id: str, newsletter_id: str) -> str:
    token = token_of(UUID(subscriber_id), UUID(newsletter_id))
    return settings.BASE_URL + reverse("end-newsletter", args=[token])
