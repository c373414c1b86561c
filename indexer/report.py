"""The report: one HTML file that asks nothing of the network, runs nothing and prints well."""

from pathlib import Path

from crawlers.errors import ConfigError
from indexer.report_data import ReportData, report_data
from indexer.templating import page

__all__ = ["ReportData", "report_data", "write_report"]


def write_report(path: Path, data: ReportData) -> Path:
    """The path of the report after writing it whole or not at all. Raises ConfigError when it cannot be written."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(page("report.html", report=data), "utf-8")
        part.replace(path)
    except OSError as error:
        raise ConfigError(f"cannot write the report: {error.strerror}; name a file in a folder that exists", file=path) from error
    return path
