"""A small server that answers as Kibana's API does where churnwatch asks: status, import, export and search, with its errors.

It follows Kibana's documented behaviour; that it behaves like Kibana is our claim, and `make kibana-smoke` is what proves it.
"""

import base64
import email.parser
import email.policy
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

VERSION = "9.2.8"
KEY = "a2V5OnNlY3JldA=="
# What this version knows of each type; a document of a newer one is refused.
NEWEST = {
    "index-pattern": (8, 0, 0),
    "search": (10, 9, 0),
    "lens": (8, 9, 0),
    "visualization": (8, 5, 0),
    "dashboard": (10, 3, 0),
    "tag": (8, 0, 0),
}
Answer = tuple[int, bytes]


class KibanaServer:
    """One server; `first` are status codes (0: the line is cut) for the next requests, `search` answers panels' searches."""

    def __init__(self, version: str = VERSION, spaces: tuple[str, ...] = ("default",)) -> None:
        self.version, self.held = version, {space: {} for space in spaces}  # type: dict[str, dict[tuple[str, str], Any]]
        self.first: list[int] = []
        self.retry_after: str | None = None
        self.asked: list[tuple[str, str]] = []
        self.search: Callable[[str, dict[str, Any]], dict[str, Any]] = lambda index, body: {}
        outer = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer("GET")

            def do_POST(self) -> None:
                self._answer("POST")

            def _answer(self, method: str) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.asked.append((method, self.path))
                early = outer.first.pop(0) if outer.first else None
                if early == 0:
                    self.close_connection = True
                    self.connection.shutdown(2)
                    return
                code, answer = (
                    _error(early, "not now")
                    if early
                    else outer.answer(method, self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                )
                self.send_response(code)
                if early and outer.retry_after:
                    self.send_header("Retry-After", outer.retry_after)
                self.send_header("kbn-name", "invented")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Status and body for one request."""
        given = headers.get("authorization", "")
        if given not in (f"ApiKey {KEY}", "Basic " + base64.b64encode(b"ada:word").decode()):
            return _error(401, "[security_exception]: unable to authenticate user")
        if method == "POST" and "kbn-xsrf" not in headers:
            return _error(400, "Request must contain a kbn-xsrf header.")
        space, _, rest = ("default", "", path) if not path.startswith("/s/") else path.removeprefix("/s/").partition("/")
        rest = rest if rest.startswith("/") else f"/{rest}"
        if space not in self.held:
            return _error(404, "Not Found")
        match (method, rest.partition("?")[0]):
            case ("GET", "/api/status"):
                return _json({"version": {"number": self.version}, "status": {"overall": {"level": "available"}}})
            case ("POST", "/api/saved_objects/_import"):
                return self._import(space, rest, headers, body)
            case ("POST", "/api/saved_objects/_export"):
                return self._export(space, json.loads(body))
            case ("POST", "/internal/search/ese") if "x-elastic-internal-origin" in headers:
                params = json.loads(body)["params"]
                return _json({"isPartial": False, "isRunning": False, "rawResponse": self.search(params["index"], params["body"])})
        return _error(404, "Not Found")

    def _import(self, space: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
            b"Content-Type: " + headers["content-type"].encode() + b"\r\n\r\n" + body
        )
        parts = list(form.iter_parts()) if form.is_multipart() else []
        named = [part for part in parts if part.get_param("name", header="content-disposition") == "file"]
        if len(named) != 1 or not str(named[0].get_filename()).endswith(".ndjson"):
            return _error(400, "Invalid file extension")
        objects = [json.loads(line) for line in named[0].get_payload(decode=True).splitlines()]  # type: ignore[union-attr]
        overwrite, held = "overwrite=true" in path, self.held[space]
        coming = {(one["type"], one["id"]) for one in objects}
        errors, taken = [], []
        for one in objects:
            key = (one["type"], one["id"])
            lost = [each for each in one["references"] if (each["type"], each["id"]) not in coming | held.keys()]
            problem: dict[str, Any] | None = None
            if one["type"] not in NEWEST:
                problem = {"type": "unsupported_type"}
            elif tuple(int(part) for part in re.findall(r"\d+", one["typeMigrationVersion"])) > NEWEST[one["type"]]:
                problem = {"type": "unknown", "message": "Document belongs to a more recent version of Kibana", "statusCode": 422}
            elif lost:
                problem = {"type": "missing_references", "references": [{"type": each["type"], "id": each["id"]} for each in lost]}
            elif key in held and not overwrite:
                problem = {"type": "conflict"}
            meta = {"title": one["attributes"].get("title", one["attributes"].get("name"))}
            if problem:
                errors.append({"id": one["id"], "type": one["type"], "meta": meta, "error": problem})
            else:
                taken.append({"id": one["id"], "type": one["type"], "meta": meta} | ({"overwrite": True} if key in held else {}))
        for one in objects:
            if any((each["type"], each["id"]) == (one["type"], one["id"]) for each in taken):
                held[(one["type"], one["id"])] = one
        told: dict[str, Any] = {"success": not errors, "successCount": len(taken), "warnings": [], "successResults": taken}
        return _json(told | ({"errors": errors} if errors else {}))

    def _export(self, space: str, asked: dict[str, Any]) -> Answer:
        held, wanted = self.held[space], [(one["type"], one["id"]) for one in asked["objects"]]
        found: dict[tuple[str, str], Any] = {}
        missing = []
        while wanted:
            key = wanted.pop()
            if key in found:
                continue
            if key not in held:
                missing.append({"type": key[0], "id": key[1]})
                continue
            found[key] = held[key]
            wanted += [(each["type"], each["id"]) for each in held[key]["references"]]
        summary = {"exportedCount": len(found), "missingRefCount": len(missing), "missingReferences": missing}
        return 200, b"\n".join(json.dumps(one).encode() for one in (*found.values(), summary))


@contextmanager
def kibana_server(version: str = VERSION, spaces: tuple[str, ...] = ("default",)) -> Iterator[KibanaServer]:
    """A running server, stopped at the end."""
    server = KibanaServer(version, spaces)
    try:
        yield server
    finally:
        server.close()


def _json(value: Any) -> Answer:
    return 200, json.dumps(value).encode()


def _error(code: int | None, message: str) -> Answer:
    return int(code or 500), json.dumps({"statusCode": code, "error": "x", "message": message}).encode()
