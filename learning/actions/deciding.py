"""One action for all decisions of a creator on a certificate."""

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
    """Change a certificate's status to issued, declined or revoked (rule CERT-5).

    ``issued`` issues a pending certificate and reinstates a revoked one. Safe to repeat; raises
    WrongMoment for a transition that is not allowed.
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
