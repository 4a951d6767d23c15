"""What lies in a course room for its student: materials, recordings, certificates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse

from learning.models import Certificate, Enrollment
from learning.models.certificate import HEADINGS
from learning.models.resource import MaterialType
from learning.queries import ModuleState
from peerloop.kit.statements import prepared_rows
from peerloop.kit.states import State

# One statement for four tables: the room shows a few columns of each. Files that are gone are left
# out; recordings are those of ``SessionRecording.objects.watchable()``, one for each session.
SHELF = """
SELECT 'resource', r.id, r.type, r.name, r.module_id, NULL::uuid, r.created_at, r.position,
    r.file_id, coalesce(p.seconds, 0)
FROM resources r LEFT JOIN files f ON f.id = r.file_id
LEFT JOIN playback_positions p ON p.file_id = r.file_id AND p.user_id = %(student)s
WHERE r.course_id = %(course)s AND (r.link <> '' OR f.stored_at IS NOT NULL
    AND f.deleted_at IS NULL)
UNION ALL
SELECT 'material', m.id, m.type, m.name, s.module_id, s.id, s.scheduled_start, m.position, NULL, 0
FROM session_materials m JOIN sessions s ON s.id = m.session_id
LEFT JOIN files f ON f.id = m.file_id
WHERE s.enrollment_id = %(enrollment)s AND (m.link <> '' OR f.stored_at IS NOT NULL
    AND f.deleted_at IS NULL)
UNION ALL
SELECT 'recording', s.id, 'recording', coalesce(m.title, ''), s.module_id, s.id,
    s.scheduled_start, 0, NULL, 0
FROM sessions s LEFT JOIN course_curriculum m ON m.id = s.module_id
WHERE s.enrollment_id = %(enrollment)s AND EXISTS (
    SELECT FROM session_recordings r LEFT JOIN files f ON f.id = r.file_id
    WHERE r.session_id = s.id AND (r.status IN ('waiting', 'left')
        OR r.status = 'stored' AND f.deleted_at IS NULL))
UNION ALL
SELECT 'certificate', c.id, c.type, c.status, NULL, NULL, c.created_at, 0, NULL, 0
FROM certificates c WHERE c.user_id = %(student)s AND c.course_id = %(course)s
ORDER BY 8, 7, 2
"""


SOURCES = ("resource", "material", "recording", "certificate")


class Thing(NamedTuple):
    """A material, a recording or a certificate; ``words`` its name, of a certificate its state.

    ``file_id`` and ``seconds``, where its student stopped, of resources alone.
    """

    source: str
    pk: UUID
    type: str
    words: str
    module_id: UUID | None
    session_id: UUID | None
    at: datetime
    position: int
    file_id: UUID | None
    seconds: int

    @property
    def is_resource(self) -> bool:
        """Whether the creator gave it."""
        return self.source == "resource"

    @property
    def is_film(self) -> bool:
        """Whether it is a film of the creator, which plays where it belongs."""
        return self.is_resource and self.type == MaterialType.RECORDING and self.file_id is not None

    @property
    def is_recording(self) -> bool:
        """Whether it is the recording of a session."""
        return self.source == "recording"

    @property
    def is_certificate(self) -> bool:
        """Whether it is a certificate."""
        return self.source == "certificate"

    @property
    def href(self) -> str:
        """Where it opens, for its student."""
        if self.is_resource:
            return reverse("resource", args=[self.pk])
        if self.is_recording:
            return reverse("session-recording", args=[self.pk])
        if self.is_certificate:
            return reverse("certificates")
        return reverse("session-material", args=[self.session_id, self.pk])

    @property
    def name(self) -> str:
        """What it is called."""
        if self.is_certificate:
            return HEADINGS[self.type]
        return self.words or "Session"

    @property
    def state(self) -> State:
        """How it is shown: the type of a material, the status of a certificate."""
        if self.is_certificate:
            return Certificate.Status(self.words).state
        return MaterialType(self.type).state


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything of one enrollment. Materials of modules stand with their modules too."""

    things: tuple[Thing, ...] = ()

    def of_module(self, module_id: UUID) -> list[Thing]:
        """What the creator gave for a module, what was shared in its session, its recording."""
        return [one for one in self.things if one.module_id == module_id]

    @property
    def of_course(self) -> list[Thing]:
        """What belongs to no module."""
        return [one for one in self.things if not one.module_id and not one.is_certificate]

    @property
    def certificates(self) -> list[Thing]:
        """The certificates of the course, in any state."""
        return [one for one in self.things if one.is_certificate]


NOTHING = Shelf()


def shelf_of(enrollment: Enrollment, modules: Sequence[ModuleState]) -> Shelf:
    """The shelf of an enrollment that paid for these modules: one statement (RES-1, ENR-6)."""
    values = {
        "course": enrollment.course_id,
        "enrollment": enrollment.pk,
        "student": enrollment.student_id,
    }
    paid = {state.module.pk for state in modules}
    found = sorted(
        (Thing(*row) for row in prepared_rows(SHELF, values)),
        key=lambda one: SOURCES.index(one.source),
    )
    return Shelf(tuple(one for one in found if one.module_id is None or one.module_id in paid))
