"""Settings: `CHURNWATCH_*` variables over `churnwatch.toml` in the working folder. The only reader of the environment."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from crawlers.errors import ConfigError

FILE = "churnwatch.toml"


class CanarySetting(BaseModel):
    """One page of our own that every run asks for; its text must hold `phrase`, else the run's failures are our own fault."""

    model_config = ConfigDict(extra="forbid")
    url: str
    phrase: str


class EgressSetting(BaseModel):
    """One egress profile under its name (`[egress_profiles.NAME]`); a site file picks it by `egress: NAME`."""

    model_config = ConfigDict(extra="forbid")
    proxy: SecretStr | None = None  # http://[user:password@]host:port
    user_agent: str | None = None


class Settings(BaseSettings):
    """Where things lie and how alerts leave; every field has a default that works on a laptop."""

    model_config = SettingsConfigDict(env_prefix="CHURNWATCH_", env_nested_delimiter="__", toml_file=FILE, extra="forbid")

    sites: Path = Path("sites")
    evidence: Path = Path("evidence")
    store: str = "sqlite:///churnwatch.db"
    es_api_key: SecretStr | None = None
    es_ca: Path | None = None
    es_user: str | None = None  # a user of Elasticsearch, for setting up roles and keys; daily work goes by key
    es_password: SecretStr | None = None
    spool: Path = Path("spool")  # documents wait here while Elasticsearch is away
    user_agent: str = "churnwatch/0.1 (open source monitoring; set CHURNWATCH_USER_AGENT to your contact address)"
    egress: str = "direct"
    egress_profiles: dict[str, EgressSetting] = {}
    state: Path = Path("state")  # what crawls on this machine share: how each host bears us
    redis: SecretStr | None = None  # redis://host:port/0 when machines share it
    signing_key: Path | None = None  # the operator's Ed25519 key; nobody else may read it
    trusted_keys: tuple[Path, ...] = ()  # public keys that evidence may be signed with besides
    tsa_url: str | None = None
    tsa_chain: Path | None = None  # PEM: the authority's root, and what stands between
    tsa_certificate: Path | None = None  # PEM: the only certificate that the authority may stamp with
    analyst: str = ""  # who judges when `judge` or `lexicon review` does not say
    canaries: tuple[CanarySetting, ...] = ()
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_starttls: bool = True
    smtp_ca: Path | None = None
    mail_from: str = "churnwatch@localhost"
    mail_to: tuple[str, ...] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic-settings calls by name
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then the file; .env and secret folders are not read."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings() -> Settings:
    """The settings in force; raises ConfigError naming the key, and the file when it is there."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        where = FILE if Path(FILE).exists() else "environment"
        raise ConfigError(f"{first['msg']}; set CHURNWATCH_{key.upper()} or the key in {FILE}", file=where, key=key) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"not TOML: {error}", file=FILE) from error
