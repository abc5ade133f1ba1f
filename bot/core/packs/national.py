"""The folder of a campaign -> a national pack."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.core.anchors import Anchor
from bot.core.packs.accepting import ACCEPTS, read_accepts
from bot.core.packs.brief import BRIEF, read_brief
from bot.core.packs.cards import CARDS, read_cards
from bot.core.packs.conditions import CONDITIONS, read_conditions
from bot.core.packs.days import read_days
from bot.core.packs.hashtags import OPTIONAL, REQUIRED, read_hashtags
from bot.core.packs.locks import LOCKED, read_locked, read_locks
from bot.core.packs.messages import (
    is_empty,
    no_theme,
    read_messages,
    read_slots,
    read_withdrawn,
)
from bot.core.packs.pack import (
    Dated,
    EveryWeek,
    Message,
    NationalPack,
    Never,
    Schedule,
    Theme,
)
from bot.core.packs.signatures import FILE as SIGNATURES
from bot.core.packs.signatures import read_signatures
from bot.core.packs.values import ASKED, read_values
from bot.core.reading import NAME, WEEKDAYS, Reader
from bot.core.source import (
    Fields,
    Place,
    Problem,
    Scalar,
    did_you_mean,
    listed,
    read,
    shortened,
)

DEFAULT_GRACE: Final = timedelta(minutes=20)
MAX_GRACE: Final = timedelta(hours=12), "12 hours"  # what comes later than that is old news


CAMPAIGN_FIELDS: Final = (
    "campaign", "version", "scheduled", "starts", "days", "weeks", REQUIRED, OPTIONAL,
    "link", CARDS, "grace", "on_bank_holidays", "translation", "embargo", "may_preview", "handling",
    "review", "slots", ASKED, CONDITIONS, LOCKED, "withdraw", "themes", "messages",
    "same_for_all", ACCEPTS,
    BRIEF, "reviewed",
)  # fmt: skip


THEME_FIELDS: Final = ("on", "about", LOCKED)


THEME_FILE_FIELDS: Final = ("theme", "messages")


SCHEDULED: Final = ("by date", "every week", "never")


NOT_SCHEDULED: Final = {
    "every week": ("starts", "days", "weeks"),
    "never": ("starts", "days", "weeks", "slots"),
}
"""Fields that make no sense in a pack that is scheduled so."""


def read_national(
    id: str,  # noqa: A002 - the trade's word
    files: Mapping[str, bytes],
) -> tuple[NationalPack | None, list[Problem]]:
    """The pack in the folder `id`, or None where it cannot be used; and every Problem in it.

    `files` maps each file's path to its bytes: `campaign.yaml` and any number of theme files.
    """
    reader = Reader()
    main = next((path for path in files if path.endswith("/campaign.yaml")), None)
    if main is None:
        folder = Place(f"messages/national/{id}")
        reader.problem(
            folder, "no-campaign", "there is no campaign.yaml here.", "Every campaign has one."
        )
        return None, reader.problems
    if not NAME.fullmatch(id):
        better = re.sub(r"[^a-z0-9]+", "-", id.lower()).strip("-") or "winter-watch"
        reader.problem(
            Place(f"messages/national/{id}"),
            "bad-name",
            f'"{shortened(id)}" cannot be the name of a campaign.',
            f"Names are small letters and hyphens: rename the folder to {better}",
        )
    top, problems = read(main, files[main])
    reader.problems += problems
    if top is None:
        return None, reader.problems
    if not top.entries:
        advice = "Put back what it held; messages/README.md says what a campaign needs."
        reader.problem(Place(main, 1), "empty", "there is nothing in this file.", advice)
        return None, reader.problems
    reader.known_fields(top, CAMPAIGN_FIELDS, "a campaign")
    scheduled = _scheduled(reader, top)
    themes = (
        _named_themes(reader, top)
        if scheduled == "never"
        else _themes(reader, top, dated=scheduled == SCHEDULED[0])
    )
    messages = read_messages(reader, top, None, themes, what="campaign.yaml")
    beside = main.replace("campaign.yaml", SIGNATURES)
    for path in sorted(set(files) - {main, beside}):
        for name, message in _theme_file(reader, path, files[path], themes).items():
            if name in messages:
                reader.problem(
                    message.place,
                    "two-messages",
                    f'there is another message called "{name}" at {messages[name].place}.',
                    "Give one of them another name.",
                )
            messages.setdefault(name, message)
    withdraw = _recalled(reader, top, messages)
    pack = _national(reader, id, top, scheduled, themes, messages)
    pack = replace(pack, withdraw=withdraw) if pack is not None else None
    if pack is not None and beside in files:
        signatures, problems = read_signatures(beside, files[beside])
        pack, reader.problems = replace(pack, signatures=signatures), reader.problems + problems
    usable = pack is not None and not any(p.severity == "error" for p in reader.problems)
    return (pack if usable else None), reader.problems


def _recalled(reader: Reader, top: Fields, messages: dict[str, Message]) -> dict[str, str]:
    """What the national team recalls; marks the messages as withdrawn."""
    found = read_withdrawn(reader, top)
    group = top.entries.get("withdraw")
    for name, reason in found.items():
        if name in messages:
            messages[name] = replace(messages[name], withdrawn=reason or "recalled")
        elif isinstance(group, Fields):
            reader.problem(
                group.keys[name],
                "unknown-message",
                f'there is no message called "{name}" to recall.',
                did_you_mean(name, messages, what="Messages")
                + " A message that is recalled stays in the pack, so that its copies are known.",
            )
    return found


def recalled_in(files: Mapping[str, bytes]) -> dict[str, str]:
    """What a pack recalls, each with its reason, also where the rest of the pack has errors.

    A recall must not wait until somebody has mended a sentence elsewhere in the pack.
    """
    main = next((path for path in files if path.endswith("/campaign.yaml")), None)
    if main is None or b"withdraw" not in files[main]:
        return {}
    top, _ = read(main, files[main])
    return read_withdrawn(Reader(), top) if top is not None else {}


def _theme_file(
    reader: Reader, path: str, content: bytes, themes: Mapping[str, Theme]
) -> dict[str, Message]:
    """The messages in a theme's file; a file with nothing but notes in it has none."""
    top, problems = read(path, content)
    reader.problems += problems
    if top is not None and not content.strip():  # a file that was half saved, not one of notes
        advice = "Put back what it held, or remove the file."
        reader.problem(Place(path), "empty", "this file is empty.", advice)
    if top is None or not top.entries:
        return {}
    reader.known_fields(top, THEME_FILE_FIELDS, "a theme's file")
    theme = reader.phrase(top, "theme") or ""
    if theme and theme not in themes:
        no_theme(reader, reader.at(top, "theme"), theme, themes)
    return read_messages(reader, top, theme, themes, what=path)


