"""The one version of Stripe's API that code, events and tests speak."""

API_VERSION = "2026-10-28.endive"
