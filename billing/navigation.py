"""Menu links of earnings and payouts."""

from peerloop.kit.navigation import ACCOUNT, SETTINGS, Link

EARN = ("teach", "create")

LINKS = (
    Link(menu="teach", order=60, label="Earnings", page="earnings", icon="wallet"),
    Link(menu="create", order=60, label="Earnings", page="earnings", icon="wallet"),
    Link(
        menu=ACCOUNT, order=40, label="Payouts", page="payout-settings", icon="landmark", roles=EARN
    ),
    Link(menu=SETTINGS, order=20, label="Payouts", page="payout-settings", roles=EARN),
)
