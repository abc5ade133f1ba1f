"""One text, two spellings: a post as an instance shows it, in HTML, and as its author wrote it."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from typing import Final

_BLOCKS: Final = frozenset({"p", "div", "blockquote", "pre", "ul", "ol"})
_SHORTENED: Final = ("…", "...")
_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)
_DOTTED_NAME: Final = re.compile(r"(?:[\w-]+\.)+\w+")
_LAST_SLASH: Final = re.compile(r"/(?=[\s.,;:!?)]|$)")
_HOST_OF_MENTION: Final = re.compile(r"(?<![\w@])(@\w+)@[\w-]+(?:\.[\w-]+)+")
_SIGN: Final = re.compile(r"[\W_]+")


def as_written(content: str) -> str:
    """The text of a post's HTML: paragraphs and line breaks, links whole, NFC.

    Mastodon hides the ends of a long link by its style sheet, and leaves them in the text. Where
    another program cuts a link's text and ends it with '…', its address is taken.
    """
    reader = _Reader()
    reader.feed(content)
    reader.close()
    lines = "".join(reader.parts).split("\n")
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in lines))
    return unicodedata.normalize("NFC", text).strip()


def comparable(text: str) -> str:
    """The form in which an author's text and an instance's copy of it are equal.

    No scheme, no slash at an address's end, host names in lower case, a mention without its
    host (an instance shows @user@host as @user), white space as one space.
    """
    plain = unicodedata.normalize("NFC", text)
    plain = _HOST_OF_MENTION.sub(r"\1", _LAST_SLASH.sub("", _SCHEME.sub("", plain)))
    return " ".join(_DOTTED_NAME.sub(lambda name: name[0].lower(), plain).split())


def same_words(text: str, other: str) -> bool:
    """Whether two texts have the same letters and digits, whatever an instance did to the rest.

    One that reads Markdown swallows signs; that makes no other post of it.
    """
    return _SIGN.sub("", comparable(text)) == _SIGN.sub("", comparable(other))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._link: tuple[int, str] | None = None  # where its text begins, and its address

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a":
            self._link = len(self.parts), dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a" and self._link:
            start, address = self._link
            shown = "".join(self.parts[start:])
            if shown.endswith(_SHORTENED) and _begins(address, shown):
                self.parts[start:] = [address]
            self._link = None

    def handle_data(self, data: str) -> None:
        self.parts.append(re.sub(r"\s+", " ", data))


def _begins(address: str, shown: str) -> bool:
    plain = re.sub(r"^https?://(?:www\.)?", "", address)
    start = re.sub(r"^https?://(?:www\.)?", "", shown.rstrip(".…"))
    return bool(start) and plain.startswith(start)
