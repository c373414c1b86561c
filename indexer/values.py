"""Typed values out of documents: a document from a store is outside text, so what is missing or of another type reads as nothing."""

from collections.abc import Mapping

from indexer.store import Document, Value


def text(document: Mapping[str, Value], name: str) -> str:
    """The string under `name`; a number as its digits; "" for anything else."""
    value = document.get(name)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def texts(document: Mapping[str, Value], name: str) -> tuple[str, ...]:
    """The strings under `name`: a keyword field holds one or a list; empty ones are dropped."""
    value = document.get(name)
    found = value if isinstance(value, list) else [value]
    return tuple(one for one in found if isinstance(one, str) and one)


def number(document: Mapping[str, Value], name: str) -> float | None:
    """The number under `name`, or None."""
    value = document.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def row(document: Mapping[str, Value], name: str) -> Document:
    """The JSON object under `name`, empty when there is none."""
    value = document.get(name)
    return value if isinstance(value, dict) else {}


def rows(document: Mapping[str, Value], name: str) -> list[Document]:
    """The JSON objects in the list under `name`."""
    value = document.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def standing(document: Mapping[str, Value]) -> bool:
    """True for a document that was neither withdrawn nor superseded."""
    return not document.get("withdrawn") and not document.get("superseded")


def earliest(*times: str) -> str:
    """The earliest of ISO 8601 UTC times, empty ones ignored; "" when none is left."""
    return min((time for time in times if time), default="")


def latest(*times: str) -> str:
    """The latest of ISO 8601 UTC times, "" when there is none."""
    return max(times, default="")
