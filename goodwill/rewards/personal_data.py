"""What rewards hold of a member (rule PRI-3)."""

from peerloop.kit.personal_data import Exempt, Table

TABLES: tuple[Table | Exempt, ...] = (
    Table(
        model="goodwill.RewardClaim",
        description="Rewards that you claimed for your goodwill",
        owned=("user",),
        participated=("decided_by",),
        secret={"decided_by": "who of our staff decided is the staff's own data"},
        kept_because="each reward is given once; the answer is the staff's own text",
    ),
)
