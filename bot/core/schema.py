"""JSON Schema (2020-12) of the files people write, made from the reader's own tables of fields.

An editor marks with it what it can see while somebody types. What a schema cannot say, such as
whether a date is that weekday, `bot check` says. Every field that the reader knows must be
described here: `_group` raises KeyError where one is not, and a test reads all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.core.config.calendar import (
    CALENDAR_FIELDS,
    EVENT_FIELDS,
    HOLIDAY_FIELDS,
    MAY_LEAVE,
    SILENCE_FIELDS,
)
from bot.core.config.campaigns import RUN_FIELDS, RUN_ID
from bot.core.config.claims import CLAIM_FIELDS
from bot.core.config.claims import NEEDED as CLAIM_NEEDS
from bot.core.config.constants import FACT_FIELDS, THREAT_FIELDS
from bot.core.config.forces import (
    ACCOUNT_FIELDS,
    HANDLES,
    HERE,
    INSTANCE,
    MOST_CHARACTERS,
    MOST_RESERVED,
    REGIONS,
    SENDER_FIELDS,
    VISIBILITIES,
)
from bot.core.config.links import LINK_FIELDS
from bot.core.config.quotes import NEEDED as QUOTE_NEEDS
from bot.core.config.quotes import QUOTE_FIELDS
from bot.core.config.settings import MOST_REPOSTS, PRICE_FIELDS, REPOST_FIELDS, SETTINGS
from bot.core.config.words import WORDS_FIELDS
from bot.core.model import Language, Nation, PlatformName, SenderKind
from bot.core.packs import Audience, Purpose, Setting, ValueKind
from bot.core.packs.brief import BRIEF, BRIEF_FIELDS, MEASURED_BY, OBJECTIVE
from bot.core.packs.cards import ABOUT, CARD_FIELDS, CARDS, TITLE
from bot.core.packs.conditions import CONDITIONS, FACTS
from bot.core.packs.hashtags import OPTIONAL, REQUIRED
from bot.core.packs.limits import NOT_FOR, ONLY_FOR
from bot.core.packs.local import (
    ACCOUNT_PART_FIELDS,
    CORRECTIONS,
    LOCAL_FIELDS,
    MOVE,
    REGION_FIELDS,
)
from bot.core.packs.locks import LOCK_FIELDS, LOCKED
from bot.core.packs.messages import AMPLIFY, MESSAGE_FIELDS, REPOST, WORDING_FIELDS
from bot.core.packs.national import (
    CAMPAIGN_FIELDS,
    SCHEDULED,
    THEME_FIELDS,
    THEME_FILE_FIELDS,
)
from bot.core.packs.pictures import PICTURE, PICTURE_FIELDS, SHOWS
from bot.core.packs.purpose import PURPOSE, SETTING
from bot.core.packs.values import ASKED, VALUE_FIELDS
from bot.core.packs.videos import CAPTIONS, VIDEO, VIDEO_FIELDS
from bot.core.packs.videos import SHOWS as VIDEO_SHOWS
from bot.core.reading import NAME, UNITS

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
OR_WORDING: Final = f"^{NAME.pattern}(/{NAME.pattern})?$"  # message, or message/wording
ABOUT_ONLY_FOR: Final = (
    "Only for these forces, regions, platforms, accounts or conditions, with commas."
)
ABOUT_NOT_FOR: Final = "For all but these, with commas: the same names as after only_for."
VALUE_NAME: Final = "^[a-z][a-z0-9_]*$"

FILES: Final[Mapping[str, str]] = {
    "pack": "messages/national/*/*.yaml",
    "local": "messages/local/*/*.yaml",
    "region": "messages/regions/*/*.yaml",
    "forces": "config/forces.yaml",
    "campaigns": "config/campaigns.yaml",
    "constants": "config/constants.yaml",
    "links": "config/links.yaml",
    "claims": "config/claims.yaml",
    "quotes": "config/quotes.yaml",
    "calendar": "config/calendar.yaml",
    "settings": "config/settings.yaml",
    "words": "config/words.yaml",
}
"""Each schema's name, and the files it is for."""


