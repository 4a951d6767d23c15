"""`manage.py export_openapi`: the OpenAPI document, made from the code."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema


class Command(BaseCommand):
    """Writes `docs/openapi.json`, or compares it with the code."""

    help = "Write the OpenAPI 3.1 document to docs/openapi.json (--check: only compare)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file, and the option to only compare."""
        parser.add_argument(
            "--file", type=Path, default=settings.BASE_DIR / "docs" / "openapi.json"
        )
        parser.add_argument(
            "--check", action="store_true", help="write nothing, fail when it differs"
        )

    def handle(self, *args: Any, file: Path, check: bool, **options: Any) -> None:
        """Write or compare; raises CommandError if the document is incomplete or differs."""
        text = document()
        if not check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            raise CommandError(f"{file.name} is out of date. Run: manage.py export_openapi")


def document() -> str:
    """The document as JSON; raises CommandError on any warning of the generator."""
    GENERATOR_STATS.reset()
    schema = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(schema)
    GENERATOR_STATS.emit_summary()
    if GENERATOR_STATS:
        raise CommandError("The API's code leaves gaps in the document, see above.")
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
