"""Uploads made in code: honest ones, and all that people send instead."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

SCRIPT = b"<script>alert(document.domain)</script>"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


def upload(name: str, content: bytes, content_type: str = "image/png") -> SimpleUploadedFile:
    """What a view gets; the declared type is whatever the sender likes."""
    return SimpleUploadedFile(name, content, content_type)


def picture(
    form: str = "PNG", size: tuple[int, int] = (120, 90), mode: str = "RGB", **options: Any
) -> bytes:
    """A picture whose left half is red and right half blue."""
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((30, 30, 200), (size[0] // 2, 0, size[0], size[1]))
    out = io.BytesIO()
    image.convert(mode).save(out, form, **options)
    return out.getvalue()


def photo(orientation: int = 1) -> bytes:
    """A JPEG with what cameras write into it: maker, place, orientation."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = orientation, "Spycam"
    exif[GPS] = {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 36.0)}
    return picture("JPEG", (120, 80), exif=exif, comment=b"my private words")


def noted_png() -> bytes:
    """A PNG with a page in its text."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SCRIPT.decode())
    notes.add_text("Long", "x" * 4_000, zip=True)
    return picture("PNG", pnginfo=notes)


def chunk(kind: bytes, content: bytes) -> bytes:
    """A part of a PNG with its checksum."""
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def empty_png(width: int, height: int, *more: bytes) -> bytes:
    """A PNG that says it is so large, and packs black rows small."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    packer = zlib.compressobj(9)
    row = b"\0" * (width + 1)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + b"".join(more)
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )


def claims_to_be(width: int, height: int) -> bytes:
    """A PNG whose header names a size, with next to nothing behind it."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 1_000))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A PNG with a note that unpacks to 200 MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(200)) + packer.flush()
    return empty_png(80, 80, chunk(b"zTXt", b"Comment\0\0" + packed))


def deep() -> bytes:
    """A grey PNG with 16 bits a pixel."""
    image = Image.new("I;16", (80, 80))
    image.paste(40_000, (0, 0, 40, 80))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def hiding(mode: str, hidden: Any, colour: Any) -> bytes:
    """A PNG whose right half has a colour that stands for "transparent" (tRNS)."""
    image = Image.new(mode, (80, 80), colour)
    # A number alone is pasted wrongly in 16 bits.
    image.paste(Image.new(mode, (40, 80), hidden), (40, 0))
    if mode == "P":
        image.putpalette([0, 0, 0, 200, 30, 30, 0, 255, 0])
    out = io.BytesIO()
    image.save(out, "PNG", transparency=hidden)
    return out.getvalue()


def hiding_deep() -> bytes:
    """The same in RGB with 16 bits a colour, which Pillow reads but does not write."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 80, 80, 16, 2, 0, 0, 0))
    red, green = struct.pack(">HHH", 51_400, 0, 0), struct.pack(">HHH", 0, 65_280, 0)
    row = b"\0" + red * 40 + green * 40
    pixels = chunk(b"IDAT", zlib.compress(row * 80))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"tRNS", green) + pixels + chunk(b"IEND", b"")


def animated(form: str) -> bytes:
    """Three frames: red, green, blue."""
    frames = [Image.new("RGB", (80, 80), one) for one in ((255, 0, 0), (0, 255, 0), (0, 0, 255))]
    out = io.BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=50, loop=0)
    return out.getvalue()


def archive(**files: bytes) -> bytes:
    """A ZIP; names with a dot are written with two underscores."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", ".").replace("_S_", "/"), content)
    return out.getvalue()


def office(part: str = "word/document.xml", **more: bytes) -> bytes:
    """The bones of an Office file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr(part, "<document/>")
        for name, content in more.items():
            packed.writestr(name.replace("__", "."), content)
    return out.getvalue()


OPEN_XML = "application/vnd.openxmlformats-officedocument"
OVERRIDE = '<Types><Override PartName="/{part}" ContentType="{type}"/></Types>'
MACRO_TYPES = OVERRIDE.replace("{type}", "application/vnd.ms-word.document.macroEnabled.main+xml")
SHEET = f"{OPEN_XML}.spreadsheetml.sheet.main+xml"
SHEET_BY_ENDING = f'<Types><Default Extension="bin" ContentType="{SHEET}"/></Types>'


