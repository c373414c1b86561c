"""Names inside DNS answers (NS, MX, SOA), as fingerprints."""

import re
from collections.abc import Iterator

from crawlers.records import HostFacts
from nlp.findings import Fingerprint
from nlp.known import known
from nlp.where import Where

# Which word of the answer's text is the name: MX has its preference before, SOA its primary server.
WORD = {"ns": 0, "mx": -1, "soa": 1}
NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.){1,10}[a-z0-9-]{2,63}")


def names_of(host: HostFacts, kind: str) -> Iterator[Fingerprint]:
    """One fingerprint for each name of this record type, lower-case, without the dot at its end."""
    for answer in host.dns:
        if answer.type.lower() == kind:
            for value in answer.values:
                words = value.split()
                place = WORD[kind]
                name = words[place].lower().rstrip(".") if len(words) > max(place, 0) else ""
                if NAME.fullmatch(name) and known(kind, name) is None:
                    yield Fingerprint(
                        kind, name, Where("dns", host.robots_capture_id or "", quote=value[:200], path=host.host, name=answer.type)
                    )
