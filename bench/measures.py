"""What can be measured: where, how its line of the table reads, and the goal. A new figure is a new entry here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A function without arguments that gives a dict; `line` is made of it by `str.format`."""

    where: str
    line: str
    goal: str
    needs_database: bool = True


MEASURES = {
    "f1": Measure(
        "bench.turns:f1",
        "{share:.2f} of the floor ({spread[0]:.2f} to {spread[1]:.2f}); {product_per_second:.0f} of "
        "{floor_per_second:.0f} turns/s; {product_cpu_ms:.1f} of {floor_cpu_ms:.1f} ms CPU; {failed} failed",
        ">= 0.5",
    ),
    "f2": Measure(
        "bench.turns:f2",
        "{failed} failed; p99 adds {p99_added:.2f} s, floor {floor_p99_added:.2f} s: {ratio:.2f}x "
        "({spread[0]:.2f} to {spread[1]:.2f}); {memory_mb:.0f} MB",
        "0; <= 1.5x; <= 300 MB",
    ),
    "f3": Measure(
        "bench.live:f3",
        "{share:.2f} of the floor ({spread[0]:.2f} to {spread[1]:.2f}); {product_per_second:,} of {floor_per_second:,} "
        "deliveries/s to {sockets} dashboards; at half of it p95 {p95_ms:.0f} ms; "
        "{missing} missing, {out_of_order} out of order",
        ">= 0.5; <= 250 ms; none",
    ),
    "f4": Measure(
        "bench.webhooks:measure",
        "{per_second} deliveries/s, {cpu_ms:.2f} ms CPU each, p95 {p95_ms:.0f} ms; with a fifth hanging "
        "{per_second_with_hanging}/s, p95 {p95_ms_with_hanging:.0f} ms ({ratio:.1f}x); {lost} lost",
        ">= 500/s; <= 2x",
    ),
    "f5": Measure(
        "bench.pages:f5",
        "worst p95 {p95_ms:.0f} ms ({worst}); {slow} of {number} pages over 100 ms, the median page's p95 "
        "{median_p95_ms:.0f} ms; at most {most_queries} queries; {conversations:,} conversations",
        "<= 100 ms",
    ),
    "f6": Measure(
        "bench.widget:f6",
        "{launcher_bytes:,} bytes for the launcher, {panel_bytes:,} more for the panel; "
        "{long} of {tasks} tasks over 50 ms, longest {longest_ms:.0f} ms, most CPU {most_cpu_ms:.0f} ms; "
        "the page without it {floor_long}, {floor_longest_ms:.0f} and {floor_most_cpu_ms:.0f} ms",
        "<= 5,120; <= 20,480; none",
    ),
    "f7": Measure(
        "bench.start:f7",
        "first answer on a fresh clone after {fresh:.0f} s; warm {warm:.1f} s ({spread[0]:.1f} to {spread[1]:.1f})",
        "<= 60 s; <= 5 s",
        needs_database=False,
    ),
    "f8": Measure(
        "bench.dashboard:f8",
        "slowest page p95 {p95_ms:.0f} ms ({slowest}); {slow} of {number} pages over 60 ms, the median page "
        "{median_ms:.0f} ms; heaviest {bytes:,} bytes of styles and scripts ({heaviest})",
        "<= 60 ms; <= 40,960",
    ),
    "quality": Measure(
        "bench.quality:measure",
        "without a model: right passage first for {first:.0%} of {questions} questions over {businesses} businesses; "
        "an honest “don't know” for {honest:.0%} of {unanswerable} that nobody can answer",
        ">= 85 %; >= 90 %",
    ),
}
