"""The shipped campaign with one account opted in: nobody else's posts change by a byte."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from bot import app
from bot.core.model import Sender
from bot.core.packs import NationalPack
from bot.core.plan import Plan, Sources, Window, plan

WEEK = Window(date(2015, 11, 23), date(2015, 11, 27))


def amplified(pack: NationalPack) -> NationalPack:
    """The pack with every message marked to be reposted."""
    messages = {name: replace(one, amplify=True) for name, one in pack.messages.items()}
    return replace(pack, messages=messages)


def opted_in(sender: Sender) -> Sender:
    return replace(sender, accounts=tuple(replace(a, amplifies=True) for a in sender.accounts))


def digests(made: Plan, *but: str) -> dict[str, str]:
    return {str(p.key): p.rendering.digest for p in made.posts if p.key.account not in but}


def test_whoever_does_not_opt_in_keeps_every_post_of_the_shipped_campaign(tmp_path: Path) -> None:
    sources = app.load(app.read_environment({"BOT_DATA": str(tmp_path)}), WEEK).usable
    config, packs = sources.config, sources.packs
    marked = {name: pack and amplified(pack) for name, pack in packs.items()}
    senders = {**config.senders, "durham": opted_in(config.senders["durham"])}

    def made(one: Sources) -> Plan:
        return plan(one, WEEK, {})

    shipped = made(sources)
    both = made(replace(sources, packs=marked, config=replace(config, senders=senders)))

    assert not any(account.amplifies for account in config.accounts.values())
    assert digests(both, "durham-x") == digests(shipped, "durham-x")
    passed_on = [post for post in both.posts if post.rendering.reposts]
    assert {post.key.account for post in passed_on} == {"durham-x"}
    assert len(digests(both)) == len(digests(shipped))
    assert len(passed_on) > 5
