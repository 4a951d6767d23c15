"""Menu links of earnings and payouts."""

from billing.roles import EARNING
from peerloop.kit.navigation import ACCOUNT, FOOTER, SETTINGS, Link

LINKS = (
    Link(menu="teach", order=60, label="Earnings", page="earnings", icon="wallet"),
    Link(menu="create", order=60, label="Earnings", page="earnings", icon="wallet"),
    Link(
        menu=ACCOUNT,
        order=40,
        label="Payouts",
        page="payout-settings",
        icon="landmark",
        roles=EARNING,
    ),
    Link(menu=FOOTER, order=65, label="Withdraw from a contract", page="withdraw"),
    Link(menu=SETTINGS, order=19, label="Payments", page="payments"),
    Link(menu=SETTINGS, order=20, label="Payouts", page="payout-settings", roles=EARNING),
)
