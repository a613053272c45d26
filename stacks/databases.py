"""What an environment chooses about databases and caches."""

from __future__ import annotations

from typing import Literal

import pydantic

from stacks.model import SettingsGroup


class DatabaseSettings(SettingsGroup):
    """Databases and caches of an environment."""

    instances: int = pydantic.Field(default=2, ge=1, le=15)
    """instances of a database cluster, 1 to 15; one has no failover"""

    backup_days: int = pydantic.Field(default=30, ge=7, le=35)
    """retention of database backups in days, 7 to 35"""

    ssl_mode: Literal["prefer", "require"] = "require"
    """sslmode of database connections: require, or prefer if the server may lack TLS"""

    cache_tls: bool = True
    """TLS of connections to caches; false only where the servers have none"""

    rotation_days: int = pydantic.Field(default=30, ge=1, le=90)
    """rotation interval of database passwords in days, 1 to 90"""

    dax: bool = True
    """true for the DAX clusters that stores ask for; false for services that read the table"""
