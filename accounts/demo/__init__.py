"""The demo's members, their applications, mails and notifications."""

from accounts.demo.crowd import add_members
from accounts.demo.members import make_members, plan_applications
from accounts.demo.outgoing import read_old_notifications, skip_mails
from peerloop.kit.demo import DemoStep, Stage

DEMO = (
    DemoStep("members", Stage.ROWS, make_members),
    DemoStep("applications to create", Stage.PLANS, plan_applications),
    DemoStep("mails", Stage.SETTLED, skip_mails),
    DemoStep("notifications", Stage.SETTLED, read_old_notifications),
    DemoStep("crowd: members", Stage.CROWD, add_members),
)
