"""What a call costs: models' prices from the table, read once a minute per process."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from decimal import Decimal

from assistants.models import ModelPrice
from tenants.database import in_database

KEPT_SECONDS = 60.0
"""How long a price that staff changed may go unnoticed: a query per call would cost more than it corrects."""


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens, which is the same as millionths of a dollar per token."""

    input: Decimal
    output: Decimal

    def micros(self, tokens_in: int, tokens_out: int) -> int:
        """What so many tokens cost, in millionths of a dollar, rounded up."""
        return math.ceil(self.input * tokens_in + self.output * tokens_out)


UNKNOWN = Price(Decimal(10), Decimal(30))
"""Of a model that is not in the table: high, so that a budget is rather kept than broken."""


class _Table:
    """The prices as they were read last."""

    def __init__(self) -> None:
        self.rows: dict[str, Price] = {}
        self.read_at = -math.inf

    @property
    def is_fresh(self) -> bool:
        """Whether it was read within the last minute."""
        return time.monotonic() - self.read_at < KEPT_SECONDS

    def read(self) -> None:
        """Read the table, unless another call has done so while this one waited for its turn."""
        if self.is_fresh:
            return
        rows = ModelPrice.objects.values_list("name", "input_price", "output_price")
        self.rows = {name.lower(): Price(given, told) for name, given, told in rows}
        self.read_at = time.monotonic()


_table = _Table()


async def price(model: str) -> Price:
    """The price of the longest name in the table with which this model's name begins."""
    if not _table.is_fresh:
        await in_database(_table.read)
    return _fitting(model.lower())


def forget() -> None:
    """Read the table anew at the next call."""
    _table.read_at = -math.inf


def _fitting(model: str) -> Price:
    named = (model, model.rpartition("/")[2])  # routers put the vendor first: "openai/gpt-4o"
    fitting = [name for name in _table.rows if any(given.startswith(name) for given in named)]
    return _table.rows[max(fitting, key=len)] if fitting else UNKNOWN
