"""`manage.py check_addresses`: refuses literal URLs, unescaped HTML and bare names in sentences."""

import ast
import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import URLPattern, URLResolver, get_resolver

from peerloop.management.commands.check_templates import route_names

FOLDERS = (
    *("accounts", "billing", "catalog", "community", "goodwill", "learning", "peerloop"),
    "scheduling",
)
NOT_OURS = {"tests", "migrations"}
# Files that may contain literal URLs, with the reason.
ADDRESSES = {
    "peerloop/kit/paths.py": "where whole parts of the site begin",
    "peerloop/operations/probe.py": "asks a running server before Django is set up",
    "scheduling/providers/bigbluebutton.py": "paths at the video server",
}
# Routes that exist only with some settings.
SOMETIMES = {"demo-clock", "gallery"}
# Examples in previews of mails.
MADE_UP = ("019a0000-0000-7000-8000-", "a-secret-of-forty-three-characters")
# Files that may mark text as safe HTML, with the reason.
SAFE = {
    "peerloop/kit/markup/": "builds HTML of escaped parts",
    "peerloop/kit/markdown/html.py": "what nh3 has cleaned, and escaped lines",
    "peerloop/kit/html.py": "format_html, of escaped values",
    "peerloop/kit/fields.py": "what widgets drew, and lists with hundreds of options",
    "peerloop/kit/templatetags/ui.py": "a fixed attribute",
    "accounts/notifications/mail/composing.py": "mails in plain text are not escaped",
}
# What these write is not read by members.
FOR_OPERATORS = ("peerloop/management/", "peerloop/operations/", "peerloop/settings/")
# Attributes that hold words of ours, files or classes.
NO_ONES_NAMES = {"item.name", "self.name", "step.name"}
MAKES_SAFE = {"mark_safe", "SafeString", "SafeText", "SafeData"}
TAKES_ROUTE = {"reverse": 0, "reverse_lazy": 0, "redirect": 0, "resolve_url": 0, "go": 1}


class Command(BaseCommand):
    """Reports all problems of the code, except in tests."""

    help = "Refuse addresses written out in code, unknown route names, text that isn't escaped."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when a file has a problem or a route has no name."""
        names = set(route_names(get_resolver())) | SOMETIMES
        starts = set(first_segments(get_resolver()))
        trees = {name: ast.parse(text) for name, text in own_files()}
        faults = [f"the route {route} has no name" for route in nameless(get_resolver())]
        faults += [
            f"{name} is not there: drop its exception" for name in ADDRESSES.keys() - trees.keys()
        ]
        for name, tree in trees.items():
            written = [f"{name}:{fault}" for fault in addresses_in(tree, starts)]
            if name not in ADDRESSES:
                faults += written
            elif not written:
                faults.append(f"{name} writes no address: drop its exception")
            faults += [f"{name}:{fault}" for fault in unknown_routes(tree, names)]
            if not name.startswith(tuple(SAFE)):
                faults += [f"{name}:{fault}" for fault in unescaped(tree)]
            if not name.startswith(FOR_OPERATORS) and "/demo/" not in name:
                faults += [f"{name}:{fault}" for fault in bare_names(tree)]
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{len(trees)} files name their routes.")


def own_files() -> Iterator[tuple[str, str]]:
    """Name and text of each module of the product, without tests and migrations."""
    for folder in FOLDERS:
        for file in sorted((settings.BASE_DIR / folder).rglob("*.py")):
            if not NOT_OURS & set(file.parts):
                yield str(file.relative_to(settings.BASE_DIR)), file.read_text(encoding="utf-8")


def addresses_in(tree: ast.Module, starts: set[str]) -> Iterator[str]:
    """Literal URLs of a module, outside its docstrings."""
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in documented:
            continue
        if isinstance(node.value, str) and is_address(node.value, starts):
            yield f"{node.lineno}: {node.value!r} is an address: name its route"


def unknown_routes(tree: ast.Module, names: set[str]) -> Iterator[str]:
    """Route names that a module uses and that do not exist."""
    for node in ast.walk(tree):
        route = route_of(node) if isinstance(node, ast.Call) else ""
        if route and route not in names:
            yield f"{node.lineno}: no route is named {route!r}"  # type: ignore[attr-defined]


def unescaped(tree: ast.Module) -> Iterator[str]:
    """Calls that put text into HTML without escaping."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and makes_safe(node):
            yield f"{node.lineno}: text that is not escaped: use format_html"


def bare_names(tree: ast.Module) -> Iterator[str]:
    """Names and titles in a sentence whose direction could disorder it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and any(map(is_prose, node.values)):
            for part in node.values:
                inner = part.value if isinstance(part, ast.FormattedValue) else None
                if isinstance(inner, ast.Attribute) and inner.attr in {"name", "title"}:
                    written = ast.unparse(inner)
                    if written not in NO_ONES_NAMES:
                        yield f"{node.lineno}: {written} in a sentence: isolated({written})"


def is_prose(part: ast.expr) -> bool:
    """Whether a part of an f-string is words, which stand beside something."""
    return isinstance(part, ast.Constant) and bool(
        re.search(r"[A-Za-z] | [A-Za-z]", str(part.value))
    )


def is_address(text: str, starts: set[str]) -> bool:
    """Whether a text begins like one of our URLs and is not an allowed example."""
    found = re.match(r"/([a-z][a-z.-]*)(?=[/?#]|$)", text)
    if found is None or any(part in text for part in MADE_UP):
        return False
    return found[1] in starts


def route_of(call: ast.Call) -> str:
    """The literal route name in a call of ``reverse`` or a similar function, else None."""
    place = TAKES_ROUTE.get(getattr(call.func, "id", ""))
    if place is None or len(call.args) <= place:
        return ""
    given = call.args[place]
    is_text = isinstance(given, ast.Constant) and isinstance(given.value, str)
    return str(given.value) if is_text else ""  # type: ignore[attr-defined]


def makes_safe(call: ast.Call) -> bool:
    """Whether a call puts text into HTML without escaping."""
    if getattr(call.func, "id", getattr(call.func, "attr", "")) in MAKES_SAFE:
        return True
    return any(word.arg == "autoescape" for word in call.keywords)


def own_routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """All routes except the admin site and the catch-all routes for unknown URLs."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern).removeprefix("^")
        if route.startswith("admin/"):
            continue
        if isinstance(entry, URLResolver):
            yield from own_routes(entry, route)
        elif not route.endswith(".*$"):
            yield route, entry


def nameless(resolver: URLResolver) -> Iterator[str]:
    """Routes without a name."""
    for route, entry in own_routes(resolver):
        if not entry.name:
            yield route


def first_segments(resolver: URLResolver) -> Iterator[str]:
    """The first segments of our URLs, such as ``learn``, ``settings``, ``api``, ``admin``."""
    yield "admin"
    for route, _ in own_routes(resolver):
        yield route.split("/")[0]
