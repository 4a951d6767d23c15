"""Event handlers of the community app."""

from accounts.events import MemberFollowed, MemberUnfollowed
from accounts.models import User
from catalog.models import Course
from community.feeds import timeline
from community.feeds.access import Feed, reads
from community.feeds.actions.followers import add_instructor_follower, remove_instructor_follower
from community.models import FeedGroup
from learning.events import (
    EnrollmentCancelled,
    EnrollmentOpened,
    TeacherCertified,
    TeacherSwitchedOn,
)


def add_follower_on_enrollment(event: EnrollmentOpened) -> None:
    """Give the student access to the creator's feed."""
    add_instructor_follower(
        creator_id=event.creator_id,
        user_id=event.student_id,
        enrollment_id=event.enrollment_id,
        at=event.at,
    )


def remove_follower_on_cancellation(event: EnrollmentCancelled) -> None:
    """End the access if this was the student's last enrollment with the creator."""
    remove_instructor_follower(creator_id=event.creator_id, user_id=event.student_id)


def fill_timeline_on_enrollment(event: EnrollmentOpened) -> None:
    """Show what stands in the feeds of the course and its creator in the student's own feed."""
    timeline.fill(
        event.student_id, event.at, courses=[event.course_id], creators=[event.creator_id]
    )


def clear_timeline_on_cancellation(event: EnrollmentCancelled) -> None:
    """Take out what is closed to the student now; who teaches there still reads it."""
    student = User.objects.get(pk=event.student_id)
    course = Course.objects.select_related("creator").get(pk=event.course_id)
    if not reads(student, Feed(FeedGroup.COURSE, course=course)):
        timeline.drop(event.student_id, course=event.course_id)
    if not reads(student, Feed(FeedGroup.INSTRUCTOR, creator=course.creator)):
        timeline.drop(event.student_id, creator=event.creator_id)


def fill_timeline_of_teacher(event: TeacherCertified | TeacherSwitchedOn) -> None:
    """Show what stands in the feeds that a new teacher reads, or one who is back."""
    creator_id = Course.objects.values_list("creator_id", flat=True).get(pk=event.course_id)
    timeline.fill(event.user_id, event.at, courses=[event.course_id], creators=[creator_id])


def fill_timeline_on_follow(event: MemberFollowed) -> None:
    """Show what the followed member wrote in the follower's own feed."""
    timeline.fill(event.follower_id, event.at, authors=[event.followed_id])


def clear_timeline_on_unfollow(event: MemberUnfollowed) -> None:
    """Take the member's posts out again; they stand in the main feed."""
    timeline.drop(event.follower_id, author=event.followed_id)
