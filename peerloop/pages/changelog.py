"""What is new (story 27): the sections of ``CHANGELOG.md``, which is written with each change."""

import re
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from peerloop.kit.htmx import render_page

FILE = "CHANGELOG.md"
NOT_DATED = "Unreleased"
ENTRY = re.compile(r"^- ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """What came with one release, each entry in Markdown."""

    title: str
    entries: tuple[str, ...]


@require_safe
def changelog(request: HttpRequest) -> HttpResponse:
    """What is new, newest first."""
    return render_page(request, "pages/changelog.html", {"sections": sections_of_file()})


@lru_cache(maxsize=1)
def sections_of_file() -> list[Section]:
    """The sections of the file; it changes with the code alone, so it is read once a process."""
    path = settings.BASE_DIR / FILE
    return sections_of(path.read_text(encoding="utf-8") if path.exists() else "")


def sections_of(text: str) -> list[Section]:
    """The sections of a changelog, without empty ones. What has no date yet is "Lately"."""
    found = []
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        entries = tuple(" ".join(one.split()) for one in ENTRY.split(body)[1:])
        if entries:
            title = title.strip().strip("[]")
            found.append(Section("Lately" if title == NOT_DATED else title, entries))
    return found
