"""How a provider's calls reach the network; apart from the library, which is slow to load."""

from __future__ import annotations

from collections.abc import Callable

import aiohttp

CONNECTION_LIMIT = 4096
"""Connections per process: above the 1,000 calls one process keeps in flight, so that none queues here."""

KEEPALIVE_SECONDS = 60.0
"""An idle connection is kept this long: shorter than what load balancers keep, longer than a visitor thinks."""

ConnectorFactory = Callable[[], aiohttp.BaseConnector]
"""Makes the connector in the running loop. Hand in the same function each time: it is part of a client's identity."""


def plain_connector() -> aiohttp.BaseConnector:
    """For addresses that the operator chose: any host, private ones too."""
    return aiohttp.TCPConnector(limit=CONNECTION_LIMIT, keepalive_timeout=KEEPALIVE_SECONDS)
