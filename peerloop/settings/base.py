"""Folders, apps, middleware, database, Redis, static files, security, logs."""

from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from peerloop.kit import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
TESTING = env.flag("PEERLOOP_TEST")
DEBUG = env.flag("DEBUG", default=TESTING)
DEMO = env.flag("PEERLOOP_DEMO")
if DEMO and not DEBUG:
    raise ImproperlyConfigured("PEERLOOP_DEMO needs DEBUG=1. Remove it: a demo moves the clock.")

# Folders and servers
DATA_DIR = Path(env.text("PEERLOOP_DATA_DIR") or BASE_DIR / "var").resolve()
BASE_URL = env.text("BASE_URL", "http://localhost:8000").rstrip("/")
DATABASE_URL, REDIS_URL = env.text("DATABASE_URL"), env.text("REDIS_URL")
if not (DATABASE_URL and REDIS_URL):
    # The one place where settings know of the embedded servers: production images lack the package.
    try:
        from development import default_urls
    except ModuleNotFoundError:
        raise ImproperlyConfigured(
            "Set DATABASE_URL and REDIS_URL: servers are embedded in development only."
        ) from None
    _embedded_database, _embedded_redis = default_urls(DATA_DIR)
    DATABASE_URL, REDIS_URL = DATABASE_URL or _embedded_database, REDIS_URL or _embedded_redis

# Secrets and hosts
DEVELOPMENT_KEY = "development-only-key-that-protects-nothing-and-is-long-enough"
SECRET_KEY = (env.text if DEBUG else env.secret)("SECRET_KEY") or (DEVELOPMENT_KEY if DEBUG else "")
if not DEBUG and SECRET_KEY in ("", DEVELOPMENT_KEY):
    raise ImproperlyConfigured(
        "SECRET_KEY is missing. Make one with: "
        "python -c 'import secrets; print(secrets.token_urlsafe(64))'"
    )
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or (
    ["*"] if DEBUG else [urlsplit(BASE_URL).hostname or "localhost"]
)
CSRF_TRUSTED_ORIGINS = [BASE_URL]
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")

INSTALLED_APPS = [
    "peerloop.admin_site.PeerLoopAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
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
    "peerloop.kit.compression.CompressionMiddleware",
    "peerloop.kit.middleware.HeadersMiddleware",
    "peerloop.kit.middleware.ReadableMiddleware",
    "accounts.files.public.PictureMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.identity.middleware.MemberMiddleware",
    "peerloop.kit.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "peerloop.urls"
WSGI_APPLICATION = "peerloop.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "peerloop.context.page",
            ],
            "builtins": ["django.templatetags.static", "peerloop.kit.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "peerloop.kit.fields.PageRenderer"

# Database: PostgreSQL everywhere
PREPARED_STATEMENTS = env.flag("PREPARED_STATEMENTS", default=True)
_database = conninfo_to_dict(DATABASE_URL)
DATABASES = {
    "default": {
        "ENGINE": "peerloop.kit.postgresql",
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
            # Only statements that ask for it (kit/statements.py) are prepared, the first time.
            "prepare_threshold": 1_000_000 if PREPARED_STATEMENTS else None,
            "options": "-c statement_timeout=10000 -c lock_timeout=3000"
            " -c idle_in_transaction_session_timeout=30000"
            # Else some prepared statements are planned anew each time, to no better plan.
            " -c plan_cache_mode=force_generic_plan"
            # For solid disks, on which a row by its index costs no more than the next row: else
            # plans read a whole table for some hundred rows of it.
            " -c random_page_cost=1.1",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis: cache, throttles, live updates; Celery's broker on the next database number
_redis = urlsplit(REDIS_URL)
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
}
SESSION_ENGINE = "accounts.identity.sessions"

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
    # No page waits for a second attempt to enqueue a task.
    "max_retries": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# Time and language
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

# Static files: collected beside the code, so that an image holds the ones of its own version
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "peerloop.kit.bundles.BundleFinder",
]
_static_storage = "peerloop.kit.static_files.HashedStorage"
if DEBUG:
    _static_storage = "peerloop.kit.static_files.DevelopmentStorage"
if TESTING:
    _static_storage = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES: dict[str, dict[str, object]] = {
    "staticfiles": {
        "BACKEND": _static_storage,
        # Collected by root in an image, read by the user who runs it.
        "OPTIONS": {"file_permissions_mode": 0o644},
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False

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
# RequestMiddleware takes the header from everybody who is no proxy in TRUSTED_PROXIES.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # frame options: our own headers middleware
    "security.W008",  # redirecting to https is the proxy's, or SSL_REDIRECT's
]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "peerloop.pages.errors.csrf_failed"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

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
        # Logs the id of each passkey, which helps nobody.
        "fido2": {"level": "WARNING"},
    },
}
METRICS_TOKEN = env.text("METRICS_TOKEN")
SENTRY_DSN = env.text("SENTRY_DSN")
if SENTRY_DSN:
    import sentry_sdk

    sentry_sdk.init(dsn=SENTRY_DSN, send_default_pii=False)
