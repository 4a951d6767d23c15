"""Addresses of what proves who it is: second step, passkeys, a fresh sign-in."""

from django.urls import path

from accounts.views import confirm, factors, outside, second_step

pages = [
    path("login/second-step", second_step.second_step, name="mfa_authenticate"),
    path("login/passkey", second_step.passkey, name="login-passkey"),
    path("login/with/<slug:provider>", outside.start, name="outside-login"),
    # Names as allauth looks them up itself.
    path("login/google/back", outside.google_back, name="google_callback"),
    path("login/github/back", outside.github_back, name="github_callback"),
    path("confirm", confirm.confirm, name="confirm"),
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
        outside.connect,
        name="connect-outside",
    ),
    path(
        "settings/security/outside/<slug:provider>/disconnect",
        outside.disconnect,
        name="disconnect-outside",
    ),
    path("settings/security/codes", factors.renew_codes, name="renew-codes"),
]
