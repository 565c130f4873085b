#!/usr/bin/python3
"""The same sessions to real servers and to ours: SMTP to Postfix, Exim and OpenSMTPD, POP3 to Dovecot and mailutils; those of
sessions_*.txt and those of curl's tests. Where the real servers agree about a step's code, ours must be the same; and what the
software `postfix` or `exim` says, code and words, must be what that program says, and what it adds to a header what that program adds. What differs is in
docs/compared.md with its reason, and what is there must differ; so must the numbers be those that are found.

    test_compared.py --waystation PROGRAM --scenario compared.json [--show] [--tables]
"""
import argparse
import collections
import concurrent.futures
import contextlib
import functools
import json
import os
import re
import smtplib
import sys
import tempfile
import time

import compared_headers
import curl_sessions
import more_servers
import private_root
import sessions
from debian_packages import Packages, release
from live_waystation import Live
from real_servers import RealServers, missing

HERE = os.path.dirname(os.path.abspath(__file__))
DOCUMENT = os.path.join(HERE, "..", "..", "docs", "compared.md")
TIMEOUT_S = 20
RELEASE = ("debian", "bookworm")  # whose servers docs/compared.md tells of
# The real servers whose agreement is the yardstick; and which program is compared with which software of ours.
YARDSTICK = {"SMTP": ("Postfix", "Exim", "OpenSMTPD"), "POP3": ("Dovecot", "mailutils")}
PROFILES = {"Postfix": ("SMTP", "postfix"), "Exim": ("SMTP", "exim"), "Dovecot": ("POP3", "postfix")}
OURS = "postfix"  # the software of ours that is held against the yardstick

Step = collections.namedtuple("Step", "protocol origin session line replies")


def skip(why):
    print("skip: " + why)


# ---- playing ----

def play(protocol, origin, listed, ports):
    """[Step]: each session to all of the servers at once."""
    found = []
    with concurrent.futures.ThreadPoolExecutor(len(ports)) as pool:
        for session in listed:
            played = {name: pool.submit(sessions.play, session, port, protocol == "SMTP") for name, port in ports.items()}
            played = {name: future.result() for name, future in played.items()}
            for i, line in enumerate(sessions.steps(session)):
                replies = {name: replies[i] for name, replies in played.items()}
                if any(reply.code != sessions.UNSENT for reply in replies.values()):
                    found.append(Step(protocol, origin, session[0], line, replies))
            if protocol == "POP3":
                time.sleep(0.2)  # a maildrop is let go a moment after QUIT
    return found


def fill(port):
    for n in range(3):
        with smtplib.SMTP("127.0.0.1", port, timeout=TIMEOUT_S) as client:
            client.sendmail("a@client.test", ["ann@example.com"], f"Subject: {n}\r\n\r\nbody {n}\r\n.dot\r\n")


def fill_all(real, live, letters):
    """Three letters for ann, to Dovecot through Postfix and to ours; what the maildrop is then, for mailutils."""
    fill(real.smtp)
    fill(live.port("smtp")[1])
    until = time.monotonic() + TIMEOUT_S
    while real.mailbox().count(b"\nSubject: ") < 3 and time.monotonic() < until:
        time.sleep(0.1)
    live.wait_for("delivered", letters)
    return real.mailbox().decode("utf-8", "replace")


def play_pop3(origin, listed, real, live, pop3d, letters):
    mailbox = fill_all(real, live, letters)
    ports = {"Dovecot": real.pop3, "ours as postfix": live.port("pop3")[1]}
    with contextlib.ExitStack() as stack:
        if pop3d:
            root, ports["mailutils"] = more_servers.pop3d(pop3d, mailbox)
            stack.enter_context(root).wait(ports["mailutils"])
        return play("POP3", origin, listed, ports)


