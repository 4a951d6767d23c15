"""Passwords, sign-in, second factors, social accounts, tokens."""

from datetime import timedelta

from peerloop.kit import environment as env
from peerloop.settings.base import BASE_URL, DEMO, INSTALLED_APPS, SECRET_KEY, TESTING

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.identity.backends.EmailBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "home"
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else [
        "accounts.identity.hashers.BoundedArgon2Hasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
)
PASSWORD_LEAST = env.number("PASSWORD_LEAST", 8, least=8, most=64)
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_LEAST},
    },
    {"NAME": "accounts.identity.passwords.LongestValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.identity.passwords.NotBlankValidator"},
    {"NAME": "accounts.identity.passwords.NotAboutYouValidator"},
]
ACCOUNT_ADAPTER = "accounts.identity.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
ACCOUNT_LOGOUT_ON_GET = False
# Second factors: authenticator codes, recovery codes, passkeys (security ID-8)
INSTALLED_APPS.insert(INSTALLED_APPS.index("accounts"), "allauth.mfa")
MFA_ADAPTER = "accounts.identity.factors.adapter.FactorAdapter"
STAFF_SECOND_FACTOR = env.flag("STAFF_SECOND_FACTOR", default=not DEMO and not TESTING)
PAYOUT_SECOND_FACTOR = env.flag("PAYOUT_SECOND_FACTOR", default=False)

# Social sign-in: offered once its keys are set (security ID-12)
INSTALLED_APPS[INSTALLED_APPS.index("accounts") : INSTALLED_APPS.index("accounts")] = [
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.github",
]
OUTSIDE_KEYS = {
    name: keys
    for name in ("google", "github")
    if (keys := env.pair(f"{name.upper()}_CLIENT_ID", f"{name.upper()}_CLIENT_SECRET"))
}
_form_hosts = {"google": "https://accounts.google.com", "github": "https://github.com"}
OUTSIDE_FORM_HOSTS = [_form_hosts[name] for name in OUTSIDE_KEYS]
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if BASE_URL.startswith("https:") else "http"
SOCIALACCOUNT_ADAPTER = "accounts.identity.social.adapter.SocialAdapter"
SOCIALACCOUNT_QUERY_EMAIL = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "google": {"SCOPE": ["openid", "email", "profile"], "OAUTH_PKCE_ENABLED": True},
    "github": {"SCOPE": ["user:email"], "OAUTH_PKCE_ENABLED": True},
}

# Tokens of the API
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
