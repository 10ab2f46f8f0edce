"""Lives ten years of a population in Starsim, as often as it is asked; `peers.py` asks, in an environment of Starsim's own.

Usage: _starsim.py AGENTS MONTHS. Each line that is read is answered with nanoseconds an agent-month: on the wall, of processor
time. Making the population and its network is not counted.
"""

import sys
import time

import starsim as ss  # type: ignore[import-not-found]

DISEASES, CONTACTS = 6, 10
BORN, DIE = 13, 9  # per 1,000 people a year


def population(agents: int, months: int) -> ss.Sim:
    """Six diseases that people catch from one another, get over and can catch again, among people who are born and die."""
    sick = [
        ss.SIS(name=f"disease_{k}", beta=ss.permonth(0.05), dur_inf=ss.years(1), init_prev=0.05)
        for k in range(DISEASES)
    ]
    moves = [ss.Births(birth_rate=ss.peryear(BORN)), ss.Deaths(death_rate=ss.peryear(DIE))]
    meetings = ss.RandomNet(n_contacts=CONTACTS)
    span = {"dt": ss.month, "start": "2011-04-01", "dur": ss.months(months - 1)}  # both ends are lived
    made = ss.Sim(n_agents=agents, diseases=sick, networks=meetings, demographics=moves, rand_seed=1, verbose=0, **span)
    made.init()
    return made


def main() -> None:
    """Live once to warm up, then anew for each line."""
    agents, months = map(int, sys.argv[1:])
    population(agents, 2).run()
    print("ready", flush=True)
    for _ in sys.stdin:
        sim = population(agents, months)
        wall, processor = time.perf_counter(), time.process_time()
        sim.run()
        took = time.perf_counter() - wall, time.process_time() - processor
        alive = sim.results.n_alive
        if len(alive) != months:
            raise SystemExit(f"{len(alive)} months were lived, not {months}")
        print(*(1e9 * each / float(alive.sum()) for each in took), flush=True)


if __name__ == "__main__":
    main()
