"""The JSON API, its limits and its document."""

from peerloop.kit import environment as env
from peerloop.kit.paths import CANONICAL_API
from peerloop.settings.base import DEBUG, TESTING

API_THROTTLES = env.flag("API_THROTTLES", default=not TESTING)
# Rate limits of sign-in are always on in production, whatever API_THROTTLES says.
SIGN_IN_LIMITS = API_THROTTLES or not DEBUG
API_READS_A_MINUTE = env.number("API_READS_A_MINUTE", 120, least=1)
API_WRITES_A_MINUTE = env.number("API_WRITES_A_MINUTE", 30, least=1)
REST_FRAMEWORK = {
    # Serializers leave dates and times as they are; the renderer writes them, always in UTC.
    "DATE_FORMAT": None,
    "DATETIME_FORMAT": None,
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.identity.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["peerloop.kit.wire.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["peerloop.kit.wire.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "peerloop.kit.wire.AlwaysFirst",
    "URL_FORMAT_OVERRIDE": None,
    # OPTIONS is no operation of the document.
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_THROTTLE_CLASSES": ["peerloop.kit.throttles.MemberThrottle"],
    "DEFAULT_SCHEMA_CLASS": "peerloop.kit.schema.Schema",
    "EXCEPTION_HANDLER": "peerloop.kit.api.answer_error",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "PeerLoop API",
    "DESCRIPTION": "Learn from peers, certify, teach, earn.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": CANONICAL_API.rstrip("/"),
    "PREPROCESSING_HOOKS": ["peerloop.openapi.only_canonical"],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "CourseStatusEnum": "catalog.models.Course.Status",
        "WeeklyKindEnum": "scheduling.api.series.WEEKLY_KINDS",
        "PrerequisiteKindEnum": "catalog.models.CoursePrerequisite.Kind",
        "EnrollmentStatusEnum": "learning.models.Enrollment.Status",
        "InquiryStatusEnum": "catalog.models.InquiryStatus",
        "ContentRequestStatusEnum": "catalog.models.ContentRequestStatus",
        "CertificateTypeEnum": "learning.models.Certificate.Type",
        "QuestionKindEnum": "learning.models.quiz.QuestionKind",
        "HomeworkStatusEnum": "learning.models.homework.SubmissionStatus",
        "ReviewAboutEnum": "learning.models.review.About",
        "SummonsStatusEnum": "goodwill.models.summons.SummonsStatus",
        "ReportReasonEnum": "community.models.Reason",
        "AwardReasonEnum": "goodwill.points.serializers.AWARDS",
    },
}
