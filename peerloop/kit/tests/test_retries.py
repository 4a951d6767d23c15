"""What the database breaks off is tried once more, then refused, never a crash."""

import pytest
from django.db import OperationalError
from psycopg import errors

from peerloop.kit.retries import DatabaseBusy, run_with_retry


def broken(kind: type[Exception]) -> OperationalError:
    error = OperationalError("broken off")
    error.__cause__ = kind()
    return error


class Act:
    """Fails with each of the given errors in turn, then works."""

    def __init__(self, *troubles: Exception) -> None:
        self.troubles = list(troubles)
        self.runs = 0

    def __call__(self) -> str:
        self.runs += 1
        if self.troubles:
            raise self.troubles.pop(0)
        return "done"


@pytest.mark.parametrize(
    "kind", [errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable]
)
def test_once_more_and_no_more(kind):
    act = Act(broken(kind))
    assert (run_with_retry(act), act.runs) == ("done", 2)

    act = Act(broken(kind), broken(kind))
    with pytest.raises(DatabaseBusy) as refusal:
        run_with_retry(act)
    assert (act.runs, refusal.value.status, refusal.value.retry_after) == (2, 409, 1)


def test_other_troubles_are_not_hidden():
    act = Act(broken(errors.AdminShutdown))
    with pytest.raises(OperationalError):
        run_with_retry(act)
    assert act.runs == 1
    act = Act(broken(errors.DeadlockDetected), broken(errors.AdminShutdown))
    with pytest.raises(OperationalError):
        run_with_retry(act)
