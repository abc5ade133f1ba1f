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


def as_written(content: str, *, shows_addresses: bool = False) -> str:
    """The text of a post's HTML: paragraphs and line breaks, links whole, NFC.

    Mastodon hides the ends of a long link by its style sheet, and leaves them in the text. Where
    another program cuts a link's text and ends it with '…', its address is taken; with
    `shows_addresses` it always is, but for hashtags and mentions.
    """
    reader = _Reader(shows_addresses)
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


def shows_the_words(content: str, text: str) -> bool:
    """Whether a post's HTML has a text's letters and digits, whatever was done to the rest.

    An instance that reads Markdown swallows signs, and another shows a link by other words than
    its address: neither makes another post of it. Nothing at all is never a post's text.
    """
    shown = (as_written(content), as_written(content, shows_addresses=True))
    wanted = _SIGN.sub("", comparable(text))
    return bool(shown[0]) and any(_SIGN.sub("", comparable(one)) == wanted for one in shown)


class _Reader(HTMLParser):
    def __init__(self, shows_addresses: bool) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._shows_addresses = shows_addresses
        self._link: tuple[int, str] | None = None  # where its text begins, and its address

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a":
            link = dict(attrs)
            is_plain = not {"mention", "hashtag"} & {*(link.get("class") or "").split()}
            self._link = len(self.parts), link.get("href") or "" if is_plain else ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a" and self._link:
            start, address = self._link
            shown = "".join(self.parts[start:])
            is_cut = shown.endswith(_SHORTENED) and _begins(address, shown)
            if address and (is_cut or self._shows_addresses):
                self.parts[start:] = [address]
            self._link = None

    def handle_data(self, data: str) -> None:
        self.parts.append(re.sub(r"\s+", " ", data))


def _begins(address: str, shown: str) -> bool:
    plain = re.sub(r"^https?://(?:www\.)?", "", address)
    start = re.sub(r"^https?://(?:www\.)?", "", shown.rstrip(".…"))
    return bool(start) and plain.startswith(start)