def schema(name: str) -> Schema:
    """One schema by its name in FILES. Raises KeyError."""
    return {"$schema": DIALECT, "title": f"{name}: {FILES[name]}", **_MAKERS[name]()}


def as_text(name: str) -> str:
    """The schema as it stands in its file."""
    return json.dumps(schema(name), ensure_ascii=False, indent=2) + "\n"


# --- single values ----------------------------------------------------------------------------


def _text(about: str) -> Schema:
    """Plain text. YAML takes 999 and 101 for numbers; the bot's reader keeps their letters."""
    return {"description": about, "type": ["string", "number"]}


def _line(about: str) -> Schema:
    """A phrase, or the same in several languages, or nothing yet."""
    languages = {language.value: _text(language.label) for language in Language}
    several = {"type": "object", "properties": languages, "additionalProperties": False}
    return {"description": about, "anyOf": [{"type": ["string", "number", "null"]}, several]}


def _yes_no(about: str, *, blank: bool = False) -> Schema:
    """`yes` and `no` are words in YAML 1.2, and true and false in the older one."""
    more = [None] if blank else []
    return {"description": about, "enum": ["yes", "no", "Yes", "No", True, False, *more]}


def _number(about: str, least: int, most: int) -> Schema:
    return {"description": about, "type": "integer", "minimum": least, "maximum": most}


def _one_of(about: str, names: Iterable[str]) -> Schema:
    return {"description": about, "enum": [str(name) for name in names]}


def _matching(about: str, pattern: str) -> Schema:
    return {"description": about, "type": "string", "pattern": pattern}


def _duration(about: str) -> Schema:
    return _matching(about, f"^[0-9]{{1,4}} ({'|'.join(UNITS)})s?$")


def _clock(about: str) -> Schema:
    return _matching(about, "^([01]?[0-9]|2[0-3]):[0-5][0-9]$")


def _day(about: str) -> Schema:
    return _matching(about, "[0-9]{4}")


def _money(about: str) -> Schema:
    return {"description": about, "type": "number", "minimum": 0}


# --- groups of fields -------------------------------------------------------------------------


def _group(
    fields: Iterable[str],
    described: Mapping[str, Schema],
    *,
    needed: Iterable[str] = (),
    about: str = "",
) -> Schema:
    """Fields with these names and no others. Raises KeyError for a field nobody described."""
    found: Schema = {
        "type": "object",
        "properties": {field: described[field] for field in fields},
        "additionalProperties": False,
    }
    if needed:
        found["required"] = list(needed)
    return {"description": about, **found} if about else found


def _named(about: str, inner: Schema, *, names: str = f"^{NAME.pattern}$") -> Schema:
    """Any number of entries, each with a name of its own; or nothing yet."""
    return {
        "description": about,
        "type": ["object", "null"],
        "propertyNames": {"pattern": names},
        "additionalProperties": inner,
    }


# --- messages/ --------------------------------------------------------------------------------


def _accepts(where: str) -> Schema:
    about = f"Warnings that may stand in {where}: each by its code, with the reason."
    return _named(about, _text("Why it may stand, in two words or more."))


def _wording() -> Schema:
    return _group(
        WORDING_FIELDS,
        {
            "en": _text('English words, under "|": a line here is a line in the post.'),
            "cy": _text('Welsh words, under "|", beside the English.'),
            "for_forces_with": _text("Only for forces that filled this value in."),
            "for_forces_without": _text("Only for forces that did not fill this value in."),
            ONLY_FOR: _text(ABOUT_ONLY_FOR),
            NOT_FOR: _text(ABOUT_NOT_FOR),
            "accepts": _accepts("this wording"),
        },
    )


def _wordings() -> Schema:
    return _named("Ways to say it, each with a name.", _wording())


def _pictures(*, changes: bool = False) -> dict[str, Schema]:
    """`picture` and `picture_shows`; in a force's `change` the picture may be no."""
    about = "Its file in the folder pictures beside this one: phone.png"
    about += "; no for none." if changes else "."
    described = {
        PICTURE: _line(about),
        SHOWS: _line("What it shows, for people who cannot see it, in each language."),
    }
    return {field: described[field] for field in PICTURE_FIELDS}


