"""Validates every HTML answer of every test: nesting, content models, ids and attributes.

The rules of the HTML standard that a template can break, stricter in one: each end tag is written.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from tests.api_document import body_of

# Two pages with one skeleton are valid or not together. Besides texts, ids and numbers, each page
# has a nonce, a ticket and tokens of its own.
TEXT = re.compile(
    r">[^<]+<|(?<= nonce=\")[^\"]+|(?<=ticket=)[^\"&]+|[A-Za-z0-9]{64}|[0-9a-f-]{20,}|\d+"
)


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


VOID = _names("area base br col embed hr img input link meta source track wbr")
FLOW_ONLY = _names(
    "address article aside blockquote details dialog div dl fieldset figure footer form h1 h2 h3 h4"
    " h5 h6 header hgroup hr main menu nav ol p pre search section table ul"
)
PHRASING_ONLY = _names(
    "abbr b bdi bdo button cite code data dfn em h1 h2 h3 h4 h5 h6 i kbd label mark meter output p"
    " pre progress q s samp small span strong sub sup time u var"
)
# What they may hold is decided by what holds them; so it is for elements of our own.
TRANSPARENT = _names("a audio canvas del ins map noscript object video")
HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
PARENTS = {
    "li": {"menu", "ol", "ul"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "legend": {"fieldset"},
    "summary": {"details"},
    "figcaption": {"figure"},
    "option": {"datalist", "optgroup", "select"},
    "optgroup": {"select"},
    "caption": {"table"},
    "colgroup": {"table"},
    "col": {"colgroup"},
    "thead": {"table"},
    "tbody": {"table"},
    "tfoot": {"table"},
    "tr": {"table", "thead", "tbody", "tfoot"},
    "td": {"tr"},
    "th": {"tr"},
    "source": {"audio", "picture", "video"},
}
CHILDREN = {
    "ol": {"li"},
    "ul": {"li"},
    "menu": {"li"},
    "dl": {"dd", "div", "dt"},
    "select": {"hr", "optgroup", "option"},
    "table": {"caption", "colgroup", "tbody", "tfoot", "thead", "tr"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tfoot": {"tr"},
    "tr": {"td", "th"},
    "head": {"base", "link", "meta", "noscript", "style", "title"},
    "html": {"body", "head"},
}
ANYWHERE = {"script", "template"}
INTERACTIVE = _names("a button details iframe label select textarea")
# Which elements an element must not stand inside, however deep.
NEVER_INSIDE = {
    "form": {"form"},
    "label": {"label"},
    "main": {"article", "aside", "footer", "header", "nav"},
    **{heading: {"dt", "th"} for heading in HEADINGS},
}
LABELABLE = {"button", "input", "meter", "output", "progress", "select", "textarea"}
REFERENCES = {"aria-controls", "aria-describedby", "aria-labelledby", "for", "form", "list"}
HYPHENATED = re.compile(r"(?:aria|data)-[\w-]+|accept-charset|http-equiv")
REQUIRED = {"img": {"alt", "src"}, "html": {"lang"}}


@dataclass
class Open:
    """An element whose end tag has not come."""

    tag: str
    attributes: dict[str, str | None]
    children: Counter[str] = field(default_factory=Counter)


class Checker(HTMLParser):
    """Collects what is invalid in one document, or in a part of one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.opened = [Open("", {})]
        self.ids: dict[str, str] = {}
        self.referred: list[tuple[str, str, str]] = []
        self.is_page = False
        self.drawings = 0

    def handle_decl(self, decl: str) -> None:
        self.is_page = self.is_page or decl.lower() == "doctype html"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self.drawings:
            given = dict(attrs)
            self._check_attributes(tag, attrs, given)
            for fault in self._misplaced(tag, given):
                self._tell(fault)
            self.opened[-1].children[tag] += 1
            if tag not in VOID | {"svg"}:
                self.opened.append(Open(tag, given))
        self.drawings += tag == "svg"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.drawings:
            return
        if tag not in VOID:
            self._tell(f"<{tag}/> does not close itself")
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.drawings:
            self.drawings -= tag == "svg"
        elif tag in VOID:
            self._tell(f"</{tag}> closes an element without content")
        elif self.opened[-1].tag == tag:
            self._check_content(self.opened.pop())
        else:
            self._tell(f"</{tag}> closes <{self.opened[-1].tag}>")
            if any(each.tag == tag for each in self.opened):
                while self.opened.pop().tag != tag:
                    pass

    def handle_data(self, data: str) -> None:
        if self.opened[-1].tag in CHILDREN and data.strip():
            self._tell(f"text in <{self.opened[-1].tag}>")

    def finish(self) -> list[str]:
        """All faults, after the last piece was fed."""
        self.close()
        self.faults += [f"<{each.tag}> is never closed" for each in self.opened[1:]]
        if self.is_page:
            for tag, name, wanted in self.referred:
                found = self.ids.get(wanted)
                if found is None:
                    self.faults.append(f"<{tag} {name}={wanted}>: there is no such id")
                elif name == "for" and found not in LABELABLE:
                    self.faults.append(f"<{tag} for={wanted}> labels a <{found}>")
        return self.faults

    def _tell(self, fault: str) -> None:
        line, _ = self.getpos()
        self.faults.append(f"line {line}: {fault}")

    def _misplaced(self, tag: str, attributes: dict[str, str | None]) -> Iterator[str]:
        parent = self._parent()
        if not may_stand_in(tag, parent):
            yield f"<{tag}> in <{parent}>"
        around = {each.tag for each in self.opened}
        for outer in NEVER_INSIDE.get(tag, set()) & around:
            yield f"<{tag}> inside <{outer}>"
        if is_interactive(tag, attributes):
            for outer in {"a", "button"} & around:
                yield f"<{tag}> inside <{outer}>"
        if tag in ("legend", "summary") and self.opened[-1].children:
            yield f"<{tag}> is not the first in <{parent}>"

    def _parent(self) -> str:
        """The nearest element around that decides what may stand here."""
        for each in reversed(self.opened):
            if each.tag not in TRANSPARENT and "-" not in each.tag:
                return each.tag
        return ""

    def _check_attributes(
        self, tag: str, pairs: list[tuple[str, str | None]], given: dict[str, str | None]
    ) -> None:
        if len(pairs) > len(given):
            self._tell(f"<{tag}> has an attribute twice")
        for name in given:
            if "-" in name and not HYPHENATED.fullmatch(name):
                self._tell(f"<{tag} {name}>: there is no such attribute")
        for name in REQUIRED.get(tag, set()) - given.keys():
            self._tell(f"<{tag}> has no {name}")
        if given.get("type") == "hidden" and given.get("autocomplete") in ("on", "off"):
            self._tell("a hidden field with autocomplete")
        self._note_ids(tag, given)

    def _note_ids(self, tag: str, given: dict[str, str | None]) -> None:
        if (name := given.get("id")) is not None:
            if name in self.ids:
                self._tell(f'id="{name}" is used twice')
            if not name or re.search(r"\s", name):
                self._tell(f'id="{name}" is no id')
            self.ids[name] = tag
        for attribute in REFERENCES & given.keys():
            self.referred += [(tag, attribute, one) for one in (given[attribute] or "").split()]

    def _check_content(self, closed: Open) -> None:
        is_required = "required" in closed.attributes and "multiple" not in closed.attributes
        if closed.tag == "select" and is_required and not closed.children:
            self._tell("a required <select> without an <option>")
        if closed.tag == "head" and not closed.children["title"]:
            self._tell("a page without <title>")


