"""What goodwill holds of a member (rule PRI-3): a ledger, which is kept."""

from peerloop.kit.personal_data import Exempt, Table

STAFF = "who of our staff decided is the staff's own data"
LEDGER = "the ledger of points is only added to; a correction's reason is the staff's own text"

TABLES: tuple[Table | Exempt, ...] = (
    Table(model="goodwill.UserGoodwill", description="Your goodwill", owned=("user",)),
    Table(
        model="goodwill.GoodwillTransaction",
        description="How your points came and went",
        owned=("user",),
        participated=("counterparty", "subject", "created_by"),
        secret={"created_by": STAFF},
        kept_because=LEDGER,
    ),
    Table(
        model="goodwill.Rank",
        description="Your place among the members who earned the most",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="goodwill.GoodwillDay",
        description="Points that you gave and got by day",
        owned=("user",),
    ),
    Table(
        model="goodwill.GoodwillPair",
        description="Points that you and another member gave each other in all",
        owned=("giver",),
        participated=("receiver",),
    ),
)
