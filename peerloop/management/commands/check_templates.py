"""`manage.py check_templates`: every template compiles, and what it names exists."""

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


class Command(BaseCommand):
    """Compiles all templates of ours; reports every fault, not only the first."""

    help = "Compile every template; check names of templates, addresses and static files in it."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Fails when a template has a fault."""
        engine = engines["django"].engine  # type: ignore[attr-defined]
        addresses = set(address_names(get_resolver()))
        faults = []
        names = sorted(template_names([*engine.dirs, *get_app_template_dirs("templates")]))
        for name in names:
            try:
                template = engine.get_template(name)
            except (TemplateSyntaxError, TemplateDoesNotExist) as error:
                faults.append(f"{name}: {error}")
                continue
            faults += [f"{name}: {fault}" for fault in faults_of(template, addresses)]
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{len(names)} templates are fine.")


def template_names(folders: list[str | Path]) -> Iterator[str]:
    """Names of all templates that lie in the project."""
    for folder in map(Path, folders):
        if settings.BASE_DIR in folder.parents and ".venv" not in folder.parts:
            for file in folder.rglob("*"):
                if file.is_file() and not file.name.startswith("."):
                    yield str(file.relative_to(folder))


def address_names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Names that `{% url %}` may use, with their namespaces."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from address_names(pattern, inner)
        elif pattern.name:
            yield f"{prefix}{pattern.name}"


def faults_of(template: Template, addresses: set[str]) -> Iterator[str]:
    """What a compiled template names that does not exist."""
    for node in template.nodelist.get_nodes_by_type(Node):
        if isinstance(node, ExtendsNode):
            yield from missing_template(node.parent_name, template)
        elif isinstance(node, IncludeNode):
            yield from missing_template(node.template, template)
        elif isinstance(node, URLNode):
            address = constant(node.view_name)
            if address and address not in addresses:
                yield f"there is no address named {address}"
        elif isinstance(node, StaticNode):
            path = constant(node.path)
            if path and not finders.find(path):
                yield f"there is no static file {path}"


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
    """The text of an expression that is a plain string, else nothing."""
    if not isinstance(expression, FilterExpression):
        return ""
    value = expression.var
    is_plain = isinstance(value, SafeString | str) and not expression.filters
    return str(value) if is_plain else ""
