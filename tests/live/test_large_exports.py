#!/usr/bin/python3 -B
"""A run of a million records, in every form of export.

    test_large_exports.py --waystation PROGRAM

None needs much more memory than reading the journal does; the report stays a page that can be opened; on a terminal each says how far it is, and
takes the words away again; elsewhere not a word.
"""
import argparse
import json
import os
import pty
import subprocess
import sys
import tempfile
import time

LETTERS, RECORDS = 11000, 1000000
PAGE_MAX = 8000000
FORMS = ("pcap", "mbox", "jsonl", "html", "svg --connection 9", "maildir")
faults = []


def check(condition, what):
    if not condition:
        faults.append(what)
        print("FAULT:", what)
    return condition


def scenario():
    return {"waystation": 1, "title": "Very many",
            "hosts": {"pc": {"runs": ["mua", "mra"]}, "a.example": {"runs": ["msa", "mta", "mda", "pop3"], "mail_for": ["a.example"]},
                      "b.example": {"runs": ["mta", "mda"], "mail_for": ["b.example"]}},
            "people": {"ann": {"name": "Ann", "address": "ann@a.example", "uses": "pc", "password": "x"}, "bob": {"name": "Bob", "address": "bob@b.example"}},
            "script": [{"at": f"{i * 200}ms", "who": "ann", "does": "send", "to": ["bob"], "subject": f"Letter {i}", "text": f"{i}\n"} for i in range(LETTERS)]}


def run(arguments, **more):
    """Status, seconds, and the most memory it had, in kilobytes."""
    begun = time.monotonic()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, **more)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, time.monotonic() - begun, usage.ru_maxrss


def on_terminal(arguments):
    """What a terminal sees on standard error."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    seen = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        seen += piece
    os.close(ours)
    return process.wait(), seen.decode()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--waystation", required=True)
    program = options.parse_args().waystation
    with tempfile.TemporaryDirectory() as folder:
        source, journal, out = (os.path.join(folder, name) for name in ("many.json", "many.jsonl", "out"))
        with open(source, "w", encoding="utf-8") as file:
            json.dump(scenario(), file)
        subprocess.run([program, "run", source, "--quiet", "--journal", journal], check=True, stdout=subprocess.DEVNULL)
        with open(journal, "rb") as file:
            records = sum(1 for _ in file)
        check(records >= RECORDS, f"only {records} records")
        _, seconds, plain = run([program, "run", journal, "--fingerprint"])
        print(f"{records} records, {os.path.getsize(journal) // 1000000} MB; to read them: {seconds:.1f} s, {plain // 1024} MB")
        for form in FORMS:
            status, seconds, most = run([program, "export", journal, *form.split(), "-o", out + form.replace(" ", "")])
            size = os.path.getsize(out + form.replace(" ", ""))
            print(f"  {form}: {seconds:.1f} s, {most // 1024} MB" + (f", writes {size // 1000} kB" if form != "maildir" else ""))
            check(status == 0, f"{form}: status {status}")
            check(most < plain * 3 // 2 + 65536, f"{form}: {most // 1024} MB, where to read takes {plain // 1024} MB")
            check(form != "html" or size < PAGE_MAX, f"html: a page of {size} octets")
        for form in ("pcap",):
            status, seen = on_terminal([program, "export", journal, form, "-o", out, "--force"])
            # To read them takes seconds anywhere; to write them not more than one where the program is optimised.
            check(status == 0 and "\rsimulated " in seen, f"{form}: a terminal sees {seen[-200:]!r}")
            check(seen.endswith("\r" + " " * 60 + "\r"), f"{form}: the last words stay on the terminal: {seen[-200:]!r}")
        said = subprocess.run([program, "export", journal, "pcap", "-o", out, "--force"], capture_output=True, text=True)
        check(said.stderr == "" and said.stdout.count("\n") == 1, f"where no terminal is, it says {said.stderr!r} and {said.stdout!r}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
