"""Nobody decides on their own rights and money: another admin does (rule ROLE-10, ACC-8)."""

from uuid import UUID

from accounts.models import User
from peerloop.kit.refusals import Forbidden


class AnotherAdmin(Forbidden):
    """The decision is about the admin who makes it."""

    code = "four_eyes"
    message = "Another admin has to decide on this."


def require_another_admin(by: User, *concerned: UUID | None) -> None:
    """Raises AnotherAdmin unless ``by`` is an admin, and none of those concerned."""
    if not by.is_admin:
        raise AnotherAdmin
    require_another(by, *concerned)


def require_another(by: User | None, *concerned: UUID | None) -> None:
    """Raises AnotherAdmin if ``by`` is one of those concerned; nobody means the system."""
    if by is not None and by.pk in concerned:
        raise AnotherAdmin
