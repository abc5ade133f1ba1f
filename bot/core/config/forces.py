"""forces.yaml: who speaks, and from which accounts."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.core.model import (
    Account,
    Language,
    Nation,
    PlatformName,
    QuietHours,
    Sender,
    SenderKind,
)
from bot.core.reading import NAME, Reader, clock_time
from bot.core.source import (
    Fields,
    Node,
    Place,
    Problem,
    Scalar,
    Severity,
    did_you_mean,
    listed,
    shortened,
)
from bot.core.text import mastodon
from bot.core.text.profiles import other_handle
from bot.core.text.rules import USUAL, Limits

SENDER_FIELDS: Final = (
    "name", "kind", "sector", "region", "nation", "languages", "minute", "quiet_hours", "fill_in",
    "accounts", "no_accounts_because",
)  # fmt: skip


_DOMAIN: Final = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,62}"
HANDLES: Final = {
    PlatformName.X: r"[A-Za-z0-9_]{1,15}",  # Source: X's help pages
    PlatformName.BLUESKY: _DOMAIN,  # Source: atproto.com, handle
    PlatformName.MASTODON: rf"[A-Za-z0-9_]+@{_DOMAIN}",  # Source: docs.joinmastodon.org, webfinger
}
_HANDLE_ADVICE: Final = {
    PlatformName.X: "Write the public name alone, at most 15 letters, digits and _: "
    "handle: metpoliceuk",
    PlatformName.BLUESKY: "Write the whole name, which is a domain: handle: kent.police.uk",
    PlatformName.MASTODON: "Write name and server: handle: kentpolice@example.social",
}


ACCOUNT_FIELDS: Final = (
    "platform", "handle", "handle_source", "languages", "live", "resend_if_absent",
    "max_characters", "characters_reserved_per_url", "instance", "visibility", "amplifies",
    "follows",
)  # fmt: skip

ONLY_MASTODON: Final = ("max_characters", "characters_reserved_per_url")
MOST_CHARACTERS: Final = 5_000  # as long as any wording may grow
MOST_RESERVED: Final = 500
INSTANCE: Final = rf"(?:https://)?{_DOMAIN}(?::\d{{1,5}})?/?"
HERE: Final = r"http://(?:127\.0\.0\.1|localhost):\d{1,5}/?"  # a test server on this machine
VISIBILITIES: Final = ("public", "unlisted", "private")
"""Source: docs.joinmastodon.org, statuses. `direct` reaches nobody."""


REGIONS: Final = (
    "London", "North East", "North West", "West Midlands", "East Midlands", "Eastern",
    "South East", "South West", "Wales",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Senders:
    """Those whose entries are sound, and those that have an error in theirs."""

    sound: Mapping[str, Sender]
    broken: frozenset[str]
    errors: tuple[Problem, ...]  # in the broken ones' entries
    national_is_broken: bool = False


def read_senders(reader: Reader, top: Fields) -> Senders:
    """The senders of forces.yaml. An error in one entry leaves that sender out, and no other."""
    senders: dict[str, Sender] = {}
    owners: dict[str, str] = {}
    broken: set[str] = set()
    national: set[str] = set()
    errors: list[Problem] = []
    for name, node in reader.names(top, "sender").items():
        before = len(reader.problems)
        place = top.keys[name]
        group = reader.fields(node, place, f'"{name}"')
        reader.known_fields(group, SENDER_FIELDS, "a sender")
        sender = _sender(reader, name, group, place)
        if _is_national(group):
            national.add(name)
        if sender is not None:
            _check_welsh(reader, sender)
        for account in sender.accounts if sender else ():
            if account.id in owners:
                broken.add(owners[account.id])  # nobody knows whose it is
                reader.problem(
                    account.place or place,
                    "two-accounts",
                    f'{owners[account.id]} already has an account called "{account.id}".',
                    "An account's id belongs to one sender for ever.",
                )
            owners.setdefault(account.id, name)
        its_own = [replace(problem, forces=(name,)) for problem in reader.problems[before:]]
        reader.problems[before:] = its_own
        errors += [problem for problem in its_own if problem.severity is Severity.ERROR]
        if sender is None or any(problem.severity is Severity.ERROR for problem in its_own):
            broken.add(name)
        else:
            senders[name] = sender
    sound = {name: sender for name, sender in senders.items() if name not in broken}
    if not broken & national:
        _check_reposts(reader, sound.values())
    return Senders(sound, frozenset(broken), tuple(errors), bool(broken & national))


def _check_welsh(reader: Reader, sender: Sender) -> None:
    """Warns of English accounts of a force that is bound to Welsh."""
    for account in sender.accounts:
        if sender.lacks_welsh(account):
            reader.warn(
                account.place or Place("config/forces.yaml"),
                "no-welsh",
                f"{account.id} publishes in English only, and {sender.id} is bound to Welsh too.",
                NO_WELSH,
            )


def _is_national(group: Fields) -> bool:
    kind = group.entries.get("kind")
    return isinstance(kind, Scalar) and kind.value.strip().lower() == SenderKind.NATIONAL


def _check_reposts(reader: Reader, senders: Collection[Sender]) -> None:
    """Warns of accounts that have nobody to repost."""
    every = [account for sender in senders for account in sender.accounts]
    national = [one for one in every if one.kind is SenderKind.NATIONAL]
    for account in (one for one in every if one.amplifies):
        there = [one for one in national if one.platform is account.platform]
        if any(may_be_reposted(one, account) for one in there):
            continue
        spoken = listed(language.label for language in account.languages)
        who = f" that says everything in {spoken} and to everybody" if there else ""
        reader.warn(
            account.place or Place("config/forces.yaml"),
            "amplifies",
            f"{account.id} amplifies, and there is no national account on "
            f"{account.platform.label}{who}.",
            "It says everything in its own words. Take the line out, or add the national account.",
        )


def may_be_reposted(national: Account, account: Account) -> bool:
    """Whether an account could repost what this national one says, by languages and visibility."""
    languages = set(account.languages) <= set(national.languages)
    open_to_all = national.visibility != "private" and national.pair is None
    return languages and open_to_all and national.platform is account.platform


def _sender(reader: Reader, name: str, group: Fields, place: Place) -> Sender | None:
    names = reader.by_language(group.entries["name"], "name") if "name" in group.entries else {}
    if Language.EN not in names:
        if "name" not in group.entries:
            advice = "Add a line such as name: Kent Police"
            reader.problem(place, "missing-field", f'"name" is missing for {name}.', advice)
        return None
    kind = (reader.phrase(group, "kind") or "force").lower()
    if kind not in list(SenderKind):
        reader.problem(
            reader.at(group, "kind"),
            "kind",
            f'"{kind}" is not a kind of sender.',
            did_you_mean(kind, SenderKind),
        )
        kind = "force"
    region = reader.phrase(group, "region", needed=False)
    region = next((one for one in REGIONS if one.lower() == (region or "").lower()), region)
    if region and region not in REGIONS:
        reader.problem(
            reader.at(group, "region"),
            "region",
            f'there is no region called "{shortened(region)}".',
            did_you_mean(region, REGIONS),
        )
    languages = reader.languages(group, "languages")
    speaks = Speaks(name, SenderKind(kind), languages)
    fill_in = reader.fields(group.entries.get("fill_in"), place, '"fill_in"')
    return Sender(
        id=name,
        kind=SenderKind(kind),
        names=names,
        region=region,
        languages=languages,
        minute=reader.number(group, "minute", default=0, least=0, most=59),
        values={key: reader.by_language(value, key) for key, value in fill_in.entries.items()},
        accounts=_accounts(reader, speaks, group),
        place=place,
        places=group.keys,
        value_places=fill_in.keys,
        nation=_nation(reader, group, region),
        quiet_hours=_quiet_hours(reader, group),
        sectors=_sectors(reader, group, SenderKind(kind)),
    )


def _sectors(reader: Reader, group: Fields, kind: SenderKind) -> tuple[str, ...]:
    """What a partner's trade is, by names that conditions may use."""
    found = tuple(one.lower() for one in reader.listed(group, "sector"))
    if found and kind is not SenderKind.PARTNER:
        reader.problem(
            reader.at(group, "sector"),
            "sector",
            f"only a partner has a sector, and this sender is of kind {kind}.",
            "Take the line out.",
        )
    for name in found:
        if not NAME.fullmatch(name):
            reader.problem(
                reader.at(group, "sector"),
                "sector",
                f'"{shortened(name)}" cannot be the name of a sector.',
                "Use small letters and hyphens, with commas between several: retail, night-life",
            )
    return found


