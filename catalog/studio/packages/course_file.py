"""What is in a package: ``course.json``, a Markdown file for each long text, the cover.

``course.json`` is the body of ``POST /me/courses`` with the long texts taken out, and the category
by its slug, which is the same on another PeerLoop.
"""

import json
from dataclasses import dataclass
from typing import Any

from catalog.actions.copying import Content, category_of
from catalog.actions.curriculum import MAX_MODULES
from catalog.studio import serializers as shapes
from catalog.studio.content import body_of, content_of_body
from catalog.studio.packages.archive import BadArchive
from peerloop.kit.inputs import Listed
from peerloop.kit.pictures import drawn_cover_url, drawn_seed
from peerloop.kit.refusals import Invalid

FORMAT, VERSION = "peerloop-course", 1
COURSE, DESCRIPTION, PICTURE = "course.json", "description.md", "cover.webp"
MODULE_TEXTS = {
    "description": "description.md",
    "objectives": "objectives.md",
    "exercise": "exercise.md",
    "teaching_notes": "teaching-notes.md",
}
# Where the texts of modules stand, by what ``course.json`` calls the modules.
FOLDERS = {"modules": "modules", "archived_modules": "archived"}
MAX_ARCHIVED = 3 * MAX_MODULES
MAX_JSON_BYTES = 2 * 1024 * 1024


class PackagedCourse(shapes.CourseInput):
    """``course.json`` with its texts: the body of a new course, and what only a package holds."""

    archived_modules = Listed(child=shapes.ModuleInput(), max_length=MAX_ARCHIVED, required=False)


@dataclass(frozen=True, slots=True)
class Package:
    """A course with its cover: ``drawn`` is the address of a drawn one, ``picture`` an upload."""

    content: Content
    drawn: str | None = None
    picture: bytes | None = None


def files_of(package: Package) -> dict[str, bytes]:
    """The files of a package by their names. Empty texts have none."""
    body = body_of(package.content)
    category = package.content.fields["category"]
    del body["category_id"]
    files: dict[str, bytes] = {}
    _put(files, DESCRIPTION, body.pop("description"))
    modules = {
        "modules": body.pop("modules"),
        # What is beyond the limit was archived long ago, and would keep the zip from being read.
        "archived_modules": package.content.archived[:MAX_ARCHIVED],
    }
    for called, contents in modules.items():
        body[called] = rows = [dict(content) for content in contents]
        for number, row in enumerate(rows, start=1):
            for field, name in MODULE_TEXTS.items():
                _put(files, f"{_folder(called, number)}/{name}", row.pop(field))
    cover: dict[str, str] | None = None
    if package.picture is not None:
        files[PICTURE], cover = package.picture, {"file": PICTURE}
    elif package.drawn:
        cover = {"drawn": drawn_seed(package.drawn)}
    course = {
        "format": FORMAT,
        "version": VERSION,
        **body,
        "category": category.slug if category else None,
        "cover": cover,
    }
    files[COURSE] = json.dumps(course, ensure_ascii=False, indent=1, sort_keys=True).encode()
    return files


def package_of(files: dict[str, bytes]) -> Package:
    """The package of these files; raises BadArchive for another kind of zip, or Invalid by field.

    One query, for the category; one that this PeerLoop does not have is left out.
    """
    files = dict(files)
    course = _course(files.pop(COURSE, None))
    course["description"] = _take(files, DESCRIPTION)
    for called in FOLDERS:
        modules = course.get(called, [])
        if not isinstance(modules, list) or not all(isinstance(one, dict) for one in modules):
            raise BadArchive(f"{COURSE}: {called} is no list of modules.")
        for number, module in enumerate(modules, start=1):
            for field, name in MODULE_TEXTS.items():
                module[field] = _take(files, f"{_folder(called, number)}/{name}")
    drawn, picture = _cover(course.pop("cover", None), files)
    if files:
        raise BadArchive(f"The zip holds a file that no course has: {min(files)}.")
    slug = course.pop("category", None)
    category = category_of(slug) if isinstance(slug, str) else None
    course["category_id"] = str(category.pk) if category else None
    given = PackagedCourse(data=course)
    if not given.is_valid():
        raise _invalid(given.errors)
    return Package(content_of_body(dict(given.validated_data)), drawn, picture)


def _course(content: bytes | None) -> dict[str, Any]:
    if content is None:
        raise BadArchive(f"This zip holds no course of PeerLoop: it has no {COURSE}.")
    if len(content) > MAX_JSON_BYTES:
        raise BadArchive(f"{COURSE} is too large.")
    try:
        course = json.loads(content.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadArchive(f"{COURSE} can't be read as JSON.") from None
    if not isinstance(course, dict) or course.pop("format", None) != FORMAT:
        raise BadArchive(f"This zip holds no course of PeerLoop: its {COURSE} is of another kind.")
    if course.pop("version", None) != VERSION:
        raise BadArchive(f"This zip is of another version. We read version {VERSION}.")
    return course


def _no_number(word: str) -> None:
    raise ValueError(word)


def _cover(said: Any, files: dict[str, bytes]) -> tuple[str | None, bytes | None]:
    if said == {"file": PICTURE} and PICTURE in files:
        return None, files.pop(PICTURE)
    if said is None:
        return None, None
    seed = said.get("drawn") if isinstance(said, dict) and len(said) == 1 else None
    if isinstance(seed, str) and drawn_seed(drawn_cover_url(seed)):
        return drawn_cover_url(seed), None
    raise BadArchive(f"{COURSE}: cover is neither a drawn one nor {PICTURE}.")


def _folder(called: str, number: int) -> str:
    return f"{FOLDERS[called]}/{number:03d}"


def _put(files: dict[str, bytes], name: str, text: str) -> None:
    if text:
        files[name] = text.encode()


def _take(files: dict[str, bytes], name: str) -> str:
    try:
        return files.pop(name, b"").decode()
    except UnicodeDecodeError:
        raise BadArchive(f"{name} is no text in UTF-8.") from None


def _invalid(errors: Any) -> Invalid:
    """The first wrong field in words, with where it stands."""
    path = COURSE
    while isinstance(errors, dict | list) and errors:
        if isinstance(errors, list):
            errors = errors[0]
            continue
        key, errors = next(iter(errors.items()))
        # Lists count from 0 in the errors, and from 1 for people.
        key = key + 1 if isinstance(key, int) else key
        path = f"{path}: {key}" if path == COURSE else f"{path}.{key}"
    return BadArchive(f"{path}: {errors}")
