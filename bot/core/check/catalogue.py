"""Every check on words: its code, why it is made, where the rule comes from, and what to do.

`bot check --explain CODE` prints an entry, and docs/checks.md is made of all of them. Codes about
the form of a file (`unknown-field`, `time` and so on) are not here: their own line says it all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.core.check import sources as by
from bot.core.check.sources import Source
from bot.core.source import Severity

ERROR: Final = Severity.ERROR
WARNING: Final = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked for in words."""

    code: str
    severity: Severity
    finds: str
    reason: str
    fix: str
    source: Source

    @property
    def may_be_accepted(self) -> bool:
        """Errors are about safety, a platform's limits, or a post that would go out broken."""
        return self.severity is WARNING


PLAIN: Final = (
    Check(
        "long-sentence", WARNING,
        "A sentence of more than 25 words, with the longest value that any force filled in.",
        "The longer a sentence, the fewer people understand it at first reading.",
        "Make two sentences of it. Nearly always there is an \"and\" or a comma to cut at.",
        by.SENTENCES,
    ),
    Check(
        "broken-line", WARNING,
        "A line that ends in the middle of a sentence.",
        "A line in the file is a line in the post, so the post would break there too.",
        "Join the two lines, however long the line becomes.",
        by.OURS,
    ),
    Check(
        "small-letter", WARNING,
        "A sentence that begins with a value such as {{ in_area }}, and so with a small letter.",
        "Values are phrases for the middle of a sentence: in Kent.",
        "Write {{ in_area | first_capital }}, or put another word first.",
        by.OURS,
    ),
    Check(
        "full-stop", WARNING,
        "A value that ends with a full stop.",
        "Values stand inside sentences, so the sentence would end there.",
        "Take the full stop away.",
        by.OURS,
    ),
    Check(
        "left-behind", ERROR,
        "A blank that nobody filled in: [town], XXX, TBC, {in_area}, or half a bracket.",
        "It would be published as it stands.",
        "Write the words, or the value between two curly brackets: {{ in_area }}.",
        by.OURS,
    ),
    Check(
        "strange-character", ERROR,
        "A character that nobody can see, or that not every phone can show.",
        "Copied text brings them along. They break links and confuse screen readers.",
        "Delete the word it stands in and type it again.",
        by.OURS,
    ),
)  # fmt: skip

ACCESSIBLE: Final = (
    Check(
        "capitals", WARNING,
        "Words in capitals that are no abbreviation.",
        "Capitals are harder to read, a screen reader may spell them out, and they shout.",
        "Write the word in small letters. An abbreviation goes into config/words.yaml.",
        by.GCS_ACCESSIBLE,
    ),
    Check(
        "many-emoji", WARNING,
        "More than two emoji in a wording, or the same one twice.",
        "A screen reader reads out the name of each, in the middle of the words.",
        "Keep one or two, at the end of a line.",
        by.GCS_ACCESSIBLE,
    ),
    Check(
        "emoji-in-words", WARNING,
        "An emoji with words after it on the same line.",
        "It stands where a word should, and looks different on every phone.",
        "Say it in words, and put the emoji at the end of the line or leave it out.",
        by.GCS_ACCESSIBLE,
    ),
    Check(
        "hashtag-capitals", WARNING,
        "A hashtag whose words do not each begin with a capital.",
        "Only the capitals tell a screen reader, and a hurried reader, where the words begin.",
        "Write it as CounterTerrorismUK.",
        by.GCS_ACCESSIBLE,
    ),
    Check(
        "many-hashtags", WARNING,
        "A campaign with more than two hashtags.",
        "Each is read out in full. Two at the end are enough to find a post by.",
        "Take out the ones that fewest people look for.",
        by.GCS_ACCESSIBLE,
    ),
    Check(
        "no-alt", ERROR,
        "A picture without words for people who cannot see it, in a language the message has.",
        "Without it the picture, and every word in it, is lost to them.",
        "Say in picture_shows what it shows and what can be read in it.",
        by.GCS_ACCESSIBLE,
    ),
    Check(
        "no-captions", WARNING,
        "A video that goes out without captions where the platform takes none.",
        "Who cannot hear it does not learn what is said in it.",
        "Burn them into the picture and write captions: in the picture.",
        by.GCS_ACCESSIBLE,
    ),
    Check(
        "alt-too-long", ERROR,
        "A picture_shows of more than 1,000 characters.",
        "The platforms take no more.",
        "Say what matters in the picture: two sentences are plenty.",
        by.X_MEDIA,
    ),
    Check(
        "alt-is-file-name", ERROR,
        "A picture_shows that is only the name of a file.",
        "It says nothing to somebody who cannot see the picture.",
        "Say what the picture shows, and any words that can be read in it.",
        by.GCS_ACCESSIBLE,
    ),
    Check(
        "alt-says-nothing", ERROR,
        "A picture_shows without a word in it, or with no more than: Photo.",
        "It says nothing to somebody who cannot see the picture.",
        "Say what the picture shows, and any words that can be read in it.",
        by.GCS_ACCESSIBLE,
    ),
    Check(
        "alt-is-words", ERROR,
        "A picture_shows that says the same as the post.",
        "It would be read aloud twice, and the picture would still be unknown.",
        "Say what the picture shows, and any words that can be read in it.",
        by.GCS_ACCESSIBLE,
    ),
)  # fmt: skip

