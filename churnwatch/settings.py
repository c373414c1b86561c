"""Settings: `CHURNWATCH_*` variables over `churnwatch.toml` in the working folder. The only reader of the environment.

A secret may stand in a file instead: `CHURNWATCH_ES_API_KEY_FILE=/run/secrets/es_api_key` for `CHURNWATCH_ES_API_KEY`, and so on.
"""

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError
from pydantic.fields import FieldInfo
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


class SecretFiles(PydanticBaseSettingsSource):
    """Secrets from the files that `CHURNWATCH_<NAME>_FILE` names, without the white space around them; an empty file sets nothing."""

    def __call__(self) -> dict[str, Any]:
        """Every secret that a file holds; raises ConfigError for a file that cannot be read, or beside the variable itself."""
        fields = self.settings_cls.model_fields.items()
        found = {name: self.get_field_value(field, name)[0] for name, field in fields if field.annotation == SecretStr | None}
        return {name: secret for name, secret in found.items() if secret}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - pydantic-settings calls it so
        """The secret of one field, None when no variable names a file for it."""
        variable = f"CHURNWATCH_{field_name.upper()}"
        path = os.environ.get(f"{variable}_FILE")
        if path is None:
            return None, field_name, False
        if os.environ.get(variable) is not None:
            raise ConfigError(f"{variable} and {variable}_FILE are both set; use one", key=field_name)
        try:
            return Path(path).read_text("utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{variable}_FILE cannot be read: {error}", file=path, key=field_name) from error


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
    kibana_url: str | None = None  # https://host:5601
    kibana_space: str = "default"
    kibana_api_key: SecretStr | None = None
    kibana_user: str | None = None
    kibana_password: SecretStr | None = None
    kibana_ca: Path | None = None
    es_analyst_password: SecretStr | None = None  # what `store init --analyst NAME` gives that user of Kibana
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
        """Environment first, then secrets from the files it names, then the file; .env and secret folders are not read."""
        return init_settings, env_settings, SecretFiles(settings_cls), TomlConfigSettingsSource(settings_cls)


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
