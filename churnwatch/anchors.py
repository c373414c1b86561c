"""From settings to what makes evidence provable: the operator's key, the time stamp authority, and what `verify` may trust."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from churnwatch.settings import Settings
from crawlers.errors import ConfigError

if TYPE_CHECKING:
    from crawlers.signing import Signer
    from crawlers.timestamp import Authority
    from crawlers.verify_ledger import Trust


def signer_of(settings: Settings) -> "Signer | None":
    """The operator's key, None when none is set; raises ConfigError when it is unusable or open to others."""
    from crawlers.signing import load_signer

    return load_signer(settings.signing_key) if settings.signing_key is not None else None


def authority_of(settings: Settings) -> "Authority | None":
    """The time stamp authority, None when none is set; raises ConfigError when its chain is missing, since nothing could be checked."""
    from crawlers.timestamp import load_authority

    if settings.tsa_url is None:
        return None
    if settings.tsa_chain is None:
        raise ConfigError("tsa_url needs tsa_chain: a PEM file with the authority's root, and what stands between", key="tsa_chain")
    return load_authority(settings.tsa_url, settings.tsa_chain, settings.tsa_certificate)


def trust_of(settings: Settings, keys: Sequence[Path] = (), chain: Path | None = None) -> "Trust":
    """What `verify` trusts: the keys given, else the operator's own and `trusted_keys`; the chain given, else that of the settings."""
    from crawlers.signing import load_public_key
    from crawlers.timestamp import read_chain
    from crawlers.verify_ledger import Trust

    signer = None if keys else signer_of(settings)
    named = [load_public_key(path) for path in keys or settings.trusted_keys]
    chain = chain or settings.tsa_chain
    return Trust(frozenset([*named, *([signer.key_id] if signer else [])]), read_chain(chain) if chain else None)