def live_as(stack, arguments, software, **more):
    """Ours, with the software that is to be compared, and further keys of its host."""
    with open(arguments.scenario, encoding="utf-8") as file:
        scenario = json.load(file)
    next(iter(scenario["hosts"].values())).update(software=software, **more)
    path = os.path.join(stack.enter_context(tempfile.TemporaryDirectory(prefix="waystation-compared.")), software + ".json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(scenario, file)
    return stack.enter_context(Live(arguments.waystation, path))


def completed(arguments, mailboxes):
    """What is wrong with what ours adds to a letter; mailboxes: {program: (port, what reads its mailbox)}"""
    wrong = []
    for program, (port, read) in mailboxes.items():
        compared_headers.submit(port)
        with contextlib.ExitStack() as stack:
            live = live_as(stack, arguments, PROFILES[program][1], runs=["msa", "mta", "mda", "pop3"], require_auth=False)
            compared_headers.submit(live.port("submission")[1])
            live.wait_for("delivered", 1)
            wrong += compared_headers.differences(program, compared_headers.delivered(read), compared_headers.fetched(live.port("pop3")[1]))
    return wrong


def play_all(arguments, packages):
    """([Step], which real servers there were, whether curl's sessions were there, what is wrong with our journals)"""
    archive = packages.source("curl")
    if not archive:
        skip("the sessions of curl's tests: " + packages.why)
    why = private_root.possible()
    unpacked = {name: None if why else packages.unpacked(*names) for name, names in more_servers.PACKAGES.items()}
    for name in [name for name, folder in unpacked.items() if not folder]:
        skip(f"{name}: {why or packages.why}")
    with contextlib.ExitStack() as stack:
        real = stack.enter_context(RealServers())
        lives = {software: live_as(stack, arguments, software) for software in sorted({software for _, software in PROFILES.values()})}
        listed = {"ours": ("sessions_smtp.txt", "sessions_pop3.txt")}
        found, mailboxes = [], {"Postfix": (real.smtp, lambda: real.mailbox().decode("utf-8", "replace"))}
        for number, origin in enumerate(("ours", "curl's")):
            if origin == "curl's" and not archive:
                break
            smtp = sessions.read(listed["ours"][0]) if origin == "ours" else curl_sessions.sessions(archive, "smtp")
            pop3 = sessions.read(listed["ours"][1]) if origin == "ours" else curl_sessions.sessions(archive, "pop3")
            before = lives["postfix"].count("delivered")
            found += play_pop3(origin, pop3, real, lives["postfix"], unpacked["mailutils"], before + 3)
            if number == 0:
                ports = {"Postfix": real.smtp, **{f"ours as {name}": live.port("smtp")[1] for name, live in lives.items()}}
                for name in ("Exim", "OpenSMTPD"):
                    if unpacked[name]:
                        root, ports[name] = more_servers.STARTS[name](unpacked[name])
                        stack.enter_context(root).wait(ports[name])
                        if name in PROFILES:
                            mailboxes[name] = ports[name], functools.partial(root.read, "var/mail/ann")
            found += play("SMTP", origin, smtp, ports)
        wrong = completed(arguments, mailboxes)
        for live in lives.values():
            live.stop()
            wrong += [again] if (again := live.check_again()) else []
        return found, {"Postfix", "Dovecot", *(name for name in unpacked if unpacked[name])}, bool(archive), wrong


# ---- comparing ----

def command(line):
    """What a step is listed under: its verb; what is no command is "…"."""
    word = line.split(" ")[0].upper() if line.strip() else "an empty line"
    return word if re.fullmatch(r"[A-Z]{3,8}|an empty line|\(GREETING\)|\.", word) else "…"


def shape(reply, smtp):
    """Of a reply, what does not hang on the moment or on the address: one line."""
    text = " / ".join(reply.lines)
    for pattern, name in ((r"queued as \w+|id=\S+", "ID"),
                          (r"\w{3}, +\d+ \w{3} \d{4} [\d:]+ (\S+|GMT)( \(\w+\))?", "DATE"),
                          (r"<[^<>]*>", "<…>"), (r"<\S+(?=:)", "<…>"), (r"(?<!<)\b[^ <>]+@[^ <>,:]+", "…@…"),
                          (r"\[[\d.]+\]", "[IP]"), (r"Hello \S+", "Hello NAME"),
                          (r"^\S+(?=: recipient address must)", "…")):
        text = re.sub(pattern, name, text)
    text = "".join(c if " " <= c <= "~" or c == "…" else "?" for c in text)
    return f"{reply.code} {text}".strip() if smtp else reply.code


def yardstick(steps):
    """{(protocol, origin): [steps, where the real ones agree, where ours is the same]}, and the steps where it is not"""
    counts, differ = collections.defaultdict(lambda: [0, 0, 0]), []
    for step in steps:
        codes = {step.replies[name].code for name in YARDSTICK[step.protocol]}
        ours = step.replies["ours as " + OURS].code
        of = counts[step.protocol, step.origin]
        of[0] += 1
        of[1] += len(codes) == 1
        of[2] += codes == {ours}
        if len(codes) == 1 and codes != {ours}:
            differ.append(step)
    return dict(counts), differ


def against_program(steps, program):
    """([steps, same code, same words], {(command, theirs, ours): steps})"""
    protocol, software = PROFILES[program]
    counts, differ = [0, 0, 0], collections.Counter()
    for step in steps:
        if step.protocol != protocol:
            continue
        theirs, ours = step.replies[program], step.replies["ours as " + software]
        if theirs.code == ours.code == sessions.UNSENT:
            continue
        said = shape(theirs, protocol == "SMTP"), shape(ours, protocol == "SMTP")
        counts[0] += 1
        counts[1] += theirs.code == ours.code
        counts[2] += said[0] == said[1]
        if said[0] != said[1]:
            differ[command(step.line), *said] += 1
    return counts, differ


def quoted(text):
    return "`" + text.replace("|", "¦").replace("`", "'") + "`"


def count_row(*cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def rows(steps, real, with_curl):
    """What must be in the document: {row or its front: the reason is wanted}"""
    wanted = {}
    whole = all(name in real for names in YARDSTICK.values() for name in names) and with_curl
    counts, differ = yardstick(steps) if whole else ({}, [])
    for (protocol, origin), of in sorted(counts.items(), reverse=True):
        wanted[count_row(protocol, origin, *of)] = False
    for step in differ:
        codes = step.replies[YARDSTICK[step.protocol][0]].code, step.replies["ours as " + OURS].code
        wanted[count_row(step.protocol, step.session, quoted(step.line), *codes)] = True
    for program, (_, software) in PROFILES.items():
        if program in real and with_curl:
            of, said = against_program(steps, program)
            wanted[count_row(program, quoted(software), *of)] = False
            for (verb, theirs, ours), count in sorted(said.items(), key=lambda item: (item[0][0], -item[1], item[0])):
                wanted[count_row(program, verb, quoted(theirs), quoted(ours), count)] = True
    return wanted, whole


def written():
    """The document's rows: {front: the reason, or None for a row of numbers}"""
    found = {}
    with open(DOCUMENT, encoding="utf-8") as file:
        for line in file.read().splitlines():
            cells = line[2:-2].split(" | ")
            if len(cells) < 5 or cells[0] not in (*YARDSTICK, *PROFILES):
                continue
            numbers = cells[-1].isdigit()
            found[line if numbers else count_row(*cells[:-1])] = None if numbers else cells[-1].strip()
    return found


def verdict(steps, real, with_curl, tables):
    wanted, whole = rows(steps, real, with_curl)
    known = written()
    if tables:
        for row, reason in wanted.items():
            print(row[:-1] + f"| {known.get(row) or '?'} |" if reason else row)
    faults = [f"not in docs/compared.md: {row}" for row, reason in wanted.items() if row not in known or reason and not known[row]]
    if whole:
        faults += [f"in docs/compared.md, but not so: {row}" for row in known if row not in wanted]
    print(f"{len(steps)} steps; {sum(wanted.values())} differences, each with its reason; {len(faults)} faults")
    return faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--waystation", required=True)
    parser.add_argument("--scenario", required=True)
    parser.add_argument("--show", action="store_true", help="every step")
    parser.add_argument("--tables", action="store_true", help="the document's rows, as they should be")
    arguments = parser.parse_args()
    if why := missing():
        skip(why)
        return 77
    if release() != RELEASE:
        skip("docs/compared.md tells of the servers of Debian 12, and this is another system")
        return 77
    steps, real, with_curl, wrong = play_all(arguments, Packages())
    if arguments.show:
        for step in steps:
            print(f"{step.session}: {step.line!r}: " + ", ".join(f"{name} {reply.code} {reply.text!r}" for name, reply in step.replies.items()))
    for (protocol, origin), of in yardstick(steps)[0].items() if real >= {"Exim", "OpenSMTPD", "mailutils"} else ():
        print(f"{protocol}, {origin} sessions: {of[0]} steps, the real servers agree on {of[1]}, ours is the same in {of[2]}")
    wrong += verdict(steps, real, with_curl, arguments.tables)
    for fault in wrong:
        print("FAIL", fault)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
