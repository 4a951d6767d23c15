"""What the endpoints of newsletters read and answer."""

from typing import Any

from rest_framework import serializers

from accounts.members.serializers import PersonAnswer
from community.models import NewsletterStatus, SubscriberSource
from community.models.newsletter import LONGEST_BODY, LONGEST_SUBJECT
from peerloop.kit.inputs import Input, Instant, Text

Shape = serializers.Serializer[Any]


class NewsletterInput(Input):
    """What a newsletter says."""

    subject = Text(max_length=LONGEST_SUBJECT)
    body = Text(max_length=LONGEST_BODY, trim_whitespace=False)


class ChangeInput(Input):
    """New words of a draft; what is left out stays."""

    subject = Text(max_length=LONGEST_SUBJECT, required=False)
    body = Text(max_length=LONGEST_BODY, trim_whitespace=False, required=False)


class ScheduleInput(Input):
    """When it is to be sent."""

    send_at = Instant()


class NewsletterFigures(Shape):
    """What became of a newsletter so far. ``sent`` is what left, whatever became of it."""

    waiting = serializers.IntegerField(source="waiting_count")
    sent = serializers.IntegerField(source="sent_count")
    delivered = serializers.IntegerField(source="delivered_count")
    bounced = serializers.IntegerField(source="bounced_count")
    failed = serializers.IntegerField(source="failed_count")
    left_out = serializers.IntegerField(
        source="skipped_count", help_text="Ended it, or could not be reached any more, meanwhile."
    )
    unsubscribed = serializers.IntegerField(
        source="unsubscribed_count", help_text="Ended it by the link, or called it spam."
    )


class NewsletterAnswer(Shape):
    """A newsletter of the caller's own."""

    id = serializers.UUIDField()
    subject = serializers.CharField()
    body = serializers.CharField()
    status = serializers.ChoiceField(NewsletterStatus.choices)
    send_at = serializers.DateTimeField(
        allow_null=True, help_text="When sending begins or began; null for a draft."
    )
    sent_at = serializers.DateTimeField(
        allow_null=True, help_text="When the last mail was settled, or it was stopped."
    )
    stopped_because = serializers.CharField(help_text="Why our staff stopped it, else empty.")
    recipients = serializers.IntegerField(help_text="Deliveries so far; grows while it is sent.")
    figures = NewsletterFigures(source="*")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class NewslettersAnswer(Shape):
    """A page of newsletters."""

    newsletters = NewsletterAnswer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class SubscriberAnswer(Shape):
    """Who subscribed; the address is not told."""

    user = PersonAnswer()
    subscribed_at = serializers.DateTimeField()
    subscribed_by = serializers.ChoiceField(
        SubscriberSource.choices, source="source", help_text="Where they said so."
    )


class SubscribersAnswer(Shape):
    """A page of subscribers."""

    subscribers = SubscriberAnswer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()


class SubscriptionAnswer(Shape):
    """A creator whose newsletters the caller gets."""

    creator = PersonAnswer()
    subscribed_at = serializers.DateTimeField()


class SubscriptionsAnswer(Shape):
    """A page of subscriptions."""

    subscriptions = SubscriptionAnswer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
