"""The stages after capture: evidence → analysis → store → network → leads → alerts. One of two files with a broad `except`."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from churnwatch.settings import Settings
from crawlers.errors import EvidenceError
from crawlers.evidence import read_visit, sealed_visits, unsealed_visits
from crawlers.page_state import Rules, load_rules
from crawlers.records import VisitEvidence
from indexer.alerts import new_alerts
from indexer.leads import refresh_leads
from indexer.observe import keep
from indexer.project import project
from indexer.store import Document, Store, StoreError, open_store
from nlp.analyse import analyse, code_digest
from nlp.encode import Encoder
from nlp.findings import Analysis
from nlp.lexicon import Lexicons, load_lexicons


@dataclass(slots=True)
class AnalyseReport:
    """How one `analyse` went, in people's words: `damaged` says file and loss, `layout_changed` site and what its file expected,
    `barred` site and which share of its pages a block or captcha stood before."""

    analysed: int = 0
    skipped: int = 0
    unsealed: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    layout_changed: list[str] = field(default_factory=list)
    barred: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """The report under its field names."""
        return asdict(self)

    def warnings(self) -> list[str]:
        """What people must hear of, one a line."""
        named = (("damaged", self.damaged), ("layout changed", self.layout_changed), ("barred", self.barred))
        return [f"{word}: {line}" for word, lines in named for line in lines]


@contextmanager
def open_settings_store(settings: Settings, url: str | None = None) -> Iterator[Store]:
    """The store that `--store` or the settings name, set up and closed again. Raises StoreError when it is away."""
    key = settings.es_api_key.get_secret_value() if settings.es_api_key else None
    user = (settings.es_user, settings.es_password.get_secret_value()) if settings.es_user and settings.es_password and not key else None
    ca = str(settings.es_ca) if settings.es_ca else None
    store = open_store(url or settings.store, api_key=key, ca=ca, user=user, spool=settings.spool)
    try:
        store.init()
        yield store
    finally:
        store.close()


def analyse_sealed(
    folder: Path, store: Store, *, again: bool = False, told: Callable[[int, int], None] = lambda _done, _total: None
) -> AnalyseReport:
    """Analyses every sealed visit below an evidence folder that this version of code and lexicons has not analysed yet.

    `told` hears after each visit how many of how many are done.
    """
    report = AnalyseReport(unsealed=[str(path) for path in unsealed_visits(folder)])
    lexicons, rules = load_lexicons(), load_rules()
    version = (lexicons.digest, code_digest())
    done: set[str] = set()
    if not again:
        current = store.scan("analysis", {"superseded": False})
        done = {str(one["visit_id"]) for one in current if (one["lexicon"], one["code"]) == version}
    paths = sealed_visits(folder)
    for number, path in enumerate(paths, 1):
        told(number, len(paths))
        if path.name.partition(".")[0] in done:
            report.skipped += 1
            continue
        _analyse_into(path, store, lexicons, rules, report)
    store.settle()
    return report


def analyse_visits(paths: Iterable[Path], store: Store) -> AnalyseReport:
    """Analyses just these visits (WARC paths) into the store."""
    report = AnalyseReport()
    lexicons, rules = load_lexicons(), load_rules()
    for path in paths:
        _analyse_into(path, store, lexicons, rules, report)
    store.settle()
    return report


@dataclass(frozen=True, slots=True)
class Replayed:
    """One visit read again and analysed; `read` is None when that failed, and `faults` say why, or what of the evidence is lost."""

    read: tuple[VisitEvidence, Analysis] | None
    faults: tuple[str, ...]

    def without_bodies(self) -> "Replayed":
        """The same without the bodies of captures, which nobody needs once they are analysed: for the way between processes."""
        return self if self.read is None else replace(self, read=(replace(self.read[0], bodies={}), self.read[1]))


def replay(path: Path, lexicons: Lexicons, rules: Rules) -> Replayed:
    """Reads a sealed visit and analyses it; a damaged or hostile one is named, never fatal."""
    try:
        evidence = read_visit(path)
        return Replayed((evidence, analyse(evidence, lexicons, rules)), tuple(f"{path}: {warning}" for warning in evidence.warnings))
    except EvidenceError as error:
        return Replayed(None, (str(error),))
    except Exception as error:  # noqa: BLE001 - one hostile page must not stop the run; its visit is named and can be analysed again
        return Replayed(None, (_failed(path, error),))


def _failed(path: Path, error: Exception) -> str:
    return f"{path}: analysis failed ({type(error).__name__}: {error}); the evidence is kept, please report this"


def _analyse_into(path: Path, store: Store, lexicons: Lexicons, rules: Rules, report: AnalyseReport) -> None:
    done = replay(path, lexicons, rules)
    report.damaged.extend(done.faults)
    if done.read is None:
        return
    evidence, analysis = done.read
    try:
        keep(store, evidence, analysis, path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    except StoreError:
        raise  # the store is away: the evidence stays, `analyse` puts it in later
    except Exception as error:  # noqa: BLE001 - as above: what one page says must not stop the others from being kept
        report.damaged.append(_failed(path, error))
        return
    report.analysed += 1
    if analysis.layout_changed:
        report.layout_changed.append(f"{analysis.site}: {analysis.layout_changed}")
    if analysis.barred:
        report.barred.append(f"{analysis.site}: {analysis.barred:.0%} of the pages were blocked or asked for a captcha")


@dataclass(frozen=True, slots=True)
class Judged:
    """What one judging of the whole store gave."""

    leads: tuple[Document, ...]
    alerts: tuple[Document, ...]


def judge(store: Store, at: datetime | None = None, encoder: Encoder | None = None) -> Judged:
    """Recomputes links, clusters, churn, storefronts and leads from everything in the store, and puts new alerts in the outbox.

    `at` is the time of judging (now when None). Running it twice writes nothing new. With an encoder listings get vectors.
    """
    moment = at or datetime.now(UTC)
    sequence = project(store, moment, encoder)
    store.settle()
    leads = refresh_leads(store, moment, sequence)
    store.settle()
    alerts = new_alerts(store, moment)
    store.settle()
    return Judged(tuple(leads), tuple(alerts))
