"""What is known of each account here, and what is missing before it can publish live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.app.environment import Environment
from bot.app.files import Loaded
from bot.app.wiring import credential_names, credential_values, not_its_own
from bot.core.coverage import answer
from bot.core.model import Account, Language, Sender
from bot.core.packs import may_speak_welsh
from bot.core.source import Fields, Scalar, read


@dataclass(frozen=True, slots=True)
class Standing:
    """One account as it stands here. Credentials are named, their values never looked at."""

    account: Account
    sender: Sender
    handle_source: str | None
    credentials: Mapping[str, bool]  # the variable's name -> whether it is set
    takes_part: Mapping[str, str]  # campaign -> yes, no, not said, no local pack
    next: str  # one sentence

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(name for name, there in self.credentials.items() if not there)


def standings(env: Environment, loaded: Loaded) -> tuple[Standing, ...]:
    """Every account here, in the order of forces.yaml. Raises SettingsError."""
    sources = loaded.usable
    seen = written_facts(env)[0]
    found = []
    for sender in sources.config.senders.values():
        parts = {
            pack: answer(sources.local.get((sender.id, pack))).value
            for pack in sorted({run.pack for run in sources.config.runs.values()})
        }
        for account in sender.accounts:
            credentials = _credentials(env, account)
            shared = not_its_own(env, account, sources.config.accounts.values())
            found.append(
                Standing(
                    account,
                    sender,
                    seen.get(account.id),
                    credentials,
                    parts,
                    _next(account, sender, credentials, parts, loaded, shared),
                )
            )
    return tuple(found)


def _credentials(env: Environment, account: Account) -> dict[str, bool]:
    """Whether each of the account's variables is set, or shared."""
    values = credential_values(env, account)
    return {variable: bool(values[name]) for name, variable in credential_names(account).items()}


def _next(
    account: Account,
    sender: Sender,
    credentials: Mapping[str, bool],
    parts: Mapping[str, str],
    loaded: Loaded,
    shared: str | None,
) -> str:
    """The first thing that is missing, as what to do."""
    if parts and set(parts.values()) == {"no"}:
        return "Nothing: it takes part in no campaign."
    broken = [pack for pack, said in parts.items() if said == "local pack has errors"]
    if broken:
        return f"Mend its local pack: .venv/bin/bot check --force {sender.id}"
    without = [pack for pack, said in parts.items() if said == "no local pack"]
    if without and len(without) == len(parts):
        return f"Make its local pack: .venv/bin/bot localise {sender.id} {without[0]}"
    if not account.handle:
        return "Write its handle in config/forces.yaml, and where it was seen."
    unsaid = [pack for pack, said in parts.items() if said == "not said"]
    if unsaid:
        return f"Write takes_part: yes or no in messages/local/{sender.id}/{unsaid[0]}.yaml."
    missing = [name for name, there in credentials.items() if not there]
    if missing:
        return f"Put what {account.platform.label} gave you in .env as {', '.join(missing)}."
    if shared:
        return shared
    if sender.lacks_welsh(account):
        return "Write languages: cy, en in config/forces.yaml, or follows: and its Welsh account."
    if not account.live:
        return "Write live: yes in config/forces.yaml when it may publish."
    return _waits_for_welsh(account, parts, loaded) or "Nothing: it is ready."


def _waits_for_welsh(account: Account, parts: Mapping[str, str], loaded: Loaded) -> str | None:
    if Language.CY not in account.languages:
        return None
    for name, said in parts.items():
        pack = loaded.usable.packs.get(name)
        if said != "yes" or pack is None:
            continue
        sender = loaded.config.senders[account.sender]
        if not may_speak_welsh(loaded.usable.pack_of(pack, sender, account)[0]):
            return (
                f"A translator has to sign the Welsh of {name}: .venv/bin/bot translations sign "
                f"{name}"
            )
    return None


def written_facts(env: Environment) -> tuple[dict[str, str], dict[str, str]]:
    """(account -> where its handle was seen; sender -> why it has no accounts), as written."""
    top, _ = read("config/forces.yaml", (env.config / "forces.yaml").read_bytes())
    seen: dict[str, str] = {}
    without: dict[str, str] = {}
    for name, node in (top.entries if top else {}).items():
        group = node if isinstance(node, Fields) else None
        why = _plain(group, "no_accounts_because")
        if why:
            without[name] = why
        accounts = group.entries.get("accounts") if group else None
        for account, inner in accounts.entries.items() if isinstance(accounts, Fields) else ():
            source = _plain(inner if isinstance(inner, Fields) else None, "handle_source")
            if source:
                seen[account] = source
    return seen, without


def _plain(group: Fields | None, name: str) -> str | None:
    node = group.entries.get(name) if group else None
    return node.value.strip() or None if isinstance(node, Scalar) else None
