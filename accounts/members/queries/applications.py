"""The state of a member's creator application."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import CreatorApplication, User


@dataclass(frozen=True, slots=True)
class ApplicationState:
    """The last application, if any, and when the next one may be made, if in the future."""

    application: CreatorApplication | None
    again_at: datetime | None

    @property
    def is_pending(self) -> bool:
        """Whether an admin has yet to decide."""
        return self._is(CreatorApplication.Status.PENDING)

    @property
    def is_denied(self) -> bool:
        """Whether the last answer was no."""
        return self._is(CreatorApplication.Status.DENIED)

    def _is(self, status: str) -> bool:
        return self.application is not None and self.application.status == status


def application_state_of(user: User, *, at: datetime) -> ApplicationState:
    """The state of the member's last application: one query."""
    last = CreatorApplication.objects.filter(user=user).order_by("-created_at", "-pk").first()
    again_at = last.again_at if last else None
    return ApplicationState(last, again_at if again_at and again_at > at else None)
