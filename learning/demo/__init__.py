"""The demo's first teachers."""

from learning.demo.crowd import add_enrollments
from learning.demo.teachers import plan_first_teachers
from peerloop.kit.demo import DemoStep, Stage

DEMO = (
    DemoStep("first teachers", Stage.PLANS, plan_first_teachers),
    DemoStep("crowd: enrollments", Stage.CROWD, add_enrollments),
)
