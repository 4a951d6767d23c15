"""Addresses of the member pages and of the sign-in endpoints."""

from django.urls import path

from accounts.api import auth as endpoints
from accounts.api import people
from accounts.urls_security import pages as security_pages
from accounts.views import (
    address,
    applications,
    dev_mail,
    dev_templates,
    devices,
    door,
    files,
    media,
    notices,
    preferences,
    privacy,
    recovery,
    settings,
)
from accounts.views import people as people_pages
from accounts.webhooks import resend_webhook

pages = [
    # The names are allauth's where it looks them up itself.
    path("signup", door.signup, name="account_signup"),
    path("login", door.login, name="account_login"),
    path("logout", door.logout, name="account_logout"),
    *security_pages,
    path("password/reset", recovery.ask_reset, name="account_reset_password"),
    path("password/reset/sent", recovery.reset_sent, name="reset-sent"),
    path("password/reset/<str:token>", recovery.reset, name="reset"),
    path("verify-email", recovery.ask_verification, name="ask-verification"),
    path("verify-email/sent", recovery.verification_sent, name="verification-sent"),
    path("verify-email/<str:token>", recovery.verify, name="verify-email"),
    path("settings/profile", settings.profile, name="profile-settings"),
    path("settings/profile/picture", media.picture, name="change-picture"),
    path("settings/profile/picture/remove", media.no_picture, name="remove-picture"),
    path("settings/profile/media/files", media.add_file, name="add-media-file"),
    path("settings/profile/media/videos", media.add_link, name="add-video"),
    path("settings/profile/media/<uuid:media_id>/move", media.move, name="move-media"),
    path("settings/profile/media/<uuid:media_id>/remove", media.remove, name="remove-media"),
    path("files/<uuid:file_id>", files.file, name="file"),
    path("settings/notifications", preferences.preferences, name="notice-settings"),
    path("unsubscribe/<str:token>", preferences.unsubscribe, name="unsubscribe"),
    path("settings/security", settings.security, name="security-settings"),
    path("settings/security/address", address.address, name="change-address"),
    path("address/confirm/<str:token>", address.confirm, name="confirm-address"),
    path("address/undo/<str:token>", address.undo, name="undo-address"),
    path("settings/security/verification", settings.resend, name="resend-verification"),
    path("settings/security/sign-ins/others/end", devices.end_others, name="end-other-sign-ins"),
    path("settings/security/sign-ins/<uuid:family>/end", devices.end_program, name="end-sign-in"),
    path("settings/security/browsers/<uuid:browser>/end", devices.end_web, name="end-browser"),
    path("settings/privacy", privacy.privacy, name="privacy-settings"),
    path("settings/privacy/export", privacy.ask_export, name="ask-data-export"),
    path("settings/privacy/export/<uuid:export_id>", privacy.download, name="data-export"),
    path("settings/privacy/close", privacy.close, name="close-account"),
    path("account/reopen/<str:token>", privacy.reopen, name="reopen-account"),
    path("create/apply", applications.apply, name="apply-to-create"),
    path("settings/blocks", people_pages.blocks, name="blocks"),
    path("u/<str:handle>/follow", people_pages.follow, name="follow-member"),
    path("u/<str:handle>/block", people_pages.block, name="block-member"),
    path("u/<str:handle>/media/<uuid:media_id>", media.show, name="profile-media"),
    path(
        "u/<str:handle>/media/<uuid:media_id>/<int:width>.webp", media.show, name="profile-picture"
    ),
    path("u/<str:handle>/followers", people_pages.followers, name="followers"),
    path("u/<str:handle>/following", people_pages.following, name="following"),
    path("notifications", notices.notices, name="notices"),
    path("notifications/read", notices.read_all, name="read-all-notices"),
    path("notifications/<uuid:notice_id>/read", notices.read, name="read-notice"),
    path("notifications/<uuid:notice_id>/delete", notices.delete, name="delete-notice"),
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
    path("auth/signup", endpoints.SignUp.as_view(), name="signup"),
    path("auth/login", endpoints.LogIn.as_view(), name="login"),
    path("auth/logout", endpoints.LogOut.as_view(), name="logout"),
    path("auth/refresh", endpoints.Refresh.as_view(), name="refresh"),
    path("auth/forgot-password", endpoints.ForgotPassword.as_view(), name="forgot-password"),
    path("auth/reset-password", endpoints.AskForReset.as_view(), name="ask-reset"),
    path("auth/reset-password/confirm", endpoints.ResetPassword.as_view(), name="reset"),
    path(
        "auth/resend-verification",
        endpoints.ResendVerification.as_view(),
        name="resend-verification",
    ),
    path("auth/verify-email", endpoints.VerifyEmail.as_view(), name="verify-email"),
    path("users/<str:user_id>/follow", people.FollowEndpoint.as_view(), name="follow"),
    path("users/<str:user_id>/followers", people.FollowersEndpoint.as_view(), name="followers"),
    path("users/<str:user_id>/following", people.FollowingEndpoint.as_view(), name="following"),
    path("creators", people.CreatorsEndpoint.as_view(), name="creators"),
    path("blocks", people.BlocksEndpoint.as_view(), name="blocks"),
    path("blocks/<str:user_id>", people.BlockEndpoint.as_view(), name="block"),
    path("webhooks/resend", resend_webhook, name="resend-webhook"),
]
