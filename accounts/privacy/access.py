"""A member's own exports, or a refusal."""

import uuid

from accounts.models import (
    DataExport,
    User,
)
from peerloop.kit.refusals import Missing


def own_export(user: User, export_id: uuid.UUID) -> DataExport:
    """The member's export with that id; raises Missing."""
    export = DataExport.objects.filter(user=user, pk=export_id).first()
    if export is None:
        raise Missing
    return export
