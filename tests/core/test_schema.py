"""The schemas for editors: they know what the reader knows, and files that are right pass."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from bot.core import schema as schemas
from bot.core.packs.local import LOCAL_FIELDS
from bot.core.schema import FILES, as_text, schema
from tests.core.packs_in_text import CAMPAIGN, CONSTANTS, FORCES, KENT

PROJECT = Path(__file__).resolve().parents[2]


class Yaml12(yaml.SafeLoader):
    """As an editor reads YAML 1.2: yes, no, dates and 09:00 are words."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for tag, pattern, first in (
    ("bool", "true|false", "tf"),
    ("int", "[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?[0-9]*\.[0-9]+", "-+.0123456789"),
    ("null", "~|null|", ["~", "n", ""]),
):
    Yaml12.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first)
    )

Yaml12.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))


def faults(name: str, text: str) -> list[str]:
    value = yaml.load(text, Loader=Yaml12)
    found = Draft202012Validator(schema(name)).iter_errors(value)
    return [error.message for error in found]


def test_every_schema_is_one() -> None:
    for name in FILES:
        Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("name", FILES)
def test_what_is_shipped_passes(name: str) -> None:
    paths = sorted(PROJECT.glob(FILES[name]))

    found = {path.name: faults(name, path.read_text(encoding="utf-8-sig")) for path in paths}

    assert paths or name == "region"  # none is shipped
    assert {path: errors for path, errors in found.items() if errors} == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pack", CAMPAIGN),
        ("local", KENT),
        ("local", KENT + "accounts:\n  kent-x:\n    move:\n      a-message: a-theme\n"),
        ("region", "region: South East\ncampaign: cdt\nonly_for:\n  a-message/a-wording: x\n"),
        ("forces", FORCES),
        ("constants", CONSTANTS),
    ],
)
def test_what_the_reader_takes_passes(name: str, text: str) -> None:
    assert faults(name, text) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("local", "force: kent\ncampaign: cdt\ntake_part: yes\n"),
        ("local", "force: kent\ncampaign: cdt\ntakes_part: perhaps\n"),
        ("local", "force: kent\ncampaign: cdt\ntimes:\n  evening: 6pm\n"),
        ("local", "force: kent\ncampaign: cdt\nfill_in:\n  - in Kent\n"),
        ("local", KENT + "accounts:\n  kent-x:\n    takes_part: no\n"),
        ("region", "region: south-east\ncampaign: cdt\n"),
        ("pack", "theme: launch\nmessages:\n  look:\n    wording:\n      a:\n        en: x\n"),
        ("pack", "campaign: Winter\nversion: one\n"),
        ("pack", "campaign: Winter\nscheduled: sometimes\n"),
        ("forces", "Kent:\n  name: Kent Police\n"),
        ("forces", "kent:\n  name: Kent Police\n  minute: 60\n"),
        ("forces", "kent:\n  name: Kent Police\n  region: Wails\n"),
        ("campaigns", "winter:\n  who: everyone\n"),
        ("constants", "hotline:\n  value: 0800\n"),
        ("calendar", "no_posts:\n  eve:\n    day: 24 December\n    from: 10:00\n    to: 11:00\n"),
        ("settings", "plan_ahead: a fortnight\n"),
    ],
)
def test_what_the_reader_refuses_is_marked(name: str, text: str) -> None:
    assert faults(name, text) != []


def test_a_field_that_nobody_described_makes_no_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "LOCAL_FIELDS", (*LOCAL_FIELDS, "brand_new"))

    with pytest.raises(KeyError, match="brand_new"):
        schema("local")


def test_every_table_of_fields_that_the_reader_has_is_used() -> None:
    tables = re.compile(r"^([A-Z_]*FIELDS|SETTINGS): Final", re.MULTILINE)
    folders = [PROJECT / "bot/core/packs", PROJECT / "bot/core/config"]
    known = {
        name
        for folder in folders
        for path in folder.glob("*.py")
        for name in tables.findall(path.read_text(encoding="utf-8"))
    }
    inline = re.compile(r'known_fields\(\s*\w+,\s*\(\s*"')

    assert len(known) > 10
    assert {name for name in known if not hasattr(schemas, name)} == set()
    for folder in folders:
        for path in folder.glob("*.py"):
            assert not inline.search(path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("name", FILES)
def test_the_files_for_editors_are_current(name: str) -> None:
    path = PROJECT / "docs/schema" / f"{name}.json"

    assert path.read_text(encoding="utf-8") == as_text(name), "run: make docs"
    assert json.loads(as_text(name))["$schema"] == schemas.DIALECT


def test_each_field_has_a_word_of_help() -> None:
    def fields(node: Any, path: str) -> list[str]:
        if not isinstance(node, dict):
            return []
        mute = [
            f"{path}.{name}"
            for name, inner in node.get("properties", {}).items()
            if "description" not in inner and "properties" not in inner
        ]
        return mute + [one for name, inner in node.items() for one in fields(inner, name)]

    assert [one for name in FILES for one in fields(schema(name), name)] == []