def _nation(reader: Reader, group: Fields, region: str | None) -> Nation | None:
    """The nation that is written, or else that of the region: all nine are in England and Wales."""
    said = reader.phrase(group, "nation", needed=False)
    if said is None and region is None:
        return None
    if said is None:
        return Nation.WALES if region == Nation.WALES else Nation.ENGLAND
    found = next((one for one in Nation if one.lower() == said.lower()), None)
    if found is None:
        reader.problem(
            reader.at(group, "nation"),
            "nation",
            f'there is no nation called "{shortened(said)}".',
            did_you_mean(said, Nation),
        )
    return found


def _quiet_hours(reader: Reader, group: Fields) -> QuietHours | None:
    said = reader.phrase(group, "quiet_hours", needed=False)
    if said is None:
        return None
    first, _, last = said.partition(" to ")
    start, end = clock_time(first), clock_time(last)
    if start is None or end is None or start == end:
        reader.problem(
            reader.at(group, "quiet_hours"),
            "quiet-hours",
            f'"{shortened(said)}" is not a stretch of a day.',
            "Write it as 22:00 to 07:00, on London's clocks; 07:00 itself is no longer quiet.",
        )
        return None
    return QuietHours(start, end, reader.at(group, "quiet_hours"))


@dataclass(frozen=True, slots=True)
class Speaks:
    """What an account has of its sender."""

    id: str
    kind: SenderKind
    languages: tuple[Language, ...]


