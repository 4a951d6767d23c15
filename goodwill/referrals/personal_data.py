"""What referrals hold of a member (rule PRI-3)."""

from peerloop.kit.personal_data import Exempt, Table

TABLES: tuple[Table | Exempt, ...] = (
    Table(
        model="goodwill.Referral",
        description="Friends whom you invited, and who invited you",
        owned=("referrer",),
        participated=("referred",),
        by_address=("email",),
        blanked={"referrer": ("email",), "referred": ("email",)},
    ),
    Exempt(
        "goodwill.DeclinedAddress",
        "a fingerprint of an address whose owner wants no invitations; it names nobody",
    ),
)
