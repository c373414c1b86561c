"""The rules of a risk score in people's words."""

from indexer.wording import spaced


def reason_words(reason: str) -> str:
    """What a rule of `lexicons/risk.yml` says about an offer; a rule without words reads as its id with spaces."""
    return spaced(reason)
