"""How far today's scores can be believed on our own labelled texts: Brier score, calibration error, shares by score band. Invented texts."""

from collections.abc import Iterator

from nlp.accuracy import labelled, measured
from nlp.lexicon import load_lexicons


def measure() -> Iterator[str]:
    """A line a language, then the share of promises in each score band; no rule was tuned on these texts, and they are not real offers."""
    lexicons = load_lexicons()
    found = measured(lexicons, labelled())
    for language, figures in found.languages.items():
        yield f"{language}: {', '.join(f'{name} {value:.3f}' for name, value in figures.items())}"
    for band, (count, share) in found.bands.items():
        yield f"score {band}: {count} texts, {share:.3f} of them promises"
    yield f"scores say they were calibrated on: {lexicons.risk.calibrated_on}"
