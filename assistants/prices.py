"""What a call costs: models' prices from the table, read once a minute per process."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from decimal import Decimal

from assistants.models import ModelPrice

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

    def current(self) -> dict[str, Price]:
        if time.monotonic() - self.read_at > KEPT_SECONDS:
            rows = ModelPrice.objects.values_list("name", "input_price", "output_price")
            self.rows = {name.lower(): Price(given, told) for name, given, told in rows}
            self.read_at = time.monotonic()
        return self.rows


_table = _Table()


def price_of(model: str) -> Price:
    """The price of the longest name in the table with which this model's begins, whoever's prefix it carries."""
    rows = _table.current()
    # Routers name the vendor first: "openai/gpt-4o".
    names = {model.lower(), model.lower().rpartition("/")[2]}
    fitting = [name for name in rows if any(given.startswith(name) for given in names)]
    return rows[max(fitting, key=len)] if fitting else UNKNOWN


def forget() -> None:
    """Read the table anew at the next call."""
    _table.read_at = -math.inf