ASKS: Final = (
    Check(
        "two-links", WARNING,
        "A wording that shows more than one link.",
        "Who has two ways to go takes neither. Platforms also make a card of one link only.",
        "Keep the link that matters, and put the other into a message of its own.",
        by.GCS_ACCESSIBLE,
    ),
    Check(
        "two-asks", WARNING,
        "A wording that asks for two things: to report and to share, to watch and to sign up.",
        "A post is read in a second or two. One ask is remembered.",
        "Make two messages of it.",
        by.OASIS,
    ),
    Check(
        "vague-link", WARNING,
        'Words such as "click here", "this link" or "link in bio".',
        "Read aloud, or out of their place, they do not say where the link leads.",
        "Say what is behind the link: Learn what to look out for: {{ report_link }}",
        by.GOVUK_LINKS,
    ),
    Check(
        "no-link", WARNING,
        "A day on which an account does not show the campaign's link.",
        "Somebody who sees one post of the day should learn where to turn.",
        "Put the link into more wordings.",
        by.PRESS_PACK,
    ),
    Check(
        "shortener", ERROR,
        "A link that leads through a public shortener such as bit.ly.",
        "Nobody can see where it leads, and criminals use the same addresses.",
        "Give the address itself: every platform counts any link alike, or nearly so.",
        by.X_RULES,
    ),
    Check(
        "unmeant-link", WARNING,
        'A full stop without a space after it, which a platform would take for a link: "now.Call".',
        "People would be sent to somebody else's site.",
        "Put a space after the full stop. In a pack this is an error.",
        by.TWITTER_TEXT,
    ),
    Check(
        "unlinked-address", WARNING,
        "An address that a platform other than X would not link.",
        "Bluesky and Mastodon link only what begins with https:// or stands free.",
        "Put white space before it, or let the bot insert it.",
        by.TWITTER_TEXT,
    ),
    Check(
        "unlinked-hashtag", WARNING,
        'What looks like a hashtag and would not be one: "(#ACT)" on Bluesky, "#2026" anywhere.',
        "It cannot be found or followed.",
        "A hashtag needs white space before it and a letter in it.",
        by.TWITTER_TEXT,
    ),
    Check(
        "hashtag-not-linked", ERROR,
        "A post in which the platform would not link the campaign's hashtag.",
        "The post would not be found with the campaign.",
        "It needs a space or the start of a line before it.",
        by.TWITTER_TEXT,
    ),
)  # fmt: skip

