"""One text, two spellings: a post as X's timeline gives it, and as its author wrote it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

_T_CO = re.compile(r"https?://t\.co/\w+")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_DOTTED_NAME = re.compile(r"(?:[\w-]+\.)+\w+")
_LAST_SLASH = re.compile(r"/(?=[\s.,;:!?)]|$)")
_MEDIA = re.compile(r"/status/\d+/(?:photo|video)/\d+$")


def as_written(text: str, entities: Mapping[str, Any]) -> str:
    """A post of the timeline as its author wrote it: entities undone, t.co expanded, NFC.

    X adds 'http://' to a bare domain and takes nothing away from a whole address, so an address
    with http:// is taken for one that was written without. The link of an attached picture,
    which nobody wrote, is dropped.
    """
    plain = _undone(text).strip()
    links = {link["url"]: _written_link(link, plain) for link in entities.get("urls") or ()}
    expanded = _T_CO.sub(lambda found: links.get(found[0], found[0]), plain)
    return unicodedata.normalize("NFC", expanded).strip()


def _written_link(link: Mapping[str, Any], text: str) -> str:
    short: str = link["url"]
    address: str = link.get("expanded_url") or link.get("display_url") or short
    if text.endswith(short) and ("media_key" in link or _MEDIA.search(address)):
        return ""
    return address.removeprefix("http://")


def comparable(text: str) -> str:
    """The form in which an author's text and X's copy of it are equal.

    Beyond what `as_written` undoes: no scheme, no slash at an address's end, host names in lower
    case, white space as one space.
    """
    plain = unicodedata.normalize("NFC", _undone(text))
    plain = _LAST_SLASH.sub("", _SCHEME.sub("", plain))
    return " ".join(_DOTTED_NAME.sub(lambda name: name[0].lower(), plain).split())


def _undone(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
