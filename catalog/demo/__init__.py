"""The demo's categories and courses, with their publication and the front page."""

from catalog.demo.courses import make_courses, plan_courses
from catalog.demo.crowd import add_courses
from peerloop.kit.demo import DemoStep, Stage

DEMO = (
    DemoStep("courses", Stage.ROWS, make_courses),
    DemoStep("publications", Stage.PLANS, plan_courses),
    DemoStep("crowd: courses", Stage.CROWD, add_courses),
)