def _scheduled(reader: Reader, top: Fields) -> str:
    """How the pack says it is scheduled: one of SCHEDULED."""
    said = (reader.phrase(top, "scheduled", needed=False) or SCHEDULED[0]).lower()
    if said not in SCHEDULED:
        reader.problem(
            reader.at(top, "scheduled"),
            "scheduled",
            f'"scheduled" is {listed(SCHEDULED, "or")}, not "{shortened(said)}".',
            "by date is a campaign with a first day, every week one that never ends, and never a "
            "pack held ready.",
        )
        return SCHEDULED[0]
    for name in NOT_SCHEDULED.get(said, ()):
        if name in top.entries:
            reader.problem(top.keys[name], "scheduled", *_makes_no_sense(name, said))
    return said


def _makes_no_sense(name: str, scheduled: str) -> tuple[str, str]:
    """(message, advice) for a field that does not go with how the pack is scheduled."""
    if scheduled == "never":
        return (
            f'a pack that is scheduled: never has no "{name}".',
            "Take it out. To let the bot post from the pack, write scheduled: by date.",
        )
    return (
        f'a pack that is scheduled: every week has no "{name}".',
        "Take it out. From when and until when it goes on stands at the run, in "
        "config/campaigns.yaml.",
    )


def _schedule(reader: Reader, top: Fields, scheduled: str) -> Schedule | None:
    if scheduled == "never":
        return Never()
    if scheduled == "every week":
        return EveryWeek()
    starts = reader.day(top, "starts")
    days = _days(reader, top)
    return Dated(starts, days) if starts else None


def _days(reader: Reader, top: Fields) -> int:
    days = reader.number(top, "days", default=0, least=1, most=366)
    weeks = reader.number(top, "weeks", default=0, least=1, most=53)
    said = top.entries.keys() & {"days", "weeks"}
    if len(said) != 1:
        reader.problem(
            top.keys["weeks"] if said else top.place,
            "missing-field",
            '"days" and "weeks" both stand here.' if said else '"days" or "weeks" is missing here.',
            "Say how long it lasts in one way: days: 5, or weeks: 8.",
        )
    return days or weeks * 7


