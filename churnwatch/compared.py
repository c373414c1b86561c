"""Two captures found in the evidence, compared, and shown to people."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from churnwatch.pipeline import open_settings_store
from churnwatch.settings import Settings
from churnwatch.show import plain, say, table
from crawlers.errors import ConfigError, EvidenceError
from crawlers.evidence import read_visit
from crawlers.find import entry_page, find_capture, is_as_sealed
from crawlers.ids import instant
from crawlers.page_state import load_rules
from indexer.defang import defang
from indexer.store import StoreError
from nlp.compare import Comparison, Side, compare, side_of
from nlp.lexicon import load_lexicons

Provenance = dict[str, dict[str, object]]
MAX_LINES = 40  # of changed text on a terminal; --out and --json have all


def compared(before: str, after: str, evidence: Path, settings: Settings, store: str | None = None) -> tuple[Comparison, Provenance]:
    """The comparison and where both captures come from. Raises ConfigError for a capture that neither store nor folder knows."""
    lexicons, rules = load_lexicons(), load_rules()
    sides: list[Side] = []
    provenance: Provenance = {}
    for name, given in (("a", before), ("b", after)):
        path, capture_id = _place(given, evidence, settings, store)
        visit = read_visit(path)
        try:
            side = side_of(visit, capture_id, lexicons, rules)
        except KeyError:
            raise EvidenceError(f"{path}: {capture_id} is lost from it; run `churnwatch verify {evidence}`") from None
        capture = side.capture
        provenance[name] = {
            "capture_id": capture_id,
            "url": capture.url,
            "fetched_at": instant(capture.fetched_at),
            "status": capture.status,
            "role": capture.role,
            "render": capture.render,
            "body_sha256": capture.body_sha256,
            "body_bytes": capture.body_bytes,
            "site": visit.visit.site,
            "visit_id": visit.visit.visit_id,
            "warc_file": capture.warc_file,
            "warc_offset": capture.warc_offset,
            "as_sealed": is_as_sealed(path),
        }
        sides.append(side)
    return compare(*sides), provenance


def show_comparison(found: Comparison, provenance: Mapping[str, Mapping[str, object]]) -> None:
    """Both captures and what differs; addresses defanged."""
    table(
        "Captures",
        ("", "capture", "fetched", "state", "url"),
        (
            (name, one["capture_id"], one["fetched_at"], side.state, defang(str(one["url"])))
            for (name, one), side in zip(provenance.items(), (found.a, found.b), strict=True)
        ),
    )
    for name, one in provenance.items():
        if not one["as_sealed"]:
            say(f"{name}: {one['warc_file']} is not as it was sealed; run churnwatch verify before using this")
    if not found.differs:
        say("nothing that is compared differs")
        return
    for title, listings in (("gone", found.listings_removed), ("new", found.listings_added)):
        for listing in listings:
            say(f"listing {title}: {defang(listing.title)} {plain(listing.price)} {listing.currency or ''}")
    for changed in found.listings_changed:
        said = "; ".join(f"{name} {_short(old)} -> {_short(new)}" for name, (old, new) in changed.fields.items())
        say(f"listing changed: {defang(changed.title)}: {said}")
    for group in found.added:
        for title, values in (("gone", found.removed[group]), ("new", found.added[group])):
            for value in values:
                say(f"{group} {title}: {defang(value)}")
    lines = [
        f"{sign} {defang(line)}"
        for hunk in found.text.hunks
        if not hunk.same
        for sign, part in (("-", found.a.lines[slice(*hunk.a)]), ("+", found.b.lines[slice(*hunk.b)]))
        for line in part
    ]
    for line in lines[:MAX_LINES]:
        say(line[:200])
    if len(lines) > MAX_LINES:
        say(f"… {len(lines) - MAX_LINES} more changed line(s); --out FILE shows all side by side")


def _place(given: str, evidence: Path, settings: Settings, store: str | None) -> tuple[Path, str]:
    """Archive and id of a capture given by its id, or of the entry page of `SITE` or `SITE~N` (N visits before the newest)."""
    if given.startswith("cap_"):
        return _archive(given, evidence, settings, store), given
    site, _, back = given.partition("~")
    if back and not (back.isascii() and back.isdigit() and len(back) < 6):
        raise ConfigError("neither a capture id nor SITE or SITE~N", key=given)
    return entry_page(evidence, site, int(back or 0))


def _archive(capture_id: str, evidence: Path, settings: Settings, store: str | None) -> Path:
    """The capture's archive: from the store when one is there, else by looking through the folder's manifests."""
    url = store or settings.store
    known = None
    if not url.startswith("sqlite:///") or Path(url.removeprefix("sqlite:///")).exists():
        with suppress(StoreError), open_settings_store(settings, store) as opened:
            known = opened.get("capture", capture_id)
    path = evidence / str(known["warc_file"]) if known else None
    path = path if path is not None and path.exists() else find_capture(evidence, capture_id)
    if path is None:
        raise ConfigError(f"no sealed visit in {evidence} holds this capture", key=capture_id)
    return path


def _short(value: object) -> str:
    return defang(plain(value))[:60] or "nothing"
