"""What explain, localise, preview and plan --format make of an office that was looked at."""

from __future__ import annotations

from collections.abc import Iterator

from bot.app.environment import Environment
from bot.core.explain import explain
from bot.core.localise import local_file
from bot.core.model import Mode, configured_run
from bot.core.packs import read_local
from bot.core.plan import Sources, Window
from bot.core.source import Severity
from bot.desk import exports, preview
from tests.fuzz.looking import Looked, look, wrong
from tests.fuzz.office import NOW

EXPLAINED = 6
"""Posts that are explained of a plan: one is most often like another."""


def faults(env: Environment, days: Window) -> list[str]:
    """All that is wrong with what comes of an office. Raises what is raised on the way."""
    looked = look(env, days)
    return [*wrong(looked, env, days), *untold(looked)]


def untold(looked: Looked) -> Iterator[str]:
    """Posts whose words come from nowhere, and files for forces that cannot be read."""
    if looked.planned is None or looked.loaded.sources is None:
        return
    yield from _unexplained(looked, looked.loaded.sources)
    yield from _not_localised(looked.loaded.sources)
    _shown(looked, looked.loaded.sources)


def _unexplained(looked: Looked, sources: Sources) -> Iterator[str]:
    assert looked.planned is not None
    config = sources.config
    posts = [one for one in looked.planned.plan.posts if not one.rendering.reposts]
    for post in posts[:: max(1, len(posts) // EXPLAINED)]:
        national = sources.packs[post.campaign]
        assert national is not None
        account = config.accounts[post.key.account]
        pack, _ = sources.pack_of(national, config.senders[post.sender], account)
        run = config.runs.get(configured_run(post.key.run))
        found = explain(pack, config, run, post.key, post.rendering)
        if found is None or not found.is_exact:
            yield f"{post.key} cannot be explained: {post.rendering.text[:200]!r}"


def _not_localised(sources: Sources) -> Iterator[str]:
    for campaign, pack in sources.packs.items():
        for sender in sources.config.senders.values() if pack else ():
            assert pack is not None
            text = local_file(pack, sender, campaign)
            _, wrong = read_local("F", text.encode(), sender=sender.id, campaign=campaign)
            for problem in wrong:
                if problem.severity is Severity.ERROR:
                    yield f"localise {sender.id} {campaign} writes an error: {problem}"


def _shown(looked: Looked, sources: Sources) -> None:
    assert looked.planned is not None
    config, posts = sources.config, looked.planned.plan.posts
    exports.as_csv(posts, config, lambda post: "")
    exports.as_ics(posts, config, now=NOW)
    shown = tuple(
        preview.Shown(
            post=post,
            sender_name=config.senders[post.sender].name(post.rendering.language),
            handle=config.accounts[post.key.account].handle,
            spans=config.accounts[post.key.account].rules.parse(post.rendering.text).spans,
            problems=(),
            standing="",
            cost_usd=config.settings.cost(post.rendering.platform, with_link=True),
            rules=config.accounts[post.key.account].rules,
        )
        for post in posts
    )
    preview.page(
        preview.Preview(
            title="Posts",
            filters="all",
            made_at=NOW,
            mode=Mode.DRY,
            shown=shown,
            left_out=(),
            problems=looked.problems,
            code="0000-0000",
            pictures=looked.loaded.pictures,
        )
    )