def _videos(*, changes: bool = False) -> dict[str, Schema]:
    """`video`, `video_shows` and `captions`; in a force's `change` the video may be no."""
    about = "Its file in the folder videos beside this one: film.mp4"
    about += "; no for none." if changes else "."
    spoken = "Its captions' file in each language, beside it; or: in the picture, or: no speech."
    described = {
        VIDEO: _line(about),
        VIDEO_SHOWS: _line("What it shows, for people who cannot see it, in each language."),
        CAPTIONS: _line(spoken),
    }
    return {field: described[field] for field in VIDEO_FIELDS}


def _changes() -> Schema:
    wordings = _wordings()["additionalProperties"]
    message = {
        "type": ["object", "null"],
        "properties": {**_pictures(changes=True), **_videos(changes=True)},
        "propertyNames": {"pattern": f"^({NAME.pattern}|{SHOWS}|{VIDEO_SHOWS})$"},
        "additionalProperties": wordings,
    }
    about = "Messages you say your own way, or with a picture or a video of your own."
    return _named(about, message)


def _messages(about: str) -> Schema:
    described = {
        **_pictures(),
        **_videos(),
        "theme": _text("The theme it belongs to; not needed in a theme's own file."),
        "wordings": _wordings(),
        "same_for_all": _text("On what basis every force may say exactly this."),
        "essential": _text("On whose authority it goes out even in mourning, in words."),
        LOCKED: _text("Why no force changes or withdraws it."),
        ONLY_FOR: _text(ABOUT_ONLY_FOR),
        NOT_FOR: _text(ABOUT_NOT_FOR),
        AMPLIFY: _one_of("A few accounts repost what the national account says of it.", (REPOST,)),
        "audience": _one_of("Whom it is for: staff is never published.", Audience),
        "accepts": _accepts("this message"),
        PURPOSE: _one_of("What it is there to do, most of all.", Purpose),
        SETTING: _text(f"Where its readers are: {', '.join(Setting)}; commas between them."),
    }
    return _named(about, _group(MESSAGE_FIELDS, described))


def _pack() -> Schema:
    """campaign.yaml, or a theme's file: told apart by the field that only one of them has."""
    return {
        "type": "object",
        "if": {"required": ["campaign"]},
        "then": _campaign(),
        "else": _group(
            THEME_FILE_FIELDS,
            {
                "theme": _text("Its name in campaign.yaml."),
                "messages": _messages("The messages of this theme, each with a name that stays."),
            },
        ),
    }


