"""Static files: joined, hashed, compressed, kept by browsers; served before Django is asked."""

import contextlib
import gzip
import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.template.loader import get_template
from django.templatetags.static import static
from django.test import Client, RequestFactory, override_settings

from peerloop.kit import bundles
from peerloop.kit.static_files import StaticFiles
from peerloop.operations.diagnosis import check_settings

HASHED = settings.STORAGES["staticfiles"] | {"BACKEND": "peerloop.kit.static_files.HashedStorage"}
PRODUCTION = settings.STORAGES | {"staticfiles": HASHED}
FOR_EVER = "max-age=315360000, public, immutable"
# Without the packages' own files, which take seconds: tests/test_production.py collects those.
OURS = [name for name in settings.STATICFILES_FINDERS if "AppDirectories" not in name]


@dataclass
class Answer:
    status: str
    headers: dict[str, str]
    body: bytes


def django(environ, start_response):
    """Stands where Django is: what it answers was no file."""
    start_response("404 Not Found", [])
    return []


def fetch(address: str, **headers: str) -> Answer:
    seen = {}

    def start_response(status, told):
        seen.update(status=status, headers=dict(told))

    environ = RequestFactory().get("/", headers=headers).environ | {"PATH_INFO": address}
    parts = StaticFiles(django)(environ, start_response)
    with contextlib.closing(parts) if hasattr(parts, "close") else contextlib.nullcontext():
        return Answer(seen["status"], seen["headers"], b"".join(parts))


@pytest.fixture
def development(settings):
    settings.DEBUG = True
    changing = {"BACKEND": "peerloop.kit.static_files.DevelopmentStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": changing}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=root, STORAGES=PRODUCTION, STATICFILES_FINDERS=OURS):
        call_command("collectstatic", interactive=False, verbosity=0)
    return root


@pytest.fixture
def collected(folder, settings):
    settings.STATIC_ROOT, settings.STORAGES = folder, PRODUCTION
    return folder


def test_a_collected_file_is_kept_for_ever_under_its_hashed_name_only(collected):
    address = static("bundles/common.css")

    kept, plain = fetch(address), fetch("/static/bundles/common.css")

    assert re.fullmatch(r"/static/bundles/common\.[0-9a-f]{12}\.css", address)
    assert kept.headers["Cache-Control"] == FOR_EVER
    assert kept.headers["Content-Type"].startswith("text/css")
    assert kept.headers["X-Content-Type-Options"] == "nosniff"
    assert plain.headers["Cache-Control"] == "max-age=60, public"
    assert gzip.decompress(fetch(address, **{"Accept-Encoding": "gzip"}).body) == kept.body


def test_styles_and_modules_name_other_files_by_their_hash(collected):
    css = (collected / static("bundles/common.css").removeprefix("/static/")).read_text()
    script = (collected / static("js/room/main.js").removeprefix("/static/")).read_text()

    assert re.search(r"url\(\"?\.\./fonts/bricolage-latin\.[0-9a-f]{12}\.woff2", css)
    imported = re.findall(r"from \"\./([^\"]+)\"", script)
    assert len(imported) == 10
    assert all((collected / "js" / "room" / name).is_file() for name in imported)
    assert all(re.fullmatch(r"[a-z]+\.[0-9a-f]{12}\.js", name) for name in imported)


def test_everybody_may_read_what_was_collected(collected):
    assert {file.stat().st_mode & 0o777 for file in collected.rglob("*.css")} == {0o644}


@pytest.mark.usefixtures("development")
def test_while_developing_a_changed_style_is_served_at_once(settings, tmp_path):
    base, settings.DATA_DIR, settings.BASE_DIR = settings.BASE_DIR, tmp_path, tmp_path
    sheet = tmp_path / "static" / "css" / "button.css"
    sheet.parent.mkdir(parents=True)
    sheet.write_text("/* Old */ a { color: red; }\n")
    finder = bundles.BundleFinder()
    before = Path(finder.find("bundles/common.css")).read_text()

    sheet.write_text("a { color: blue; }\n")
    os.utime(sheet, (2**31, 2**31))

    assert before == "a{color:red}"
    assert Path(finder.find("bundles/common.css")).read_text() == "a{color:blue}"
    assert (base / "static").is_dir()


@pytest.mark.usefixtures("development")
def test_while_developing_bundles_are_compressed_and_kept_until_they_change():
    answer = fetch("/static/bundles/behaviours.js", **{"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Cache-Control"] == FOR_EVER
    assert re.fullmatch(
        r"/static/bundles/behaviours.js\?[0-9a-f]+", static("bundles/behaviours.js")
    )
    assert fetch("/static/js/room/main.js").headers["Cache-Control"] == "max-age=0, public"


@pytest.mark.usefixtures("development")
@pytest.mark.parametrize(
    "name",
    [
        "../manage.py",
        "fonts/../../manage.py",
        "fonts/none.woff2",
        "bundles/none.css",
    ],
)
def test_only_what_is_published_is_served(name):
    assert fetch(f"/static/{name}").status == "404 Not Found"


def test_production_does_not_start_without_collected_files(settings, tmp_path):
    settings.STATIC_ROOT, settings.STORAGES = tmp_path, PRODUCTION

    with pytest.raises(ImproperlyConfigured, match="collectstatic"):
        StaticFiles(django)
    assert "Run manage.py collectstatic." in {one.cure for one in check_settings("settings")}


def test_sizes_stay_in_their_budget():
    common = len(bundles.join(bundles.COMMON).encode())
    for layout in bundles.LAYOUTS:
        assert common + len(bundles.join(layout).encode()) <= 60000
    htmx = Path(finders.find("django_htmx/htmx-2.min.js")).read_bytes()
    scripts = [bundles.join(bundles.SCRIPT).encode(), htmx]
    assert sum(len(gzip.compress(script, 9)) for script in scripts) <= 40000


def test_what_every_page_loads_leaves_room_for_its_own_words():
    """A first load stays within 110,000 bytes, of which the page itself may need 9,000."""
    fonts = sum(
        Path(finders.find(f"fonts/{name}")).stat().st_size
        for name in re.findall(r"fonts/([\w-]+\.woff2)", get_template("base.html").template.source)
    )
    files = ("django_htmx/htmx-2.min.js", "icons/sprite.svg")
    texts = [bundles.join(name).encode() for name in (bundles.COMMON, bundles.SCRIPT)]
    texts += [Path(finders.find(name)).read_bytes() for name in files]
    layout = max(len(gzip.compress(bundles.join(name).encode(), 9)) for name in bundles.LAYOUTS)
    shared = sum(len(gzip.compress(text, 9)) for text in texts)
    assert fonts > 0
    assert fonts + shared + layout <= 101_000


def test_raw_colours_live_in_the_tokens_alone():
    for name in bundles.NAMES:
        for file in bundles.source_files(name):
            if file.suffix == ".css" and file.stem != "tokens":
                found = re.findall(r"oklch\(|rgba?\(|hsla?\(|#[0-9a-f]{3,8}\b", file.read_text())
                assert found == [], file.name


def test_the_icon_that_browsers_ask_for_by_themselves_is_there():
    assert Client().get("/favicon.ico").headers["Location"] == "/static/img/favicon.svg"
