"""Where the rules about words come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Source:
    """A page, or a body of rules, by a short name; its address where there is a public one."""

    name: str
    address: str = ""


OURS: Final = Source("our own rule")

SENTENCES: Final = Source(
    "GOV.UK, Sentence length: why 25 words is our limit",
    "https://insidegovuk.blog.gov.uk/2014/08/04/sentence-length-why-25-words-is-our-limit/",
)
GOVUK_STYLE: Final = Source(
    "GOV.UK style guide", "https://www.gov.uk/guidance/style-guide/a-to-z-of-gov-uk-style"
)
GOVUK_LINKS: Final = Source(
    "GOV.UK style guide, links", "https://www.gov.uk/guidance/style-guide/a-to-z-of-gov-uk-style"
)
GCS_ACCESSIBLE: Final = Source(
    "Government Communication Service, accessible social media campaigns",
    "https://gcs.civilservice.gov.uk/guidance/digital-communication/"
    "planning-creating-and-publishing-accessible-social-media-campaigns/",
)
OASIS: Final = Source(
    "Government Communication Service, guide to campaign planning: OASIS",
    "https://gcs.civilservice.gov.uk/guidance/marketing/delivering-government-campaigns/"
    "guide-to-campaign-planning-oasis/",
)
X_RULES: Final = Source("X, developer guidelines", "https://docs.x.com/developer-guidelines")
X_SAME: Final = Source(
    "X, restricted uses: no identical or substantially similar posts on several accounts",
    "https://docs.x.com/developer-terms/restricted-use-cases",
)
X_MEDIA: Final = Source("X, media: alt text has at most 1,000 characters", "https://docs.x.com")
TWITTER_TEXT: Final = Source(
    "twitter-text, configuration v3; the other platforms' own rules beside it",
    "https://github.com/twitter/twitter-text",
)
BLUESKY: Final = Source(
    "Bluesky, lexicon app.bsky.feed.post", "https://github.com/bluesky-social/atproto"
)
PRESS_PACK: Final = Source("the press pack of Counter Terrorism Awareness Week, 2015")
STAFF_NOTICE: Final = Source(
    "the notice to staff of Communities Defeat Terrorism, 2019: be mindful of your own and your "
    "colleagues' security"
)
CREST: Final = Source(
    "CREST, STARS: how counter-terrorism campaigns were received",
    "https://crestresearch.ac.uk/resources/stars-social-media-analysis/",
)
PROTECTIVE_MARKING: Final = Source(
    "Cabinet Office, Government Security Classifications",
    "https://www.gov.uk/government/publications/government-security-classifications",
)
CODE_OF_PRACTICE: Final = Source(
    "UK Statistics Authority, Code of Practice for Statistics",
    "https://code.statisticsauthority.gov.uk/",
)
WELSH_MEASURE: Final = Source(
    "Welsh Language (Wales) Measure 2011, section 1",
    "https://www.legislation.gov.uk/mwa/2011/1/body/enacted",
)
