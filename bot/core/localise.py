"""A pack -> the file a force or a region begins with: what to fill in, what may be changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from bot.core.model import Language, Sender
from bot.core.packs import (
    MessagePicture,
    MessageVideo,
    NationalPack,
    Slot,
    Theme,
    ValueField,
    ValueKind,
    Wording,
)
from bot.core.source import listed

Languages: TypeAlias = tuple[Language, ...]

KINDS: Final = {
    ValueKind.NUMBER: "a number",
    ValueKind.DATE: "a date, such as Friday 26 November 2027",
    ValueKind.YES_OR_NO: "yes or no",
}
"""How a force is asked for what is no words."""


def local_file(pack: NationalPack, sender: Sender, run: str) -> str:
    """The text of `messages/local/<sender>/<campaign>.yaml`, ready to be edited.

    `run` is the one whose posts the file tells its reader to look at.

    The national words stand as notes above the place of each change, so that a change is made by
    taking the # away.
    """
    account = next((one.id for one in sender.accounts), "x")
    lines = [*_head(pack, sender, run), *_fill_in(pack, sender)]
    lines += _change(pack, sender.languages, account)
    lines += _accounts(sender, next(iter(pack.slots.values()), None))
    return "\n".join([*lines, ""])


def file_for_region(pack: NationalPack, region: str, senders: Sequence[Sender], run: str) -> str:
    """The same of `messages/regions/<region>/<campaign>.yaml`, for the forces of a region."""
    languages = tuple(dict.fromkeys(one for sender in senders for one in sender.languages))
    lines = [*_head_of_region(pack, region, run)]
    lines += _change(pack, languages or (Language.EN,), senders[0].id if senders else "x")
    return "\n".join([*lines, ""])


def _head_of_region(pack: NationalPack, region: str, run: str) -> Iterator[str]:
    yield f"# {pack.title}, as the forces of the region {region} say it."
    yield "#"
    yield "# Lines that begin with # are notes. They are never published. What stands here is laid"
    yield "# over the national pack for each force of the region; what a force writes in its own"
    yield "# pack is laid over this. Change only what you want all of them to say differently."
    yield f'# Then look at it:   .venv/bin/bot preview --region "{region}" --campaign {run}'
    yield ""
    yield f"region: {region}"
    yield f"campaign: {pack.id}"
    yield f"written_for_version: {pack.version}"


def _head(pack: NationalPack, sender: Sender, run: str) -> Iterator[str]:
    yield f"# {pack.title}, as {sender.name(Language.EN)} says it."
    yield "#"
    yield "# Lines that begin with # are notes. They are never published. Everything below works as"
    yield "# it stands: fill in what is empty, and change only what you want to say differently."
    yield f"# Then look at it:   .venv/bin/bot preview --force {sender.id} --campaign {run}"
    yield ""
    yield f"force: {sender.id}"
    yield f"campaign: {pack.id}"
    yield ""
    yield "# Write yes when your force takes part: until then nothing of it is published live."
    yield "# If you stay out, write no, and a line such as  why: our own campaign runs that week"
    yield "takes_part:"
    yield f"written_for_version: {pack.version}"
    yield ""


def _fill_in(pack: NationalPack, sender: Sender) -> Iterator[str]:
    yield "# --- Fill in: a value is a phrase, with its small word (in Kent, on the Isle of Wight)."
    yield "fill_in:"
    for value in pack.values.values():
        yield ""
        yield f"  # {value.help}"
        if value.example:
            yield f"  # For example: {value.example}"
        if not value.kind.is_said:
            yield f"  # Write {KINDS[value.kind]}, once for all languages."
        if value.default:
            said = listed(f"{words} ({lang.label})" for lang, words in value.default.items())
            yield f"  # May stay empty: it says {said} then."
        elif not value.needed:
            yield "  # May stay empty."
        yield from _one_value(value, sender)


def _one_value(value: ValueField, sender: Sender) -> Iterator[str]:
    standing = sender.values.get(value.name)
    if standing:
        said = listed(f"{words} ({lang.label})" for lang, words in standing.items())
        yield f"  # Already in config/forces.yaml: {said}"
        yield "  # To say something else in this campaign only, take the # away:"
    mark = "  # " if standing else "  "
    if len(sender.languages) == 1 or not value.kind.is_said:
        yield f"{mark}{value.name}:"
        return
    yield f"{mark}{value.name}:"
    for language in sender.languages:
        yield f"{mark}  {language.value}:"


def _change(pack: NationalPack, languages: Languages, for_whom: str) -> Iterator[str]:
    yield ""
    yield "# --- Change: below are the national words, message by message. To say one your own way,"
    yield "# take the # away from its name, its wording and its words, keep the columns, and write."
    yield "# {{ name }} is filled in for you. Never type a number, a link or a hashtag."
    yield from _locks(pack)
    yield "change:"
    for theme in pack.themes.values():
        yield from _theme(pack, theme, languages)
    yield ""
    yield '# --- A message of your own, words under "en: |" as above:'
    yield "# add:"
    yield "#   our-own-message:"
    yield f"#     theme: {next(iter(pack.themes), 'theme')}"
    yield "#     wordings:"
    yield "#       first:"
    yield "#         en: |"
    yield "#           Words of your own {{ in_area }}. {{ report_link }}"
    message = next(iter(pack.messages), "message")
    yield ""
    yield "# --- A message you do not want, and why; or message/wording for one of its wordings:"
    yield "# withdraw:"
    yield f"#   {message}: the reason, in a few words"
    yield ""
    yield "# --- A message that belongs to another theme with you, and one for some accounts only:"
    yield "# move:"
    yield f"#   {message}: {next(iter(pack.themes), 'theme')}"
    yield "# only_for:"
    yield f"#   {message}: {for_whom}"
    yield ""
    yield "# --- Hashtags of your own instead of the campaign's more_hashtags, or no to have none:"
    yield "# more_hashtags: StaySafe"
    if pack.slots:
        yield ""
        yield "# --- Other times of day:"
        yield "# times:"
    for slot in pack.slots.values():
        yield f"#   {slot.name}: {slot.at:%H:%M}"


def _accounts(sender: Sender, slot: Slot | None) -> Iterator[str]:
    if len(sender.accounts) > 1:
        yield ""
        yield "# --- What one of your accounts says its own way: fill_in, change, add, withdraw,"
        yield "# move, more_hashtags and times, as above, each line four columns further in."
        yield "# accounts:"
        yield f"#   {sender.accounts[-1].id}:"
        yield "#     times:"
        yield f"#       {slot.name if slot else 'morning'}: 10:00"


def _locks(pack: NationalPack) -> Iterator[str]:
    """What the force's own words must keep, with the reasons."""
    if pack.locks:
        yield "# Keep these wherever the national words have them:"
    for lock in pack.locks.values():
        facts = [f"{{{{ {name} }}}}" for name in lock.facts]
        said = listed([*facts, *(f'"{phrase}"' for phrase in lock.phrase.values())])
        yield f"#   {said}: {lock.why}"


