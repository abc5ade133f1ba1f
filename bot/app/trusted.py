"""Approvals that outlive a national correction, for forces that trust the national team with it.

A force may write `national_corrections: trusted`. Then what a person approved stays approved, by a
rule and not by that person, where nothing but the national pack changed: the old national words
with everything else as it is now must give exactly what was approved, to the byte. So a phrase that
the force filled in anew, another threat level, link, time, message or picture all cost the
approval, and so does a national text that was changed without a new version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from bot.app.editions import Edition, files_of, files_read, read_edition
from bot.app.environment import Environment
from bot.app.files import Loaded
from bot.core.model import Post, PostKey, SettingsError, State
from bot.core.packs import LocalPack, NationalPack
from bot.core.plan import Sources
from bot.core.retime import said_at
from bot.ledger import TRUSTED, Carried, Ledger, LedgerPost


def carried_over(
    env: Environment, loaded: Loaded, posts: Iterable[Post], ledger: Ledger
) -> dict[PostKey, Carried]:
    """The approvals that stand although these posts will have other words, each with its basis."""
    sources = loaded.usable
    trusting = [(post, local) for post in posts if (local := _trusts(sources, post))]
    if not trusting:
        return {}
    stand = ledger.posts_of([post.key for post, _ in trusting])
    changed = [
        (post, before, local)
        for post, local in trusting
        if (before := stand.get(post.key)) is not None and _may(post, before, local)
    ]
    by_people = _approved(ledger, [before for _, before, _ in changed])
    kept = _Kept(env, loaded, ledger, [before.rendering.digest for _, before, _ in changed])
    return {
        post.key: Carried(before.rendering.digest, basis)
        for post, before, _ in changed
        if before.key in by_people and (basis := _basis(kept, sources, post, before))
    }


def _trusts(sources: Sources, post: Post) -> LocalPack | None:
    local = sources.local.get((post.sender, post.campaign))
    return local if local is not None and local.ok and local.trusts_corrections else None


def _may(post: Post, before: LedgerPost, local: LocalPack) -> bool:
    """Whether it is the same message at the same time, in national words, changed and approved."""
    return (
        before.state is State.PLANNED
        and before.approved_by is not None
        and before.rendering.digest != post.rendering.digest
        and before.rendering.pick == post.rendering.pick
        and before.due == post.due
        and not local.has_own(post.rendering.pick.message)
    )


def _approved(ledger: Ledger, posts: Iterable[LedgerPost]) -> set[PostKey]:
    """Those that a person approved as they stand, or that rest on a person's word already."""
    digests = {post.key: post.rendering.digest for post in posts}
    return {
        one.key
        for one in ledger.approvals(digests)
        if one.digest == digests[one.key] and (not one.automatic or one.by == TRUSTED)
    }


def _basis(kept: _Kept, sources: Sources, post: Post, before: LedgerPost) -> str | None:
    """Why the approval stands; None where more than the national pack may have changed."""
    new, old = sources.packs.get(post.campaign), kept.pack(before)
    if new is None or old is None or old.version >= new.version or not kept.is_one_text(new):
        return None
    again = said_at(
        replace(sources, packs={**sources.packs, post.campaign: old}),
        before,
        before.due,
    )
    if not isinstance(again, Post) or again.rendering.digest != before.rendering.digest:
        return None
    return (
        f"only the national pack changed, from version {old.version} to {new.version}, and "
        f"{post.sender} trusts national corrections of messages that it has not changed"
    )


@dataclass(slots=True)
class _Kept:
    """The national packs from which renderings were adopted, as they are read now."""

    env: Environment
    loaded: Loaded
    ledger: Ledger
    digests: list[str]
    _of: dict[str, str] = field(default_factory=dict)  # a rendering's pack
    _read: dict[str, NationalPack | None] = field(default_factory=dict)
    _texts: dict[tuple[tuple[str, bytes], ...], NationalPack | None] = field(default_factory=dict)
    _is_one: dict[str, bool] = field(default_factory=dict)

    def is_one_text(self, new: NationalPack) -> bool:
        """Whether nothing was planned from another text of this version, or of a later one.

        If so somebody changed the pack and left its version as it was: that is no edition.
        """
        if new.id not in self._is_one:
            here = files_read(self.loaded, new.id)
            later = [one for one in self.ledger.editions(new.id) if one.version >= new.version]
            texts = [files_of(kept) for one in later if (kept := self.ledger.pack(one.digest))]
            self._is_one[new.id] = all(text == here for text in texts)
        return self._is_one[new.id]

    def pack(self, post: LedgerPost) -> NationalPack | None:
        if not self._of:
            found = self.ledger.packs_of(self.digests)
            self._of = {digest: kept.digest for digest, kept in found.items()}
        named = self._of.get(post.rendering.digest)
        if named is None:
            return None
        if named not in self._read:
            self._read[named] = self._from_text(named)
        return self._read[named]

    def _from_text(self, digest: str) -> NationalPack | None:
        kept = self.ledger.pack(digest)
        if kept is None:
            return None
        files = files_of(kept)
        text = tuple(sorted(files.items()))
        if text not in self._texts:  # one national text is shared by the packs of all forces
            one = Edition(kept.campaign, kept.version, files, "the ledger")
            self._texts[text] = next(_readable(self.env, one), None)
        return self._texts[text]


def _readable(env: Environment, one: Edition) -> Iterator[NationalPack]:
    try:
        yield read_edition(env, one)
    except SettingsError:  # by today's rules it has an error: then nobody can compare
        return
