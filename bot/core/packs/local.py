"""A force's file -> a local pack."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol, TypeVar

from bot.core.packs.accepting import ACCEPTS, read_accepts
from bot.core.packs.hashtags import OPTIONAL, read_own_hashtags, required_here
from bot.core.packs.limits import ONLY_FOR
from bot.core.packs.messages import read_message, read_slots, read_withdrawn, read_wordings
from bot.core.packs.pack import LocalPack, Message, Wording
from bot.core.packs.pictures import PICTURE_FIELDS, read_picture
from bot.core.packs.videos import VIDEO_FIELDS, read_video
from bot.core.reading import Reader
from bot.core.source import Fields, Node, Place, Problem, Scalar, read, shortened

MOVE: Final = "move"

PARTS: Final = ("fill_in", "change", "add", "withdraw", MOVE, OPTIONAL)

Medium = TypeVar("Medium", covariant=True)

LOCAL_FIELDS: Final = (
    "force", "campaign", "takes_part", "why", "written_for_version", "national_corrections", *PARTS,
    ONLY_FOR, "times", "accounts", ACCEPTS,
)  # fmt: skip

REGION_FIELDS: Final = ("region", "campaign", "written_for_version", *PARTS, ONLY_FOR, "times")

ACCOUNT_PART_FIELDS: Final = (*PARTS, "times")


CORRECTIONS: Final = ("ask", "trusted")


def read_local(
    file: str, content: bytes, *, sender: str, campaign: str
) -> tuple[LocalPack, list[Problem]]:
    """The local pack in one file; `ok` is False, and nothing in it counts, where it has errors."""
    reader = Reader()
    top = _top(reader, file, content, f".venv/bin/bot localise {sender} {campaign}")
    if top is None:
        return _nothing(sender, campaign, Place(file), ok=False), reader.problems
    _check_fields(reader, top, LOCAL_FIELDS, "a local pack")
    for name, expected in (("force", sender), ("campaign", campaign)):
        _check_folder(reader, top, name, expected)
    takes_part, why_not = _takes_part(reader, top)
    own = replace(
        _laid(reader, top, _nothing(sender, campaign, Place(file, 1))),
        takes_part=takes_part,
        why_not=why_not,
        written_for_version=_version(reader, top),
        only_for=_limited(reader, top),
        trusts_corrections=_trusts(reader, top),
        accepts=read_accepts(reader, top),
    )
    local = replace(own, accounts=_of_accounts(reader, top, own))
    return _judged(local, reader), reader.problems


def read_region(
    file: str, content: bytes, *, region: str, campaign: str
) -> tuple[LocalPack, list[Problem]]:
    """What a region lays over a campaign for all its forces; `ok` as in `read_local`."""
    reader = Reader()
    top = _top(reader, file, content, f'.venv/bin/bot localise "{region}" {campaign}')
    nothing = replace(_nothing("", campaign, Place(file, 1)), region=region)
    if top is None:
        return replace(nothing, ok=False), reader.problems
    _check_fields(reader, top, REGION_FIELDS, "a region's pack")
    for name, expected in (("region", region), ("campaign", campaign)):
        _check_folder(reader, top, name, expected)
    local = replace(
        _laid(reader, top, nothing),
        written_for_version=_version(reader, top),
        only_for=_limited(reader, top),
    )
    return _judged(local, reader), reader.problems


def _top(reader: Reader, file: str, content: bytes, begin: str) -> Fields | None:
    """The fields of a file; None where it cannot be read, or holds none."""
    top, problems = read(file, content)
    reader.problems += problems
    if top is not None and not top.entries:
        advice = f"Begin with: {begin}"
        reader.problem(Place(file, 1), "empty", "there is nothing in this file.", advice)
        return None
    return top


def _check_fields(reader: Reader, top: Fields, known: tuple[str, ...], what: str) -> None:
    wrong = required_here(reader, top, what)
    others = {name: place for name, place in top.keys.items() if name not in wrong}
    reader.known_fields(replace(top, keys=others), known, what)


def _judged(local: LocalPack, reader: Reader) -> LocalPack:
    ok = not any(problem.severity == "error" for problem in reader.problems)
    return replace(local, ok=ok)


def _version(reader: Reader, top: Fields) -> int:
    return reader.number(top, "written_for_version", default=1, least=1, most=9999)


def _nothing(sender: str, campaign: str, place: Place, *, ok: bool = True) -> LocalPack:
    return LocalPack(
        sender, campaign, None, "", 1, {}, {}, {}, {}, {}, place=place, places={}, ok=ok
    )  # fmt: skip


def _laid(reader: Reader, top: Fields, over: LocalPack) -> LocalPack:
    """The overlay with what every kind of overlay may hold."""
    fill_in = reader.fields(top.entries.get("fill_in"), top.place, '"fill_in"')
    return replace(
        over,
        fill_in={
            name: reader.by_language(node, name)
            for name, node in fill_in.entries.items()
            if not _left_blank(node)
        },
        change=_changes(reader, top),
        add=_added(reader, top),
        withdraw=read_withdrawn(reader, top),
        times={name: slot.at for name, slot in read_slots(reader, top, "times").items()},
        places=_places(top),
        pictures=_changed(reader, top, read_picture),
        videos=_changed(reader, top, read_video),
        moves=_moved(reader, top),
        more_hashtags=read_own_hashtags(reader, top),
    )


def _of_accounts(reader: Reader, top: Fields, local: LocalPack) -> dict[str, LocalPack]:
    """What stands under `accounts`: an overlay of its own for each account."""
    group = reader.fields(top.entries.get("accounts"), top.place, '"accounts"')
    found = {}
    for name, node in reader.names(group, "account").items():
        place = group.keys[name]
        inner = reader.fields(node, place, f'the account "{name}"')
        _check_fields(reader, inner, ACCOUNT_PART_FIELDS, "what an account says")
        found[name] = _laid(reader, inner, _nothing(local.sender, local.campaign, place))
    return found


def _check_folder(reader: Reader, top: Fields, name: str, expected: str) -> None:
    if name not in top.entries:
        reader.problem(
            top.place,
            "missing-field",
            f'"{name}" is missing here.',
            f"Add a line {name}: {expected}",
        )
        return
    said = reader.phrase(top, name)
    if said and said != expected:
        reader.problem(
            reader.at(top, name),
            "wrong-folder",
            f'this file stands where {name} is "{expected}", but says "{shortened(said)}".',
            f"Write {name}: {expected}, or move the file.",
        )


def _takes_part(reader: Reader, top: Fields) -> tuple[bool | None, str]:
    """(whether the force takes part, None where it has not said; why not)."""
    why_not = reader.phrase(top, "why", needed=False) or ""
    before = len(reader.problems)
    said = reader.yes_no(top, "takes_part", default=False)
    node = top.entries.get("takes_part")
    if node is None or _left_blank(node) or len(reader.problems) > before:
        return None, why_not  # only a person's yes is a yes
    if not said and not why_not:
        reader.problem(
            reader.at(top, "takes_part"),
            "no-reason",
            "takes_part: no has no reason.",
            "Add a line such as why: our own campaign runs that week",
        )
    return said, why_not


def _trusts(reader: Reader, top: Fields) -> bool:
    name, (ask, trusted) = "national_corrections", CORRECTIONS
    said = reader.phrase(top, name, needed=False) or ask
    if said not in CORRECTIONS:
        reader.problem(
            reader.at(top, name),
            "national-corrections",
            f'"{name}" is {ask} or {trusted}, not "{shortened(said)}".',
            f"{trusted} lets approvals stand where only the national team changed a message; with "
            f"{ask}, or without the line, each is approved again.",
        )
    return said == trusted


def _left_blank(node: Node) -> bool:
    """As `bot localise` leaves it: the name, and nothing written after it or its languages."""
    if isinstance(node, Scalar):
        return not node.value and not node.cut
    return isinstance(node, Fields) and all(map(_left_blank, node.entries.values()))


def _places(top: Fields) -> dict[tuple[str, str], Place]:
    return {
        (part, name): place
        for part, node in top.entries.items()
        if isinstance(node, Fields)
        for name, place in node.keys.items()
    }


def _changes(reader: Reader, top: Fields) -> dict[str, dict[str, Wording]]:
    group = reader.fields(top.entries.get("change"), top.place, '"change"')
    return {
        name: read_wordings(reader, _wordings_in(reader, group, name), name, local=True)
        for name in group.entries
    }


def _wordings_in(reader: Reader, group: Fields, name: str) -> Fields:
    """What stands under a message in `change`, less its picture or its video."""
    inner = reader.fields(group.entries[name], group.keys[name], f'"{name}"')
    others = (*PICTURE_FIELDS, *VIDEO_FIELDS)
    entries = {n: node for n, node in inner.entries.items() if n not in others}
    keys = {n: place for n, place in inner.keys.items() if n not in others}
    return Fields(entries, keys, inner.place)


class _ReadMedium(Protocol[Medium]):
    def __call__(
        self, reader: Reader, group: Fields, message: str, *, changes: bool
    ) -> Medium | None: ...


def _changed(reader: Reader, top: Fields, read_one: _ReadMedium[Medium]) -> dict[str, Medium]:
    """The pictures or the videos in `change`, by their messages."""
    group = top.entries.get("change")
    found = {}
    for name, node in group.entries.items() if isinstance(group, Fields) else ():
        if isinstance(node, Fields) and (one := read_one(reader, node, name, changes=True)):
            found[name] = one
    return found


def _added(reader: Reader, top: Fields) -> dict[str, Message]:
    group = reader.fields(top.entries.get("add"), top.place, '"add"')
    found = {}
    for name, node in reader.names(group, "message").items():
        message = read_message(reader, name, node, group.keys[name], None, local=True)
        if message:
            found[name] = message
    return found


def _moved(reader: Reader, top: Fields) -> dict[str, str]:
    group = reader.fields(top.entries.get(MOVE), top.place, f'"{MOVE}"')
    found = {name: reader.phrase(group, name) for name in group.entries}
    return {name: theme for name, theme in found.items() if theme}


def _limited(reader: Reader, top: Fields) -> dict[str, tuple[str, ...]]:
    group = reader.fields(top.entries.get(ONLY_FOR), top.place, f'"{ONLY_FOR}"')
    found = {name: reader.listed(group, name) for name in group.entries}
    for name, names in found.items():
        if not names and not any(p.place.line == group.keys[name].line for p in reader.problems):
            reader.problem(
                group.keys[name],
                "empty",
                f'"{name}" is limited to nobody.',
                "Write whom it is for, such as x, or put it under withdraw to leave it out.",
            )
    return {name: names for name, names in found.items() if names}
