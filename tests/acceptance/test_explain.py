"""Every shipped post's parts stand where `bot explain` says they do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot import app
from bot.core.explain import explain
from bot.core.packs import overlay
from bot.core.plan import Window, plan
from tests.acceptance.conftest import PROJECT

FIELDS = {"force": "name", "threat_level": "threat_levels", "threat_meaning": "threat_levels"}
MONDAY_AND_TUESDAY = Window(date(2015, 11, 23), date(2015, 11, 24))


def test_each_line_and_value_of_what_is_shipped_stands_in_the_file_at_its_line(
    tmp_path: Path,
) -> None:
    env = app.read_environment({"BOT_DATA": str(tmp_path)})
    sources = app.load(env, MONDAY_AND_TUESDAY).usable
    files: dict[str, list[str]] = {}

    def line(place: object) -> str:
        name, number = str(place).split(":")[:2]
        if name not in files:
            files[name] = (PROJECT / name).read_text(encoding="utf-8").split("\n")
        return files[name][int(number) - 1].strip()

    seen = 0
    for post in plan(sources, MONDAY_AND_TUESDAY, {}).posts:
        national, sender = sources.packs[post.campaign], sources.config.senders[post.sender]
        assert national is not None
        pack, _ = overlay(national, sender, sources.local.get((post.sender, post.campaign)))
        run = sources.config.runs[post.key.run]

        found = explain(pack, sources.config, run, post.key, post.rendering)

        assert found is not None
        assert found.is_exact
        for part in found.lines:
            assert part.place
            assert line(part.place).split("{{")[0].strip() in part.says
        for part in found.values:
            assert line(part.place).startswith(f"{FIELDS.get(part.name, part.name)}:")
        for part in found.hashtags:
            assert part.says.strip("#") in line(part.place)
        seen += 1
    assert seen > 200
