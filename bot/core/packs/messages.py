"""What national and local packs share: messages with their wordings, and slots."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.core.model import Language
from bot.core.packs.accepting import ACCEPTS, read_accepts
from bot.core.packs.limits import NOT_FOR, ONLY_FOR
from bot.core.packs.locks import LOCKED, read_locked
from bot.core.packs.pack import Audience, Limits, Message, Slot, Theme, Wording
from bot.core.packs.pictures import PICTURE, PICTURE_FIELDS, read_picture
from bot.core.packs.purpose import PURPOSE, SETTING, read_purpose, read_settings
from bot.core.packs.videos import VIDEO, VIDEO_FIELDS, read_video
from bot.core.reading import Reader
from bot.core.source import Fields, Node, Place, Scalar, did_you_mean, listed, shortened

MAX_MESSAGES: Final = 2_000  # in one file


AMPLIFY: Final = "amplify"
REPOST: Final = "repost"
MESSAGE_FIELDS: Final = (
    "theme", *PICTURE_FIELDS, *VIDEO_FIELDS, "wordings", "same_for_all", "essential", LOCKED,
    ONLY_FOR, NOT_FOR, AMPLIFY, "audience", ACCEPTS,
    PURPOSE, SETTING,
)  # fmt: skip


_WORD: Final = re.compile(r"[^\W\d_]{2,}")


WORDING_FIELDS: Final = (
    "en", "cy", "for_forces_with", "for_forces_without", ONLY_FOR, NOT_FOR, ACCEPTS,
)  # fmt: skip


def read_messages(
    reader: Reader, top: Fields, theme: str | None, themes: Mapping[str, Theme], *, what: str
) -> dict[str, Message]:
    """The messages of a file; `theme` is the file's own, None where each message names its own."""
    group = reader.fields(top.entries.get("messages"), top.place, f'"messages" in {what}')
    found: dict[str, Message] = {}
    if len(group.entries) > MAX_MESSAGES:
        reader.problem(
            group.place,
            "too-many",
            f"there are {len(group.entries):,} messages here, and {MAX_MESSAGES:,} are the most.",
            "Is it the right file? A campaign of a whole year has some hundreds.",
        )
        return found
    for name, node in reader.names(group, "message").items():
        message = read_message(reader, name, node, group.keys[name], theme)
        if message is None:
            continue
        found[name] = message
        if theme is None and message.theme and message.theme not in themes:
            no_theme(reader, _at_theme(node, message.place), message.theme, themes)
    return found


def _at_theme(node: Node, place: Place) -> Place:
    return Reader.at(node, "theme") if isinstance(node, Fields) else place


def read_message(
    reader: Reader, name: str, node: Node, place: Place, theme: str | None, *, local: bool = False
) -> Message | None:
    inner = reader.fields(node, place, f'the message "{name}"')
    if is_nameless(reader, inner, f"the message {name}", "wordings: and the name of a wording"):
        return None
    reader.known_fields(inner, MESSAGE_FIELDS, "a message")
    needs_theme = theme is None and bool(inner.entries) and not local
    own = reader.phrase(inner, "theme", needed=needs_theme)
    if own and theme and own != theme:
        reader.problem(
            reader.at(inner, "theme"),
            "other-theme",
            f'this file is for the theme "{theme}", not "{own}".',
            "Move the message to its theme's file, or leave the line out.",
        )
    group = reader.fields(inner.entries.get("wordings"), place, f'"wordings" of {name}')
    wordings = read_wordings(reader, group, name, local=local)
    basis = reader.phrase(inner, "same_for_all", needed=False)
    if basis and local:
        reader.problem(
            reader.at(inner, "same_for_all"),
            "same-for-all",
            "only a national pack can say that every account may use the same words.",
            "Take the line out, and put {{ in_area }} or the like in your words.",
        )
    if local and LOCKED in inner.entries:
        advice = "Take the line out: nobody changes a message of your own but you."
        said = "only a national pack can lock a message."
        reader.problem(inner.keys[LOCKED], "lock", said, advice)
    if wordings:
        message = Message(name, theme or own or "", wordings, place, local=local)
        picture, video = read_picture(reader, inner, name), read_video(reader, inner, name)
        if picture and video:
            said = f"{name} has a picture and a video, and platforms show one or the other."
            reader.problem(video.place, "two-media", said, "Take one of the two out.")
        return replace(
            message,
            same_for_all=basis,
            essential=_essential(reader, inner),
            picture=picture,
            video=None if picture else video,
            locked=None if local else read_locked(reader, inner),
            only_for=_only_for(reader, inner),
            not_for=reader.listed(inner, NOT_FOR),
            amplify=_amplify(reader, inner, local=local),
            accepts=read_accepts(reader, inner),
            audience=_audience(reader, inner),
            purpose=read_purpose(reader, inner),
            settings=read_settings(reader, inner),
        )
    if not group.entries and is_empty(node) and not set(inner.entries) - set(MESSAGE_FIELDS):
        reader.problem(
            place,
            "no-wordings",
            f'the message "{name}" has no wordings.',
            "Write wordings: under it, then a name for each, then en: and cy:",
        )
    return None


def _essential(reader: Reader, inner: Fields) -> str | None:
    """On whose authority the message goes out even in mourning."""
    authority = reader.phrase(inner, "essential", needed=False)
    if authority and len(_WORD.findall(authority)) < 2:
        reader.problem(
            reader.at(inner, "essential"),
            "essential",
            f'"essential: {shortened(authority)}" does not say on whose authority.',
            "Write who decided it and when: essential: ACC Smith, 1 May 2026. Leave the line out "
            "where the message can wait.",
        )
        return None
    return authority


