"""What Resend asks of a request: its published schema, and what its words say beside it."""

import base64
import binascii
import json
import re
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import jsonschema

SCHEMA = json.loads((Path(__file__).parent / "resend_schema.json").read_text())
MOST_IN_BATCH = 100
LONGEST_KEY = 256
LARGEST = 40_000_000
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Those have fields of their own.
OWN = {"from", "to", "cc", "bcc", "subject", "reply-to", "content-type", "message-id", "date"}
ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
UNFIT = re.compile(r"[\x00-\x1f\x7f]")


def refusal_of(headers: dict[str, str], body: Any, *, is_batch: bool) -> tuple[int, str] | None:
    """Status and name of the error that a request deserves; None for a good one."""
    given = {name.lower(): value for name, value in headers.items()}
    if not given.get("authorization", "").startswith("Bearer re_"):
        return 401, "missing_api_key"
    if not given.get("content-type", "").startswith("application/json"):
        return 415, "invalid_content_type"
    if not given.get("user-agent"):
        return 403, "restricted_user_agent"
    key = given.get("idempotency-key", "")
    if not 0 < len(key) <= LONGEST_KEY or UNFIT.search(key):
        return 400, "invalid_idempotency_key"
    mails = body if is_batch else [body]
    shape = "SendBatchRequest" if is_batch else "SendEmailRequest"
    schema = {"$ref": f"#/$defs/{shape}", "$defs": SCHEMA["$defs"]}
    if not jsonschema.Draft202012Validator(schema).is_valid(body) or not mails:
        return 422, "validation_error"
    if not all(is_good(mail) for mail in mails) or len(json.dumps(body)) > LARGEST:
        return 422, "validation_error"
    return None


def is_good(mail: dict[str, Any]) -> bool:
    """What the schema can't say: addresses, headers, files."""
    to = mail["to"] if isinstance(mail["to"], list) else [mail["to"]]
    addresses = [parseaddr(mail["from"])[1], *to]
    tags = [tag["name"] for tag in mail.get("tags", [])]
    return (
        all(ADDRESS.fullmatch(address) for address in addresses)
        and bool(mail["subject"].strip())
        and not any(UNFIT.search(text) for text in (mail["from"], mail["subject"]))
        and bool(mail.get("text") or mail.get("html"))
        and len(tags) == len(set(tags))
        and all(_is_header(*pair) for pair in mail.get("headers", {}).items())
        and all(_is_file(file) for file in mail.get("attachments", []))
    )


def _is_header(name: str, value: Any) -> bool:
    return bool(
        HEADER_NAME.fullmatch(name)
        and name.lower() not in OWN
        and isinstance(value, str)
        and not UNFIT.search(value)
    )


def _is_file(file: dict[str, Any]) -> bool:
    try:
        content = base64.b64decode(file.get("content", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    name = file.get("filename", "")
    return bool(content and name) and not UNFIT.search(name) and "/" not in name
