"""The demo's weekly hours and sessions."""

from peerloop.kit.demo import DemoStep, Stage
from scheduling.demo.crowd import add_hours
from scheduling.demo.hours import plan_hours
from scheduling.demo.meetings import plan_meetings
from scheduling.demo.sessions import settle_reminders

DEMO = (
    DemoStep("hours", Stage.PLANS, plan_hours),
    DemoStep("free meetings", Stage.PLANS, plan_meetings),
    DemoStep("reminders", Stage.SETTLED, settle_reminders),
    DemoStep("crowd: hours", Stage.CROWD, add_hours),
)
