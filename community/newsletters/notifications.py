"""Mails of newsletters, and what their creators are told."""

from functools import partial

from accounts.models.preferences import Group
from accounts.notifications.kinds import Kind, Mail, Sample
from peerloop.kit.markdown import to_mail_html, to_text

BODY = "Hello,\n\nhere is what I would try **first**.\n\nClara"
SAMPLE = Sample(
    {
        "subject": "Three exercises for June & July",
        "html": to_mail_html(BODY),
        "text": to_text(BODY),
        "name": "Clara Creator",
        "postal": "PeerLoop, 1 Main Street, Springfield",
    },
    bare={"postal": ""},
)
# Its words are those of the newsletter: see words.py.
NEWSLETTER = Mail("newsletter", SAMPLE, Group.MARKETING, is_marketing=True)
NEWSLETTER_TEST = Mail("newsletter-test", SAMPLE)

about_newsletter = partial(
    Kind,
    word="newsletter",
    page="newsletter",
    sample=Sample(
        {
            "subject": "Three exercises for June",
            "reason": "It was reported as an advertisement.",
            "sent": 212,
            "failed": 3,
        },
        bare={"sent": 1, "failed": 0},
    ),
)
DONE = about_newsletter(
    "newsletter-sent",
    "Your newsletter has left: {subject}",
    "Sent to {sent}, not sent to {failed}.",
)
HELD = about_newsletter("newsletter-held", "Your newsletter was not sent: {subject}", "{reason}")
STOPPED = about_newsletter(
    "newsletter-stopped", "Your newsletter was stopped: {subject}", "{reason}"
)
