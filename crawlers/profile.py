"""Egress profiles: through which door requests leave and under which User-Agent. Credentials never reach a log, a message or evidence."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from crawlers.errors import ConfigError

DIRECT = "direct"
VIA_PROXY = "via-proxy"  # stands for the address in captures: who was connected to is known to the proxy alone


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy; `url` is without credentials, which no `repr` shows."""

    url: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """How requests leave: `name` stands in the evidence; without a proxy they go straight from this machine."""

    name: str = DIRECT
    user_agent: str | None = None
    proxy: Proxy | None = None


def read_proxy(text: str, key: str) -> Proxy:
    """The proxy in an `http://[user:password@]host:port` address; raises ConfigError naming `key`, never the address itself."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise ConfigError("not a URL; write http://host:port", key=key) from error
    if parts.scheme != "http" or not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ConfigError("only HTTP proxies are spoken to; write http://host:port, with user:password@ before the host if needed", key=key)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    bare = urlunsplit(("http", f"{host}:{port or 3128}", "", "", ""))
    return Proxy(bare, unquote(parts.username or ""), unquote(parts.password or ""))