def _national(
    reader: Reader,
    pack_id: str,
    top: Fields,
    scheduled: str,
    themes: dict[str, Theme],
    messages: dict[str, Message],
) -> NationalPack | None:
    ready = scheduled == "never"
    title = reader.phrase(top, "campaign")
    basis = reader.phrase(top, "same_for_all", needed=False)
    schedule = _schedule(reader, top, scheduled)
    hashtag = reader.phrase(top, REQUIRED, needed=not ready)
    slots = {} if ready else read_slots(reader, top, "slots")
    if not slots and not ready and is_empty(top.entries.get("slots") or Fields({}, {}, top.place)):
        reader.problem(
            top.keys.get("slots", top.place),
            "missing-field",
            '"slots" is missing here: when posts go out.',
            "Add slots: and under it a line such as morning: 09:00",
        )
    hashtags = read_hashtags(reader, top, REQUIRED, hashtag)
    more = read_hashtags(reader, top, OPTIONAL, ",".join(reader.listed(top, OPTIONAL)))
    values = read_values(reader, top)
    if title is None or schedule is None:
        return None
    return NationalPack(
        id=pack_id,
        title=title,
        version=reader.number(top, "version", default=1, least=1, most=9999),
        schedule=schedule,
        hashtags=hashtags,
        more_hashtags=more,
        link=reader.phrase(top, "link", needed=False),
        grace=reader.duration(top, "grace", default=DEFAULT_GRACE, most=MAX_GRACE),
        translation_reviewed=_reviewed(reader, top),
        slots=slots,
        values=values,
        themes=themes,
        messages={
            name: replace(one, same_for_all=one.same_for_all or basis)
            for name, one in messages.items()
        },
        place=top.keys.get("campaign", top.place),
        places=top.keys,
        cards=read_cards(reader, top),
        locks=read_locks(reader, top),
        embargo=reader.moment(top, "embargo"),
        may_preview=_may_preview(reader, top),
        handling=reader.phrase(top, "handling", needed=False),
        review=reader.day(top, "review", needed=False),
        reviewed=reader.day(top, "reviewed", needed=False),
        brief=read_brief(reader, top),
        on_bank_holidays=reader.yes_no(top, "on_bank_holidays", default=True),
        accepts=read_accepts(reader, top),
        conditions=read_conditions(reader, top, values),
    )


def _may_preview(reader: Reader, top: Fields) -> tuple[str, ...]:
    names = reader.listed(top, "may_preview")
    if names and "embargo" not in top.entries:
        reader.warn(
            top.keys["may_preview"],
            "no-embargo",
            "may_preview names people, and there is no embargo: everybody may preview it.",
            "Write embargo: and when it ends, such as Monday 2015-11-23 09:00, or take this out.",
        )
    return names


def _reviewed(reader: Reader, top: Fields) -> bool:
    said = reader.phrase(top, "translation", needed=False)
    if said in (None, "reviewed", "unreviewed"):
        return said != "unreviewed"
    reader.problem(
        reader.at(top, "translation"),
        "translation",
        f'"translation" is reviewed or unreviewed, not "{said}".',
        "Write reviewed once a translator has signed the Welsh.",
    )
    return False


def _themes(reader: Reader, top: Fields, *, dated: bool) -> dict[str, Theme]:
    group = reader.fields(top.entries.get("themes"), top.place, '"themes"')
    themes: dict[str, Theme] = {}
    taken: dict[int, str] = {}
    for name, node in reader.names(group, "theme").items():
        locked = None
        if isinstance(node, Fields):
            reader.known_fields(node, THEME_FIELDS, "a theme")
            holder, days, about = node, "on", reader.phrase(node, "about", needed=False) or name
            locked = read_locked(reader, node)
        else:
            holder, days, about = group, name, name
        weekdays, anchors = _days_of_theme(reader, holder, days, dated=dated)
        for weekday in weekdays:
            if weekday in taken:
                reader.problem(
                    group.keys[name],
                    "two-themes",
                    f"{WEEKDAYS[weekday]} already belongs to the theme {taken[weekday]}.",
                    "A day has one theme: take the weekday out of one of them.",
                )
            taken[weekday] = name
        themes[name] = Theme(name, about, weekdays, group.keys[name], locked, anchors)
    return themes


def _named_themes(reader: Reader, top: Fields) -> dict[str, Theme]:
    """The themes of a pack that is never scheduled: names, and what each is about."""
    group = reader.fields(top.entries.get("themes"), top.place, '"themes"')
    themes = {}
    for name, node in reader.names(group, "theme").items():
        place, about, locked = group.keys[name], name, None
        if isinstance(node, Fields):
            reader.known_fields(node, THEME_FIELDS, "a theme")
            about = reader.phrase(node, "about", needed=False) or name
            locked = read_locked(reader, node)
        said = node.keys.get("on") if isinstance(node, Fields) else place
        if said and not (isinstance(node, Scalar) and not node.value and not node.cut):
            reader.problem(
                said,
                "scheduled",
                f'a pack that is scheduled: never has no weekdays, and "{name}" names some.',
                f"Leave {name}: with nothing after it, or about: and a line for colleagues "
                "under it.",
            )
        themes[name] = Theme(name, about, frozenset(), place, locked)
    return themes


def _days_of_theme(
    reader: Reader, group: Fields, name: str, *, dated: bool
) -> tuple[frozenset[int], tuple[Anchor, ...]]:
    node = group.entries.get(name)
    if isinstance(node, Scalar) and not node.value:
        reader.problem(
            node.place, "empty", f'"{name}" has no weekday.', f"Write one after it: {name}: Monday"
        )
    if name not in group.entries:
        reader.problem(
            group.place,
            "missing-field",
            'a theme needs "on:" with its weekdays.',
            "Add a line such as on: Monday",
        )
    return read_days(reader, group, name, dated=dated)
