"""What the browser tests share: shops that embed the widget."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.host_page import HostPage

OpenShop = Callable[..., HostPage]


@pytest.fixture
def open_shop() -> Iterator[OpenShop]:
    """Serve a page with this snippet on an origin of its own: `open_shop(snippet, csp=...)`."""
    served: list[HostPage] = []

    def _open(snippet: str = "", csp: str = "") -> HostPage:
        served.append(HostPage(snippet, csp=csp))
        return served[-1]

    yield _open
    for page in served:
        page.close()
