"""What members are notified of about the copy of their data."""

from accounts.notifications.kinds import Kind, Mail, Sample

DATA_EXPORT_READY = Kind(
    "data-export",
    "The copy of your data is ready",
    "Fetch it within seven days.",
    word="system",
    page="privacy-settings",
    mail=Mail("data-export-ready", Sample({"kept_until": "2026-04-01T09:00:00+00:00"})),
)
