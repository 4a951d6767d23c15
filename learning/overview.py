"""What of learning the first page of the admin site begins with."""

from learning.models import Enrollment
from peerloop.kit.overview import Figure

FIGURES = (
    Figure(
        label="Enrollments",
        order=20,
        rows=Enrollment.objects.all,
        at="created_at",
        page="admin:learning_enrollment_changelist",
    ),
)