def may_stand_in(tag: str, parent: str) -> bool:
    """Whether the content model of the element around it has a place for it."""
    if tag in ANYWHERE or not parent or parent == "template":
        return True
    if parent in CHILDREN:
        return tag in CHILDREN[parent]
    if tag in PARENTS:
        return parent in PARENTS[tag]
    if parent in {"legend", "summary"}:
        return tag not in FLOW_ONLY - HEADINGS
    return not (tag in FLOW_ONLY and parent in PHRASING_ONLY)


def is_interactive(tag: str, attributes: dict[str, str | None]) -> bool:
    """Whether it reacts to clicks, so that it must not stand in a link or a button."""
    if tag == "input":
        return attributes.get("type") != "hidden"
    return tag in INTERACTIVE or "tabindex" in attributes


def faults_of(markup: str) -> list[str]:
    """What is invalid in a document or a part of one."""
    checker = Checker()
    checker.feed(markup)
    return checker.finish()


def watch_pages() -> None:
    """Make every test client raise AssertionError for invalid HTML, and for a part of a page that
    answers a plain request: a browser would show it bare."""
    request = Client.request
    valid: set[int] = set()

    def checked(self: Client, **environment: Any) -> Any:
        answer = request(self, **environment)
        is_ours = not environment.get("PATH_INFO", "").startswith("/api/")
        if (
            is_ours
            and not answer.streaming
            and answer.headers.get("Content-Type", "").startswith("text/html")
        ):
            where = f"{environment.get('REQUEST_METHOD')} {environment.get('PATH_INFO')}"
            markup = body_of(answer).decode(answer.charset).lstrip()
            skeleton = hash(TEXT.sub("><", markup))
            if "HTTP_HX_REQUEST" not in environment and markup[:9].lower() != "<!doctype":
                assert not markup, f"{where} answers a part of a page to a plain request"
            if skeleton not in valid:
                faults = faults_of(markup)
                assert not faults, f"{where} is invalid HTML:\n" + "\n".join(faults[:10])
                valid.add(skeleton)
        return answer

    Client.request = checked  # type: ignore[method-assign]
