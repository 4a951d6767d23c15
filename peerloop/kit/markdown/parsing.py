"""Reads a text into tokens: the subset, and the two rules of our own that find addresses and names.

What is left out would surprise who doesn't know Markdown (indented code, underlined headings, links
defined elsewhere, entities) or show something that strangers choose (pictures, HTML).
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from peerloop.kit.markdown.links import LONGEST_ADDRESS, is_allowed

# Longer texts are shown as they were written. The work grows with the square of brackets.
LONGEST = 20_000
MOST_BRACKETS = 200
MOST_ADDRESSES = 100
MOST_CELLS = 1_000
DEEPEST = 12
LEFT_OUT = ["image", "code", "lheading", "reference", "html_block", "html_inline", "entity"]

# A text with none of these says the same with and without Markdown.
ANY_MARKS = re.compile(r"[\\`*_~\[\]<>|@\r\x00]|://|^\s*(?:[-+#]|\d+[.)])|[^\S \n]", re.MULTILINE)
MENTION = re.compile(r"@([A-Za-z][A-Za-z0-9_]{2,19})(?![A-Za-z0-9_@])")
ADDRESS = re.compile(rf"://[^\s<>\"`\\]{{1,{LONGEST_ADDRESS}}}")
SCHEME_BEFORE = re.compile(r"(?:^|[^A-Za-z0-9])(https?)$", re.IGNORECASE)
CLOSES = {")": "(", "]": "["}
ENDS = ".,;:!?'*_~"


def tokens_of(text: str, mentions: Mapping[str, str] | None = None) -> list[Token]:
    """The blocks of a text; ``mentions``: the address of each person by handle in small letters."""
    if len(text) > LONGEST:
        return _as_written(text)
    parser = _parser(
        has_links=text.count("[") <= MOST_BRACKETS, has_tables=text.count("|") <= MOST_CELLS
    )
    return parser.parse(text, {"mentions": mentions or {}})


def rendered(tokens: list[Token]) -> str:
    """The tokens as HTML, which is not clean yet."""
    parser = _parser(has_links=True, has_tables=True)
    return str(parser.renderer.render(tokens, parser.options, {}))


def mentioned(text: str) -> list[str]:
    """The handles after an ``@`` outside of code and links, in small letters, each once."""
    if "@" not in text:
        return []
    found = _Everybody()
    tokens_of(text, found)
    return list(found.asked)


class _Everybody(dict[str, str]):
    """Notes which handles are asked for, and knows nobody."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: dict[str, None] = {}

    def __bool__(self) -> bool:
        return True

    def get(self, handle: str, default: Any = None) -> Any:
        self.asked[handle] = None
        return default


@lru_cache(maxsize=4)
def _parser(*, has_links: bool, has_tables: bool) -> MarkdownIt:
    parser = MarkdownIt(
        "commonmark", {"html": False, "breaks": True, "xhtmlOut": False, "maxNesting": DEEPEST}
    )
    parser.enable(["table", "strikethrough"]).disable(LEFT_OUT)
    if not has_links:
        parser.disable("link")
    if not has_tables:
        parser.disable("table")
    parser.inline.ruler.before("newline", "address", _address)
    parser.inline.ruler.before("newline", "mention", _mention)
    parser.validateLink = is_allowed  # type: ignore[method-assign, assignment]
    return parser


def _address(state: StateInline, silent: bool) -> bool:
    """An address of the web that stands in the text by itself becomes a link."""
    if state.linkLevel > 0 or state.src[state.pos] != ":":
        return False
    scheme = SCHEME_BEFORE.search(state.pending[-6:])
    rest = ADDRESS.match(state.src, state.pos, state.posMax)
    if scheme is None or rest is None:
        return False
    ending = _without_ends(rest[0])
    words = f"{scheme[1]}{ending}"
    found = state.env["addresses"] = state.env.get("addresses", 0) + 1
    address = state.md.normalizeLink(words) if found <= MOST_ADDRESSES else ""
    if not is_allowed(address):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[1])]
        _push_link(state, address, words)
    state.pos += len(ending)
    return True


def _mention(state: StateInline, silent: bool) -> bool:
    """A handle after an ``@``, if it is known, becomes a link to that person."""
    if state.linkLevel > 0 or state.src[state.pos] != "@":
        return False
    before = state.src[state.pos - 1] if state.pos else " "
    found = MENTION.match(state.src, state.pos, state.posMax)
    if found is None or before.isalnum() or before in "_@/.":
        return False
    mentions = state.env.get("mentions")
    # Links are looked through before they are read: those are no mentions.
    address = mentions.get(found[1].lower(), "") if mentions and not silent else ""
    if not silent:
        if not address:
            return False
        _push_link(state, address, found[0])
    state.pos += len(found[0])
    return True


def _push_link(state: StateInline, address: str, words: str) -> None:
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": address}
    state.push("text", "", 0).content = words
    state.push("link_close", "a", -1)


def _without_ends(address: str) -> str:
    """Without signs that end the sentence, and without a bracket that began before it."""
    while address:
        last = address[-1]
        if last in ENDS or (last in CLOSES and address.count(last) > address.count(CLOSES[last])):
            address = address[:-1]
        else:
            break
    return address


def _as_written(text: str) -> list[Token]:
    """One paragraph a block of lines, without any reading."""
    tokens = []
    for block in re.split(r"\n\s*\n", text.strip()):
        words = _children(block.split("\n"))
        tokens += [
            Token("paragraph_open", "p", 1, block=True),
            Token("inline", "", 0, content=block, children=words, block=True),
            Token("paragraph_close", "p", -1, block=True),
        ]
    return tokens


def _children(lines: Sequence[str]) -> list[Token]:
    children: list[Token] = []
    for line in lines:
        if children:
            children.append(Token("softbreak", "br", 0))
        children.append(Token("text", "", 0, content=line.strip()))
    return children