def _theme(pack: NationalPack, theme: Theme, languages: Languages) -> Iterator[str]:
    days = listed(theme.days)
    yield ""
    yield f"  # === {days or theme.name}: {theme.about}"
    for message in pack.messages.values():
        if message.theme != theme.name or message.withdrawn:
            continue
        yield ""
        lock = pack.lock_on(message)
        if lock:
            yield f"  # {message.name} is locked, so it stays as it is: {lock.why}"
            continue
        yield f"  # {message.name}:"
        for noun, shown in (("picture", message.picture), ("video", message.video)):
            if shown:
                yield from _shown(noun, shown, languages)
        for wording in message.wordings.values():
            yield from _wording(wording, languages)


def _shown(noun: str, shown: MessagePicture | MessageVideo, languages: Languages) -> Iterator[str]:
    """The national picture or video, as lines that would show one of the force's own."""
    own = [shown.files[one].file for one in languages if one in shown.files]
    names = sorted({file.rpartition("/")[2] for file in own})
    yield f"  #   # Its {noun} is {listed(names)}. Write {noun}: no to leave it out, or the"
    yield f"  #   # name of your own, in the folder {noun}s beside this file. It shows:"
    yield f"  #   {noun}_shows:"
    for language in languages:
        words = shown.shows.get(language)
        if words is None:
            continue
        yield f"  #     {language.value}: |"
        for line in words.text.split("\n"):
            yield f"  #       {line}".rstrip()


def _wording(wording: Wording, languages: Languages) -> Iterator[str]:
    yield f"  #   {wording.name}:"
    for language in languages:
        words = wording.words.get(language)
        if words is None:
            continue
        yield f"  #     {language.value}: |"
        for line in words.text.split("\n"):
            yield f"  #       {line}".rstrip()
