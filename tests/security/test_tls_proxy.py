"""Behind a proxy that ends TLS: whose word counts, what is sent then (security HDR-3, ID-4)."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from peerloop.kit import environment
from peerloop.kit.network import client_address

PROXY, STRANGER = "10.1.2.3", "203.0.113.7"
TWO_YEARS = "max-age=63072000; includeSubDomains; preload"


@pytest.fixture(autouse=True)
def _production_behind_a_proxy(settings):
    settings.TRUSTED_PROXIES = ["10.1.0.0/16", "192.0.2.1"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 63_072_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SECURE_SSL_REDIRECT = True


def asked(peer, proto):
    return Client(REMOTE_ADDR=peer).get("/login-of-nobody", headers={"x-forwarded-proto": proto})


@pytest.mark.django_db
def test_over_tls_the_page_comes_with_hsts_and_is_not_redirected():
    answer = asked(PROXY, "https")

    assert answer.status_code == 404
    assert answer["Strict-Transport-Security"] == TWO_YEARS


@pytest.mark.django_db
def test_without_tls_the_visitor_is_redirected_once():
    answer = asked(PROXY, "http")

    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/login-of-nobody")


@pytest.mark.django_db
def test_a_stranger_who_claims_tls_is_not_believed():
    assert asked(STRANGER, "https").status_code == 301


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        (PROXY, "198.51.100.1", "198.51.100.1"),
        (PROXY, "198.51.100.1, 192.0.2.1", "198.51.100.1"),
        (STRANGER, "198.51.100.1", STRANGER),
        ("10.2.0.1", "198.51.100.1", "10.2.0.1"),
        ("", "198.51.100.1", "unknown"),
    ],
)
def test_the_address_of_a_visitor_behind_trusted_networks(rf, peer, forwarded, expected):
    request = rf.get("/", REMOTE_ADDR=peer, headers={"x-forwarded-for": forwarded})

    assert client_address(request) == expected


def test_a_proxy_that_is_no_address_is_named_at_start(monkeypatch):
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.1, proxy.internal")

    with pytest.raises(ImproperlyConfigured, match=r"TRUSTED_PROXIES holds 'proxy\.internal'"):
        environment.networks("TRUSTED_PROXIES")
