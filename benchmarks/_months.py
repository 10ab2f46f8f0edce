"""Lives months of Croydon in the edition whose folder this runs in, as often as it is asked; `month.py` asks.

Usage: _months.py SCALE COPIES THREADS MONTHS. Each line that is read is answered with nanoseconds a citizen-month: on the
wall, of processor time.
"""

import sys
import time
from types import SimpleNamespace

sys.path.insert(0, ".")

from benchmarks import speed


def main() -> None:
    """Settle once, then live months from the policy date, anew for each line."""
    scale, copies, threads, months = float(sys.argv[1]), *map(int, sys.argv[2:])
    world, policies = speed.world_of("croydon", scale, copies)
    settled = speed.settle(world, threads=speed.THREADS)  # type: ignore[attr-defined]
    clocks: list[tuple[float, float]] = []

    def look() -> float:
        clocks.append((time.perf_counter(), time.process_time()))
        return clocks[-1][0]

    speed.time = SimpleNamespace(perf_counter=look)  # type: ignore[assignment, attr-defined]
    print("ready", flush=True)
    for _ in sys.stdin:
        clocks.clear()
        _, lived = speed.seconds(settled, policies["radical"], "fast", threads, months)
        (wall, processor), (wall_after, processor_after) = clocks
        print(1e9 * (wall_after - wall) / lived, 1e9 * (processor_after - processor) / lived, flush=True)


if __name__ == "__main__":
    main()