TYPED: Final = (
    Check(
        "typed-number", ERROR,
        "A phone number that somebody typed.",
        "Hotline numbers have been published with a wrong digit. What is inserted is right "
        "everywhere or nowhere.",
        "Write {{ hotline }}, {{ emergency }} or {{ non_emergency }}.",
        by.OURS,
    ),
    Check(
        "hotline-alone", ERROR,
        "The hotline without 999 in the same words.",
        "Somebody in danger must not spend the minute on the wrong number.",
        "Say what to do in an emergency: {{ emergency }}.",
        by.PRESS_PACK,
    ),
    Check(
        "typed-link", ERROR,
        "A link that somebody typed.",
        "It gets a letter wrong, or goes on after the page has moved.",
        "Write {{ report_link }}. Links stand in config/links.yaml.",
        by.OURS,
    ),
    Check(
        "typed-address", ERROR,
        "An e-mail address in the words.",
        "A post asks for one thing, at one link; a mailbox is not watched day and night.",
        "Take it out, or put in a link.",
        by.OURS,
    ),
    Check(
        "typed-level", ERROR,
        'A threat level in the words themselves: "SEVERE", "threat level is severe".',
        "It is wrong from the minute in which the level changes, and no post that says it would be "
        "stopped.",
        "Write {{ threat_level }}, and {{ threat_meaning }} for what it means.",
        by.OURS,
    ),
    Check(
        "typed-hashtag", ERROR,
        "A hashtag that somebody typed.",
        "The bot puts the campaign's hashtags at the end, where they disturb nobody.",
        "Take it out.",
        by.GCS_ACCESSIBLE,
    ),
    Check(
        "typed-mention", WARNING,
        "An account named with an @.",
        "X forbids automated posts to mention people who did not ask for it.",
        "Write the name without the @.",
        by.X_RULES,
    ),
    Check(
        "handle-differs", WARNING,
        "A handle beside a link or a source that leads to another account.",
        "A misspelt handle sends people to a stranger, or to somebody who took the name for that.",
        "Open the link, and write the handle that stands there.",
        by.OURS,
    ),
    Check(
        "weekday-differs", ERROR,
        'A weekday that the date does not fall on: "Monday 20 November 2015".',
        "One of the two is wrong, and nobody can tell which.",
        "Look at the calendar. Better still, say nothing about the date.",
        by.PRESS_PACK,
    ),
    Check(
        "date-form", WARNING,
        'A date that is not written the British way: "November 27", "27th November", "27/11/2027".',
        "Figures are read as another day by some, and ordinals are harder to read.",
        "Write it as 27 November, with the weekday before it. Better still, say nothing about the "
        "date, or ask each force for a value of type date.",
        by.GOVUK_STYLE,
    ),
    Check(
        "figure", WARNING,
        "A figure in the words that comes from no value.",
        "A figure needs a source, and a day to look at it again; typed words have neither.",
        "Take it out, or have the national team keep it in config/claims.yaml, with its source.",
        by.CODE_OF_PRACTICE,
    ),
    Check(
        "typed-claim", WARNING,
        "A figure that somebody typed although config/claims.yaml has it.",
        "A claim has a source and an end; a typed figure stays when the claim expires.",
        "Write the claim's name between {{ }}.",
        by.CODE_OF_PRACTICE,
    ),
    Check(
        "ends-soon", WARNING,
        "A claim, a quote or a link that must soon not be used any more.",
        "Posts that name it after that day are stopped.",
        "Find what takes its place before that day.",
        by.OURS,
    ),
    Check(
        "locked-fact", ERROR,
        "A number that looks like a locked one and is another, or a constant that its lock reads "
        "otherwise.",
        "Hotline numbers have been published with a wrong digit.",
        "Read both out, digit by digit, and put right the one that is wrong.",
        by.OURS,
    ),
    Check(
        "locked-alone", ERROR,
        "A locked fact without the one that its lock puts beside it.",
        "The national team locked the two together, and says why.",
        "Put the other into the same words.",
        by.OURS,
    ),
    Check(
        "past-check-by", WARNING,
        "A number, a link or the threat level that should have been looked up again by now.",
        "Pages move and levels change. In live mode this is an error.",
        "Look it up at its source, then move as_of and check_by.",
        by.OURS,
    ),
    Check(
        "unknown-value", ERROR,
        "A name between {{ }} that stands for nothing.",
        "The post would have a hole there.",
        "Write one of the names that messages/README.md lists.",
        by.OURS,
    ),
)  # fmt: skip

TONE: Final = (
    Check(
        "alarming", WARNING,
        "A word that frightens, from a list; config/words.yaml adds to it under alarming.",
        "Campaigns of this kind have been found to raise fear and anxiety.",
        "Say what people can do, in calm words: alert, not alarmed.",
        by.CREST,
    ),
    Check(
        "exclamation", WARNING,
        "An exclamation mark.",
        "It raises the voice.",
        "End the sentence with a full stop.",
        by.GOVUK_STYLE,
    ),
    Check(
        "promises-too-much", WARNING,
        'A report called "anonymous", or a promise such as "completely safe" or "guarantee".',
        "Reports are taken in confidence, which is another promise, and one that can be kept.",
        "Write: in confidence.",
        by.PRESS_PACK,
    ),
    Check(
        "puts-at-risk", ERROR,
        "Words that ask the public to approach, follow, film or confront somebody.",
        "Somebody could be hurt.",
        "Ask people to tell police what they saw, and nothing more.",
        by.PRESS_PACK,
    ),
)  # fmt: skip

