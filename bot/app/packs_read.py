"""The packs that posts are planned from, as text, for the ledger to keep."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from bot.app.files import Loaded
from bot.app.regions import region_file
from bot.core.model import PackFile, PackText, Post


def pack_texts(loaded: Loaded, posts: Iterable[Post]) -> dict[tuple[str, str], PackText]:
    """What these posts were planned from, by sender and campaign: national files and overlays."""
    packs, senders = loaded.usable.packs, loaded.usable.config.senders
    national = {name: _files(loaded.texts, f"messages/national/{name}/") for name in packs}
    found = {}
    for sender, campaign in {(post.sender, post.campaign) for post in posts}:
        pack = packs.get(campaign)
        if pack is not None:
            region = senders[sender].region
            over = [region_file(region, campaign)] if region else []
            over += [f"messages/local/{sender}/{name}.yaml" for name in (campaign, "translations")]
            files = national[campaign]
            for name in over:
                files += _files(loaded.texts, name)
            found[sender, campaign] = PackText(campaign, pack.version, files)
    return found


def _files(texts: Mapping[str, bytes], under: str) -> tuple[PackFile, ...]:
    return tuple(kept_file(name, texts[name]) for name in sorted(texts) if name.startswith(under))


def kept_file(name: str, content: bytes) -> PackFile:
    """A file as the ledger keeps it."""
    # What is no UTF-8 never becomes a plan; a database could not keep it as text either.
    text = content.decode("utf-8", errors="replace")
    return PackFile(name, hashlib.sha256(text.encode()).hexdigest(), text)
