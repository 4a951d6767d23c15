"""Settings: the environment only, read through typed readers. ``.env.example`` explains each."""

import os
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from peerloop import services
from peerloop.kit import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = env.flag("PEERLOOP_TEST")
DEBUG = env.flag("DEBUG", default=TESTING)
DEMO = env.flag("PEERLOOP_DEMO")
if DEMO and not DEBUG:
    raise ImproperlyConfigured("PEERLOOP_DEMO needs DEBUG=1. Remove it: a demo moves the clock.")

# Where things lie
DATA_DIR = Path(env.text("PEERLOOP_DATA_DIR") or BASE_DIR / "var").resolve()
BASE_URL = env.text("BASE_URL", "http://localhost:8000").rstrip("/")
_embedded_database, _embedded_redis = services.default_urls(DATA_DIR)
DATABASE_URL = env.text("DATABASE_URL") or _embedded_database
REDIS_URL = env.text("REDIS_URL") or _embedded_redis

# Secrets and hosts
DEVELOPMENT_KEY = "development-only-key-that-protects-nothing-and-is-long-enough"
SECRET_KEY = env.text("SECRET_KEY") or (DEVELOPMENT_KEY if DEBUG else "")
if not DEBUG and (len(SECRET_KEY) < 50 or SECRET_KEY == DEVELOPMENT_KEY):
    raise ImproperlyConfigured(
        "SECRET_KEY is missing or shorter than 50 characters. Make one with: "
        "python -c 'import secrets; print(secrets.token_urlsafe(64))'"
    )
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or (
    ["*"] if DEBUG else [urlsplit(BASE_URL).hostname or "localhost"]
)
CSRF_TRUSTED_ORIGINS = [BASE_URL]
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES")

INSTALLED_APPS = [
    "peerloop.admin_site.PeerLoopAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "django_htmx",
    "accounts",
    "catalog",
    "learning",
    "scheduling",
    "billing",
    "community",
    "goodwill",
    "peerloop",
]
MIDDLEWARE = [
    "peerloop.kit.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "peerloop.kit.middleware.HeadersMiddleware",
    "peerloop.kit.assets.AssetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.MemberMiddleware",
    "peerloop.kit.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "peerloop.urls"
WSGI_APPLICATION = "peerloop.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": not DEBUG or TESTING,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "peerloop.context.page",
            ],
            "builtins": ["peerloop.kit.templatetags.ui"],
        },
    }
]
TEMPLATES[0]["APP_DIRS"] = True

# Database: PostgreSQL everywhere
_database = conninfo_to_dict(DATABASE_URL)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.pop("dbname", "peerloop"),
        "USER": _database.pop("user", ""),
        "PASSWORD": _database.pop("password", ""),
        "HOST": _database.pop("host", ""),
        "PORT": _database.pop("port", ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **_database,
            "connect_timeout": 5,
            "options": "-c statement_timeout=10000 -c lock_timeout=3000"
            " -c idle_in_transaction_session_timeout=30000",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis: cache, throttles, live updates; Celery's broker on the next database number
_redis = urlsplit(REDIS_URL)
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

CELERY_BROKER_URL = (
    f"redis+socket://{_redis.path}?virtual_host=1" if _redis.scheme == "unix" else REDIS_URL
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "socket_connect_timeout": 1,
    "socket_timeout": 10,
    # A page that leaves a hint waits for no second try; the worker's own tries are set elsewhere.
    "max_retries": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# Time and words
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG and not TESTING

# Identity
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailBackend"]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/dashboard"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else [
        "accounts.hashers.BoundedArgon2Hasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
)
PASSWORD_LEAST = env.number("PASSWORD_LEAST", 8, least=8, most=64)
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_LEAST},
    },
    {"NAME": "accounts.passwords.LongestValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.NotAboutYouValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCESS_TOKEN_SECONDS = env.number("ACCESS_TOKEN_SECONDS", 900, least=60, most=86_400)
REFRESH_TOKEN_DAYS = env.number("REFRESH_TOKEN_DAYS", 7, least=1, most=90)
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(seconds=ACCESS_TOKEN_SECONDS),
    "ALGORITHM": "HS256",
    "SIGNING_KEY": SECRET_KEY,
    "ISSUER": "peerloop",
    "AUDIENCE": "peerloop-api",
    "TOKEN_TYPE_CLAIM": "typ",
    "LEEWAY": 5,
    "USER_ID_FIELD": "pk",
    "USER_ID_CLAIM": "sub",
    "UPDATE_LAST_LOGIN": False,
}

# Cookies and transport
_secure = urlsplit(BASE_URL).scheme == "https"
_prefix = "__Host-" if _secure else ""
SESSION_COOKIE_NAME = f"{_prefix}peerloop_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = f"{_prefix}peerloop_csrf"
SECURE_HSTS_SECONDS = 63_072_000 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _secure
SECURE_SSL_REDIRECT = _secure and env.flag("SSL_REDIRECT", default=False)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SILENCED_SYSTEM_CHECKS = ["security.W002"]  # frame options: our own headers middleware
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "peerloop.pages.errors.csrf_failed"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

# API
API_THROTTLES = env.flag("API_THROTTLES", default=not TESTING)
# The doors of sign-in keep their limits in production, whatever is said of the API.
SIGN_IN_LIMITS = API_THROTTLES or not DEBUG
API_READS_A_MINUTE = env.number("API_READS_A_MINUTE", 120, least=1)
API_WRITES_A_MINUTE = env.number("API_WRITES_A_MINUTE", 30, least=1)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["peerloop.kit.wire.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["peerloop.kit.wire.JSONRenderer"],
    "DEFAULT_THROTTLE_CLASSES": ["peerloop.kit.throttles.MemberThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "peerloop.kit.api.answer_error",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "PeerLoop API",
    "DESCRIPTION": "Learn from peers, certify, teach, earn.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["peerloop.openapi.only_canonical"],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "EnrollmentStatusEnum": "learning.models.Enrollment.Status",
        "CertificateTypeEnum": "learning.models.Certificate.Type",
    },
}

