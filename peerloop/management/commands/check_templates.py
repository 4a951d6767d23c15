"""`manage.py check_templates`: templates compile, names in them exist, rules are kept."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management.base import BaseCommand, CommandError
from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines
from django.template.base import FilterExpression, Node, Template
from django.template.defaulttags import URLNode
from django.template.loader_tags import ExtendsNode, IncludeNode
from django.template.utils import get_app_template_dirs
from django.templatetags.static import StaticNode
from django.urls import URLResolver, get_resolver
from django.utils.safestring import SafeString

# What a template must not contain, and what to write instead.
HABITS = (
    (re.compile(r"""(?:["']|\}\})/(?!>)[^"'>\s]*"""), "is an address: {% url %}, or |url in a tag"),
    (re.compile(r"\|\s*safe(?:seq)?\b|\{%\s*autoescape\s+off"), "is not escaped"),
    (
        re.compile(r"""(?<!name=")\{\{\s*[\w.]+\.(?:name|title)(?:\|(?!isolate)[^|}]*)*\s*\}\}"""),
        "may be written from right to left: |isolate",
    ),
    (
        re.compile(r"""\|add:[\w.]+\.(?:name|title)\b"""),
        "is not isolated: {% with name=…|isolate %}",
    ),
    (re.compile(r"""[=!]=\s*["']\w*["']|["']\w*["']\s*[=!]="""), "compares words: ask a predicate"),
)
ROUTE_FILTER = re.compile(r'"([^"]*)"\|url\b')
# Exceptions: text that matches a rule but means something else.
ALLOWED = {
    # Served by peerloop/live.py, not by Django.
    "layout/app.html": {'"/live/notices?ticket={{'},
    # Classes of Django's.
    "admin/edit_inline/tabular.html": {"{{ field.name }}", "{{ field.field.name }}"},
    "scheduling/_hours_day.html": {"{{ day.name }}"},
    # What the start of a link to a recording lacks: the mail knows no id of its session.
    "mail/recording-ready.html": {"}}/recording"},
    "mail/recording-ready.txt": {"}}/recording"},
}


class Command(BaseCommand):
    """Compiles all our templates and reports all problems."""

    help = "Compile every template; check the names and habits in it."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when a template has a problem."""
        engine = engines["django"].engine  # type: ignore[attr-defined]
        routes = set(route_names(get_resolver()))
        faults = []
        names = sorted(template_names([*engine.dirs, *get_app_template_dirs("templates")]))
        for name in names:
            try:
                template = engine.get_template(name)
            except (TemplateSyntaxError, TemplateDoesNotExist) as error:
                faults.append(f"{name}: {error}")
                continue
            faults += [f"{name}: {fault}" for fault in faults_of(template, routes)]
            faults += [
                f"{name}:{fault}" for fault in bad_habits(name, str(template.source), routes)
            ]
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{len(names)} templates are fine.")


def template_names(folders: list[str | Path]) -> Iterator[str]:
    """Names of all templates in the project."""
    for folder in map(Path, folders):
        if settings.BASE_DIR in folder.parents and ".venv" not in folder.parts:
            for file in folder.rglob("*"):
                if file.is_file() and not file.name.startswith("."):
                    yield str(file.relative_to(folder))


def route_names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Names that `{% url %}` may use, with their namespaces."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from route_names(pattern, inner)
        elif pattern.name:
            yield f"{prefix}{pattern.name}"


def faults_of(template: Template, routes: set[str]) -> Iterator[str]:
    """Names in a compiled template that do not exist."""
    for node in template.nodelist.get_nodes_by_type(Node):
        if isinstance(node, ExtendsNode):
            yield from missing_template(node.parent_name, template)
        elif isinstance(node, IncludeNode):
            yield from missing_template(node.template, template)
        elif isinstance(node, URLNode):
            address = constant(node.view_name)
            if address and address not in routes:
                yield f"there is no route named {address}"
        elif isinstance(node, StaticNode):
            path = constant(node.path)
            if path and not finders.find(path):
                yield f"there is no static file {path}"


def bad_habits(name: str, source: str, routes: set[str]) -> Iterator[str]:
    """Violations of the rules in the source, each as ``line: text``."""
    for number, line in enumerate(source.splitlines(), start=1):
        for pattern, cure in HABITS:
            for found in pattern.finditer(line):
                if found[0] not in ALLOWED.get(name, ()):
                    yield f"{number}: {found[0]} {cure}"
        for found in ROUTE_FILTER.finditer(line):
            if found[1] not in routes:
                yield f"{number}: there is no route named {found[1]}"


def missing_template(expression: FilterExpression | Node, template: Template) -> Iterator[str]:
    """The name of a template that is written out but cannot be loaded."""
    name = constant(expression)
    if name:
        try:
            template.engine.get_template(name)
        except TemplateDoesNotExist:
            yield f"there is no template {name}"
        except TemplateSyntaxError:
            return  # reported under its own name


def constant(expression: FilterExpression | Node) -> str:
    """The text of an expression that is a string literal, else None."""
    if not isinstance(expression, FilterExpression):
        return ""
    value = expression.var
    is_plain = isinstance(value, SafeString | str) and not expression.filters
    return str(value) if is_plain else ""
