"""Followers of the crowd's creators; those of the demo's own come from their enrollments."""

from community.models import InstructorFollower
from learning.demo.crowd import CrowdEnrollments
from peerloop.kit.demo import DemoStep, Stage, World, write_rows


def add_followers(world: World) -> None:
    """Each student follows the creator since their first enrollment."""
    write_rows(
        InstructorFollower(
            creator_id=creator,
            user_id=student,
            first_enrollment_id=enrollment,
            first_enrollment_at=moment,
        )
        for (creator, student), (enrollment, moment) in world.shared(CrowdEnrollments).first.items()
    )


DEMO = (DemoStep("crowd: followers", Stage.CROWD, add_followers),)
