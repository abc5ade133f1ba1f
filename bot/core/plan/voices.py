"""Who says a message: an account, or the two of a pair, which say it together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.core.model import Account, Language, Sender
from bot.core.packs import Message, Pack, Wording, review_of
from bot.core.plan.choice import may_say


@dataclass(frozen=True, slots=True)
class Voice:
    """One or two accounts that fill their places with the same messages, as one account would."""

    accounts: tuple[Account, ...]
    live: bool = False  # what no translator has signed is left out then

    @property
    def speakers(self) -> dict[Language, Account]:
        """Each language with the account that says it, Welsh first."""
        found = {one: account for account in self.accounts for one in account.languages}
        return {one: found[one] for one in sorted(found, key=lambda language: language.rank)}

    @property
    def as_one(self) -> Account:
        """The account by whose id messages are picked, in every language of the voice."""
        if len(self.accounts) == 1:
            return self.accounts[0]
        return replace(self.accounts[0], languages=tuple(self.speakers))

    def may_say(self, pack: Pack, message: Message, wording: Wording) -> bool:
        """Whether a wording is for all of its accounts: one does not say it without the other."""
        return self.may_read_out(pack, message, wording) and all(
            may_say(pack, account, message, wording) for account in self.accounts
        )

    def may_read_out(self, pack: Pack, message: Message, wording: Wording) -> bool:
        """Whether a translator has read its Welsh, where that goes out to the public."""
        if not self.live or Language.CY not in self.speakers:
            return True
        return review_of(pack, message, wording).may_go_out


def voices(sender: Sender, *, live: bool) -> Iterator[Voice]:
    """A sender's accounts, the Welsh one of a pair before the one that follows it."""
    by_id = {account.id: account for account in sender.accounts}
    for account in sender.accounts:
        if account.follows is None:
            second = by_id.get(account.followed_by or "")
            yield Voice((account, second) if second else (account,), live)


def voice_of(account: Account, accounts: Mapping[str, Account], *, live: bool) -> Voice:
    """The voice in which an account speaks."""
    pair = account.pair and accounts.get(account.pair)
    both = (account, *([pair] if pair else []))
    return Voice(tuple(sorted(both, key=lambda one: one.follows is not None)), live)
