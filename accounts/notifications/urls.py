"""URLs of the notification centre, its preferences, and mails in development."""

from django.urls import path

from accounts.notifications.views import dev_mail, dev_templates, notifications, preferences
from accounts.notifications.webhooks import ResendWebhook

pages = [
    path("settings/notifications", preferences.preferences, name="notification-settings"),
    path("unsubscribe/<str:token>", preferences.unsubscribe, name="unsubscribe"),
    path("notifications", notifications.notification_list, name="notifications"),
    path("notifications/read", notifications.read_all, name="read-all-notifications"),
    path("notifications/<uuid:notification_id>/read", notifications.read, name="read-notification"),
    path(
        "notifications/<uuid:notification_id>/delete",
        notifications.delete,
        name="delete-notification",
    ),
    path("dev/mail", dev_mail.mails, name="dev-mails"),
    path("dev/mail/templates", dev_templates.templates, name="dev-mail-templates"),
    path("dev/mail/templates/<slug:name>", dev_templates.template, name="dev-mail-template"),
    path(
        "dev/mail/templates/<slug:name>/html",
        dev_templates.template_html,
        name="dev-mail-template-html",
    ),
    path("dev/mail/<uuid:mail_id>", dev_mail.mail, name="dev-mail"),
    path("dev/mail/<uuid:mail_id>/html", dev_mail.mail_html, name="dev-mail-html"),
]
api = [
    path("webhooks/resend", ResendWebhook.as_view(), name="resend-webhook"),
]
