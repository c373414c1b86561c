"""A store's address on one of the tiers, with what it takes to open it there."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from elasticsearch import Elasticsearch

from indexer.elastic_roles import ROLES, make_key
from indexer.store import Store, open_store
from tests.elastic_tiers.secure import Secure


@dataclass(frozen=True, slots=True)
class Place:
    """An address, and key and authority where its server asks for them."""

    address: str
    api_key: str | None = None
    ca: str | None = None
    user: tuple[str, str] | None = None

    @property
    def prefix(self) -> str:
        """The prefix of its indices."""
        return self.address.rpartition("/")[2]

    def open(self) -> Store:
        """The store there, by key."""
        return open_store(self.address, api_key=self.api_key, ca=self.ca)

    def client(self) -> Elasticsearch:
        """A bare client that may do everything."""
        nodes = self.address.rpartition("/")[0].partition("://")
        urls = [f"{nodes[0]}://{node}" for node in nodes[2].split(",")]
        if self.user is None:
            return Elasticsearch(urls)
        return Elasticsearch(urls, basic_auth=self.user, ca_certs=self.ca)


@contextmanager
def own_place(url: str, secure: Secure | None = None) -> Iterator[Place]:
    """A place with a prefix of its own, whose indices and templates are removed at the end. On the security tier the key has our roles."""
    place = Place(f"{url}/t{uuid.uuid4().hex[:12]}", None, secure.ca if secure else None, secure.user if secure else None)
    with place.client() as connected:
        key = make_key(connected, place.prefix, ROLES, timedelta(days=1)) if secure else None
        yield replace(place, api_key=key)
        client = connected.options(ignore_status=404)
        made = list(client.indices.get(index=f"{place.prefix}-*", features="aliases").body)
        if made:
            client.indices.delete(index=made)
        client.indices.delete_index_template(name=f"{place.prefix}-*")
        client.cluster.delete_component_template(name=f"{place.prefix}-*")