def _campaign() -> Schema:
    theme = _group(
        THEME_FIELDS,
        {
            "on": _text("Its weekdays with commas; or week 3 Tuesday, day after launch."),
            "about": _text("What the day is about, in a line for colleagues."),
            LOCKED: _text("Why no force changes, withdraws or adds a message of it."),
        },
    )
    lock = _group(
        LOCK_FIELDS,
        {
            "facts": _text("Constants that local words must keep, by name, with commas."),
            "reads": _text("What the fact must say, digit by digit."),
            "never_without": _text("Constants that stand wherever these do, with commas."),
            "phrase": _line("Or words that local words must keep, in each language."),
            "why": _text("The reason, as the forces will read it."),
        },
        needed=("why",),
    )
    value = _group(
        VALUE_FIELDS,
        {
            "help": _text("What to fill in, and how to hear whether it fits."),
            "example": _text("One that fits."),
            "needed": _yes_no("Whether a force must fill it in."),
            "type": _one_of("What it is. Left out: a phrase.", ValueKind),
            "default": _line("What stands there where a force writes nothing."),
            "list": _yes_no("The older way to write type: list."),
        },
    )
    card = _group(
        CARD_FIELDS,
        {
            TITLE: _line("What stands at the top of the page, in each language."),
            ABOUT: _line("What the page is for, in a sentence, in each language."),
            PICTURE: _line("A picture in the folder pictures beside this file."),
        },
    )
    brief = _group(
        BRIEF_FIELDS,
        {
            "owner": _text("Who answers for the campaign: a role, not a name."),
            OBJECTIVE: _text("Who shall know or do what, and by when."),
            MEASURED_BY: _text("What will be counted to tell whether they do."),
            "audiences": _text("Whom it is for; commas between them."),
            "partners": _text("Who runs it together; commas between them."),
        },
    )
    days = {"anyOf": [_matching("Its days.", "[a-z]"), {"type": "null"}, theme]}
    return _group(
        CAMPAIGN_FIELDS,
        {
            "campaign": _text("Its name in plain words."),
            "version": _number("Raise it when the words change.", 1, 9999),
            "scheduled": _one_of("When it runs. Left out: by date.", SCHEDULED),
            "starts": _day("The first day it was written for: Monday 2015-11-23."),
            "days": _number("How many days it lasts.", 1, 366),
            "weeks": _number("Or how many weeks.", 1, 53),
            REQUIRED: _text("On every post; without #, each word with a capital."),
            OPTIONAL: _text("Added while there is room; commas between them."),
            "link": _text("The link every account shows at least once a day, by its name."),
            CARDS: _named(
                "What Bluesky shows under a post of a link, by the link's name.",
                card,
                names=VALUE_NAME,
            ),
            "grace": _duration("How late a post may still leave: 20 minutes."),
            "on_bank_holidays": _yes_no("no: it keeps quiet on a bank holiday of the sender's."),
            "translation": _one_of(
                "reviewed once a translator has signed the Welsh.", ("reviewed", "unreviewed")
            ),
            "embargo": _matching(
                "Until then it is not planned: Monday 2015-11-23 09:00, UK time.",
                "[0-9]{4}.* [0-9]{1,2}:[0-9]{2}$",
            ),
            "may_preview": _text("Who may preview it under embargo; commas between them."),
            "handling": _text("How it is to be handled: shown on top of previews."),
            "review": _day("By when somebody should have read it again."),
            "reviewed": _day("When somebody last read it again, changed or not."),
            BRIEF: {"description": "What it is for, for colleagues: never published.", **brief},
            "slots": _named("Times of day on London's clocks.", _clock("Such as 09:00.")),
            ASKED: _named("Phrases, numbers, dates and facts to ask for.", value, names=VALUE_NAME),
            CONDITIONS: _named("Facts that must hold together, under a name.", _condition()),
            LOCKED: _named("Facts and phrases that no force may change.", lock),
            "withdraw": _named("Messages that are recalled.", _text("The reason.")),
            "themes": _named("What each day is about.", days),
            "messages": _messages("Messages that have no file of their theme."),
            "same_for_all": _text("On what basis every force may say exactly these words."),
            "accepts": _accepts("this campaign"),
        },
        needed=("campaign",),
    )


def _condition() -> Schema:
    facts = {
        "force": _text("Senders, by their names in config/forces.yaml."),
        "kind": _text("force, national or partner."),
        "sector": _text("What a partner's trade is: retail."),
        "region": _text("Counter terrorism regions: South East."),
        "nation": _text("England, Wales, Scotland or Northern Ireland."),
        "language": _text("The account publishes in it: cy."),
        "platform": _text("x, bluesky or mastodon."),
    }
    value = _yes_no("Whether the force filled this value in.")
    names = {"propertyNames": {"pattern": VALUE_NAME}, "additionalProperties": value}
    return {**_group(FACTS, facts, about="All of these facts hold."), **names}


