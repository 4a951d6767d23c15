"""Providers of payment, video, feeds and mail; a local one where no keys are set."""

import os
from email.utils import parseaddr
from pathlib import Path

from peerloop.kit import environment as env
from peerloop.settings.base import DATA_DIR, INSTALLED_APPS, SECRET_KEY, TESTING

PAYMENT_PROVIDER = env.provider(
    "PAYMENT_PROVIDER",
    keys={"stripe": ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"]},
    options=["local", "stripe"],
)
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY")
STRIPE_PUBLISHABLE_KEY = env.text("STRIPE_PUBLISHABLE_KEY")
STRIPE_WEBHOOK_SECRETS = env.words("STRIPE_WEBHOOK_SECRET")
STRIPE_API_BASE = env.text("STRIPE_API_BASE", "https://api.stripe.com")
LOCAL_PAYMENT_TRANSPORT = "in-process" if TESTING else "http"
LOCAL_PAYMENT_SECRET = env.text("LOCAL_PAYMENT_SECRET") or f"whsec_local_{SECRET_KEY}"
PAYMENT_FORM_HOSTS: list[str] = []
if PAYMENT_PROVIDER == "stripe":
    PAYMENT_FORM_HOSTS = ["https://checkout.stripe.com", "https://connect.stripe.com"]
    if STRIPE_API_BASE != "https://api.stripe.com":
        # A stand-in for Stripe has its payment pages at its own address.
        PAYMENT_FORM_HOSTS.append("/".join(STRIPE_API_BASE.split("/")[:3]))
    # dj-stripe mirrors Stripe's objects for operators; its 62 tables only exist with Stripe.
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
FEED_PROVIDER = env.provider(
    "FEED_PROVIDER",
    keys={"stream": ["STREAM_API_KEY", "STREAM_API_SECRET", "STREAM_APP_ID"]},
    options=["local", "stream"],
)
STREAM_API_KEY = env.text("STREAM_API_KEY")
STREAM_API_SECRET = env.text("STREAM_API_SECRET")
STREAM_APP_ID = env.text("STREAM_APP_ID")
STREAM_BASE_URL = env.text("STREAM_BASE_URL", "https://us-east-api.stream-io-api.com")
EMAIL_PROVIDER = env.provider(
    "EMAIL_PROVIDER",
    keys={"resend": ["RESEND_API_KEY"], "smtp": ["EMAIL_HOST"]},
    options=["local", "resend", "smtp"],
)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "PeerLoop <hello@mail.peerloop.test>")
# Where people without an account write to.
CONTACT_EMAIL = env.text("CONTACT_EMAIL", parseaddr(DEFAULT_FROM_EMAIL)[1])
SECURITY_EMAIL = env.text("SECURITY_EMAIL", CONTACT_EMAIL)
MAIL_POSTAL_ADDRESS = env.text("MAIL_POSTAL_ADDRESS")
# Who sells, as receipts and credit notes say beside that address.
SELLER_NAME = env.text("SELLER_NAME", "PeerLoop")
SELLER_TAX_ID = env.text("SELLER_TAX_ID")
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 587, least=1, most=65_535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=True)
RESEND_API_KEY = env.text("RESEND_API_KEY")
RESEND_API_URL = env.text("RESEND_API_URL", "https://api.resend.com")
RESEND_WEBHOOK_SECRET = env.text("RESEND_WEBHOOK_SECRET")
MAIL_DIR = DATA_DIR / "mail"
if TESTING:
    MAIL_DIR = Path(os.environ.get("PEERLOOP_TEST_MAIL", DATA_DIR / "test-mail"))
