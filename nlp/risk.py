"""How much an offer asks for an analyst's eye: an additive log-odds model whose weights and their meaning stand in lexicons/risk.yml."""

import math
from collections.abc import Sequence

from nlp.findings import Code, Contact, Flag, Listing, Payment, Reason, Risk
from nlp.lexicon import load_lexicons
from nlp.lexicon_models import RiskFile, RiskRule
from nlp.where import Where

Found = Flag | Contact | Payment
NOTHING = Risk(None, "abstain")
FOREIGN = "other"  # stands for a language that is none of ours, in place of None, which is doubt


def assess(
    flags: Sequence[Flag],
    codes: Sequence[Code],
    contacts: Sequence[Contact],
    payments: Sequence[Payment],
    language: str | None,
    listings: Sequence[Listing] = (),
    model: RiskFile | None = None,
) -> Risk:
    """Score 0 to 1 with reasons, strongest first; every reason names its places. `high` needs two reasons of different aspects.
    Abstains (score None) in a language that risk.yml does not name (FOREIGN among them), and without one when nothing was flagged.
    `model` is the shipped one unless given. Raises ConfigError when the lexicons are broken."""
    model = model or load_lexicons().risk
    if (language is not None and language not in model.languages) or (language is None and not flags):
        return NOTHING
    if not (flags or codes or contacts or payments or listings):
        return NOTHING
    reasons = [(rule, reason) for rule in model.rules for reason in [_reason(rule, flags, contacts, payments)] if reason]
    score = 1 / (1 + math.exp(-(model.base + sum(reason.points for _, reason in reasons))))
    aspects = {rule.aspect for rule, _ in reasons if rule.counts}
    ordered = tuple(reason for _, reason in sorted(reasons, key=lambda pair: (-abs(pair[1].points), pair[1].id)))
    return Risk(round(score, 4), _band(model, score, len(aspects)), ordered, model.calibrated_on)


def _band(model: RiskFile, score: float, aspects: int) -> str:
    if score >= model.high and aspects >= 2:
        return "high"
    return "medium" if score >= model.medium else "low"


def _reason(rule: RiskRule, flags: Sequence[Flag], contacts: Sequence[Contact], payments: Sequence[Payment]) -> Reason | None:
    """The rule's points for its strongest finding, with all its places; None when it has no finding."""
    weights: list[tuple[float, Where]] = []
    if rule.kind == "contact":
        weights = [(1.0, found.where) for found in contacts if found.kind in rule.ids]
    elif rule.kind == "payment":
        weights = [(1.0, found.where) for found in payments if found.kind != "iban"]
    elif rule.kind == "disguise":
        weights = [(found.score, found.where) for found in flags if found.kind == "term" and found.obfuscated and found.substance]
    else:
        weights = [(found.score, found.where) for found in flags if found.kind == rule.kind and _asked(rule, found)]
    if not weights:
        return None
    points = min(rule.points * max(score for score, _ in weights), rule.cap)
    return Reason(rule.id, round(points, 4), tuple(where for _, where in weights))


def _asked(rule: RiskRule, flag: Flag) -> bool:
    return (not rule.categories or flag.category in rule.categories) and (not rule.ids or flag.id in rule.ids)