def _overlay_fields() -> dict[str, Schema]:
    """What every overlay may hold, be it a region's, a force's or an account's."""
    return {
        "campaign": _matching("The folder in messages/national.", f"^{NAME.pattern}$"),
        "written_for_version": _number("The national version you read.", 1, 9999),
        "fill_in": _named(
            "Your phrases, each with its small word.",
            _line("A phrase; en: and cy: under it for a force that publishes in both."),
            names=VALUE_NAME,
        ),
        "change": _changes(),
        "add": _messages("Messages of your own, each with its theme."),
        "withdraw": _named(
            "Messages or wordings you do not want.", _text("The reason."), names=OR_WORDING
        ),
        MOVE: _named("Messages that belong to another theme with you.", _text("The theme.")),
        ONLY_FOR: _named(
            "Messages or wordings for some of you.", _text(ABOUT_ONLY_FOR), names=OR_WORDING
        ),
        "times": _named("Your own times for slots.", _clock("Such as 18:15.")),
        OPTIONAL: _text("In place of the national ones; commas between them, or no for none."),
    }


def _local() -> Schema:
    account = _group(ACCOUNT_PART_FIELDS, _overlay_fields())
    return _group(
        LOCAL_FIELDS,
        {
            **_overlay_fields(),
            "force": _matching("Its name in config/forces.yaml.", f"^{NAME.pattern}$"),
            "takes_part": _yes_no("Nothing is published live before this says yes.", blank=True),
            "why": _text("The reason, where takes_part is no."),
            "national_corrections": _one_of(
                "trusted: approvals stand where only the national team changed a message.",
                CORRECTIONS,
            ),
            "accounts": _named("What single accounts say their own way.", account),
            "accepts": _accepts("your own words"),
        },
        needed=("force", "campaign"),
    )


def _region() -> Schema:
    region = _one_of("Its name in config/forces.yaml.", REGIONS)
    described = {**_overlay_fields(), "region": region}
    return _group(REGION_FIELDS, described, needed=("region", "campaign"))


# --- config/ ----------------------------------------------------------------------------------


def _forces() -> Schema:
    account = _group(
        ACCOUNT_FIELDS,
        {
            "platform": _one_of("Where it publishes.", PlatformName),
            "handle": {
                "description": "The public name without its first @, where somebody checked it.",
                "type": ["string", "null"],
                "pattern": f"^({'|'.join(HANDLES.values())})$",
            },
            "handle_source": _text("Where it was seen."),
            "languages": _languages("Only where they differ from the sender's."),
            "live": _yes_no("yes once it may publish for the public."),
            "resend_if_absent": _yes_no(
                "yes to send once more what may be public and four looks did not find."
            ),
            "amplifies": _yes_no("yes to repost what a national account says, where a pack asks."),
            "max_characters": _number(
                "Mastodon: the most a post may have on its server.", 1, MOST_CHARACTERS
            ),
            "characters_reserved_per_url": _number(
                "Mastodon: what a link counts on its server.", 1, MOST_RESERVED
            ),
            "instance": _matching(
                "Mastodon: its server, where that is not the one in its handle.",
                f"^({INSTANCE}|{HERE})$",
            ),
            "visibility": _one_of("Mastodon: who sees its posts.", VISIBILITIES),
            "follows": _text("English only: the Welsh account that says the same just before it."),
        },
    )
    sender = _group(
        SENDER_FIELDS,
        {
            "name": _line("The name the public knows."),
            "kind": _one_of("Who speaks.", SenderKind),
            "sector": _text("Of a partner: its trade, or several with commas: retail."),
            "region": _one_of("Its counter terrorism region.", REGIONS),
            "languages": _languages("en, or cy, en to publish in both, Welsh first."),
            "nation": _one_of("Where its region does not say it.", Nation),
            "quiet_hours": _matching(
                "When it never posts: 22:00 to 07:00.", "^[0-9:]{4,5} to [0-9:]{4,5}$"
            ),
            "minute": _number("Minutes after a slot's time at which it posts.", 0, 59),
            "fill_in": _named("Phrases for every campaign.", _line("A phrase."), names=VALUE_NAME),
            "accounts": _named("Its accounts, each with a name that never changes.", account),
            "no_accounts_because": _text("The reason, where there are none."),
        },
        needed=("name",),
    )
    return _named("Who speaks, and from which accounts.", sender)


def _languages(about: str) -> Schema:
    one = "|".join(Language)
    return _matching(about, f"^({one})(, *({one}))*$")


