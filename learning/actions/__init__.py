"""Actions of the learning app: they change enrollments, certificates and teachers."""

from learning.actions.applications import apply_to_teach, decide_application
from learning.actions.certificates import (
    decline_certificate,
    issue_certificate,
    issue_pending,
    recommend_certificate,
)
from learning.actions.certifying import certify_creator, certify_teacher
from learning.actions.completion import complete_enrollment, force_completion
from learning.actions.deciding import decide_certificate
from learning.actions.disputes import dispute_enrollment, restore_enrollment
from learning.actions.enrolling import (
    AlreadyEnrolled,
    close_enrollment,
    open_enrollment,
    start_enrollment,
)
from learning.actions.homework import edit_homework, remove_homework, set_homework
from learning.actions.progress import deliver_module, mark_module, record_delivery
from learning.actions.reassigning import reassign_teacher
from learning.actions.reviewing import review_homework
from learning.actions.revoking import reinstate_certificate, revoke_certificate
from learning.actions.submitting import submit_homework
from learning.actions.sweeping import issue_due_certificates
from learning.actions.teachers import assign_teacher, unassign_teacher
from learning.actions.teaching import list_as_teacher, pause_teaching, switch_teacher

__all__ = [
    "AlreadyEnrolled",
    "apply_to_teach",
    "assign_teacher",
    "certify_creator",
    "certify_teacher",
    "close_enrollment",
    "complete_enrollment",
    "decide_application",
    "decide_certificate",
    "decline_certificate",
    "deliver_module",
    "dispute_enrollment",
    "edit_homework",
    "force_completion",
    "issue_certificate",
    "issue_due_certificates",
    "issue_pending",
    "list_as_teacher",
    "mark_module",
    "open_enrollment",
    "pause_teaching",
    "reassign_teacher",
    "recommend_certificate",
    "record_delivery",
    "reinstate_certificate",
    "remove_homework",
    "restore_enrollment",
    "review_homework",
    "revoke_certificate",
    "set_homework",
    "start_enrollment",
    "submit_homework",
    "switch_teacher",
    "unassign_teacher",
]
