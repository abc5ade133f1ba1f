"""The folders of regions in messages/: messages/regions/south-east/CAMPAIGN.yaml."""

from __future__ import annotations

from typing import Final

from bot.core.config.forces import REGIONS

REGIONS_IN: Final = "messages/regions"

FOLDERS: Final = {region.lower().replace(" ", "-"): region for region in REGIONS}
"""Each region by the name of its folder."""


def region_in(path: str) -> str | None:
    """The region in whose folder a file stands; None where no region has that folder."""
    return FOLDERS.get(path.removeprefix(f"{REGIONS_IN}/").split("/")[0])


def region_file(region: str, campaign: str) -> str:
    """Where a region's pack for a campaign stands."""
    return f"{REGIONS_IN}/{region.lower().replace(' ', '-')}/{campaign}.yaml"
