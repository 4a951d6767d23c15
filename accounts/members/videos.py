"""Links to videos at known providers, rebuilt from the id of the video."""

import re
from urllib.parse import parse_qs, urlsplit

YOUTUBE, VIMEO, LOOM = "YouTube", "Vimeo", "Loom"
HOSTS = {
    "youtube.com": YOUTUBE,
    "www.youtube.com": YOUTUBE,
    "m.youtube.com": YOUTUBE,
    "youtu.be": YOUTUBE,
    "vimeo.com": VIMEO,
    "www.vimeo.com": VIMEO,
    "player.vimeo.com": VIMEO,
    "loom.com": LOOM,
    "www.loom.com": LOOM,
}
YOUTUBE_PATH = re.compile(r"/(?:shorts|embed|live|v)/([A-Za-z0-9_-]{11})/?", re.ASCII)
YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}", re.ASCII)
VIMEO_PATH = re.compile(r"/(?:video/)?([0-9]{5,12})(?:/([0-9a-f]{6,20}))?/?", re.ASCII)
LOOM_PATH = re.compile(r"/(?:share|embed)/([0-9a-f]{32})/?", re.ASCII)
LONGEST = 500


def video_link(text: str) -> str | None:
    """The canonical URL of the video; None unless it is at a known provider."""
    try:
        parts = urlsplit(text.strip()[:LONGEST])
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("https", "http") or port or "@" in parts.netloc:
        return None
    provider = HOSTS.get(host)
    if provider == YOUTUBE:
        return _youtube(host, parts.path, parts.query)
    if provider == VIMEO and (found := VIMEO_PATH.fullmatch(parts.path)):
        private = f"/{found[2]}" if found[2] else ""
        return f"https://vimeo.com/{found[1]}{private}"
    if provider == LOOM and (found := LOOM_PATH.fullmatch(parts.path)):
        return f"https://www.loom.com/share/{found[1]}"
    return None


def provider_of(url: str) -> str:
    """The name of the provider of a stored link."""
    return HOSTS.get(urlsplit(url).hostname or "", "another site")


def _youtube(host: str, path: str, query: str) -> str | None:
    found = YOUTUBE_PATH.fullmatch(path)
    wanted = found[1] if found else ""
    if host == "youtu.be":
        wanted = path.strip("/")
    elif path == "/watch":
        wanted = parse_qs(query).get("v", [""])[0]
    return f"https://www.youtube.com/watch?v={wanted}" if YOUTUBE_ID.fullmatch(wanted) else None
