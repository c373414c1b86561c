"""The client of the production store, and its errors in words."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from elastic_transport.client_utils import DEFAULT
from elasticsearch import ApiError, Elasticsearch, OrjsonSerializer, TransportError

from indexer.elastic_address import parse_address
from indexer.elastic_bulk import NEXT
from indexer.store import StoreError

Told = Callable[[], AbstractContextManager[None]]
_ADVICE = {
    401: "the key was refused: check CHURNWATCH_ES_API_KEY",
    403: "the key lacks a right for this: see the roles in indexer/README.md, or run it with a key of another role",
    404: "something is missing there: run `churnwatch store init`",
}


def open_client(
    urls: Sequence[str], *, api_key: str | None = None, ca: str | None = None, user: tuple[str, str] | None = None
) -> Elasticsearch:
    """A client of one cluster. The bulk loop does its own retries; the client's would come at once and without pause."""
    return Elasticsearch(
        list(urls),
        api_key=api_key,
        basic_auth=user,
        ca_certs=ca if ca and urls[0].startswith("https:") else DEFAULT,
        serializer=OrjsonSerializer(),
        request_timeout=60,
        retry_on_status=(),
        max_retries=len(urls),
        retry_on_timeout=len(urls) > 1,
    )


@contextmanager
def connected(
    address: str, *, api_key: str | None = None, ca: str | None = None, user: tuple[str, str] | None = None
) -> Iterator[tuple[Elasticsearch, str]]:
    """A client and the prefix of a store address, without asking whether the store fits. Errors inside are StoreErrors."""
    urls, prefix = parse_address(address)
    client = open_client(urls, api_key=api_key, ca=ca, user=user)
    try:
        with teller(urls, prefix)():
            yield client, prefix
    finally:
        client.close()


def teller(urls: Sequence[str], prefix: str) -> Told:
    """A context that turns the client's errors into StoreErrors which name the store and say what next."""
    named = ", ".join(urls)

    @contextmanager
    def told() -> Iterator[None]:
        try:
            yield
        except ApiError as error:
            advice = _ADVICE.get(error.status_code, NEXT)
            raise StoreError(f"{named} (prefix {prefix}): {error.status_code} {error.message}; {advice}") from error
        except TransportError as error:
            raise StoreError(f"{named} cannot be reached ({error.message}): start Elasticsearch or name another --store. {NEXT}") from error

    return told