def _campaigns() -> Schema:
    run = _group(
        RUN_FIELDS,
        {
            "pack": _text("The folder in messages/national."),
            "starts": _matching(
                "The first day with its weekday; a practice run may say Monday of every week.",
                "[0-9]{4}|of every week$",
            ),
            "ends": _day("The last day of a standing campaign."),
            "who": _text("everyone, or names with commas: forces, regions, kinds."),
            "practice": _yes_no("yes for a run that is never published."),
            "pauses": _text("The campaigns or runs that give way to this one, with commas."),
        },
        needed=("who",),
    )
    return _named("Which campaigns run, and when.", run, names=f"^{RUN_ID.pattern}$")


OF_ALL: Final[Mapping[str, Schema]] = {
    "source": _text("Where a colleague can look it up."),
    "as_of": _day("The day it was last seen there."),
    "check_by": _day("The day by which somebody must look again."),
}
"""What every register says of its entries."""


def _constants() -> Schema:
    fact = _group(
        FACT_FIELDS,
        {
            **OF_ALL,
            "value": _text("A number, exactly as the public should read it."),
            "link": _text("For a link, instead of value: gov.uk/ACT."),
            "en": _text("Instead of value, where English and Welsh differ."),
            "cy": _text("The Welsh of it."),
        },
        needed=("source", "as_of", "check_by"),
    )
    level = _line("The words for a level, in both languages.")
    meanings = _named("What each level means.", level)
    threat = _group(
        THREAT_FIELDS,
        {
            **OF_ALL,
            "names": _named("The levels, and what they are called.", level),
            "meanings": _named("Sets of meanings, each with the day since when.", meanings),
            "history": _named(
                "The day each level came into force.", _text("A level."), names="[0-9]{4}"
            ),
        },
    )
    found = _named("Numbers, links and the threat level.", fact, names=VALUE_NAME)
    return {**found, "properties": {"threat_levels": threat}}


def _links() -> Schema:
    link = _group(
        LINK_FIELDS,
        {
            **OF_ALL,
            "link": _text("The address, as the public should read it: gov.uk/ACT."),
            "en": _text("Instead of link, where English and Welsh differ."),
            "cy": _text("The Welsh of it."),
            "retired": _day("The day from which it must not be used."),
            "instead": _matching("The link that took its place, by its name.", VALUE_NAME),
            "why": _text("Why it is retired, in a few words."),
        },
        needed=("source", "as_of"),
    )
    return _named("Links, and those that are retired.", link, names=VALUE_NAME)


def _claims() -> Schema:
    claim = _group(
        CLAIM_FIELDS,
        {
            **OF_ALL,
            "figure": _line("As the public should read it."),
            "about": _text("What it counts, and of how many: for colleagues."),
            "period": _text("The time it is about."),
            "expires": _day("The last day on which a post may state it."),
            "owner": _text("Who looks it up anew."),
        },
        needed=CLAIM_NEEDS,
    )
    return _named("Figures that messages may state.", claim, names=VALUE_NAME)


def _quotes() -> Schema:
    quote = _group(
        QUOTE_FIELDS,
        {
            **OF_ALL,
            "words": _line("As they were said, without quotation marks."),
            "speaker": _text("The person's name."),
            "role": _line("As it was on the day role_as_of."),
            "role_as_of": _day("The day on which this was the role."),
            "politician": _yes_no("yes for whoever stands or may stand for election."),
            "cleared_by": _text("Who said that it may be used."),
            "cleared_on": _day("The day on which they said so."),
            "expires": _day("The last day on which a post may use it."),
        },
        needed=QUOTE_NEEDS,
    )
    return _named("What people said, and who they were.", quote, names=VALUE_NAME)


