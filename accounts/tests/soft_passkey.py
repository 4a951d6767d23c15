"""A device that keeps one passkey, in software: it answers both ceremonies of WebAuthn."""

import html
import json
import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

HOST = "localhost"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def at_localhost(browser: Client) -> Client:
    """Passkeys need https, or this host."""
    browser.defaults["HTTP_HOST"] = HOST
    return browser


@dataclass
class Device:
    """``origin`` and ``flags`` lie where a test wants to see a lie found."""

    origin: str = f"http://{HOST}"
    flags: int = PRESENT | VERIFIED
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    owner: str = ""

    def add(self, browser: Client, **form: str) -> Any:
        """Make the passkey on the page of the settings."""
        page = browser.get("/settings/security/passkeys/new").content.decode()
        return browser.post(
            "/settings/security/passkeys/new",
            {"name": "Soft", "credential": self.made(options_on(page)), **form},
        )

    def made(self, options: dict[str, Any]) -> str:
        """The answer to a wish for a new passkey."""
        self.owner = options["user"]["id"]
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        about = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        statement = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + about}
        return self._answer(
            clientDataJSON=self._said("webauthn.create", options),
            attestationObject=cbor.encode(statement),
        )

    def sign_in(self, browser: Client, **form: str) -> Any:
        """Sign in with the passkey alone."""
        options = json.loads(browser.get("/login/passkey").content)["publicKey"]
        return browser.post("/login/passkey", {"credential": self.proven(options), **form})

    def proven(self, options: dict[str, Any]) -> str:
        """The answer to a wish for a proof."""
        said, data = self._said("webauthn.get", options), self._data()
        signed = self.key.sign(data + sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=said,
            authenticatorData=data,
            signature=signed,
            userHandle=websafe_decode(self.owner),
        )

    def proven_on(self, page: str) -> str:
        """The same, on a page that carries the wish."""
        return self.proven(options_on(page))

    def _data(self, more: int = 0) -> bytes:
        return sha256(HOST.encode()).digest() + bytes([self.flags | more]) + bytes(4)

    def _said(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps({**said, "crossOrigin": False}).encode()

    def _answer(self, **response: bytes) -> str:
        wire = {name: websafe_encode(value) for name, value in response.items()}
        about = {"type": "public-key", "id": websafe_encode(self.id)}
        return json.dumps(
            {**about, "rawId": about["id"], "response": wire, "clientExtensionResults": {}}
        )


def options_on(page: str) -> dict[str, Any]:
    """What a page asks the browser for."""
    found = re.search(r'data-options="([^"]+)"', page)
    assert found is not None, "the page asks for no passkey"
    options: dict[str, Any] = json.loads(html.unescape(found[1]))["publicKey"]
    return options
