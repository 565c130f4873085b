#!/usr/bin/env python3
"""live: our SMTP server on a real socket under Postfix's smtp-source, beside Postfix's smtp-sink, in one run.

    live.py WAYSTATION [--json] [--check] [--rounds N] [--only TEXT] [--no-peers] [--list]

The same smtp-source, the same number of letters and sessions, each contestant in turn. The sink throws letters away. Ours takes each
into its queue, routes it, delivers it by a second (simulated) connection to a mailbox, and keeps the journal of all that was said. Letters
a second, by the clock on the wall: both ends work at once. Without Postfix nothing is compared, and that is said.
"""
import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from hops import SBIN, as_somebody, free_port, wait_for

TITLE = "live: letters by smtp-source"
GOAL, LETTERS, SESSIONS, OCTETS = 0.25, 10000, 10, 1000
SCENARIO = {
    "waystation": 1, "title": "A sink", "hosts": {"mail.example.com": {"runs": ["mta", "mda", "pop3"], "mail_for": ["example.com"]}},
    "people": {"ann": {"address": "ann@example.com", "password": "secret"}}, "script": []}


def rate(source, port):
    started = time.monotonic()
    done = subprocess.run([source, "-s", str(SESSIONS), "-m", str(LETTERS), "-l", str(OCTETS), "-f", "a@b.example", "-t",
                           "ann@example.com", f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300,
                          check=False)
    return LETTERS / (time.monotonic() - started) if done.returncode == 0 else None


def beside(command, port, source):
    """Starts a server, measures it, stops it."""
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
    try:
        return rate(source, port) if wait_for(port) else None
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def measure(options, sink, source):
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        scenario = os.path.join(folder, "sink.json")
        with open(scenario, "w", encoding="utf-8") as file:
            json.dump(SCENARIO, file)
        for _ in range(options.rounds):
            ports = free_port(), free_port()
            theirs = beside([sink, *as_somebody(), f"127.0.0.1:{ports[0]}", "1000"], ports[0], source)
            ours = beside([os.path.abspath(options.waystation), "live", scenario, "--base-port", str(ports[1]), "--speed", "100",
                           "--journal", os.path.join(folder, "live.jsonl"), "--rate", "1000000"], ports[1], source)
            if theirs is None or ours is None:
                sys.exit(f"live: {'smtp-sink' if theirs is None else 'waystation'} did not take all letters")
            rows.append((ours, theirs, ours / theirs))
    return [statistics.median(column) for column in zip(*rows)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("waystation")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    for flag in ("--json", "--check", "--no-peers", "--list"):
        parser.add_argument(flag, action="store_true")
    options = parser.parse_args()
    if options.only not in TITLE:
        return 0
    if options.list:
        print(TITLE)
        return 0
    sink, source = (shutil.which(name, path=SBIN) for name in ("smtp-sink", "smtp-source"))
    if options.no_peers or not (sink and source):
        print(f"{TITLE}: not here: smtp-source and smtp-sink (Postfix)", file=sys.stderr)
        return 0
    ours, theirs, ratio = measure(options, sink, source)
    met = ratio >= GOAL
    if options.json:
        for name, figure, to_this in (("waystation", ours, 1), ("smtp-sink", theirs, ratio)):
            print(json.dumps({"case": TITLE, "contestant": name, "unit": "letters", "present": True, "per_second": round(figure),
                              "ours_to_this": round(to_this, 3), "rounds": options.rounds}))
    else:
        print(f"{TITLE} (letters a second, median of {options.rounds})")
        print(f"  {'waystation live':<30} {ours:12.0f}")
        print(f"  {'smtp-sink':<30} {theirs:12.0f}  ours/this {ratio:8.2f}  goal {GOAL:.2f} {'met' if met else 'MISSED'}")
    return 1 if options.check and not met else 0


if __name__ == "__main__":
    sys.exit(main())
