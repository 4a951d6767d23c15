"""Numbers of the business rules that an operator may change."""

from peerloop.kit import environment as env

JOIN_EARLY_MINUTES = env.number("JOIN_EARLY_MINUTES", 15, most=120)
ROOM_GRACE_MINUTES = env.number("ROOM_GRACE_MINUTES", 5, most=60)
BOOKING_NOTICE_MINUTES = env.number("BOOKING_NOTICE_MINUTES", 120, most=4320)
BOOKING_HORIZON_DAYS = env.number("BOOKING_HORIZON_DAYS", 28, least=1, most=90)
# Shorter only in a demo (rule SUM-3).
SUMMON_MIN_SECONDS = env.number(
    "SUMMON_MIN_SECONDS", 300, least=0 if env.flag("PEERLOOP_DEMO") else 300, most=3_600
)
# A time chosen before paying is kept so long; so many an hour for an address and a member (HOLD-1).
SLOT_HOLD_MINUTES = env.number("SLOT_HOLD_MINUTES", 10, least=1, most=60)
SLOT_HOLDS_AN_HOUR = env.number("SLOT_HOLDS_AN_HOUR", 3, least=1, most=1_000)
PREVIEW_DAYS = env.number("PREVIEW_DAYS", 14, least=1, most=90)
MAIL_WORDS_DAYS = env.number("MAIL_WORDS_DAYS", 90, least=7, most=3_650)
WEBHOOK_PAYLOAD_DAYS = env.number("WEBHOOK_PAYLOAD_DAYS", 90, least=31, most=400)
HOLD_DAYS = env.number("HOLD_DAYS", 7, most=90)
PAYOUT_LEAST_CENTS = env.number("PAYOUT_LEAST_CENTS", 5_000, least=1)
PAYOUT_NEEDS_ADMIN = env.flag("PAYOUT_NEEDS_ADMIN", default=True)
# From these amounts on, what an admin sends needs another admin too (rule ROLE-10).
FOUR_EYES_PAYOUT_CENTS = env.number("FOUR_EYES_PAYOUT_CENTS", 200_000, least=1)
FOUR_EYES_REFUND_CENTS = env.number("FOUR_EYES_REFUND_CENTS", 100_000, least=1)
# Who gets the daily mail about the ledger: "admins", addresses with commas between, or nobody.
MONEY_MAIL_TO = env.text("MONEY_MAIL_TO", "admins")
# Rewards for tiers of goodwill (rule TIER-2): off until somebody gives them.
GOODWILL_REWARDS = env.flag("GOODWILL_REWARDS")
CREATOR_REAPPLY_DAYS = env.number("CREATOR_REAPPLY_DAYS", 30, most=365)
# Texts of members: links to other sites, and the same text again.
LINKS_IN_A_TEXT = env.number("LINKS_IN_A_TEXT", 20, most=500)
LINKS_OF_NEW_MEMBERS = env.number("LINKS_OF_NEW_MEMBERS", 3, most=500)
SAME_TEXTS_A_DAY = env.number("SAME_TEXTS_A_DAY", 3, least=1, most=1_000)
SAME_MESSAGES_A_DAY = env.number("SAME_MESSAGES_A_DAY", 2, least=1, most=1_000)
REFUND_AUTO_HOURS = env.number("REFUND_AUTO_HOURS", 72, least=1)

# The ranking of a member's own feed (rule FEED-7): weights in hundredths, which needn't add up.
FEED_WEIGHTS = {
    name: env.number(f"FEED_WEIGHT_{name.upper()}", weight, most=100)
    for name, weight in (
        ("recency", 30),
        ("relation", 25),
        ("unseen", 15),
        ("engagement", 10),
        ("interest", 10),
        ("activity", 5),
    )
}
FEED_HALF_LIFE_HOURS = env.number("FEED_HALF_LIFE_HOURS", 72, least=1, most=8_760)
FEED_MOST_OF_ONE = env.number("FEED_MOST_OF_ONE", 3, least=1, most=50)
# Newest posts of each source that are ranked at once.
FEED_WINDOW = env.number("FEED_WINDOW", 120, least=50, most=500)
FEED_LOOK_BACK_DAYS = env.number("FEED_LOOK_BACK_DAYS", 365, least=7, most=3_650)
# Readers up to whom a post is written into each timeline (ADR 24).
FEED_PUSH_MOST = env.number("FEED_PUSH_MOST", 10_000, most=100_000)