SECURITY: Final = (
    Check(
        "staff-text", ERROR,
        "Words that are meant for staff: a protective marking, or \"not for publication\".",
        "What is for staff must never be public.",
        "Take it out. A note for colleagues has # before it; a message for staff has audience: "
        "staff.",
        by.PROTECTIVE_MARKING,
    ),
    Check(
        "names-staff", WARNING,
        "A rank with a name after it, such as PC Smith.",
        "Terrorists take an interest in officers and their families.",
        "Say the role: a local officer. A spokesperson who agreed may be accepted, with who "
        "cleared it.",
        by.STAFF_NOTICE,
    ),
    Check(
        "patrol-times", ERROR,
        "Words that say when officers are on patrol.",
        "It says when they are not.",
        "Say that officers are about, and neither when nor where.",
        by.STAFF_NOTICE,
    ),
    Check(
        "names-site", WARNING,
        "The name of one place that might be a target: an airport, a stadium, a station.",
        "It tells an attacker what is on our minds, and frightens who goes there.",
        "Name kinds of places: at the station, on the high street.",
        by.STAFF_NOTICE,
    ),
    Check(
        "tactics", WARNING,
        "A word about how police work, from a list; config/words.yaml adds to it under tactics.",
        "Who plans an attack reads it too.",
        "Leave it out, or say it the way the national team has cleared it.",
        by.STAFF_NOTICE,
    ),
)  # fmt: skip

SPELLING: Final = (
    Check(
        "spelling", WARNING,
        "A word that the dictionary of its language does not have.",
        "A slip in an official post is what people remember of it.",
        "Correct it. If it is right, put it into config/words.yaml, under spelling.",
        by.GOVUK_STYLE,
    ),
    Check(
        "american-spelling", WARNING,
        "An American spelling, such as color or organize.",
        "These are British public bodies.",
        "Write it the British way.",
        by.GOVUK_STYLE,
    ),
)  # fmt: skip

ALIKE: Final = (
    Check(
        "identical", ERROR,
        "The same words on two accounts of a platform within seven days.",
        "X forbids it, and readers take it for spam.",
        "Put in a value each force fills in, or change the words for one of them. Where the "
        "platform has allowed it in writing, say so: same_for_all:",
        by.X_SAME,
    ),
    Check(
        "one-voice", ERROR,
        "A wording that more than a third of a day's accounts would say.",
        'X forbids "substantially similar" posts on several accounts.',
        "Write more messages and wordings for the theme, or have forces change this one.",
        by.X_SAME,
    ),
    Check(
        "no-local-value", WARNING,
        "A wording that says the same for every force.",
        "X forbids one text on many accounts.",
        "Put in a value each force fills in; or give the basis under same_for_all:",
        by.X_SAME,
    ),
    Check(
        "same-wording", ERROR,
        "Two wordings of a pack with the same text.",
        "Whoever picks the second says the first again.",
        "Say it in other words, or take one of the two out.",
        by.X_SAME,
    ),
    Check(
        "said-again", WARNING,
        "An account that says the same words twice within a week.",
        "Platforms may refuse the second.",
        "Write more wordings.",
        by.X_SAME,
    ),
)  # fmt: skip

FITS: Final = (
    Check(
        "too-long", ERROR,
        "Words that do not fit on a platform, for the forces it names.",
        "The platform would refuse them.",
        "Shorten the wording, or the longest of the values these forces filled in.",
        by.TWITTER_TEXT,
    ),
    Check(
        "too-many-bytes", ERROR,
        "A text of more than 3,000 bytes on Bluesky.",
        "Bluesky refuses it.",
        "Take some of its emoji or accents out: each is made of many parts.",
        by.BLUESKY,
    ),
    Check(
        "refused-character", ERROR,
        "An empty text, or an invisible character that a platform refuses.",
        "The platform would refuse the post.",
        "Type the words again.",
        by.TWITTER_TEXT,
    ),
    Check(
        "new-emoji", WARNING,
        "A post that fits on X by today's emoji, and not where those since 2019 count in parts.",
        "Not every part of X counts alike.",
        "Shorten the wording, or take an older emoji.",
        by.TWITTER_TEXT,
    ),
)  # fmt: skip

