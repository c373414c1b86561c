"""Kibana's HTTP API: one request after the other, with patience for a server that is busy, starting or away."""

import base64
import http.client
import json
import random
import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from crawlers.errors import ChurnwatchError, ConfigError
from indexer.elastic_address import is_loopback, safe_address
from indexer.kibana.saved_object import Json

TIMEOUT_S = 60
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 15.0
_ADVICE = {
    401: "the key or password was refused: check CHURNWATCH_KIBANA_API_KEY, or CHURNWATCH_KIBANA_USER and _PASSWORD",
    403: "these credentials may not do that in Kibana: they need all rights on saved objects in this space",
    404: "nothing is there: check the address, its base path and --space",
    413: "the request is too large for it or for a proxy before it",
}


class KibanaError(ChurnwatchError):
    """Kibana is away, refuses or is not one that these assets fit. The text says what, where and what next."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where a Kibana is and how to get in. `space` is the space's id; user and password are used when there is no key."""

    url: str
    space: str = "default"
    api_key: str | None = None
    user: tuple[str, str] | None = None
    ca: str | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ConfigError(f"{safe_address(self.url)}: use http(s)://host:port, without user, password or query", key="kibana_url")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ConfigError(f"{self.url}: plain http is for loopback only; use https (and CHURNWATCH_KIBANA_CA)", key="kibana_url")

        if not re.fullmatch(r"[a-z0-9_-]+", self.space):
            raise ConfigError(f"{self.space!r}: a space's id is made of a to z, 0 to 9, _ and -; see its URL after /s/", key="kibana_space")

    def address(self, path: str) -> str:
        """The URL of a path of the API within the space."""
        space = "" if self.space == "default" else f"/s/{self.space}"
        return f"{self.url.rstrip('/')}{space}{path}"

    def headers(self) -> dict[str, str]:
        """What every request carries; Kibana refuses writing requests without `kbn-xsrf`."""
        carried = {"kbn-xsrf": "churnwatch", "x-elastic-internal-origin": "Kibana", "Accept": "application/json"}
        if self.api_key:
            carried["Authorization"] = f"ApiKey {self.api_key}"
        elif self.user:
            carried["Authorization"] = "Basic " + base64.b64encode(":".join(self.user).encode()).decode()
        return carried


class Kibana:
    """A client that tries 429, 5xx and lost connections again, with growing, jittered pauses, for `patience_s` in all."""

    def __init__(self, access: Access, patience_s: float = 120, pause: Callable[[float], None] = time.sleep) -> None:
        self.access, self.patience_s, self._pause = access, patience_s, pause
        handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
        if access.url.startswith("https:"):
            handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=access.ca)))
        self._opener = urllib.request.build_opener(*handlers)
        self._opener.addheaders = []

    def call(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> bytes:
        """The body of a 200. Raises KibanaError for every other end, after the patience is used up where waiting may help."""
        waited, pause = 0.0, FIRST_PAUSE_S
        while True:
            after, said = None, ""
            try:
                return self._once(method, path, body, headers or {})
            except urllib.error.HTTPError as error:
                said = f"{error.code} {_message(error)}"
                if error.code != 429 and error.code < 500:
                    advice = _ADVICE.get(error.code, "see its message, and the README of indexer/kibana")
                    raise KibanaError(f"{self.access.address(path)}: {said}; {advice}") from error
                after = error.headers.get("Retry-After")
            except ssl.SSLError as error:
                raise self._untrusted(error) from error
            except (OSError, http.client.HTTPException) as error:
                if isinstance(getattr(error, "reason", None), ssl.SSLError):
                    raise self._untrusted(error) from error
                said = str(getattr(error, "reason", error)) or type(error).__name__
            asked = float(after) if after and after.isdecimal() else 0.0
            step = max(asked, pause * random.uniform(0.5, 1.5))  # noqa: S311 - no secret hangs on it
            if waited + step > self.patience_s:
                raise KibanaError(
                    f"{self.access.url}: no good answer within {self.patience_s:.0f} s ({said}): is Kibana up, and is this its address? "
                    "Nothing is half done: run it again"
                )
            self._pause(step)
            waited, pause = waited + step, min(2 * pause, LONGEST_PAUSE_S)

    def json(self, method: str, path: str, body: Json | None = None, headers: Mapping[str, str] | None = None) -> Json:
        """The same for JSON in both directions; raises KibanaError for an answer that is no JSON object."""
        sent = None if body is None else json.dumps(body).encode()
        answer = self.call(method, path, sent, {"Content-Type": "application/json", **(headers or {})})
        try:
            read = json.loads(answer)
        except ValueError:
            read = None
        if not isinstance(read, dict):
            raise KibanaError(f"{self.access.address(path)}: the answer is no JSON object; is this Kibana, or a page of a proxy before it?")
        return cast("Json", read)

    def _once(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        carried = {**self.access.headers(), **headers}
        request = urllib.request.Request(self.access.address(path), data=body, headers=carried, method=method)  # noqa: S310 - http(s) only
        with self._opener.open(request, timeout=TIMEOUT_S) as answer:
            return cast("bytes", answer.read())

    def _untrusted(self, error: Exception) -> KibanaError:
        said = getattr(error, "reason", error)
        return KibanaError(f"{self.access.url}: its certificate is not trusted ({said}); name the authority in CHURNWATCH_KIBANA_CA")


def _message(error: urllib.error.HTTPError) -> str:
    """Kibana's own words for an error, or the status line's."""
    try:
        with error:
            said = json.loads(error.read(65_536))
    except (ValueError, OSError):
        return str(error.reason)
    return str(said.get("message", error.reason)) if isinstance(said, dict) else str(error.reason)