# Providers
PAYMENT_PROVIDER = env.provider(
    "PAYMENT_PROVIDER",
    keys={"stripe": ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"]},
    options=["local", "stripe"],
)
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY")
STRIPE_PUBLISHABLE_KEY = env.text("STRIPE_PUBLISHABLE_KEY")
STRIPE_WEBHOOK_SECRETS = env.words("STRIPE_WEBHOOK_SECRET")
STRIPE_API_BASE = env.text("STRIPE_API_BASE", "https://api.stripe.com")
LOCAL_PAYMENT_SECRET = env.text("LOCAL_PAYMENT_SECRET") or f"whsec_local_{SECRET_KEY}"
PAYMENT_FORM_HOSTS: list[str] = []
if PAYMENT_PROVIDER == "stripe":
    PAYMENT_FORM_HOSTS = ["https://checkout.stripe.com", "https://connect.stripe.com"]
    if STRIPE_API_BASE != "https://api.stripe.com":
        # A stand-in serves its payment pages itself.
        PAYMENT_FORM_HOSTS.append("/".join(STRIPE_API_BASE.split("/")[:3]))
    # A mirror of Stripe's objects for operators: 62 tables that no other start pays for.
    INSTALLED_APPS.append("djstripe")
    MIGRATION_MODULES = {"djstripe": "billing.djstripe_migrations"}
    DJSTRIPE_FOREIGN_KEY_TO_FIELD = "id"
    STRIPE_LIVE_MODE = STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))
VIDEO_PROVIDER = env.provider(
    "VIDEO_PROVIDER",
    keys={
        "plugnmeet": ["PLUGNMEET_URL", "PLUGNMEET_API_KEY", "PLUGNMEET_API_SECRET"],
        "bigbluebutton": ["BBB_URL", "BBB_SECRET"],
    },
    options=["local", "plugnmeet", "bigbluebutton"],
)
PLUGNMEET_URL = env.text("PLUGNMEET_URL").rstrip("/")
PLUGNMEET_API_KEY = env.text("PLUGNMEET_API_KEY")
PLUGNMEET_API_SECRETS = env.words("PLUGNMEET_API_SECRET")
BBB_URL = env.text("BBB_URL").rstrip("/")
BBB_SECRETS = env.words("BBB_SECRET")
BBB_CHECKSUM = env.choice("BBB_CHECKSUM", ["sha1", "sha256", "sha384", "sha512"], "sha256")
VIDEO_RECORDING = env.flag("VIDEO_RECORDING", default=True)
ICE_SERVERS = env.json_list("ICE_SERVERS")
TURN_URLS = env.words("TURN_URLS")
TURN_SECRET = env.text("TURN_SECRET")
EMAIL_PROVIDER = env.provider(
    "EMAIL_PROVIDER",
    keys={"resend": ["RESEND_API_KEY"], "smtp": ["EMAIL_HOST"]},
    options=["local", "resend", "smtp"],
)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "PeerLoop <hello@mail.peerloop.test>")
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 587, least=1, most=65_535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=True)
RESEND_API_KEY = env.text("RESEND_API_KEY")
RESEND_API_URL = env.text("RESEND_API_URL", "https://api.resend.com")
RESEND_WEBHOOK_SECRET = env.text("RESEND_WEBHOOK_SECRET")
MAIL_DIR = DATA_DIR / "mail"

# Numbers of spec/rules.md that are settings
JOIN_EARLY_MINUTES = env.number("JOIN_EARLY_MINUTES", 15, most=120)
ROOM_GRACE_MINUTES = env.number("ROOM_GRACE_MINUTES", 5, most=60)
BOOKING_NOTICE_MINUTES = env.number("BOOKING_NOTICE_MINUTES", 120, most=4320)
BOOKING_HORIZON_DAYS = env.number("BOOKING_HORIZON_DAYS", 28, least=1, most=90)
PREVIEW_DAYS = env.number("PREVIEW_DAYS", 14, least=1, most=90)
HOLD_DAYS = env.number("HOLD_DAYS", 7, most=90)
PAYOUT_LEAST_CENTS = env.number("PAYOUT_LEAST_CENTS", 5_000, least=1)
PAYOUT_NEEDS_ADMIN = env.flag("PAYOUT_NEEDS_ADMIN", default=True)
REFUND_AUTO_HOURS = env.number("REFUND_AUTO_HOURS", 72, least=1)

# Logs and errors
LOG_FORMAT = env.choice("LOG_FORMAT", ["text", "json"], "text" if DEBUG else "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "peerloop.kit.logs.TextFormatter"},
        "json": {"()": "peerloop.kit.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": "WARNING" if TESTING else "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "ERROR"},
        "celery": {"level": "WARNING"},
    },
}
METRICS_TOKEN = env.text("METRICS_TOKEN")
SENTRY_DSN = env.text("SENTRY_DSN")
if SENTRY_DSN:
    import sentry_sdk

    sentry_sdk.init(dsn=SENTRY_DSN, send_default_pii=False)

if TESTING:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    MAIL_DIR = Path(os.environ.get("PEERLOOP_TEST_MAIL", DATA_DIR / "test-mail"))
    LOCAL_PAYMENT_TRANSPORT = "in-process"
else:
    LOCAL_PAYMENT_TRANSPORT = "http"
if "test" in sys.argv[1:2]:
    raise ImproperlyConfigured("Run bin/test: the tests are pytest's.")