def _accounts(reader: Reader, sender: Speaks, group: Fields) -> tuple[Account, ...]:
    inner = reader.fields(group.entries.get("accounts"), group.place, '"accounts"')
    if not inner.entries and "no_accounts_because" not in group.entries:
        reader.problem(
            inner.place,
            "no-accounts",
            f"{sender.id} has no accounts.",
            "Add one under accounts:, or say why with no_accounts_because:",
        )
    accounts = []
    for name, node in reader.names(inner, "account").items():
        account = _account(reader, sender, name, node, inner.keys[name])
        if account:
            accounts.append(account)
    return _paired(reader, sender.id, accounts, inner)


def _paired(
    reader: Reader, sender: str, accounts: Sequence[Account], inner: Fields
) -> tuple[Account, ...]:
    """The accounts, the two of each pair knowing each other."""
    by_id = {account.id: account for account in accounts}
    followed: dict[str, str] = {}
    for account in accounts:
        if account.follows is None:
            continue
        fields = inner.entries[account.id]
        at = fields.keys["follows"] if isinstance(fields, Fields) else inner.place
        wrong = _why_no_pair(account, by_id.get(account.follows), followed)
        if wrong:
            near = did_you_mean(account.follows, by_id.keys() - {account.id}, what="Its accounts")
            unknown = account.follows not in by_id
            reader.problem(at, "follows", wrong.format(sender=sender), near if unknown else PAIR)
        followed.setdefault(account.follows, account.id)
    return tuple(replace(one, followed_by=followed.get(one.id)) for one in accounts)


NO_WELSH: Final = (
    "Live it says nothing. Write languages: cy, en, or have it follow a Welsh account: follows."
)

PAIR: Final = (
    "It goes with an account that publishes in English only, and names the sender's account on the "
    "same platform that publishes in Welsh only."
)


def _why_no_pair(account: Account, first: Account | None, followed: Mapping[str, str]) -> str:
    """Why an account cannot follow another; empty where it can."""
    if first is None:
        return f'{{sender}} has no account called "{shortened(account.follows or "")}" to follow.'
    if account.languages != (Language.EN,) or first.languages != (Language.CY,):
        return f"{account.id} cannot follow {first.id}: English follows Welsh."
    if account.platform is not first.platform:
        return f"{account.id} cannot follow {first.id}, which is on {first.platform.label}."
    for one in (account, first):
        if one.amplifies:
            return f"{one.id} has amplifies: yes, and the two of a pair repost nothing."
    if first.id in followed:
        return f"{followed[first.id]} follows {first.id} already."
    return ""


def _account(reader: Reader, sender: Speaks, name: str, node: Node, place: Place) -> Account | None:
    fields = reader.fields(node, place, f'"{name}"')
    reader.known_fields(fields, ACCOUNT_FIELDS, "an account")
    platform = (reader.phrase(fields, "platform") or "x").lower()
    if platform not in list(PlatformName):
        reader.problem(
            reader.at(fields, "platform"),
            "platform",
            f'"{shortened(platform)}" is not a platform the bot publishes on.',
            did_you_mean(platform, PlatformName),
        )
        return None
    known_as = PlatformName(platform)
    own = "languages" in fields.entries
    handle, live = _handle(reader, fields, known_as), reader.yes_no(fields, "live", default=False)
    seen = reader.phrase(fields, "handle_source", needed=False)
    if handle and seen and (other := other_handle(handle, seen, known_as)):
        reader.warn(
            reader.at(fields, "handle_source"),
            "handle-differs",
            f"the handle of {name} is {handle}, and its handle_source leads to {other}.",
            "Open the link, and write the handle that stands there.",
        )
    if live and not (handle and seen):
        reader.problem(
            reader.at(fields, "live"),
            "live-without-handle",
            f"{name} is live: yes without a handle and handle_source.",
            "Look the account up, write its handle, and after handle_source: where you saw it.",
        )
    return Account(
        id=name,
        sender=sender.id,
        platform=known_as,
        languages=reader.languages(fields, "languages") if own else sender.languages,
        handle=handle,
        live=live,
        resend_if_absent=reader.yes_no(fields, "resend_if_absent", default=False),
        place=place,
        limits=_limits(reader, fields, known_as),
        instance=_instance(reader, fields, known_as, handle),
        visibility=_visibility(reader, fields, known_as),
        kind=sender.kind,
        amplifies=_amplifies(reader, fields, sender),
        follows=reader.phrase(fields, "follows", needed=False),
    )


