"""Courses as zips: nothing is lost on the way, and no bad zip gets in."""

import io
import json
import stat
import struct
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import File
from accounts.tests.uploads import picture, upload
from catalog.actions.copying import Content, content_of
from catalog.actions.covers import change_cover, draw_cover
from catalog.actions.drafting import edit_course
from catalog.models import Course
from catalog.studio.packages.archive import BadArchive, packed, unpacked
from catalog.studio.packages.course_file import Package, files_of, package_of
from catalog.studio.packages.exchange import export_course, import_course
from catalog.tests.people import AT, clara
from peerloop.kit.refusals import Forbidden
from peerloop.kit.text import clean, one_line
from tests.cast import a_course, a_member, browse

LINE = st.text(min_size=1, max_size=40).map(one_line).filter(bool)
SHORT = st.text(max_size=40).map(one_line)
TEXT = st.text(max_size=300).map(clean) | st.builds(str.__mul__, st.just("a"), st.integers(0, 5000))
LINK = st.none() | st.just("https://example.com/ä?a=1&b=2")
COUNT = st.integers(0, 999)
MODULE = st.fixed_dictionaries(
    {
        "title": LINE,
        "description": TEXT,
        "duration": SHORT,
        "video_url": LINK,
        "document_url": LINK,
        "video_count": COUNT,
        "reading_count": COUNT,
        "has_assessment": st.booleans(),
        "objectives": TEXT,
        "exercise": TEXT,
        "teaching_notes": TEXT,
    }
)
LINES = st.lists(LINE, max_size=4)
CONTENT = st.builds(
    Content,
    title=LINE,
    fields=st.fixed_dictionaries(
        {
            "tagline": SHORT,
            "description": TEXT,
            "category": st.none(),
            "level": st.sampled_from(Course.Level.values),
            "price_cents": st.integers(0, Course.MAX_PRICE_CENTS),
            "duration": SHORT,
            "session_minutes": st.sampled_from(Course.SESSION_MINUTES),
            "lifetime_access": st.booleans(),
        }
    ),
    lists=st.fixed_dictionaries(
        {
            "objectives": LINES,
            "includes": LINES,
            "target_audience": LINES,
            "tags": LINES,
            "prerequisites": st.lists(
                st.tuples(LINE, st.sampled_from(["required", "nice_to_have", "not_required"])),
                max_size=4,
            ),
            "testimonials": st.lists(st.tuples(LINE, LINE), max_size=3),
            "features": st.fixed_dictionaries(
                {
                    "one_on_one_teaching": st.booleans(),
                    "certified_teachers": st.booleans(),
                    "earn_while_teaching": st.booleans(),
                }
            ),
        }
    ),
    modules=st.lists(MODULE, max_size=5),
    archived=st.lists(MODULE, max_size=3),
)
COVER = st.none() | st.just("/covers/0badcafe.svg")


def opened(content: bytes) -> dict[str, bytes]:
    return unpacked(io.BytesIO(content), size=len(content))


