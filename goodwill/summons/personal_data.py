"""What calls for help hold of a member (rule PRI-3)."""

from peerloop.kit.personal_data import Table

TABLES = (
    Table(
        model="goodwill.HelpSummons",
        description="Your calls for help, and those that you answered",
        owned=("student",),
        participated=("helper",),
    ),
    Table(
        model="goodwill.HelpSwitch",
        description="Whether you offer help, and when you were last there",
        owned=("user",),
    ),
)
