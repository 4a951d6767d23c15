"""One word for what a creator decides on a certificate."""

from datetime import datetime

from accounts.models import User
from learning.actions.certificates import decline_certificate, issue_pending
from learning.actions.revoking import reinstate_certificate, revoke_certificate
from learning.models import Certificate
from peerloop.kit.refusals import Invalid

Status = Certificate.Status


def decide_certificate(
    *, certificate: Certificate, status: str, reason: str, by: User, at: datetime
) -> Certificate:
    """Bring a certificate into the wanted state: issued, declined or revoked (rule CERT-5).

    ``issued`` issues one that waits and reinstates one that was revoked. Each act checks under its
    own lock and is safe to repeat; raises WrongMoment for a move that the table lacks.
    """
    if status == Status.DECLINED:
        return decline_certificate(certificate=certificate, reason=reason, by=by, at=at)
    if status == Status.REVOKED:
        return revoke_certificate(certificate=certificate, reason=reason, by=by, at=at)
    if status != Status.ISSUED:
        raise Invalid.field("status", "Choose issued, declined or revoked.")
    if certificate.status == Status.REVOKED:
        return reinstate_certificate(certificate=certificate, reason=reason, by=by, at=at)
    return issue_pending(certificate=certificate, by=by, reason=reason, at=at)
