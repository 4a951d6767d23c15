"""What both sides of a question are told; always sent, because one of them waits (rules 25)."""

from django.conf import settings

from accounts.notifications.kinds import Kind, Mail, Sample

LINK = f"{settings.BASE_URL}/sample"
WORDS = {
    "name": "Una Visitor",
    "creator": "Clara Creator",
    "course": "Automate your work with n8n & friends",
    "text": "I work nights. Are there teachers\nwith times before 10 & after 8 in the morning?",
    "inquiry": "0190f0c0-0000-7000-8000-000000000000",
    "link": LINK,
}
SAMPLE = Sample(WORDS)

RECEIVED = Kind(
    "inquiry-received",
    "{name} asks about {course}",
    "{text}",
    word="inquiry",
    page="inquiry",
    sample=SAMPLE,
    mailed=True,
)
# To who asked: by mail alone where they have no account.
ANSWERED_MAIL = Mail("inquiry-answered", SAMPLE)
ANSWERED = Kind(
    "inquiry-answered",
    "{creator} answered your question about {course}",
    "{text}",
    word="inquiry",
    page="own-inquiry",
    sample=SAMPLE,
    mail=ANSWERED_MAIL,
)
