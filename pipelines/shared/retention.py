"""How a purged address looks: a keyed hash in the form of an address, so that one person's answers still fold.

When something is purged is `schemas/retention.yml`; purging itself is `pipelines/season/purge.py`.
"""

from __future__ import annotations

import hashlib
import hmac

import pandas as pd

PURGED_DOMAIN = "purged.invalid"
"""A domain that cannot exist (RFC 2606), so nobody can write to it by mistake."""


def purged_address(address: str, salt: bytes) -> str:
    """The stand-in of an address: the same for the same person and salt, and not to be turned back without the salt."""
    return f"{person_hash(address, salt)[:24]}@{PURGED_DOMAIN}"


def person_hash(address: str, salt: bytes) -> str:
    """Keyed hash of an address, whatever its letter case and outer spaces; all that a record of a purge may hold."""
    return hmac.new(salt, address.strip().lower().encode(), hashlib.sha256).hexdigest()


def is_purged(addresses: pd.Series) -> pd.Series:
    """Which addresses are stand-ins; false for null."""
    return addresses.str.endswith(f"@{PURGED_DOMAIN}").fillna(False).astype(bool)
