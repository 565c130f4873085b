#!/usr/bin/python3
"""The same sessions to real servers and to ours: SMTP to Postfix, POP3 to Dovecot. Each step's code must be the same, but for
those that docs/compared.md explains; and what it explains must differ.

    test_compared.py --waystation PROGRAM --scenario compared.json [--show]
"""
import argparse
import os
import re
import smtplib
import socket
import sys
import time

from live_waystation import Live
from real_servers import RealServers, missing

HERE = os.path.dirname(os.path.abspath(__file__))
DOCUMENT = os.path.join(HERE, "..", "..", "docs", "compared.md")
TIMEOUT_S = 20


def sessions(name):
    """[(session, [(kind, line)])]"""
    found = []
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        for line in file.read().splitlines():
            if line.startswith("= "):
                found.append((line[2:], []))
            elif line[:1] in ("|", ">", "*") and found:
                found[-1][1].append((line[0], line[2:].replace("$", " ").rstrip("$")))
    return found


class Talk:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)
        self.file = self.socket.makefile("rb")

    def line(self):
        try:
            return self.file.readline().decode("utf-8", "replace")
        except ConnectionError:
            return ""

    def code(self, smtp, many):
        """Of the reply that comes now: "250", "+OK", or "closed"."""
        line = self.line()
        while smtp and line[3:4] == "-":
            line = self.line()
        if not line:
            return "closed"
        if smtp:
            return line[:3]
        code = line.split()[0]
        if many and code == "+OK":
            while self.line() not in (".\r\n", ""):
                pass
        return code

    def play(self, steps, smtp):
        codes = [self.code(smtp, False)]
        for kind, line in steps:
            try:
                self.socket.sendall(line.encode() + b"\r\n")
            except ConnectionError:
                pass
            if kind != "|":
                codes.append(self.code(smtp, kind == "*"))
        self.socket.close()
        return codes


def compare(name, smtp, real_port, our_port):
    """[(session, step, the real one's code, ours)], for every step."""
    steps_out = []
    for session, steps in sessions(name):
        real, ours = Talk(real_port).play(steps, smtp), Talk(our_port).play(steps, smtp)
        lines = ["(greeting)"] + [line for kind, line in steps if kind != "|"]
        steps_out += [(session, line, a, b) for line, a, b in zip(lines, real, ours)]
        if not smtp:
            time.sleep(0.2)  # a maildrop is let go a moment after QUIT
    return steps_out


def explained():
    """What docs/compared.md says differs: {(server, session, step): (real, ours)}"""
    with open(DOCUMENT, encoding="utf-8") as file:
        rows = re.findall(r"^\| (Postfix|Dovecot) \| (.+?) \| `(.*?)` \| (\S+) \| (\S+) \| .+ \|$", file.read(), re.MULTILINE)
    return {(server, session, step): (real, ours) for server, session, step, real, ours in rows}


def fill(port):
    for n in range(3):
        with smtplib.SMTP("127.0.0.1", port, timeout=TIMEOUT_S) as client:
            client.sendmail("a@client.test", ["ann@example.com"], f"Subject: {n}\r\n\r\nbody {n}\r\n.dot\r\n")


def wait_for_mail(real, live):
    until = time.monotonic() + TIMEOUT_S
    while real.mailbox().count(b"\nSubject: ") < 3 and time.monotonic() < until:
        time.sleep(0.1)
    live.wait_for("delivered", 3)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--waystation", required=True)
    parser.add_argument("--scenario", required=True)
    parser.add_argument("--show", action="store_true", help="every step")
    arguments = parser.parse_args()
    if why := missing():
        print("skip: " + why)
        return 77
    differ = explained()
    faults, seen = 0, set()
    with RealServers() as real, Live(arguments.waystation, arguments.scenario) as live:
        fill(real.smtp)
        fill(live.port("smtp")[1])
        wait_for_mail(real, live)
        for server, name, port, service in (("Dovecot", "sessions_pop3.txt", real.pop3, "pop3"),
                                            ("Postfix", "sessions_smtp.txt", real.smtp, "smtp")):
            steps = compare(name, service == "smtp", port, live.port(service)[1])
            equal = sum(a == b for _, _, a, b in steps)
            print(f"{server}: {len(steps)} steps, {equal} with the same code")
            for session, line, a, b in steps:
                key = (server, session, line)
                if arguments.show:
                    print(f"   {session}: {line!r}: {a} {b}")
                if a != b and differ.get(key) == (a, b):
                    seen.add(key)
                elif a != b:
                    faults += 1
                    print(f"FAIL {server}, {session}: {line!r}: {a} from {server}, {b} from ours")
        live.stop()
        if again := live.check_again():
            faults += 1
            print("FAIL", again)
    for key in differ.keys() - seen:
        faults += 1
        print("FAIL", *key, "is explained in docs/compared.md, but does not differ so")
    print(f"{len(seen)} differences, each explained; {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