COVERS: Final = (
    Check(
        "no-twin", WARNING,
        "A wording, a value or a picture that one language lacks.",
        "Welsh and English are treated alike. Where a force publishes in both it is an error.",
        "Write it beside the other, as en: or cy:",
        by.WELSH_MEASURE,
    ),
    Check(
        "no-picture", ERROR,
        "A picture that is not there, or not in every language of the message.",
        "The post would go out without it.",
        "Put the file into the folder pictures, and name it.",
        by.OURS,
    ),
    Check(
        "may-be-empty", ERROR,
        "A value that a force may leave empty, in words that every force may use.",
        "The post would have a hole there.",
        "Add for_forces_with: and its name to the wording.",
        by.OURS,
    ),
    Check(
        "empty-theme", ERROR,
        "A theme without messages.",
        "Its days would be silent.",
        "Write at least one, or take the theme out.",
        by.OURS,
    ),
    Check(
        "too-few-messages", ERROR,
        "A standing campaign's theme with fewer messages than it fills places in a week.",
        "Something would come twice in a week.",
        "Write more, or give it fewer weekdays or slots.",
        by.OURS,
    ),
    Check(
        "silent-days", WARNING,
        "A weekday on which a standing campaign has no theme.",
        "Nothing goes out then, which may be meant.",
        "Give a theme this weekday too.",
        by.OURS,
    ),
    Check(
        "never", WARNING,
        "A theme whose weekday does not come within the campaign's days.",
        "Its messages would never go out.",
        "Give it another weekday, or the campaign more days.",
        by.OURS,
    ),
    Check(
        "no-words", ERROR,
        "A part of a thread without words.",
        "There would be nothing to publish.",
        "Write its words there, or take out the line of --- before it.",
        by.OURS,
    ),
    Check(
        "parts-differ", WARNING,
        "A thread with more parts in one language than in the other.",
        "Welsh and English are treated alike.",
        "Put a line of --- in the same places of both.",
        by.WELSH_MEASURE,
    ),
    Check(
        "facts-differ", WARNING,
        "A link or a number that a wording gives in one language only.",
        "Whoever reads the other language could not do what it asks.",
        "Put it into both, or take it out of both.",
        by.WELSH_MEASURE,
    ),
    Check(
        "stale-welsh", WARNING,
        "Welsh that a translator signed, where one of the two texts has changed since.",
        "It may say something else than the English now. Live, it stays at home.",
        "Have the translator read it again, and sign it with bot translations sign.",
        by.WELSH_MEASURE,
    ),
    Check(
        "unsigned", WARNING,
        "A pack with translation: reviewed, and Welsh in it that nobody signed.",
        "Nobody would see that the English has changed since the Welsh was read.",
        "Have the translator sign it with bot translations sign.",
        by.WELSH_MEASURE,
    ),
    Check(
        "same-in-both", ERROR,
        "A wording that says the same under cy: as under en:, or a description that does.",
        "Whoever follows the Welsh account would read English there.",
        "Write the Welsh, or take cy: out until there is some.",
        by.WELSH_MEASURE,
    ),
    Check(
        "wrong-language", WARNING,
        "Words under cy: that look like English, or under en: that look like Welsh.",
        "They were pasted into the wrong place, and nobody else looks before they are read.",
        "Move them under their own language.",
        by.WELSH_MEASURE,
    ),
    Check(
        "locked", ERROR,
        "Something of a local pack that changes or leaves out what the national one locks.",
        "The national pack says beside the lock why nobody changes it.",
        "Take the change out, or put back what is missing.",
        by.OURS,
    ),
    Check(
        "date-in-welsh", ERROR,
        "A value that is a date, in a Welsh sentence.",
        "Welsh words change their first letter after a small word, and a date has several forms.",
        "Ask for the whole phrase instead, and let each force write it in both languages.",
        by.OURS,
    ),
    Check(
        "list-in-welsh", ERROR,
        "A value that is a list, in a Welsh sentence.",
        "Welsh words change their first letter after and, in and at, so no program can join them.",
        "Ask for the whole phrase instead, and let each force write it in both languages.",
        by.OURS,
    ),
    Check(
        "yes-or-no-in-words", ERROR,
        "A value that is a yes or no, where words should stand.",
        "A bare yes would be published.",
        "Ask with it instead: for_forces_with, or a condition.",
        by.OURS,
    ),
    Check(
        "two-names", ERROR,
        "A condition with the name of a force, a region, a platform or the like.",
        "Nobody could tell which of the two a limit means.",
        "Give the condition another name.",
        by.OURS,
    ),
    Check(
        "unknown-event", ERROR,
        "A theme on the day of an event that config/calendar.yaml does not have.",
        "Nobody could tell which day that is, and the theme would never come.",
        "Write the event's name as it stands under events:, or add it there with its dates.",
        by.OURS,
    ),
    Check(
        "nobody-meets", WARNING,
        "A condition whose facts hold together of no account.",
        "Words that are only for those who meet it would never go out.",
        "Take one of its facts out, or let it be until somebody meets it.",
        by.OURS,
    ),
    Check(
        "unknown-name", ERROR,
        "A fact of a condition that is what nobody can be, such as a region that there is not.",
        "Nobody would meet the condition, and its words would never be said.",
        "Write the name as it stands in config/forces.yaml.",
        by.OURS,
    ),
    Check(
        "unknown-sender", ERROR,
        "Words that are only for somebody whom config/forces.yaml does not have.",
        "Nobody could tell who should say them.",
        "Write the name of a force, a region, a platform or an account.",
        by.OURS,
    ),
    Check(
        "for-nobody", ERROR,
        "Words that are only for accounts of which there is none.",
        "They would never go out.",
        "Name an account or a platform that there is, or withdraw the words.",
        by.OURS,
    ),
    Check(
        "unknown-theme", ERROR,
        "A window of the calendar for a theme that none of its campaigns has.",
        "It would stop nothing.",
        "Write the name of a theme that there is.",
        by.OURS,
    ),
    Check(
        "no-objective", WARNING,
        "A brief without an objective, or without what it is measured by.",
        "A campaign brings about something that somebody can look for afterwards; posts that went "
        "out are no such thing.",
        "Write who shall know or do what by when, and what will be counted to tell.",
        by.OASIS,
    ),
    Check(
        "past-review", WARNING,
        "A pack that somebody should have read again by now.",
        "What was right when it was written may not be today.",
        "Read it again, whether all of it still holds; then move the day.",
        by.OURS,
    ),
    Check(
        "before-embargo", WARNING,
        "Posts that are due before their pack's embargo ends.",
        "They will not go out.",
        "End the embargo earlier, or start later.",
        by.OURS,
    ),
    Check(
        "behind", WARNING,
        "A local pack written for an older version of the national one.",
        "The words it changes may no longer fit.",
        "Read what changed, then set written_for_version.",
        by.OURS,
    ),
    Check(
        "same-version", WARNING,
        "Messages of a national pack that differ from those its version was first planned from.",
        "Approvals of them are lost, and without a new version no force is asked to look again.",
        "Raise the version by one.",
        by.OURS,
    ),
    Check(
        "ahead", WARNING,
        "A local pack written for a version that the national one has not reached.",
        "One of the two is not the file it should be.",
        "Write the version that the national pack has.",
        by.OURS,
    ),
    Check(
        "unknown-link", ERROR,
        "A campaign's link that config/links.yaml does not have.",
        "Nobody could say whether each account shows it every day.",
        "Write the name of a link that is there.",
        by.OURS,
    ),
    Check(
        "two-values", ERROR,
        "A value a pack asks for, with the name of a constant.",
        "Nobody could tell which of the two a post would show.",
        "Give the value another name.",
        by.OURS,
    ),
    Check(
        "accepts-nothing", WARNING,
        "Something that a pack accepts, and that is no longer there.",
        "Left standing, it would let the next mistake of its kind pass unseen.",
        "Take the line out.",
        by.OURS,
    ),
    Check(
        "not-acceptable", ERROR,
        "Something that a pack cannot accept, under accepts:",
        "Errors are about safety, a platform's limits, or a post that would go out broken.",
        "Mend the words instead, and take the line out.",
        by.OURS,
    ),
)  # fmt: skip

GROUPS: Final[Mapping[str, tuple[Check, ...]]] = {
    "Plain English": PLAIN,
    "Spelling": SPELLING,
    "Words and pictures that everybody can use": ACCESSIBLE,
    "One ask, one link": ASKS,
    "Numbers, links and names are inserted": TYPED,
    "Alert, not alarmed": TONE,
    "Operational security": SECURITY,
    "Not one text on many accounts": ALIKE,
    "What platforms take": FITS,
    "What a pack must have": COVERS,
}
"""The checks by what they are about, in the order of docs/checks.md."""

CHECKS: Final[Mapping[str, Check]] = {
    check.code: check for group in GROUPS.values() for check in group
}
"""Every check on words, by its code."""
