"""Names of the public DNS: their ASCII form, and which of them everybody resolves alike."""

import re

import idna

LONGEST = 253
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
TOP = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
# Names that resolve differently for each reader, or only inside an organisation.
INTERNAL = {"arpa", "corp", "home", "internal", "intranet", "lan", "local", "localhost", "onion"}


def ascii_domain(name: str) -> str:
    """The ASCII form of a domain name, in lower case; raises ValueError if it has none.

    By IDNA 2008 with the mapping of UTS 46, as browsers and mail servers do it. Python's own codec
    follows IDNA 2003, where ``faß.example`` becomes ``fass.example``: somebody else's domain.
    """
    lower = name.lower()
    if name.isascii() and "xn--" not in lower:
        return lower
    return idna.encode(name, uts46=True, std3_rules=True).decode("ascii")


def ascii_mailbox(address: str) -> str:
    """An e-mail address as it is stored: in lower case, the domain in its ASCII form.

    Raises ValueError if the domain has none; the part before the at sign is left as it is.
    """
    local, at_sign, domain = address.rpartition("@")
    return f"{local}{at_sign}{ascii_domain(domain)}".lower()


def is_public_domain(name: str) -> bool:
    """Whether an ASCII name can stand in the public DNS: two labels or more, no address."""
    *labels, top = name.split(".")
    return (
        len(name) <= LONGEST
        and bool(labels)
        and all(LABEL.fullmatch(label) for label in labels)
        and bool(TOP.fullmatch(top))
        and top not in INTERNAL
    )
