"""What a link shows under a post on Bluesky, which shows nothing by itself: a pack's link cards."""

from __future__ import annotations

from typing import Final

from bot.core.model import Language
from bot.core.packs.pack import LinkCard
from bot.core.packs.pictures import PICTURE, pictures_by_language, words_by_language
from bot.core.reading import Reader, Words
from bot.core.source import Fields, Node, Place, Scalar

CARDS: Final = "link_cards"
TITLE: Final = "title"
ABOUT: Final = "about"
CARD_FIELDS: Final = (TITLE, ABOUT, PICTURE)
MAX_TITLE: Final = 100  # characters; the apps cut a longer one after two lines
MAX_ABOUT: Final = 300


def read_cards(reader: Reader, top: Fields) -> dict[str, LinkCard]:
    """The cards of a pack, by the names of their links."""
    group = reader.fields(top.entries.get(CARDS), top.place, f'"{CARDS}"')
    found = {}
    for link, node in group.entries.items():
        card = _card(reader, link, node, group.keys[link])
        if card is not None:
            found[link] = card
    return found


def _card(reader: Reader, link: str, node: Node, place: Place) -> LinkCard | None:
    inner = reader.fields(node, place, f'the card of "{link}"')
    reader.known_fields(inner, CARD_FIELDS, "a link card")
    titles = _words(reader, inner, TITLE, MAX_TITLE)
    abouts = _words(reader, inner, ABOUT, MAX_ABOUT)
    for name, words in ((TITLE, titles), (ABOUT, abouts)):
        if name not in inner.entries and not _is_empty(node):
            reader.problem(
                place,
                "missing-field",
                f'"{name}" is missing in the card of {link}.',
                f"Write what stands at the top of the page: {name}: Report online"
                if name == TITLE
                else f"Say in a sentence what the page is for: {name}: Tell us in confidence",
            )
        elif words and titles.keys() != words.keys():
            reader.problem(
                inner.keys[name],
                "no-twin",
                f"the card of {link} has its title and {ABOUT} in different languages.",
                "Give both in each language that the pack speaks.",
            )
    picture = inner.entries.get(PICTURE)
    pictures = pictures_by_language(reader, picture) if picture is not None else {}
    return LinkCard(link, titles, abouts, pictures, place) if titles and abouts else None


def _words(reader: Reader, group: Fields, name: str, most: int) -> dict[Language, Words]:
    node = group.entries.get(name)
    found = words_by_language(reader, node, name) if node is not None else {}
    for words in found.values():
        if len(words.text) > most or "\n" in words.text:
            reader.problem(
                words.place,
                "card-too-long",
                f"the {name} of a link card is one line of at most {most} characters, and this has "
                f"{len(words.text)}.",
                "Say less: the post has the words that matter.",
            )
    return found


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.value
