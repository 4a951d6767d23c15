"""Typed readers of environment variables; errors say how to correct the value."""

import ipaddress
import json
import os
import zlib
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ImproperlyConfigured

# Of a secret key: characters, different ones, and bytes when compressed. 25 random bytes in
# hexadecimal pass, "abcdefghij" five times does not.
LEAST_LENGTH, LEAST_DIFFERENT, LEAST_PACKED = 50, 10, 34
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """The variable as text, without surrounding white space."""
    return os.environ.get(name, default).strip()


def secret(name: str) -> str:
    """The variable as a secret, or nothing; raises ImproperlyConfigured for one that is guessed."""
    value = text(name)
    if value and is_weak(value):
        raise ImproperlyConfigured(
            f"{name} is too short or too regular. Make one with: "
            "python -c 'import secrets; print(secrets.token_urlsafe(64))'"
        )
    return value


def is_weak(secret: str) -> bool:
    """Whether a secret has less than 50 characters or repeats itself, so that it is guessed."""
    return (
        len(secret) < LEAST_LENGTH
        or len(set(secret)) < LEAST_DIFFERENT
        or len(zlib.compress(secret.encode(), 9)) < LEAST_PACKED
    )


def flag(name: str, default: bool = False) -> bool:
    """The variable as yes or no; raises ImproperlyConfigured for any other word."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in TRUE:
        return True
    if value.strip().lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is '{value}'. Set it to 1 or 0, or remove it.")


def number(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """The variable as a whole number within bounds; raises ImproperlyConfigured outside them."""
    value = os.environ.get(name)
    if value is None or not value.strip():
        return default
    try:
        result = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is '{value}'. Set it to a whole number.") from None
    if result < least or (most is not None and result > most):
        upper = f" and at most {most}" if most is not None else ""
        raise ImproperlyConfigured(f"{name} is {result}. Set it to at least {least}{upper}.")
    return result


def choice(name: str, options: Sequence[str], default: str) -> str:
    """The variable as one of the options; raises ImproperlyConfigured for any other word."""
    value = text(name) or default
    if value not in options:
        raise ImproperlyConfigured(f"{name} is '{value}'. Set it to one of: {', '.join(options)}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """The variable as a list, split at commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def networks(name: str) -> list[str]:
    """The variable as a list of addresses and networks; raises ImproperlyConfigured for others."""
    found = words(name)
    for word in found:
        try:
            ipaddress.ip_network(word, strict=False)
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} holds '{word}'. Name addresses or networks, such as 10.0.0.5,10.1.0.0/16."
            ) from None
    return found


def json_list(name: str) -> list[dict[str, Any]]:
    """The variable as a JSON list of objects; raises ImproperlyConfigured for anything else."""
    value = text(name)
    if not value:
        return []
    try:
        found = json.loads(value)
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise ImproperlyConfigured(
            f'{name} is no list of objects. Set it to JSON such as [{{"urls": "stun:host:3478"}}].'
        )
    return found


def pair(first: str, second: str) -> tuple[str, str] | None:
    """Two variables that belong together, or nothing; raises ImproperlyConfigured for one alone."""
    values = (text(first), text(second))
    if bool(values[0]) != bool(values[1]):
        missing, present = (second, first) if values[0] else (first, second)
        raise ImproperlyConfigured(f"{missing} is missing. Set it, or remove {present}.")
    return values if all(values) else None


def provider(name: str, *, keys: dict[str, Sequence[str]], options: Sequence[str]) -> str:
    """Which adapter to use for a provider.

    ``keys`` names the variables that each vendor needs. An unset choice takes the first vendor
    whose keys are all set, else the first option. Raises ImproperlyConfigured when the keys of a
    vendor are half set, or the chosen vendor has none, so that it fails at start
    and not at the first payment.
    """
    ready: list[str] = []
    for vendor, needed in keys.items():
        missing = [key for key in needed if not text(key)]
        if not missing:
            ready.append(vendor)
        elif len(missing) < len(needed):
            raise ImproperlyConfigured(
                f"{vendor}: {', '.join(missing)} is missing. Set it, or remove the other "
                f"{vendor} variables to use the local provider."
            )
    chosen = choice(name, options, ready[0] if ready else options[0])
    if chosen in keys and chosen not in ready:
        raise ImproperlyConfigured(f"{name} is {chosen}. Set {', '.join(keys[chosen])} as well.")
    return chosen
