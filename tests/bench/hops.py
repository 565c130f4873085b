#!/usr/bin/env python3
"""hops: our letters over four hops beside Postfix's smtp-source talking to its smtp-sink, one hop.

    hops.py BENCH_LETTERS [--json] [--check] [--rounds N] [--only TEXT] [--no-peers] [--list]

A letter over four hops is four transfers; so is what is compared: transfers a second. Ours say every byte and keep the
whole journal. Theirs go over the loopback with twenty sessions that are kept, by two programs that work at once. Runs
of ours are independent, so beside their two programs two runs of ours work at once, too, and both are timed by the
clock on the wall; then one run of ours and both of theirs by the processor time that each has taken. Without Postfix
nothing is compared, and that is said.
"""
import argparse
import json
import os
import pwd
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import time

CASE = "letters: 100 in flight, the whole journal"
TITLE = "hops: transfers of a letter"
HOPS, GOAL, LETTERS, SESSIONS, OCTETS, AT_ONCE = 4, 15, 20000, 20, 1000, 2
SBIN = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"


def ours(bench_letters):
    """Transfers a second of our simulation: of all runs together by the wall, and of one by processor time; None if
    one did not run."""
    command = [bench_letters, "--json", "--rounds", "1", "--only", CASE]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(AT_ONCE)]
    rows = [json.loads(line) for run in runs for line in run.communicate()[0].splitlines()]
    rows = [row for row in rows if row["contestant"] == "waystation" and row["present"]]
    if len(rows) != AT_ONCE:
        return None
    return (HOPS * sum(row["per_second_by_the_wall"] for row in rows),
            HOPS * statistics.mean(row["per_second"] for row in rows))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.02)
    return False


def as_somebody():
    """smtp-sink does not run as root."""
    return ["-u", pwd.getpwnam("nobody").pw_name] if os.geteuid() == 0 else []


def theirs(sink_program, source_program):
    """Transfers a second by the wall, and by the processor time of both; None if they did not run."""
    port = free_port()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    sink = subprocess.Popen([sink_program, *as_somebody(), f"127.0.0.1:{port}", "100"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
    try:
        if not wait_for(port):
            return None
        started = time.monotonic()
        source = subprocess.run([source_program, "-d", "-s", str(SESSIONS), "-m", str(LETTERS), "-l", str(OCTETS),
                                 "-f", "a@a.example", "-t", "b@b.example", f"127.0.0.1:{port}"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=False)
        seconds = time.monotonic() - started
    finally:
        sink.terminate()
        sink.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (LETTERS / seconds, LETTERS / processor) if source.returncode == 0 else None


def measure(options, programs):
    """Two rows for each way to count: ours and theirs, each a list of (rate, ours to it)."""
    rows = {"waystation, two runs": [], "smtp-source, smtp-sink": [],
            "waystation, processor time": [], "smtp-source, smtp-sink, the same": []}
    names = list(rows)
    for _ in range(options.rounds):
        our_rates = ours(options.bench_letters)
        if our_rates is None:
            sys.exit("hops: bench_letters gave no figure for its case: " + CASE)
        their_rates = theirs(*programs) if programs else None
        for way, our_rate in enumerate(our_rates):
            rows[names[2 * way]].append((our_rate, 1))
            if their_rates:
                rows[names[2 * way + 1]].append((their_rates[way], our_rate / their_rates[way]))
    return {name: [statistics.median(column) for column in zip(*pairs)] if pairs else None
            for name, pairs in rows.items()}


def show(medians, options):
    if not options.json:
        print(f"{TITLE} (transfers a second, median of {options.rounds})")
    met = True
    for number, (name, figures) in enumerate(medians.items()):
        goal = GOAL if number % 2 else None
        reached = figures is None or goal is None or figures[1] >= goal
        met = met and reached
        if options.json:
            row = {"case": TITLE, "contestant": name, "unit": "transfers", "present": figures is not None}
            if figures:
                row.update(per_second=round(figures[0]), ours_to_this=round(figures[1], 3), rounds=options.rounds)
            if figures and goal:
                row.update(goal=goal, met=reached)
            print(json.dumps(row))
        elif figures is None:
            print(f"  {name:<34} {'not here':>12}")
        else:
            tail = f"  goal {goal:.2f} {'met' if reached else 'MISSED'}" if goal else ""
            print(f"  {name:<34} {figures[0]:12.0f}  ours/this {figures[1]:8.2f}{tail}")
    return met


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench_letters")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="")
    for flag in ("--json", "--check", "--no-peers", "--list"):
        parser.add_argument(flag, action="store_true")
    options = parser.parse_args()
    if options.only not in TITLE:
        return 0
    if options.list:
        print(TITLE)
        return 0
    programs = [shutil.which(name, path=SBIN) for name in ("smtp-sink", "smtp-source")]
    medians = measure(options, programs if all(programs) and not options.no_peers else None)
    return 1 if not show(medians, options) and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
