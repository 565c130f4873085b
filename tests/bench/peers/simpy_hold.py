"""simpy_hold.py PENDING EVENTS: the hold model of bench_kernel.c, exponential delays, with SimPy.

Prints "EVENTS SECONDS" of processor time. Works with SimPy 3 and later, and with Debian's SimPy 2.3."""

import random
import sys
import time

pending, events = int(sys.argv[1]), int(sys.argv[2])
random.seed(1)
delays = [random.expovariate(1e-6) for _ in range(1 << 16)]
drawn = 0
done = 0
limit = pending
started = 0.0
seconds = None


def delay():
    global drawn
    drawn += 1
    return delays[drawn & 0xffff]


def count():
    """True when enough has happened; the first round, of `pending` events, is not timed."""
    global done, limit, started, seconds
    done += 1
    if done == pending:
        started, limit = time.process_time(), pending + events
    elif done == limit:
        seconds = time.process_time() - started
        return True
    return False


def with_simpy_3():
    import simpy
    env = simpy.Environment()
    enough = env.event()

    def session():
        steps = 0
        while True:
            yield env.timeout(delay())
            steps += 1
            if count():
                enough.succeed()

    for _ in range(pending):
        env.process(session())
    env.run(until=enough)


def with_simpy_2():
    from SimPy.Simulation import Process, Simulation, hold

    class Session(Process):
        def steps(self):
            steps = 0
            while True:
                yield hold, self, delay()
                steps += 1
                if count():
                    self.sim.stopSimulation()

    simulation = Simulation()
    for _ in range(pending):
        session = Session(sim=simulation)
        simulation.activate(session, session.steps())
    simulation.simulate(until=1e18)


try:
    with_simpy_3()
except ImportError:
    with_simpy_2()
print(events, '%.6f' % seconds)
