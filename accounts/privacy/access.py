"""From an id to a copy of a member's own data, or a refusal."""

import uuid

from accounts.models import (
    DataExport,
    User,
)
from peerloop.kit.refusals import Missing


def own_export(user: User, export_id: uuid.UUID) -> DataExport:
    """A copy of the member's own data; raises Missing."""
    export = DataExport.objects.filter(user=user, pk=export_id).first()
    if export is None:
        raise Missing
    return export
