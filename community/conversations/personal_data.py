"""What conversations hold of a member (rule PRI-3)."""

from peerloop.kit.personal_data import Table

REMOVED = "(removed)"

TABLES = (
    Table(
        model="community.Conversation",
        description="Conversations that you take part in",
        owned=("created_by",),
        participated=("participants__user",),
        kept_because="`direct_key` is made of the ids of two members",
    ),
    Table(
        model="community.Participant",
        description="How far you have read in your conversations",
        owned=("user",),
    ),
    Table(
        model="community.Message",
        description="Messages that you wrote, and when others wrote to you",
        owned=("sender",),
        participated=("conversation__participants__user",),
        secret={"sent_key": "a number by which a form knows its own message"},
        blanked={"sender": ("content",)},
        blanked_to={"content": REMOVED},
    ),
)
