"""Styles, scripts and fonts under names that hold their content's hash, without a build step.

Files of ``static/css`` are joined to a common sheet and a part for each kind of layout, those of
``static/js/behaviours`` to one module: once at start (again on change when DEBUG is on), and
browsers may keep them for ever. A behaviour imports nothing and is wrapped in a block, so that its
names stay its own.
"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, path, re_path, resolve
from django.views.decorators.http import require_safe

STATIC = Path(__file__).resolve().parents[2] / "static"
# Order inside a layer is the order of files; the layers themselves are declared in layers.css.
FIRST = ("layers", "reset", "tokens", "fonts", "base")
FOLDERS = ("fonts/", "icons/", "img/", "js/", "django_htmx/")
# What only some layouts need: a page loads the common sheet and at most the parts of its layout.
COMMON = "common"
PARTS = {
    "public": ("pages-catalog", "pages-people", "pages-public"),
    "member": ("pages-learning", "pages-scheduling"),
    "room": ("pages-room", "room"),
}
PART_OF = {stem: part for part, stems in PARTS.items() for stem in stems}
SCRIPT = "js"
FOR_EVER = "public, max-age=31536000, immutable"
TEXT_TYPES = ("text/", "image/svg", "application/json", "application/manifest")

mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("application/manifest+json", ".webmanifest")


@dataclass(frozen=True, slots=True)
class Asset:
    """The bytes of one file as they are sent."""

    body: bytes
    zipped: bytes
    kind: str
    digest: str


def stylesheet_url(part: str = COMMON) -> str:
    """Where the stylesheet of all pages is, or the part for one kind of layout."""
    return f"/assets/{part}.{_bundle(part).digest}.css"


def script_url() -> str:
    """Where the one module of behaviours is."""
    return f"/assets/{_bundle('js').digest}.js"


def asset_url(name: str) -> str:
    """Where a file of ``static/`` (or of an app's static folder) is, with its hash."""
    return f"/assets/{_file(name).digest}/{name}"


def stylesheet_files(part: str = COMMON) -> list[Path]:
    """The css files of a part in the order in which they are joined."""
    files = sorted((STATIC / "css").glob("*.css"), key=_place)
    return [file for file in files if PART_OF.get(file.stem, COMMON) == part]


def _place(file: Path) -> tuple[int, str]:
    if file.stem in FIRST:
        return FIRST.index(file.stem), file.stem
    group = 8 if file.stem.startswith("pages-") else 9 if file.stem == "utilities" else 7
    return group, file.stem


def _behaviour_files() -> list[Path]:
    return sorted((STATIC / "js" / "behaviours").glob("*.js"))


def _bundle(kind: str) -> Asset:
    if not settings.DEBUG:
        # Every page asks for both; reading the folder each time would be a quarter of its cost.
        return _joined(kind, ())
    files = _behaviour_files() if kind == SCRIPT else stylesheet_files(kind)
    return _joined(kind, _stamp(files))


def _stamp(files: Iterable[Path]) -> tuple[tuple[str, int], ...]:
    """What tells a changed set of files from the last one; the same for ever outside DEBUG."""
    if not settings.DEBUG:
        return ()
    return tuple((str(file), file.stat().st_mtime_ns) for file in files)


@lru_cache(maxsize=8)
def _joined(kind: str, _seen: tuple[tuple[str, int], ...]) -> Asset:
    if kind != SCRIPT:
        text = "\n".join(_plain_css(file.read_text()) for file in stylesheet_files(kind))
        return _asset(text.encode(), "text/css; charset=utf-8")
    blocks = (f"{{\n{file.read_text().strip()}\n}}" for file in _behaviour_files())
    return _asset("\n".join(blocks).encode(), "text/javascript; charset=utf-8")


def _plain_css(text: str) -> str:
    """Without comments and needless spaces, and with the hashed names of the files it refers to."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,]) ?", r"\1", text).replace(": ", ":").replace(";}", "}").strip()
    return re.sub(r"url\(\.\./([^)]+)\)", lambda found: f"url({asset_url(found[1])})", text)


def _asset(body: bytes, kind: str) -> Asset:
    text = kind.startswith(TEXT_TYPES)
    return Asset(
        body=body,
        zipped=gzip.compress(body, 9, mtime=0) if text else b"",
        kind=kind,
        digest=hashlib.sha256(body).hexdigest()[:16],
    )


def _file(name: str) -> Asset:
    if not name.startswith(FOLDERS) or ".." in name:
        raise FileNotFoundError(name)
    found = _found(name)
    return _read(name, _stamp([found]))


@lru_cache(maxsize=256)
def _found(name: str) -> Path:
    own = STATIC / name
    if own.is_file():
        return own
    found = finders.find(name)
    if not found:
        raise FileNotFoundError(f"there is no static file {name}")
    return Path(str(found))


@lru_cache(maxsize=256)
def _read(name: str, _seen: tuple[tuple[str, int], ...]) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return _asset(_found(name).read_bytes(), kind)


def _answer(request: HttpRequest, digest: str, asset: Asset) -> HttpResponse:
    """An older page may ask for an older hash: it gets what there is, but must not keep it."""
    zipped = asset.zipped and "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(asset.zipped if zipped else asset.body, content_type=asset.kind)
    response["Cache-Control"] = FOR_EVER if digest == asset.digest else "no-cache"
    if asset.zipped:
        response["Vary"] = "Accept-Encoding"
    if zipped:
        response["Content-Encoding"] = "gzip"
    return response


@require_safe
def stylesheet(request: HttpRequest, part: str, digest: str) -> HttpResponse:
    """One part of the styles."""
    return _answer(request, digest, _bundle(part))


@require_safe
def script(request: HttpRequest, digest: str) -> HttpResponse:
    """All behaviours as one module."""
    return _answer(request, digest, _bundle(SCRIPT))


@require_safe
def file(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """One file of the listed static folders."""
    try:
        asset = _file(name)
    except FileNotFoundError as missing:
        raise Http404("There is no such file.") from missing
    return _answer(request, digest, asset)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for this name by themselves."""
    return _answer(request, "", _file("img/favicon.svg"))


class AssetMiddleware:
    """Answers for files before sessions and members are looked up: they are the same for all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve what lies under /assets/, or say plainly that it is not there; pass on the rest."""
        if request.path_info.startswith("/assets/"):
            try:
                found = resolve(request.path_info, urlconf=__name__)
                return found.func(request, *found.args, **found.kwargs)
            except (Resolver404, Http404):
                return HttpResponse("There is no such file.", status=404, content_type="text/plain")
        return self.get_response(request)


urlpatterns = [
    re_path(
        r"^assets/(?P<part>common|public|member|room)\.(?P<digest>[0-9a-f]{16})\.css$", stylesheet
    ),
    re_path(r"^assets/(?P<digest>[0-9a-f]{16})\.js$", script),
    re_path(r"^assets/(?P<digest>[0-9a-f]{16})/(?P<name>[\w./-]{1,120})$", file),
    path("favicon.ico", favicon),
]
