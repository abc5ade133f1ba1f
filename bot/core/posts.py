"""A wording as one account posts it: one post, or a thread, each part in reply to the last."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.core.config import Config
from bot.core.model import Account, Post, PostKey
from bot.core.packs import Message, Pack, Wording
from bot.core.render import render
from bot.core.source import Problem
from bot.core.turns import turn_of


def posts_of(
    pack: Pack,
    config: Config,
    account: Account,
    first: PostKey,
    *,
    message: Message,
    wording: Wording,
    due: datetime,
) -> tuple[Post, ...] | Problem:
    """The posts of a wording, one for each part. A Problem in one part stops all.

    `first` is the place of the first part; the others stand behind it.
    """
    posts = []
    for part in range(1, len(wording.words[first.language].parts()) + 1):
        key = first if part == 1 else replace(first, part=part)
        post = post_of(pack, config, account, key, message=message, wording=wording, due=due)
        if isinstance(post, Problem):
            return post
        posts.append(post)
    return tuple(posts)


def post_of(
    pack: Pack,
    config: Config,
    account: Account,
    key: PostKey,
    *,
    message: Message,
    wording: Wording,
    due: datetime,
) -> Post | Problem:
    """The post of the part that the key names, which the wording must have."""
    rendered = render(
        pack,
        config,
        account,
        language=key.language,
        due=due,
        message=message.name,
        wording=wording,
        part=key.part,
    )
    if isinstance(rendered, Problem):
        return rendered
    turn = turn_of(key, account, wording)
    return Post(
        key=key,
        campaign=pack.id,
        theme=message.theme,
        sender=pack.sender.id,
        region=pack.sender.region,
        rendering=rendered,
        grace_seconds=turn.grace_seconds(int(pack.national.grace.total_seconds())),
        place=wording.words[key.language].parts()[key.part - 1].place,
        essential=message.essential,
        waits_for=turn.after,
    )
