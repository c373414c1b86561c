"""From settings and options to a Kibana and the saved objects that belong to the store."""

from churnwatch.settings import Settings
from crawlers.errors import ConfigError
from indexer.elastic_address import parse_address
from indexer.kibana.bundle import PREFIX
from indexer.kibana.client import Access, Kibana


def kibana_of(settings: Settings, url: str | None, space: str | None, patience_s: float) -> Kibana:
    """A client for the Kibana of the settings or options; raises ConfigError when none is named or credentials are halves."""
    chosen = url or settings.kibana_url
    if not chosen:
        raise ConfigError("no Kibana is named; use --url https://HOST:5601, or set CHURNWATCH_KIBANA_URL", key="--url")
    if bool(settings.kibana_user) != bool(settings.kibana_password):
        raise ConfigError("a user and a password go together; set both, or an API key", key="CHURNWATCH_KIBANA_USER")
    ca = settings.kibana_ca
    if ca and not ca.is_file():
        raise ConfigError(f"{ca}: there is no such file", key="CHURNWATCH_KIBANA_CA")
    user = (
        (settings.kibana_user, settings.kibana_password.get_secret_value()) if settings.kibana_user and settings.kibana_password else None
    )
    key = settings.kibana_api_key.get_secret_value() if settings.kibana_api_key else None
    return Kibana(Access(chosen, space or settings.kibana_space, key, user, str(ca) if ca else None), patience_s)


def prefix_of(settings: Settings, prefix: str | None) -> str:
    """The prefix of the indices that dashboards look at: as given, else that of the store in the settings, else the default."""
    if prefix:
        return parse_address(f"http://localhost/{prefix}")[1]
    return parse_address(settings.store)[1] if settings.store.startswith("http") else PREFIX
