"""Names to checked addresses: the hosts file when there is one, DNS otherwise. The address given is the address connected to."""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING

from aiohttp.abc import AbstractResolver, ResolveResult

from crawlers.egress import check_address
from crawlers.errors import CaptureError
from crawlers.records import DnsAnswer
from crawlers.site import registrable_domain

if TYPE_CHECKING:
    from dns.asyncresolver import Resolver as DnsResolver

DNS_SECONDS = 10.0
ZONE_SECONDS = 4.0  # for what is not needed to reach the host
MAX_ADDRESSES = 16  # a name with more is asked at its first ones


class CheckedResolver(AbstractResolver):
    """The resolver of one crawl; `answers` holds what each host was answered, checked or not.

    With `hosts` (name → address) nobody else is asked and an unlisted name is `nxdomain`. Raises CaptureError: `nxdomain`, `dns_error`
    (no answer, or a name without an address), `refused` (no address that the guard lets through).
    """

    def __init__(self, hosts: Mapping[str, str] | None = None, dns: "DnsResolver | None" = None) -> None:
        self._hosts, self._dns = hosts, dns
        self.answers: dict[str, tuple[DnsAnswer, ...]] = {}
        self._addresses: dict[str, list[str]] = {}
        self.pinned = frozenset(hosts.values()) if hosts is not None else frozenset()

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        """The checked addresses of a host; looked up once a crawl, so an answer that changes meanwhile changes nothing."""
        if host not in self._addresses:
            self._addresses[host] = await self._checked(host.rstrip(".").lower())
        results = [_result(host, address, port) for address in self._addresses[host]]
        return [result for result in results if family in (socket.AF_UNSPEC, result["family"])]

    def check_listed(self, host: str) -> None:
        """Raises CaptureError `nxdomain` for a name that the hosts file in use does not list; looks nothing up."""
        if self._hosts is not None:
            self._listed(host, self._hosts)

    async def describe(self, host: str) -> None:
        """Add the NS, MX and SOA answers of the host's registered domain to `answers`; no question with a hosts file, no failure."""
        import dns.asyncresolver
        import dns.exception
        import dns.resolver

        if self._hosts is not None:
            return
        domain = registrable_domain(host)
        try:
            if self._dns is None:
                self._dns = dns.asyncresolver.Resolver()
            asked = (self._ask_type(self._dns, domain, rdtype, ZONE_SECONDS) for rdtype in ("NS", "MX", "SOA"))
            found = await asyncio.gather(*asked, return_exceptions=True)
        except dns.resolver.NoResolverConfiguration:
            return
        for failure in found:
            if isinstance(failure, BaseException) and not isinstance(failure, dns.exception.DNSException | OSError):
                raise failure
        more = [answer for result in found if not isinstance(result, BaseException) for answer in result if answer.type != "CNAME"]
        self.answers[host] = tuple(dict.fromkeys((*self.answers.get(host, ()), *more)))

    async def close(self) -> None:
        """Nothing is held open between look-ups."""

    async def _checked(self, host: str) -> list[str]:
        self.answers[host] = () if self._hosts is None else self._listed(host, self._hosts)
        if self._hosts is None:
            self.answers[host] = await self._ask(host)
        addresses = [value for answer in self.answers[host] if answer.type in ("A", "AAAA") for value in answer.values]
        if not addresses:
            raise CaptureError("dns_error", f"{host} has no address")
        checked, refusals = [], []
        for address in addresses[:MAX_ADDRESSES]:
            try:
                checked.append(check_address(address, self.pinned))
            except CaptureError as error:
                refusals.append(error)
        if not checked:
            raise CaptureError("refused", f"{host}: {refusals[0].detail}")
        return checked

    @staticmethod
    def _listed(host: str, hosts: Mapping[str, str]) -> tuple[DnsAnswer, ...]:
        if host not in hosts:
            raise CaptureError("nxdomain", f"{host} is not in the hosts file, and with --hosts no resolver is asked")
        address = hosts[host]
        return (DnsAnswer("AAAA" if ":" in address else "A", (address,), "hosts-file"),)

    async def _ask(self, host: str) -> tuple[DnsAnswer, ...]:
        """A, AAAA and the name that an alias points to; one type's failure is no failure while the other answers."""
        import dns.asyncresolver
        import dns.exception
        import dns.resolver

        try:
            if self._dns is None:
                self._dns = dns.asyncresolver.Resolver()
            found = await asyncio.gather(*(self._ask_type(self._dns, host, rdtype) for rdtype in ("A", "AAAA")), return_exceptions=True)
        except dns.resolver.NoResolverConfiguration as error:
            raise CaptureError("dns_error", "this machine names no resolver; see /etc/resolv.conf") from error
        answers = [answer for result in found if not isinstance(result, BaseException) for answer in result]
        if answers:
            return tuple(dict.fromkeys(answers))
        for failure in found:
            if isinstance(failure, dns.resolver.NXDOMAIN):
                raise CaptureError("nxdomain", f"{host} does not exist") from failure
        for failure in found:
            if isinstance(failure, dns.exception.DNSException | OSError):
                raise CaptureError("dns_error", f"{host}: no answer ({type(failure).__name__})") from failure
            if isinstance(failure, BaseException):
                raise failure
        return ()

    @staticmethod
    async def _ask_type(resolver: "DnsResolver", host: str, rdtype: str, seconds: float = DNS_SECONDS) -> list[DnsAnswer]:
        answer = await resolver.resolve(f"{host}.", rdtype, lifetime=seconds, raise_on_no_answer=False)
        alias = str(answer.canonical_name).rstrip(".").lower()
        answers = [] if alias == host else [DnsAnswer("CNAME", (alias,))]
        if answer.rrset is not None:
            answers.append(DnsAnswer(rdtype, tuple(sorted(str(record) for record in answer.rrset))))
        return answers


class ProxyResolver(AbstractResolver):
    """Resolves the operator's own proxy and nothing else, by the system: a target's name must not be asked for on this side of it."""

    def __init__(self, proxy_host: str) -> None:
        self._host = proxy_host

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        """The addresses of the proxy; raises CaptureError `refused` for any other name."""
        if host != self._host:
            raise CaptureError("refused", f"address guard: {host} would be looked up here although requests leave through a proxy")
        found = await asyncio.get_running_loop().getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        return [_result(host, str(address[0]), port) for *_, address in found]

    async def close(self) -> None:
        """Nothing is held open between look-ups."""


def _result(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
    return ResolveResult(
        hostname=host, host=address, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    )
