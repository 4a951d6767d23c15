"""Notifications about courses as such."""

from accounts.notifications.kinds import Kind, Sample

# Rights change with it, so it can't be declined.
COURSE_TRANSFERRED = Kind(
    "course-transferred",
    "{course} went from {old} to {new}",
    "{reason}",
    word="course_update",
    page="course",
    sample=Sample(
        {
            "course": "Automate your work with n8n & friends",
            "old": "Clara Creator",
            "new": "Cora Creator",
            "reason": "Clara asked for it: she leaves the subject.",
        }
    ),
)