def _amplify(reader: Reader, inner: Fields, *, local: bool) -> bool:
    """Whether accounts that were opted in repost what the national account says of it."""
    said = reader.phrase(inner, AMPLIFY, needed=False)
    if said is None:
        return False
    if local:
        reader.problem(reader.at(inner, AMPLIFY), AMPLIFY, *ONLY_NATIONAL)
        return False
    if said != REPOST:
        reader.problem(
            reader.at(inner, AMPLIFY),
            AMPLIFY,
            f'"{AMPLIFY}: {shortened(said)}" is nothing that the bot does.',
            f"Write {AMPLIFY}: {REPOST}, or take the line out.",
        )
    return said == REPOST


ONLY_NATIONAL: Final = (
    "only a national pack can say that its message is reposted.",
    "Take the line out. Whether an account of yours reposts what the national account says is "
    "written in config/forces.yaml, as amplifies: yes under the account.",
)


def _audience(reader: Reader, inner: Fields) -> Audience:
    """Whom the message is for. Where that cannot be read it is kept from the public."""
    said = (reader.phrase(inner, "audience", needed=False) or Audience.PUBLIC).lower()
    if said in list(Audience):
        return Audience(said)
    reader.problem(
        reader.at(inner, "audience"),
        "audience",
        f'"audience" is {listed(Audience, "or")}, not "{shortened(said)}".',
        "Leave the line out for the public. What is for staff is never published.",
    )
    return Audience.STAFF


def is_empty(node: Node) -> bool:
    """Whether nothing stands there: neither fields nor something else, reported already."""
    return isinstance(node, Fields) or (isinstance(node, Scalar) and not node.value)


def is_nameless(reader: Reader, group: Fields, where: str, missing: str) -> bool:
    """Words that stand where a name should: a level was left out."""
    for language in Language:
        if language.value in group.entries:
            reader.problem(
                group.keys[language.value],
                "level-missing",
                f'"{language}:" stands straight under {where}.',
                f"Between the two belongs {missing}.",
            )
            return True
    return False


def read_wordings(
    reader: Reader, group: Fields, message: str, *, local: bool
) -> dict[str, Wording]:
    if is_nameless(reader, group, message, "the name of a wording"):
        return {}
    found = {}
    for name, node in reader.names(group, "wording").items():
        place = group.keys[name]
        if name in (PICTURE, VIDEO):
            advice = f"The {name} of a message stands beside its wordings, not among them."
            reader.problem(place, "bad-name", f"no wording can be called {name}.", advice)
            continue
        if name == AMPLIFY and isinstance(node, Scalar):  # in a force's own `change`
            reader.problem(place, AMPLIFY, *ONLY_NATIONAL)
            continue
        inner = reader.fields(node, place, f'the wording "{message}/{name}"')
        reader.known_fields(inner, WORDING_FIELDS, "a wording")
        words = {}
        for language in Language:
            if language.value in inner.entries:
                text = reader.words(inner.entries[language.value], language.value)
                if text:
                    words[language] = text
        if is_empty(node) and not set(inner.entries) - set(WORDING_FIELDS[2:]):
            reader.problem(
                place,
                "no-words",
                f'the wording "{message}/{name}" has no words.',
                'Write them under it: "en: |", and the words on the next line.',
            )
        found[name] = Wording(
            name,
            words,
            reader.listed(inner, "for_forces_with"),
            reader.listed(inner, "for_forces_without"),
            place,
            local,
            only_for=_only_for(reader, inner),
            not_for=reader.listed(inner, NOT_FOR),
            accepts=read_accepts(reader, inner),
        )
    return found


def _only_for(reader: Reader, inner: Fields) -> Limits:
    names = reader.listed(inner, ONLY_FOR)
    return (names,) if names else ()


def read_slots(reader: Reader, top: Fields, name: str) -> dict[str, Slot]:
    group = reader.fields(top.entries.get(name), top.place, f'"{name}"')
    slots: dict[str, Slot] = {}
    for slot in reader.names(group, "slot"):
        at = reader.clock(group, slot)
        if at is None:
            continue
        twin = next((other for other in slots.values() if other.at == at), None)
        if twin:
            reader.problem(
                group.keys[slot],
                "two-slots",
                f"{slot} and {twin.name} are at the same time.",
                "An account says one thing at a time: give one of them another time.",
            )
        else:
            slots[slot] = Slot(slot, at, group.keys[slot])
    return slots


def read_withdrawn(reader: Reader, top: Fields) -> dict[str, str]:
    """The messages that a pack takes out, each with its reason."""
    group = reader.fields(top.entries.get("withdraw"), top.place, '"withdraw"')
    found = {}
    for name in group.entries:
        before = len(reader.problems)
        reason = reader.phrase(group, name, needed=False)
        if not reason and len(reader.problems) == before:
            reader.problem(
                group.keys[name],
                "no-reason",
                f'"{name}" is withdrawn without a reason.',
                f"Write it after the name: {name}: we have no cinema",
            )
        found[name] = reason or ""
    return found


def no_theme(reader: Reader, place: Place, theme: str, themes: Mapping[str, Theme]) -> None:
    reader.problem(
        place,
        "unknown-theme",
        f'there is no theme called "{theme}".',
        did_you_mean(theme, themes, what="Themes"),
    )
