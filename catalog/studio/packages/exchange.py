"""Write a course as a package, and make a course of one."""

from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.files import storage
from accounts.files.actions.storing import remove_file, store_file
from accounts.models import File, User
from catalog.actions.copying import content_of, write_course
from catalog.actions.covers import WIDTH, key_of
from catalog.models import Course
from catalog.studio.content import named_as_shown
from catalog.studio.packages.archive import BadArchive, packed, unpacked
from catalog.studio.packages.course_file import PICTURE, Package, files_of, package_of
from peerloop.kit.pictures import drawn_seed, picture_url
from peerloop.kit.refusals import Invalid


def export_course(course: Course) -> bytes:
    """The course as a zip, with its archived modules; raises OutsideDown for its picture."""
    url = course.thumbnail_url or ""
    drawn = url if drawn_seed(url) else None
    return packed(files_of(Package(content_of(course), drawn, _picture(key_of(url)))))


def import_course(*, upload: Any, by: User, at: datetime) -> Course:
    """Make a draft of a package; everything is checked first, so nothing is half made.

    Raises Forbidden unless ``by`` is an approved creator, Invalid naming ``package``, QuotaReached
    or OutsideDown for its picture. Not safe to repeat. Call it outside a transaction.
    """
    package = package_of(unpacked(upload.file, size=upload.size))
    cover, file = package.drawn, None
    if package.picture is not None:
        file = _stored(package.picture, by, at)
        cover = picture_url(file.key, WIDTH)
    try:
        return write_course(content=package.content, cover=cover, by=by, at=at)
    except Exception as error:
        if file is not None:
            remove_file(file=file, at=at)
        if isinstance(error, Invalid):
            raise _about_the_package(error) from None
        raise


def _picture(key: str) -> bytes | None:
    file = File.objects.filter(key=key, deleted_at=None).first() if key else None
    if file is None or not file.widths:
        return None
    with storage.opened(file.key, max(file.widths)) as content:
        return bytes(content.read())


def _stored(picture: bytes, by: User, at: datetime) -> File:
    upload = SimpleUploadedFile(PICTURE, picture, "image/webp")
    upload.file = BytesIO(picture)
    try:
        return store_file(owner=by, purpose=File.Purpose.COURSE_IMAGE, upload=upload, at=at)
    except Invalid as refusal:
        raise BadArchive(f"{PICTURE}: {refusal.message}") from None


def _about_the_package(refusal: Invalid) -> BadArchive:
    """Where in the package the wrong field stands."""
    name, words = next(iter(named_as_shown(refusal).fields.items()), ("", [refusal.message]))
    return BadArchive(f"{name}: {words[0]}" if name else words[0])