def _calendar() -> Schema:
    fields = {
        "day": _text("11 November or second Sunday in November, one date, or an event's name."),
        "from": _matching("10:45 of that day; or a day, and a time behind it.", "[0-9]"),
        "to": _clock("The last minute of that day that is quiet."),
        "until": _matching("Without day and to: the last day, or minute.", "[0-9]"),
        "why": _text("The reason, as `bot plan --why-not` gives it."),
        "source": _text("Where a colleague can look it up."),
        "who": _text("everyone, or names with commas: forces, regions, nations, kinds."),
        "campaigns": _text("Only these packs or runs, with commas."),
        "themes": _text("Only these themes, with commas."),
        "essential": _one_of("pass: messages marked essential may go out.", [MAY_LEAVE]),
    }
    event = _group(
        EVENT_FIELDS,
        {
            "day": _text("Its dates, with commas: Friday 2026-11-27, Friday 2027-11-26."),
            "source": _text("Where a colleague can look it up."),
        },
        needed=EVENT_FIELDS,
    )
    one_form = {"anyOf": [{"required": ["day", "from", "to"]}, {"required": ["from", "until"]}]}
    silence = {**_group(SILENCE_FIELDS, fields, needed=("why",)), **one_form}
    election = {**_group(SILENCE_FIELDS, fields, needed=("why", "who", "source")), **one_form}
    holiday = _group(
        HOLIDAY_FIELDS,
        {
            "day": _day("The date."),
            "who": _text("Its nations, with commas; left out for all four."),
            "why": _text("Its name."),
            "source": _text("Where a colleague can look it up."),
        },
        needed=("day", "why"),
    )
    return _group(
        CALENDAR_FIELDS,
        {
            "events": _named("Days that packs and windows say by these names.", event),
            "no_posts": _named("When the bot keeps quiet.", silence),
            "no_politicians": _named("When no post quotes a politician.", election),
            "bank_holidays": _named("Bank holidays besides those that are known.", holiday),
        },
    )


def _settings() -> Schema:
    price = _group(
        PRICE_FIELDS,
        {
            "post_usd": _money("US dollars for a post."),
            "post_with_link_usd": _money("US dollars for a post with a link."),
            "read_usd": _money("US dollars for each post read on a timeline."),
            "source": _text("Where the price was seen."),
            "as_of": _day("The day it was seen."),
        },
        needed=("post_usd", "post_with_link_usd"),
    )
    return _group(
        SETTINGS,
        {
            "plan_ahead": _duration("How far ahead posts are made ready."),
            "warn_unapproved": _duration("How long before it is due the bot warns."),
            "dry_run_approves": _yes_no("yes: in a dry run the bot approves by itself."),
            "posts_per_account_a_day": _number("The most an account posts in a day.", 1, 50),
            "sectors": _text("The trades that partners may have, with commas."),
            "release_takes_two": _yes_no(
                "yes: releasing a live hold on everything takes two people."
            ),
            "reposts": _group(
                REPOST_FIELDS,
                {
                    "accounts": _number("The most that repost one post.", 1, MOST_REPOSTS),
                    "soonest": _duration("How long after it, plus the force's minute."),
                    "latest": _duration("How long after it at the latest, plus the minute."),
                },
            ),
            "prices": {
                "description": "What a post costs, by platform; for information only.",
                "type": ["object", "null"],
                "propertyNames": {"enum": [name.value for name in PlatformName]},
                "additionalProperties": price,
            },
        },
    )


def _words() -> Schema:
    of_language = {one.value: _text(f"{one.label}, with spaces or commas.") for one in Language}
    reasons = _text("What is wrong with it, or what to say instead.")
    return _group(
        WORDS_FIELDS,
        {
            "spelling": _group(
                of_language, of_language, about="Words that are right and in no dictionary."
            ),
            "abbreviations": _text("What is written in capitals and not for emphasis."),
            "alarming": _named("Words that frighten.", reasons, names=".+"),
            "tactics": _named("Words about how police work.", reasons, names=".+"),
        },
    )


_MAKERS: Final = {
    "pack": _pack,
    "local": _local,
    "region": _region,
    "forces": _forces,
    "campaigns": _campaigns,
    "constants": _constants,
    "links": _links,
    "claims": _claims,
    "quotes": _quotes,
    "calendar": _calendar,
    "settings": _settings,
    "words": _words,
}
