"""The demo's first teachers and students, their reviews, and the work that a course sets."""

from learning.demo.crowd import add_enrollments
from learning.demo.lessons import plan_lessons
from learning.demo.reviews import plan_first_students
from learning.demo.teachers import plan_first_teachers
from peerloop.kit.demo import DemoStep, Stage

DEMO = (
    DemoStep("first teachers", Stage.PLANS, plan_first_teachers),
    DemoStep("first students", Stage.PLANS, plan_first_students),
    DemoStep("lessons", Stage.PLANS, plan_lessons),
    DemoStep("crowd: enrollments", Stage.CROWD, add_enrollments),
)
