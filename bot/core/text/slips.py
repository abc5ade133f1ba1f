"""What a platform will link that nobody meant, and will not link although somebody did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.core.text import x
from bot.core.text.parsed import Entity, Parsed, Span
from bot.core.text.rules import Rules

_PROTOCOL: Final = re.compile("[a-z]+://", re.IGNORECASE)
_AFTER_HOST: Final = re.compile("[:/?]")
_LIKE_A_HASHTAG: Final = re.compile(r"[#＃]\w+")


def unmeant_links(parsed: Parsed) -> tuple[Span, ...]:
    """Links that look like a missing space after a full stop: "Stay safe now.Call us".

    X links `now.Call`, because `.call` is a top-level domain. People write the domains they
    mean in lower case after the first dot (`gov.uk`, `MLB.tv`), so a bare link is taken for an
    accident if a later part of its host begins with a capital, or if the last part is not all
    in lower case. "now.call" cannot be told from a domain that is meant, and passes. A name in
    capitals such as `GOV.UK` is reported too: often only the name is meant, and X links it.
    """
    links = (span for span in parsed.spans if span.kind is Entity.LINK)
    return tuple(span for span in links if _looks_unmeant(span.value))


def unlinked_hashtags(parsed: Parsed) -> tuple[Span, ...]:
    """What looks like a hashtag and will be none: "(#ACT)" on Bluesky, "#2026" everywhere."""
    signs = parsed.text.count("#") + parsed.text.count("＃")
    if signs == len(parsed.named(Entity.HASHTAG)):
        return ()
    found = (
        Span(Entity.HASHTAG, *match.span(), match[0][1:])
        for match in _LIKE_A_HASHTAG.finditer(parsed.text)
    )
    return tuple(_outside(found, parsed.spans))


def unlinked_addresses(parsed: Parsed) -> tuple[Span, ...]:
    """What X would link as an address, on purpose as it seems, and this platform does not."""
    if "." not in parsed.text:
        return ()
    on_x = x.parse(parsed.text)
    meant = (s for s in on_x.spans if s.kind is Entity.LINK and not _looks_unmeant(s.value))
    return tuple(_outside(meant, parsed.spans))


def linking(address: str, rules: Rules) -> str:
    """The address in the form that the platform links whole: with https:// where it must be."""
    for form in (address, f"https://{address}"):
        spans = rules.parse(form).spans
        if spans == (Span(Entity.LINK, 0, len(form), form),):
            return form
    return address


def _outside(found: Iterator[Span], spans: tuple[Span, ...]) -> Iterator[Span]:
    return (one for one in found if not any(s.start < one.end and one.start < s.end for s in spans))


def _looks_unmeant(link: str) -> bool:
    if _PROTOCOL.match(link):
        return False
    _, *later = _AFTER_HOST.split(link)[0].split(".")
    if not later:
        return False
    return any(label[:1].isupper() for label in later) or later[-1] != later[-1].lower()