def zipped(*entries: tuple[str, bytes], **fields: Any) -> bytes:
    """A zip of these files; ``fields`` are set on every entry."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for field, value in fields.items():
                setattr(info, field, value)
            archive.writestr(info, content)
    return written.getvalue()


@given(content=CONTENT, cover=COVER)
@settings(max_examples=150, deadline=None)
def test_no_course_loses_anything_in_a_zip(content, cover):
    package = Package(content, cover)

    assert package_of(opened(packed(files_of(package)))) == package


@pytest.mark.django_db
def test_an_exported_course_comes_back_the_same():
    course = a_course(clara(), modules=3, description="**Bold** words, and more of them. " * 3)
    edit_course(
        course=course,
        by=course.creator,
        description=course.description,
        tags=["bread"],
        prerequisites=[("An oven", "required"), ("A mixer", "not_required")],
        testimonials=[("I bake now.", "Sam")],
        features={"earn_while_teaching": False},
    )
    draw_cover(course=course, by=course.creator, at=AT)
    old, older = list(course.modules.all())[1:]
    course.modules.filter(pk=old.pk).update(module_order=None, archived_at=AT)
    past = AT - timedelta(days=1)
    course.modules.filter(pk=older.pk).update(module_order=None, archived_at=past)
    course.refresh_from_db()
    browser = browse(course.creator)

    zipped = browser.get(f"/create/courses/{course.pk}/export")
    package = SimpleUploadedFile("bread.zip", zipped.content)
    made = browser.post("/create/courses/import", {"package": package})

    copy = Course.objects.exclude(pk=course.pk).get(title=course.title)
    assert made.url == f"/create/courses/{copy.pk}"
    assert content_of(copy) == content_of(course)
    assert [row["title"] for row in content_of(copy).archived] == [old.title, older.title]
    assert copy.thumbnail_url == course.thumbnail_url
    assert copy.is_draft
    assert export_course(copy) == zipped.content


@pytest.mark.django_db
def test_an_uploaded_cover_travels_along():
    course = a_course(clara(), published=False)
    cover = upload("oven.png", picture(size=(800, 600)))
    change_cover(course=course, upload=cover, by=course.creator, at=AT)
    course.refresh_from_db()
    content = export_course(course)

    package = SimpleUploadedFile("bread.zip", content)
    copy = import_course(upload=package, by=course.creator, at=AT)

    assert copy.thumbnail_url.startswith("/pictures/")
    assert copy.thumbnail_url != course.thumbnail_url
    assert File.objects.filter(purpose="course_image", deleted_at=None).count() == 2


def course_json(**changed: Any) -> tuple[str, bytes]:
    course = {"format": "peerloop-course", "version": 1, "title": "Bread", **changed}
    return "course.json", json.dumps(course).encode()


GOOD = course_json()
LINK_MODE = (stat.S_IFLNK | 0o777) << 16


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no zip"),
        (b"PK\x03\x04 and then nothing", "no zip"),
        (zipped(GOOD)[:-30], "no zip"),
        (zipped(("readme.txt", b"hello")), "no course.json"),
        (zipped(("course.json", b'{"format": "other"}')), "another kind"),
        (zipped(("course.json", b"[" * 9_000)), "can't be read"),
        (zipped(("course.json", b'{"format": NaN}')), "can't be read"),
        (zipped(course_json(version=2)), "another version"),
        (zipped(GOOD, ("../evil.md", b"x")), "leads outside"),
        (zipped(GOOD, ("/etc/passwd", b"x")), "leads outside"),
        (zipped(GOOD, ("modules\\..\\x.md", b"x")), "leads outside"),
        (zipped(GOOD, ("C:/x.md", b"x")), "leads outside"),
        (zipped(GOOD, ("modules/001/run me.exe", b"x")), "no course has"),
        (zipped(GOOD, ("modules/001/other.md", b"x")), "no course has"),
        (zipped(GOOD, ("modules/001/description.md", b"x")), "no course has"),
        (zipped(GOOD, external_attr=LINK_MODE), "a link"),
        (zipped(GOOD, ("bomb.md", b"0" * 5_000_000)), "too tightly"),
        (zipped(GOOD, *((f"{n}.md", b"") for n in range(2_001))), "more than 2000 files"),
        (zipped(GOOD, ("Course.JSON", b"{}")), "two files of one name"),
        (zipped(GOOD, ("description.md", b"\xff\xfe")), "UTF-8"),
        (zipped(course_json(title="")), "title"),
        (zipped(course_json(price_cents="45")), "price_cents"),
        (zipped(course_json(modules=[{"title": "x" * 200}])), "modules.1.title"),
        (zipped(course_json(modules={})), "no list"),
        (zipped(course_json(archived_modules=[{"title": ""}])), "archived_modules.1.title"),
        (zipped(course_json(archived_modules="all")), "archived_modules is no list"),
        (zipped(course_json(modules=[{"title": "a", "video_url": "http://10.0.0.1/"}])), "address"),
        (zipped(course_json(cover={"drawn": "../../x"})), "cover"),
        (zipped(course_json(cover={"file": "cover.webp"})), "cover"),
        (zipped(course_json(cover={"file": "cover.webp"}), ("cover.webp", b"no")), "cover.webp"),
    ],
    ids=lambda value: value if isinstance(value, str) else "zip",
)
def test_a_bad_zip_is_refused_with_its_reason_and_leaves_nothing(content, why):
    creator = clara()

    answer = browse(creator).post(
        "/create/courses/import", {"package": SimpleUploadedFile("a.zip", content)}
    )

    assert answer.status_code == 422
    assert why in answer.content.decode().replace("&#x27;", "'")
    assert not Course.objects.exists()
    assert not File.objects.filter(deleted_at=None).exists()


def test_a_bomb_that_lies_about_its_size_is_stopped():
    content = bytearray(zipped(("bomb.md", bytes(40_000_000))))
    # Its headers say that one small file is in it.
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(signature) + offset
        content[at : at + 4] = struct.pack("<I", 1000)

    with pytest.raises(BadArchive):
        opened(bytes(content))


def test_a_zip_with_a_password_is_refused():
    content = bytearray(zipped(GOOD))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(signature) + offset
        content[at] |= 1

    with pytest.raises(BadArchive, match="password"):
        opened(bytes(content))


def test_what_an_operating_system_adds_is_left_out():
    content = zipped(GOOD, ("__MACOSX/._course.json", b"x"), (".DS_Store", b"x"), ("modules/", b""))

    assert set(opened(content)) == {"course.json"}


@pytest.mark.django_db
def test_only_approved_creators_import():
    package = {"package": SimpleUploadedFile("a.zip", zipped(GOOD))}

    assert browse(a_member()).post("/create/courses/import", package).status_code == 403
    with pytest.raises(Forbidden):
        import_course(upload=SimpleUploadedFile("a.zip", zipped(GOOD)), by=a_member(), at=AT)
