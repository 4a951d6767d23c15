"""URLs of sign-up, sign-in and security settings."""

from django.urls import path

from accounts.identity import api as endpoints
from accounts.identity.views import (
    address_change,
    browsers,
    factors,
    reauthentication,
    recovery,
    second_step,
    security,
    sign_in,
    social,
)

pages = [
    # The names are allauth's where it looks them up itself.
    path("signup", sign_in.signup, name="account_signup"),
    path("login", sign_in.login, name="account_login"),
    path("logout", sign_in.logout, name="account_logout"),
    path("password/reset", recovery.ask_reset, name="account_reset_password"),
    path("password/reset/sent", recovery.reset_sent, name="reset-sent"),
    path("password/reset/<str:token>", recovery.reset, name="reset"),
    path("verify-email", recovery.ask_verification, name="ask-verification"),
    path("verify-email/sent", recovery.verification_sent, name="verification-sent"),
    path("verify-email/<str:token>", recovery.verify, name="verify-email"),
    path("settings/security", security.security, name="security-settings"),
    path("settings/security/address", address_change.address, name="change-address"),
    path("address/confirm/<str:token>", address_change.confirm, name="confirm-address"),
    path("address/undo/<str:token>", address_change.undo, name="undo-address"),
    path("settings/security/verification", security.resend, name="resend-verification"),
    path("settings/security/sign-ins/others/end", browsers.end_others, name="end-other-sign-ins"),
    path("settings/security/sign-ins/<uuid:family>/end", browsers.end_program, name="end-sign-in"),
    path("settings/security/browsers/<uuid:browser>/end", browsers.end_web, name="end-browser"),
    path("login/second-step", second_step.second_step, name="mfa_authenticate"),
    path("login/passkey", second_step.passkey, name="login-passkey"),
    path("login/with/<slug:provider>", social.start, name="outside-login"),
    # Names as allauth looks them up itself.
    path("login/google/back", social.google_back, name="google_callback"),
    path("login/github/back", social.github_back, name="github_callback"),
    path("confirm", reauthentication.confirm, name="confirm"),
    path("settings/security/second-step", factors.choose, name="choose-factor"),
    path("settings/security/app", factors.add_app, name="add-app"),
    path("settings/security/app/remove", factors.remove_app, name="remove-app"),
    path("settings/security/passkeys/new", factors.add_passkey, name="add-passkey"),
    path("settings/security/passkeys/<int:passkey_id>", factors.passkey, name="passkey"),
    path(
        "settings/security/passkeys/<int:passkey_id>/remove",
        factors.remove_passkey,
        name="remove-passkey",
    ),
    path(
        "settings/security/outside/<slug:provider>/connect",
        social.connect,
        name="connect-outside",
    ),
    path(
        "settings/security/outside/<slug:provider>/disconnect",
        social.disconnect,
        name="disconnect-outside",
    ),
    path("settings/security/codes", factors.renew_codes, name="renew-codes"),
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
]