def _amplifies(reader: Reader, fields: Fields, sender: Speaks) -> bool:
    said = reader.yes_no(fields, "amplifies", default=False)
    if said and sender.kind is not SenderKind.FORCE:
        reader.problem(
            reader.at(fields, "amplifies"),
            "amplifies",
            f"only an account of a force can repost, and {sender.id} is of kind {sender.kind}.",
            "Take the line out.",
        )
    return said


def _limits(reader: Reader, fields: Fields, platform: PlatformName) -> Limits:
    """The numbers an account's own server has set. Only a Mastodon server sets any."""
    if platform is PlatformName.MASTODON:
        return Limits(
            reader.number(
                fields, "max_characters", default=mastodon.LIMIT, least=1, most=MOST_CHARACTERS
            ),
            reader.number(
                fields,
                "characters_reserved_per_url",
                default=mastodon.RESERVED_PER_URL,
                least=1,
                most=MOST_RESERVED,
            ),
        )
    for name in ONLY_MASTODON:
        if name not in fields.entries:
            continue
        reader.problem(
            reader.at(fields, name),
            "not-for-platform",
            f"{name} is for Mastodon, where each server sets its own.",
            f"Take the line out: {platform.label}'s numbers are the same for everyone.",
        )
    return USUAL


def _instance(
    reader: Reader, fields: Fields, platform: PlatformName, handle: str | None
) -> str | None:
    """The address of an account's server: that of its handle, where none is written."""
    if not _is_for_mastodon(reader, fields, platform, "instance"):
        _, _, server = (handle or "").partition("@")
        return f"https://{server}" if server else None
    said = (reader.phrase(fields, "instance") or "").rstrip("/")
    if not re.fullmatch(f"{INSTANCE}|{HERE}", said):
        reader.problem(
            reader.at(fields, "instance"),
            "instance",
            f'"{shortened(said)}" is not the address of a server.',
            "Write its name alone, or https:// and its name: instance: example.social",
        )
        return None
    return said if "://" in said else f"https://{said}"


def _visibility(reader: Reader, fields: Fields, platform: PlatformName) -> str:
    if not _is_for_mastodon(reader, fields, platform, "visibility"):
        return VISIBILITIES[0]
    said = (reader.phrase(fields, "visibility") or "").lower()
    if said not in VISIBILITIES:
        reader.problem(
            reader.at(fields, "visibility"),
            "visibility",
            f'"{shortened(said)}" is not a way to post on Mastodon.',
            did_you_mean(said, VISIBILITIES),
        )
        return VISIBILITIES[0]
    return said


def _is_for_mastodon(reader: Reader, fields: Fields, platform: PlatformName, name: str) -> bool:
    """Whether a field is there, and means something on this platform."""
    if name in fields.entries and platform is not PlatformName.MASTODON:
        reader.problem(
            reader.at(fields, name),
            "not-for-platform",
            f"{name} is for Mastodon.",
            f"Take the line out: it means nothing on {platform.label}.",
        )
        return False
    return name in fields.entries


def _handle(reader: Reader, fields: Fields, platform: PlatformName) -> str | None:
    if isinstance(node := fields.entries.get("handle"), Scalar) and not node.value:
        return None  # left open until the force fills it in
    said = reader.phrase(fields, "handle", needed=False)
    if said is None:
        return None
    handle = said.removeprefix("@")
    if not re.fullmatch(HANDLES[platform], handle):
        reader.problem(
            reader.at(fields, "handle"),
            "handle",
            f'"{shortened(said)}" is not a handle'
            + (f": it has {len(handle)} characters." if _is_only_long(handle, platform) else "."),
            _HANDLE_ADVICE[platform],
        )
    return handle


def _is_only_long(handle: str, platform: PlatformName) -> bool:
    return platform is PlatformName.X and bool(re.fullmatch(r"\w+", handle))
