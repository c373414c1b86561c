"""What `churnwatch store` does beside the Store protocol: roles and keys, migrations, and the reading of --keep."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict

from churnwatch.settings import Settings
from crawlers.errors import ConfigError

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch


@dataclass(frozen=True, slots=True)
class Grants:
    """What `store init` is to hand out: the roles themselves, a key with some of them, a user for Kibana, a token for its server."""

    roles: bool
    key: Sequence[str]
    days: int
    analyst: str | None
    kibana_token: bool

    def __bool__(self) -> bool:
        return bool(self.roles or self.key or self.analyst or self.kibana_token)


class Moved(TypedDict):
    """How a migration went: people's words, index names old → new, documents copied."""

    said: list[str]
    indices: dict[str, str]
    extended: list[str]
    copied: int


def grant(settings: Settings, url: str | None, asked: Grants) -> str | None:
    """Writes the roles, makes the analyst and mints a key or a token; gives the key or token, or None when none was asked for."""
    from indexer.elastic_roles import make_key, make_kibana_token, put_analyst, put_roles

    if not (url or settings.store).startswith("http"):
        raise ConfigError("an embedded store has no roles, users and keys; name an Elasticsearch store", key="--roles")
    if asked.key and asked.kibana_token:
        raise ConfigError("both would print a secret; ask for one at a time", key="--kibana-token")
    if asked.analyst and settings.es_analyst_password is None:
        raise ConfigError("set CHURNWATCH_ES_ANALYST_PASSWORD, or the same with _FILE", key="--analyst")
    with _connected(settings, url) as (client, prefix):
        if asked.roles:
            put_roles(client, prefix)
        if asked.analyst and settings.es_analyst_password:
            put_analyst(client, prefix, asked.analyst, settings.es_analyst_password.get_secret_value())
        if asked.kibana_token:
            return make_kibana_token(client)
        return make_key(client, prefix, asked.key, timedelta(days=asked.days)) if asked.key else None


def moved(settings: Settings, url: str | None, *, rollback: bool, lose: bool, finish: bool) -> Moved:
    """Migrates, goes back or cleans up; an embedded store is brought up by opening it."""
    from indexer.elastic_migrate import Migrator

    if not (url or settings.store).startswith("http"):
        from churnwatch.pipeline import open_settings_store

        with open_settings_store(settings, url):
            return {"said": ["the embedded store is of this version"], "indices": {}, "extended": [], "copied": 0}
    with _connected(settings, url) as (client, prefix):
        migrator = Migrator(client, prefix)
        if finish:
            gone = migrator.finish()
            return {"said": [f"deleted {len(gone)} old index(es)"], "indices": {}, "extended": [], "copied": 0}
        if rollback:
            back = migrator.rollback(lose=lose)
            return {"said": [f"{new} → {old}" for old, new in back.items()], "indices": back, "extended": [], "copied": 0}
        done = migrator.migrate()
    said = [f"{index}: missing fields added" for index in done.extended] + [f"{old} → {new}" for old, new in done.moved.items()]
    if done.moved:
        said.append(f"{done.copied} documents copied and compared; the old indices stay: --finish deletes them, --rollback goes back")
    return {"said": said or ["nothing to do"], "indices": done.moved, "extended": done.extended, "copied": done.copied}


def months_of(clauses: Sequence[str]) -> dict[str, int]:
    """Months by class of retention, as `--keep pages=24` says them; raises ConfigError for anything else."""
    months = {}
    for clause in clauses:
        name, equals, number = clause.partition("=")
        if not equals or not number.isdecimal():
            raise ConfigError(f"{clause!r}: use CLASS=MONTHS, like pages=24", key="--keep")
        months[name] = int(number)
    return months


@contextmanager
def _connected(settings: Settings, url: str | None) -> "Iterator[tuple[Elasticsearch, str]]":
    from indexer.elastic_client import connected

    user = (settings.es_user, settings.es_password.get_secret_value()) if settings.es_user and settings.es_password else None
    key = settings.es_api_key.get_secret_value() if settings.es_api_key and not user else None
    with connected(url or settings.store, api_key=key, ca=str(settings.es_ca) if settings.es_ca else None, user=user) as found:
        yield found
