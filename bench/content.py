"""Checks that the limit answers like the product, and stores the free times it needs for that."""

import re
from html.parser import HTMLParser

import orjson

UNSEEN = {"script", "style", "template", "svg", "title"}
CARD = re.compile(r'<article class="course-card">.*?</article>', re.DOTALL)
SLUG = re.compile(r'href="/courses/([\w-]+)"')
TEACHER = re.compile(r'\?teacher=([0-9a-f-]{36})".*?datetime="([^"]+)"', re.DOTALL)
TIMES = re.compile(r'<ul class="course__times">(.*?)</ul>', re.DOTALL)
INSTANT = re.compile(r'datetime="([^"]+)"')


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._unseen += tag in UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words += data.split()


def words_of(page: bytes) -> list[str]:
    """The words of a page without markup."""
    parser = _Words()
    parser.feed(page.decode())
    # Boundaries of elements are not content.
    return re.findall(r"\w+|[^\w\s]", " ".join(parser.words))


def require_same(name: str, product: bytes, limit: bytes) -> None:
    """Raises unless both responses are equal JSON, or pages with the same words."""
    if product.startswith(b"{"):
        same = orjson.loads(product) == orjson.loads(limit)
        ours, theirs = [], []
    else:
        ours, theirs = words_of(product), words_of(limit)
        same = ours == theirs
    if not same:
        pairs = zip(ours, theirs, strict=False)
        at = next((place for place, (a, b) in enumerate(pairs) if a != b), 0)
        raise RuntimeError(
            f"{name}: the limit answers something else: {ours[at - 4 : at + 8]} in the product, "
            f"{theirs[at - 4 : at + 8]} in the limit"
        )


def free_times(catalog: bytes, course: bytes, slug: str) -> str:
    """SQL that stores for the limit the free times that the product's pages show."""
    statements = []
    for card in CARD.findall(catalog.decode()):
        for at in INSTANT.findall(card)[:1]:
            statements.append(_free(SLUG.findall(card)[0], 1, "NULL", at))
    page = course.decode()
    for place, (user, at) in enumerate(TEACHER.findall(page), start=1):
        statements.append(_free(slug, place, f"'{user}'", at))
    for found in TIMES.findall(page):
        for place, at in enumerate(INSTANT.findall(found), start=1):
            statements.append(
                f"INSERT INTO bench_times SELECT id, {place}, '{at}' FROM courses"
                f" WHERE slug = '{slug}' ON CONFLICT DO NOTHING;"
            )
    return "\n".join(statements)


def _free(slug: str, place: int, user: str, at: str) -> str:
    return (
        f"INSERT INTO bench_free SELECT id, {place}, {user}, '{at}' FROM courses"
        f" WHERE slug = '{slug}' ON CONFLICT (course_id, place) DO UPDATE"
        " SET user_id = coalesce(excluded.user_id, bench_free.user_id);"
    )
