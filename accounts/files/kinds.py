"""The kind of a file by its content; the name has to agree (FIL-1)."""

import codecs
import re
from dataclasses import dataclass

HEAD = 4_096
# Where the header of a PDF may stand (PDF Reference 1.7, H.3).
PDF_HEADER, PDF_HEADER_WITHIN = b"%PDF-", 1_024
PICTURE, DOCUMENT, SOUND, FILM = "picture", "document", "sound", "film"


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of file that some purpose takes."""

    name: str
    family: str
    content_type: str
    extensions: tuple[str, ...]
    words: str


OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    kind.name: kind
    for kind in (
        Kind("jpeg", PICTURE, "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), "a JPEG picture"),
        Kind("png", PICTURE, "image/png", ("png",), "a PNG picture"),
        Kind("webp", PICTURE, "image/webp", ("webp",), "a WebP picture"),
        Kind("gif", PICTURE, "image/gif", ("gif",), "a GIF picture"),
        Kind("pdf", DOCUMENT, "application/pdf", ("pdf",), "a PDF"),
        Kind("text", DOCUMENT, "text/plain", ("txt", "md", "csv"), "plain text"),
        Kind("docx", DOCUMENT, f"{OFFICE}.wordprocessingml.document", ("docx",), "a Word file"),
        Kind("pptx", DOCUMENT, f"{OFFICE}.presentationml.presentation", ("pptx",), "slides"),
        Kind("xlsx", DOCUMENT, f"{OFFICE}.spreadsheetml.sheet", ("xlsx",), "an Excel file"),
        Kind("mp3", SOUND, "audio/mpeg", ("mp3",), "an MP3 recording"),
        Kind("m4a", SOUND, "audio/mp4", ("m4a",), "an M4A recording"),
        Kind("ogg", SOUND, "audio/ogg", ("ogg", "oga", "opus"), "an Ogg recording"),
        Kind("wav", SOUND, "audio/wav", ("wav",), "a WAV recording"),
        Kind("mp4", FILM, "video/mp4", ("mp4", "m4v"), "an MP4 film"),
        Kind("webm", FILM, "video/webm", ("webm",), "a WebM film"),
    )
}
# Kinds that are never accepted, with the reason.
SVG = "An SVG picture can hold a program. Save it as PNG or JPEG."
HTML = "This is a web page, which can hold a program. Save it as PDF or plain text."
ARCHIVE = "Archives are not taken. Upload the files one by one."
PROGRAM = "Programs are not taken."
HEIC = "This picture is HEIC or AVIF. Save it as JPEG."
OLD_OFFICE = "This is an old Office file. Save it as PDF, or as .docx, .pptx or .xlsx."
UNKNOWN = "We can't tell what this file is."

FORBIDDEN = (
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"\xfd7zXZ\x00", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", ARCHIVE),
    (b"MSCF", ARCHIVE),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"#!", PROGRAM),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
)
MAGIC = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"%PDF-", "pdf"),
    (b"OggS", "ogg"),
    (b"ID3", "mp3"),
)
# Starts of letters alone: a text may begin with them.
WORDS = {b"MZ", b"BZh", b"MSCF", b"OggS", b"ID3"}
ID3_VERSIONS = (2, 3, 4)
BREAKS = {*range(0x20)} - {0x09, 0x0A, 0x0C, 0x0D}
STILL_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"}
MARKUP = re.compile(rb"<(?:!doctype|!--|\?xml|[a-z][\w:-]*[\s>/])", re.IGNORECASE)
DRAWING = re.compile(rb"<svg[\s>]", re.IGNORECASE)


class NotTaken(Exception):
    """The content is of a kind that is never accepted."""


def kind_by_content(head: bytes, *, extension: str = "") -> str:
    """The name of the kind, ``zip`` for what may be an Office file, or ``text``.

    What reads as text and is named as text is text, whatever its first word: it is served as text,
    which no browser takes for a page. Raises NotTaken for what nobody may upload.
    """
    is_text = reads_as_text(head)
    if is_text and extension in KINDS["text"].extensions:
        return "text"
    for start, why in FORBIDDEN:
        if head.startswith(start) and not (is_text and start in WORDS):
            raise NotTaken(why)
    for start, name in MAGIC:
        if head.startswith(start) and not (is_text and start in WORDS):
            return name
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    found = None if is_text else _by_container(head)
    return found or _as_text(head)


def reads_as_text(head: bytes) -> bool:
    """Whether the start of a file is UTF-8 without control characters; its last one may be cut."""
    if not BREAKS.isdisjoint(head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _by_container(head: bytes) -> str | None:
    if head[:4] == b"RIFF":
        return {b"WEBP": "webp", b"WAVE": "wav"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        if head[8:12] in STILL_BRANDS:
            raise NotTaken(HEIC)
        return "m4a" if head[8:12] in (b"M4A ", b"M4B ") else "mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm" if b"webm" in head[:64] else None
    # An MP3 without a label begins with the eleven bits of a frame, layer III.
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] >> 4 not in (0, 15):
        return "mp3"
    return None


def _as_text(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if MARKUP.match(start):
        raise NotTaken(SVG if DRAWING.search(head) else HTML)
    # Behind a byte-order mark, or the head of a form's part that was saved along.
    if PDF_HEADER in head[:PDF_HEADER_WITHIN]:
        return "pdf"
    if b"\x00" in head:
        raise NotTaken(UNKNOWN)
    return "text"
