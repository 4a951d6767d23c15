"""The admin site under our Content-Security-Policy: only its own scripts run (security HDR-1)."""

import re

import pytest
from django.http import HttpResponse

from peerloop.admin_site import name_scripts
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/admin/", "/admin/billing/payout/", "/admin/accounts/user/"])
def test_scripts_of_the_admin_site_have_the_nonce(path):
    page = browse(a_member("Ada Admin", is_admin=True)).get(path)

    nonce = re.search(r"'nonce-([^']+)'", page["Content-Security-Policy"])[1]
    scripts = re.findall(r"<script [^>]*src=[^>]*>", page.content.decode())
    assert scripts
    assert all(f'nonce="{nonce}"' in script for script in scripts)


def test_changing_the_password_redirects_to_our_page():
    page = browse(a_member("Ada Admin", is_admin=True)).get("/admin/password_change/")

    assert page["Location"] == "/settings/security"


def test_a_script_from_elsewhere_gets_no_nonce():
    smuggled = b'<script src="/media/x.js"></script><script>alert(1)</script>'
    page = HttpResponse(b'<script src="/static/admin/js/core.js"></script>' + smuggled)

    name_scripts(page, "n0nce")

    named = b'<script nonce="n0nce" src="/static/admin/js/core.js"></script>'
    assert page.content == named + smuggled