def linked_office(
    part: str = "word/document2.xml",
    *,
    types: str = OVERRIDE,
    before: str = "",
    in_capitals: bool = False,
) -> bytes:
    """An Office file whose main part is found by its relationships, as programs other than Office
    write it."""
    kind = f"{OPEN_XML}.wordprocessingml.document.main+xml"
    relationship = f"{OPEN_XML}/2006/relationships/officeDocument"
    links = f'<Relationships><Relationship Type="{relationship}" Target="/{part}"/></Relationships>'
    content = {
        "[Content_Types].xml": types.replace("{part}", part).replace("{type}", kind),
        "_rels/.rels": before + links,
        part: "<document/>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in content.items():
            packed.writestr(name.upper() if in_capitals else name, text)
    return out.getvalue()


def pdf(more: bytes = b"") -> bytes:
    """A PDF of one empty page."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
        + more
        + b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def jar() -> bytes:
    """A Java archive."""
    return archive(**{"META-INF_S_MANIFEST__MF": b"Main-Class: Evil", "Evil__class": b"\xca\xfe"})


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
GIF_JS = b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1);//"
NOISE = bytes(range(256)) * 8
# label -> (name, content, what the refusal says); a picture is asked for.
REFUSED_PICTURES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.png", lambda: b"", "empty"),
    "one byte": ("a.png", lambda: b"\x89", "This is"),
    "text": ("a.png", lambda: b"Hello", "plain text"),
    "page named as picture": ("a.png", lambda: b"<!DOCTYPE html>" + SCRIPT, "web page"),
    "page after spaces": ("a.jpg", lambda: b"\xef\xbb\xbf \n<HTML><body>", "web page"),
    "bare script": ("a.png", lambda: SCRIPT, "web page"),
    "svg": ("a.svg", lambda: SVG, "SVG"),
    "svg named as picture": ("a.png", lambda: SVG, "SVG"),
    "svg without a head": ("a.png", lambda: b"<svg onload=alert(1)>", "SVG"),
    "packed svg": ("a.svgz", lambda: b"\x1f\x8b\x08\0", "Archives"),
    "zip": ("a.zip", lambda: archive(a__txt=b"x"), "Archives"),
    "zip named as picture": ("a.jpg", lambda: archive(a__txt=b"x"), "Archives"),
    "jar named as picture": ("a.gif", jar, "Archives"),
    "rar": ("a.png", lambda: b"Rar!\x1a\x07\x01\0", "Archives"),
    "7z": ("a.png", lambda: b"7z\xbc\xaf\x27\x1c\0\x04", "Archives"),
    "pdf": ("a.pdf", pdf, "a PDF"),
    "pdf named as picture": ("a.png", pdf, "a PDF"),
    "windows program": ("a.png", lambda: b"MZ" + NOISE, "Programs"),
    "linux program": ("a.png", lambda: b"\x7fELF" + NOISE, "Programs"),
    "shell script": ("a.png", lambda: b"#!/bin/sh\nrm -rf /", "Programs"),
    "php": ("a.php", lambda: b"<?php system('id');", "plain text"),
    "picture named php": ("a.php", picture, "Name it .png"),
    "picture named html": ("a.html", picture, "Name it .png"),
    "picture without ending": ("picture", picture, "no ending"),
    "jpeg named png": ("a.png", lambda: picture("JPEG"), "Name it .jpg"),
    "hidden ending": ("a.png.exe", picture, "Name it .png"),
    "ending after nul": ("a.png\0.exe", picture, "Name it .png"),
    "bmp": ("a.bmp", lambda: picture("BMP"), "can't tell"),
    "tiff": ("a.tiff", lambda: picture("TIFF"), "can't tell"),
    "icon": ("a.png", lambda: picture("ICO"), "can't tell"),
    "heic": ("a.heic", lambda: b"\0\0\0\x18ftypheic" + NOISE, "HEIC"),
    "film": ("a.png", lambda: b"\0\0\0\x18ftypisom" + NOISE, "MP4"),
    "noise": ("a.png", lambda: b"\x01\x02" + NOISE, "can't tell"),
    "gif that is a script": ("a.gif", lambda: GIF_JS, "damaged"),
    "head of a jpeg alone": ("a.jpg", lambda: b"\xff\xd8\xff\xe0" + NOISE, "damaged"),
    "head of a png alone": ("a.png", lambda: b"\x89PNG\r\n\x1a\n", "damaged"),
    "truncated jpeg": ("a.jpg", lambda: picture("JPEG", (400, 400))[:-700], "damaged"),
    "truncated png": ("a.png", lambda: noted_png()[:-90], "damaged"),
    "50 megapixels": ("a.png", lambda: empty_png(10_000, 5_000), "40 megapixels"),
    "claims a gigapixel": ("a.png", lambda: claims_to_be(60_000, 60_000), "40 megapixels"),
    "claims a long row": ("a.png", lambda: claims_to_be(40_000, 100), "40 megapixels"),
    "says more than it holds": ("a.png", lambda: claims_to_be(3_000, 3_000), "damaged"),
    "note that unpacks to 200 MB": ("a.png", text_bomb, "damaged"),
    "too small": ("a.png", lambda: picture(size=(63, 200)), "64 pixels"),
    "over 5 MB": ("a.jpg", lambda: picture("JPEG") + b"\0" * 5_300_000, "5 MB"),
}
# What is taken as an avatar, and comes out as pixels alone.
CLEANED_PICTURES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "png": ("a.png", picture),
    "jpeg": ("a.JPEG", lambda: picture("JPEG")),
    "webp": ("a.webp", lambda: picture("WEBP")),
    "gif": ("a.gif", lambda: picture("GIF", mode="P")),
    "place and words of a camera": ("a.jpg", photo),
    "page in a note": ("a.png", noted_png),
    "page behind the end": ("a.png", lambda: picture() + b"<!DOCTYPE html>" + SCRIPT),
    "script behind the end": ("a.gif", lambda: picture("GIF", mode="P") + b"\n/*" + SCRIPT),
    "archive behind the end": ("a.jpg", lambda: picture("JPEG") + jar()),
    "test virus behind the end": ("a.jpg", lambda: picture("JPEG") + EICAR),
    "animated gif": ("a.gif", lambda: animated("GIF")),
    "animated webp": ("a.webp", lambda: animated("WEBP")),
    "animated png": ("a.png", lambda: animated("PNG")),
    "cmyk": ("a.jpg", lambda: picture("JPEG", mode="CMYK")),
    "grey": ("a.jpg", lambda: picture("JPEG", mode="L")),
    "black and white": ("a.png", lambda: picture(mode="1")),
    "16 bit": ("a.png", deep),
    "palette": ("a.png", lambda: picture(mode="P")),
    "see-through": ("a.png", lambda: picture(mode="RGBA")),
    "grey see-through": ("a.png", lambda: picture(mode="LA")),
    "very flat": ("a.png", lambda: picture(size=(4_000, 64))),
    "broken colour profile": ("a.jpg", lambda: picture("JPEG", icc_profile=NOISE)),
}


# Names as they are sent, and as they are kept.
NAMES = {
    "../../etc/passwd.png": "passwd.png",
    "..\\..\\windows\\evil.png": "evil.png",
    "C:\\fakepath\\me.png": "me.png",
    "/abs/olute.png": "olute.png",
    "a\r\nSet-Cookie: x=1.png": "a Set-Cookie_ x=1.png",
    "tab\tnul\0bell\a.png": "tab nulbell.png",
    "\u202egnp.exe.png": "gnp.exe.png",
    "mixed\u200f\u2066 way.png": "mixed way.png",
    "CON.png": "_CON.png",
    "lpt1.tar.png": "_lpt1.tar.png",
    '<b>"quoted"</b>.png': "b_.png",
    "....png": "png",
    " spaced .png": "spaced.png",
    "ünï cödé 你好.png": "ünï cödé 你好.png",
    "e\u0301.png": "é.png",
    "x" * 300 + ".png": "x" * 146 + ".png",
    "a." + "b" * 300: "a." + "b" * 20,
    "": "file",
    "%2e%2e%2fx.png": "%2e%2e%2fx.png",
    "|pipe;rm *?.png": "_pipe;rm __.png",
}
