"""What tests are made of: each factory fills in what a test is not about."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.model import (
    Account,
    Captions,
    Language,
    Pick,
    Picture,
    PlatformName,
    Post,
    PostKey,
    Rendering,
    Video,
)
from bot.core.source import Place

DAY = datetime(2026, 11, 16, tzinfo=UTC)
"""A Monday in winter, when London's time is UTC."""


def at(clock: str, *, day: int = 1) -> datetime:
    """That time of the campaign's day: at("09:00"), at("17:30:05", day=2)."""
    parts = [int(part) for part in clock.split(":")]
    hours, minutes, seconds = (*parts, 0)[:3]
    return DAY + timedelta(days=day - 1, hours=hours, minutes=minutes, seconds=seconds)


def an_account(id: str = "kent-x", *, sender: str = "kent", live: bool = False) -> Account:  # noqa: A002
    return Account(
        id, sender, PlatformName.X, (Language.EN,), handle=id.replace("-", "_"), live=live
    )


def a_key(
    slot: str = "d1.morning",
    *,
    account: str = "kent-x",
    run: str = "awareness@2026",
    language: Language = Language.EN,
    part: int = 1,
) -> PostKey:
    return PostKey(run, account, slot, language, part)


def a_rendering(
    text: str = "If something does not feel right, tell us.",
    *,
    account: str = "kent-x",
    platform: PlatformName = PlatformName.X,
    due: datetime | None = None,
    language: Language = Language.EN,
    message: str = "act",
    wording: str = "a",
    pictures: tuple[Picture, ...] = (),
    part: int = 1,
    video: Video | None = None,
) -> Rendering:
    due = due or at("09:00")
    pick = Pick(message, wording)
    return Rendering(
        account=account,
        platform=platform,
        language=language,
        due=due,
        pick=pick,
        text=text,
        length=len(text),
        limit=280,
        hashtags=(),
        links=(),
        pictures=pictures,
        part=part,
        video=video,
    ).with_digest()


CAPTIONS = b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nTell us.\n"


def a_video(content: bytes = b"a video", *, alt: str = "A phone rings.") -> Video:
    """A video of these bytes, with CAPTIONS; nobody looks whether they are one."""
    captions = Captions(Language.EN, hashlib.sha256(CAPTIONS).hexdigest(), len(CAPTIONS))
    sha256 = hashlib.sha256(content).hexdigest()
    return Video(
        sha256, "video/mp4", 1280, 720, 62_000, len(content), alt, (captions,),
        file="messages/…/film.mp4",
    )  # fmt: skip


def a_picture(content: bytes = b"a picture", *, alt: str = "A phone in a hand.") -> Picture:
    """A picture of these bytes; nobody looks whether they are one."""
    sha256 = hashlib.sha256(content).hexdigest()
    return Picture(sha256, "image/png", 1200, 675, len(content), alt, "messages/…/phone.png")


def a_post(
    slot: str = "d1.morning",
    *,
    text: str | None = None,
    due: datetime | None = None,
    force: str = "kent",
    account: str | None = None,
    platform: PlatformName = PlatformName.X,
    region: str | None = "south-east",
    campaign: str = "ct-awareness-week",
    theme: str = "day-1",
    run: str = "awareness@2026",
    language: Language = Language.EN,
    grace: timedelta = timedelta(minutes=20),
    message: str = "act",
    essential: str | None = None,
    pictures: tuple[Picture, ...] = (),
    part: int = 1,
    video: Video | None = None,
) -> Post:
    """A post of Kent's, due at 09:00; its words name its place unless the test gives them."""
    account = account or f"{force}-{platform}"
    key = a_key(slot, account=account, run=run, language=language, part=part)
    text = text if text is not None else f"If something does not feel right, tell us. ({key})"
    return Post(
        key=key,
        campaign=campaign,
        theme=theme,
        sender=force,
        region=region,
        rendering=a_rendering(
            text,
            account=account,
            platform=platform,
            due=due,
            language=language,
            message=message,
            pictures=pictures,
            part=part,
            video=video,
        ),
        grace_seconds=int(grace.total_seconds()),
        place=Place("messages/national/ct-awareness-week/day-1.yaml", 12, 5),
        essential=essential,
        waits_for=replace(key, part=part - 1) if part > 1 else None,
    )


def a_repost(
    original: Post,
    *,
    force: str = "kent",
    account: str | None = None,
    due: datetime | None = None,
    region: str | None = None,
) -> Post:
    """A force's repost of this post in the same slot, an hour later unless the test says when."""
    account = account or f"{force}-{original.rendering.platform}"
    due = due or original.due + timedelta(hours=1)
    passed_on = replace(original.rendering, account=account, due=due, reposts=original.key)
    return replace(
        original,
        key=replace(original.key, account=account),
        sender=force,
        region=region,
        rendering=passed_on.with_digest(),
        waits_for=original.key,
    )
