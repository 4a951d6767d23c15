"""What a teacher shares in a session (RES-1)."""

from django.db import models

from learning.models import Material
from learning.models.resource import rules_of_materials
from scheduling.models.session import Session


class SessionMaterial(Material):
    """A file or a link that the teacher of a session shared with its student."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="materials")

    class Meta:
        db_table = "session_materials"
        ordering = ["position", "created_at"]
        constraints = [
            *rules_of_materials("session_material"),
            models.UniqueConstraint(
                fields=["session", "position"],
                name="session_material_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]
