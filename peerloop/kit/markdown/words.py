"""A text as plain words: for mails, notifications, and a line in a list."""

from markdown_it.token import Token

from peerloop.kit.markdown.links import absolute, said_host
from peerloop.kit.markdown.parsing import ANY_MARKS, tokens_of

SHORT = 140
QUOTED = "> "


def to_text(text: str) -> str:
    """The text in plain lines: lists and quotes as one writes them, addresses after their links."""
    return _Lines(is_whole=True).of(tokens_of(text))


def excerpt(text: str, most: int = SHORT) -> str:
    """The first words in one line of at most ``most`` characters and a sign that it goes on."""
    # Marks take place too: four times as much is read.
    beginning = text[: most * 4]
    words = " ".join(_read(beginning).split())
    # A rule has no words: then its signs stand for it.
    words = words or " ".join(beginning.split())
    if len(words) <= most and len(beginning) == len(text):
        return words
    return f"{words[:most].rstrip()}…"


def _read(text: str) -> str:
    if not ANY_MARKS.search(text):
        return text
    return _Lines(is_whole=False).of(tokens_of(text))


class _Lines:
    """Walks the tokens once, and says the words of each block.

    ``is_whole``: with the signs of lists and quotes, and with the addresses of links.
    """

    def __init__(self, *, is_whole: bool) -> None:
        self.is_whole = is_whole
        self.said = ""
        self.margins: list[str] = []
        # The sign of a list's item, until its first line is said.
        self.sign = ""
        self.numbers: list[int | None] = []
        self.row: list[str] | None = None
        self.is_tight = False
        # A list begins after an empty line, unless it stands in another.
        self.is_first = False

    def of(self, tokens: list[Token]) -> str:
        """All of it."""
        for token in tokens:
            name, _, way = token.type.rpartition("_")
            if token.type in ("inline", "fence"):
                self._words(token)
            elif way == "open":
                self._open(name, token)
            elif way == "close":
                self._close(name)
        return self.said

    def _open(self, name: str, token: Token) -> None:
        if name in ("ordered_list", "bullet_list"):
            is_counted = name == "ordered_list"
            self.is_first = not self.numbers
            self.numbers.append(int(token.attrs.get("start", 1)) if is_counted else None)
        elif name == "list_item":
            number = self.numbers[-1]
            self.sign = "- " if number is None else f"{number}. "
            self.numbers[-1] = None if number is None else number + 1
            self.margins.append(" " * len(self.sign))
        elif name == "blockquote":
            self.margins.append(QUOTED)
        elif name == "tr":
            self.row = []
            self.is_first = False
        elif name == "paragraph":
            self.is_tight = token.hidden
        elif name == "tbody":
            self.is_tight = True
        elif name in ("heading", "table"):
            self.is_tight = False

    def _close(self, name: str) -> None:
        if name in ("ordered_list", "bullet_list"):
            self.numbers.pop()
        elif name in ("list_item", "blockquote"):
            self.margins.pop()
            self.sign = ""
        elif name == "tr" and self.row is not None:
            row, self.row = " | ".join(self.row), None
            self._say(row)

    def _words(self, token: Token) -> None:
        if token.type == "fence":
            self.is_tight = False
            self._say(token.content.rstrip("\n"))
        elif self.row is not None:
            self.row.append(self._inline(token.children or []))
        else:
            self._say(self._inline(token.children or []))

    def _say(self, words: str) -> None:
        if not words:
            return
        margin = "".join(self.margins) if self.is_whole else ""
        first = f"{''.join(self.margins[:-1])}{self.sign}" if margin and self.sign else margin
        if self.said:
            self.said += "\n" if self.is_tight and not self.is_first else "\n\n"
        self.said += first + words.replace("\n", f"\n{margin}")
        self.sign, self.is_first = "", False

    def _inline(self, children: list[Token]) -> str:
        said, address, begun = "", "", 0
        for token in children:
            if token.type in ("softbreak", "hardbreak"):
                said += "\n"
            elif token.type == "link_open":
                address, begun = str(token.attrs.get("href", "")), len(said)
            elif token.type == "link_close":
                said += self._address(address, said[begun:])
            else:
                said += token.content
        return said

    def _address(self, address: str, words: str) -> str:
        if not self.is_whole:
            return ""
        is_said = not said_host(address, words) and not address.startswith("/")
        return "" if is_said or absolute(address) == words else f" ({absolute(address)})"
