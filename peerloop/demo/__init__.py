"""The demo world: members, courses and a past, told through the same actions as the real one.

``world.build`` is the entry point: it runs the steps that the apps declare in their ``demo.py``.
Here stand only the stories that lead through several apps: from a purchase over sessions to a
certificate and into teaching.
"""

from peerloop.demo.enrollments import plan_enrollments
from peerloop.kit.demo import DemoStep, Stage

DEMO = (DemoStep("enrollments", Stage.PLANS, plan_enrollments),)
