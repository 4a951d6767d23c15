"""What both sides of a report are told (rules MOD-2, MOD-7); it can't be declined (NOTE-3)."""

from dataclasses import replace

from accounts.notifications.kinds import Kind, Mail, Sample

OUTCOME = Sample(
    {
        "noun": "post",
        "outcome": "A moderator removed it.",
        "rule": "Spam or advertising",
        "reason": "The same link stands in six feeds & has nothing to do with the course.",
        "until": "2026-03-09T09:00:00+00:00",
        "appeal_url": "/sample",
    },
    bare={"rule": "", "until": "", "appeal_url": "", "reason": ""},
)
NOUN = Sample({"noun": "post"})
ANSWER = Sample(
    {
        "noun": "post",
        "outcome": "The decision was reversed.",
        "reason": "It was a quotation, & marked as one.",
    }
)

HIDDEN = Kind(
    "content-hidden",
    "Your {noun} is hidden until somebody looked at it",
    "Several members reported it. A person decides whether it stays; you hear of it either way.",
    word="moderation",
    sample=NOUN,
    mail=Mail("content-hidden", NOUN),
)
# To who wrote it.
DECIDED = Kind(
    "moderation-decision",
    "A decision about your {noun}",
    "{outcome} {reason}",
    word="moderation",
    sample=OUTCOME,
    mail=Mail("moderation-decision", OUTCOME),
)
WARNED = replace(
    DECIDED,
    name="moderation-warning",
    title="A warning about your {noun}",
    mail=Mail("moderation-warning", OUTCOME),
)
# To who reported it first.
REPORT_DECIDED = Kind(
    "report-decision",
    "We looked at the {noun} that you reported",
    "{outcome} {reason}",
    word="moderation",
    sample=OUTCOME,
    mail=Mail("report-decision", OUTCOME),
)
APPEAL_DECIDED = Kind(
    "appeal-decision",
    "Your appeal about a {noun} was decided",
    "{outcome} {reason}",
    word="moderation",
    sample=ANSWER,
    mail=Mail("appeal-decision", ANSWER),
)
# To who has no account: mails alone.
REPORT_RECEIVED = Mail(
    "report-received",
    Sample(
        {
            "name": "Una Outside",
            "address": "https://peerloop.test/u/tom",
            "rule": "Harassment or threats",
            "reason": "He writes that I should look out & names my street.",
            "number": "0190f0c0",
        },
        bare={"reason": "", "name": ""},
    ),
)
