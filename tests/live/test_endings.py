#!/usr/bin/python3
"""How `waystation live` ends, and how it does not begin: by a signal in the middle of a session, with letters still held; with a
journal that cannot be written; with a port that somebody has; with options that make no sense. Each time it says what is the
matter and what to try, with its exit status.

    test_endings.py --waystation PROGRAM
"""
import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile

from live_waystation import Live

TIMEOUT_S = 20
# The second provider's machine is down, so that what is for it stays in the queue of the first.
SCENARIO = {
    "waystation": 1, "title": "Held",
    "hosts": {"mail.a.example": {"runs": ["msa", "mta", "mda", "pop3"], "mail_for": ["a.example"], "relays_for": ["b.example"]},
              "mail.b.example": {"runs": ["mta", "mda", "pop3"], "mail_for": ["b.example"]}},
    "people": {"ann": {"address": "ann@a.example", "password": "secret"}, "ben": {"address": "ben@b.example", "password": "hidden"}},
    "faults": [{"at": "0s", "host": "mail.b.example", "why": "no power"}],
    "script": []}


def converse(peer, *said):
    for line in said:
        peer.sendall(line)
        answer = peer.recv(1000)
        assert answer[:1] in b"23", answer


def ends_by_signal(program, scenario):
    """Between DATA and its dot, and with a letter in the queue."""
    for number, name in ((signal.SIGINT, "SIGINT"), (signal.SIGTERM, "SIGTERM")):
        with Live(program, scenario) as live:
            with socket.create_connection(live.port("smtp", "mail.a.example"), timeout=TIMEOUT_S) as peer:
                peer.recv(1000)
                converse(peer, b"EHLO x\r\n", b"MAIL FROM:<x@c.example>\r\n", b"RCPT TO:<ben@b.example>\r\n", b"DATA\r\n",
                         b"Subject: held\r\n\r\nHello.\r\n.\r\n")
                converse(peer, b"MAIL FROM:<x@c.example>\r\n", b"RCPT TO:<ann@a.example>\r\n", b"DATA\r\n")
                peer.sendall(b"Subject: never finished\r\n")
                live.wait_for("accepted", 1)
                live.process.send_signal(number)
                live.printed, live.said = live.process.communicate(timeout=TIMEOUT_S)
                live.status = live.process.returncode
            assert live.status == 0, f"{name}: {live.status}"
            assert "1 still open" in live.said and "held in queues: 1" in live.said, f"{name}: {live.said}"
            assert "  held: letter 1 for ben@b.example, queue id " in live.said, f"{name}: {live.said}"
            assert not live.check_again(), live.check_again()


def complains(program, scenario, status, words, *options):
    done = subprocess.run([program, "live", scenario, *options], capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == status, f"{options}: {done.returncode}, not {status}: {done.stderr}"
    for word in words:
        assert word in done.stderr, f"{options}: \"{word}\" is missing in: {done.stderr}"


def port_is_taken(program, scenario):
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family) as taken:
            try:
                taken.bind((address, 0))
            except OSError:
                print("skip: no", address)
                continue
            taken.listen()
            port = taken.getsockname()[1]
            complains(program, scenario, 3, [f"cannot listen on {address} port {port} for ", "address already in use", "another --base-port"],
                      "--base-port", str(port))


def no_room(program, scenario):
    """A journal on a full disk: nothing more is served, and that is said, with what is held."""
    if os.path.exists("/dev/full"):
        complains(program, scenario, 3, ["/dev/full: cannot write the journal: No space left on device",
                                         "the journal cannot be written; 0 connections"], "--journal", "/dev/full")
    complains(program, scenario, 3, ["/nowhere/live.jsonl: cannot write the journal"], "--journal", "/nowhere/live.jsonl")
    complains(program, scenario, 3, ["/nowhere/ready.json: cannot write"], "--ready-file", "/nowhere/ready.json")


def no_sense(program, scenario):
    for speed in ("0", "-1", "1001", "1e9", "nan", ""):
        complains(program, scenario, 2, ["this is no speed", "0.001 to 1000"], "--speed", speed)
    complains(program, scenario, 2, ["--until wants a time"], "--until=-5s")
    complains(program, scenario, 2, ["--clients 1 to 200"], "--clients", "0")
    complains(program, scenario, 2, ["--trust is about real servers"], "--trust", "/dev/null")
    complains(program, scenario, 3, ["no certificate can be read from it"], "--trust", "/dev/null",
              "--gateway", "mail.b.example:25=127.0.0.1:1")
    complains(program, scenario, 2, ["this is not the loopback", "--listen-anywhere"], "--gateway", "mail.b.example:25=192.0.2.1:25")
    complains(program, scenario, 2, ["the host has no server on that port"], "--gateway", "mail.b.example:995=127.0.0.1:1,mail.b.example:465=127.0.0.1:1")


def extreme_speeds(program, scenario):
    """A thousand seconds in one, and a second in a hundred: both do what they say, and end."""
    done = subprocess.run([program, "live", scenario, "--speed", "1000", "--until", "1000s"], capture_output=True, text=True,
                          timeout=TIMEOUT_S, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0 and "the time asked for was reached" in done.stderr, done.stderr
    with Live(program, scenario, "--speed", "0.01") as live:
        with socket.create_connection(live.port("smtp", "mail.a.example"), timeout=TIMEOUT_S) as peer:
            assert peer.recv(1000).startswith(b"220 ")
        live.stop()
        assert live.status == 0 and not live.check_again(), live.said + live.check_again()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--waystation", required=True)
    arguments = parser.parse_args()
    failed = 0
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(SCENARIO, file)
        file.flush()
        for case in (ends_by_signal, port_is_taken, no_room, no_sense, extreme_speeds):
            try:
                case(arguments.waystation, file.name)
                print("ok  ", case.__name__)
            except (AssertionError, OSError, RuntimeError, subprocess.TimeoutExpired) as error:
                failed += 1
                print("FAIL", case.__name__, f"{type(error).__name__}: {error}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
