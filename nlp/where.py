"""Where a finding stands: the one place type, made by `ParsedPage` and by the readers of headers, certificates and DNS."""

from dataclasses import dataclass

QUOTE_MAX = 200  # code points; a quote longer than this is cut at its end
CONTEXT = 32  # code points kept before and after, so that `explain` can re-anchor


@dataclass(frozen=True, slots=True)
class Where:
    """A place on one capture of one storefront.

    `inside` is `text` (start, end: half-open code points of `ParsedPage.text`), `attribute` (css path, attribute name),
    `json` (css path of the script, JSON pointer of RFC 6901), `header` (name), `certificate` (field), `dns` (record type),
    `body` or `image` (box).
    """

    inside: str
    capture_id: str = ""
    storefront: str = ""
    start: int | None = None
    end: int | None = None
    quote: str | None = None
    before: str | None = None
    after: str | None = None
    path: str | None = None
    name: str | None = None
    pointer: str | None = None
    box: tuple[int, int, int, int] | None = None

    def as_json(self) -> dict[str, object]:
        """The `where` object of the command-line contract: key `in` first, unused keys absent."""
        keys = ("start", "end", "quote", "before", "after", "path", "name", "pointer", "box")
        return {"in": self.inside} | {key: getattr(self, key) for key in keys if getattr(self, key) is not None}


def text_place(text: str, start: int, end: int, *, capture_id: str = "", storefront: str = "") -> Where:
    """The place of `text[start:end]` with its quote and 32 code points of context on both sides."""
    return Where(
        "text",
        capture_id,
        storefront,
        start,
        end,
        quote=text[start : min(end, start + QUOTE_MAX)],
        before=text[max(0, start - CONTEXT) : start],
        after=text[end : end + CONTEXT],
    )
