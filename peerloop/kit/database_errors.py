"""Which errors of the database pass by themselves, so that the request may be sent again."""

from django.db import DatabaseError, InterfaceError, OperationalError

# Seconds until a request may be sent again.
RETRY_AFTER = 10
# Classes of SQLSTATE: connection, resources (a full disk, too many connections), operator (a
# shutdown, a time limit), system. A standby answers 25006, as it takes no writes.
PASSING_CLASSES = ("08", "53", "57", "58")
READ_ONLY = "25006"


def is_passing(error: BaseException | None) -> bool:
    """Whether the database is away or can't take writes now, which a later try may not meet."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    if not isinstance(error, DatabaseError):
        return False
    state = getattr(error.__cause__, "sqlstate", None) or ""
    return state == READ_ONLY or state.startswith(PASSING_CLASSES)


def broken_constraint(error: DatabaseError) -> str:
    """The name of the constraint that a statement broke; empty for another error."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
