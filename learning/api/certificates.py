"""API endpoints of certificates."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.requests import MemberApiRequest
from learning import serializers as shapes
from learning.access import certifiable_enrollment, decided_certificate, taught_enrollment
from learning.actions import (
    decide_certificate,
    issue_certificate,
    recommend_certificate,
)
from learning.queries import (
    certificate_by_code,
    certificates_in_courses_of,
    certificates_of,
)
from peerloop.kit import answers, clock
from peerloop.kit.api import Endpoint
from peerloop.kit.paging import ListEndpoint
from peerloop.kit.refusals import Missing

REFUSALS = {400: answers.BAD, 403: answers.FORBIDDEN, 404: answers.MISSING, 409: answers.CLASH}


class Certificates(ListEndpoint):
    """The caller's certificates."""

    list_name = "certificates"

    @extend_schema(
        operation_id="list_certificates",
        summary="List certificates",
        description="The caller's own in any state; with `side=creator` those in own courses.",
        parameters=[shapes.SideQuery],
        responses={200: shapes.CertificateList, 400: answers.BAD},
    )
    def get(self, request: MemberApiRequest) -> Response:
        """One page, newest first."""
        side = self.query(shapes.SideQuery).get("side", "own")
        find = certificates_in_courses_of if side == "creator" else certificates_of
        return self.listed(find(request.user), shapes.CertificateAnswer)


class Recommendations(Endpoint):
    """Recommend students for certificates."""

    @extend_schema(
        operation_id="recommend_certificate",
        summary="Recommend a student for a certificate",
        description="By the assigned, active student-teacher; mastery once all sessions are held. "
        "The creator decides. Safe to repeat.",
        request=shapes.RecommendInput,
        responses={200: shapes.CertificateAnswer, **REFUSALS},
    )
    def post(self, request: MemberApiRequest) -> Response:
        """Recommend the student to the creator."""
        given = self.body(shapes.RecommendInput)
        enrollment = taught_enrollment(request.user, given["enrollment_id"])
        row = recommend_certificate(
            enrollment=enrollment, type=given["type"], by=request.user, at=clock.now()
        )
        return Response(shapes.CertificateAnswer(row).data)


class Issues(Endpoint):
    """Issue certificates as a creator."""

    @extend_schema(
        operation_id="issue_certificate",
        summary="Issue a certificate",
        description="By the course's creator or an admin. Completion needs a completed course or a "
        "recommendation, mastery a recommendation; teaching makes the student a student-teacher "
        "of the course. Safe to repeat.",
        request=shapes.IssueInput,
        responses={200: shapes.CertificateAnswer, **REFUSALS},
    )
    def post(self, request: MemberApiRequest) -> Response:
        """Issue the certificate."""
        given = self.body(shapes.IssueInput)
        enrollment = certifiable_enrollment(request.user, given.pop("enrollment_id"))
        row = issue_certificate(enrollment=enrollment, **given, by=request.user, at=clock.now())
        return Response(shapes.CertificateAnswer(row).data)


class CertificateDecision(Endpoint):
    """One certificate that the caller decides on."""

    @extend_schema(
        operation_id="decide_certificate",
        summary="Decide on a certificate",
        description="By the course's creator or an admin: `issued` from pending or revoked, "
        "`declined` from pending, `revoked` from issued. All but the first issue need a reason. "
        "Safe to repeat.",
        request=shapes.CertificateInput,
        responses={200: shapes.CertificateAnswer, **REFUSALS},
    )
    def patch(self, request: MemberApiRequest, certificate_id: str) -> Response:
        """Change the status of the certificate."""
        row = decided_certificate(request.user, certificate_id)
        given = self.body(shapes.CertificateInput)
        decide_certificate(certificate=row, **given, by=request.user, at=clock.now())
        return Response(shapes.CertificateAnswer(row).data)


class Verification(Endpoint):
    """The public verification of a certificate."""

    permission_classes = []

    @extend_schema(
        operation_id="verify_certificate",
        summary="Verify a certificate",
        description="Open to everybody; tells revoked ones as such.",
        responses={200: shapes.VerifyAnswer, 404: answers.MISSING},
    )
    def get(self, request: Request, code: str) -> Response:
        """The public data of the certificate."""
        row = certificate_by_code(code)
        if row is None:
            raise Missing
        return Response(shapes.VerifyAnswer(row).data)
