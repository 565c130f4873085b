#!/usr/bin/python3 -B
"""Python's email package as a witness: the fields, the dates and the message ids of letters are read as `waystation trace` reads
them; and its JSON says nothing that is not in the letter.

    test_traces_python.py --waystation PROGRAM LETTER…

Exit status 1 if Python reads something otherwise."""
import argparse
import email
import email.policy
import email.utils
import json
import mailbox
import re
import subprocess
import sys

# What Python reads otherwise, and why.
DISAGREEMENTS = {
    ("broken.eml", "fields"): "Python ends the header at a line that is no field; we skip it, and read what is below.",
    ("broken.eml", "dates"): "the same",
    ("hostile.eml", "fields"): "Python ends a line at a bare CR; RFC 5322 2.2 knows CRLF only.",
    ("hostile.eml", "dates"): "the same",
}
faults = []
seen = set()


def compare(name, aspect, ours, theirs):
    if ours == theirs:
        return
    if (name, aspect) in DISAGREEMENTS:
        seen.add((name, aspect))
        return
    faults.append(f"{name}: {aspect}: {ours!r}, and Python says {theirs!r}")


def unix_of(text):
    parsed = email.utils.parsedate_tz(text)
    return None if parsed is None else email.utils.mktime_tz(parsed)


def flat(text):
    """Without the white space at which a field may be folded."""
    return re.sub(r"\s+", "", text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def messages_of(path):
    if path.endswith(".mbox"):
        return [bytes(message) for message in mailbox.mbox(path, create=False)]
    with open(path, "rb") as file:
        return [file.read()]


def check(program, path, number, raw, with_number):
    name = path.rsplit("/", 1)[-1]
    words = [program, "trace", path, "--json", *(["--message", str(number)] if with_number else [])]
    trace = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    stamps = [str(value) for value in message.get_all("Received", [])]
    compare(name, "fields", len(trace["hops"]), len(stamps))
    for hop, stamp in zip(trace["hops"], stamps):
        compare(name, "dates", hop["unix"], unix_of(stamp.rsplit(";", 1)[1]) if ";" in stamp else None)
        for key in ("by", "claimed", "dns_name", "address", "with", "id", "for", "date", "via", "by_comment", "ident"):
            if flat(hop[key]) not in flat(stamp):
                compare(name, "fields", hop[key], stamp)
    dated = [hop["unix"] for hop in trace["hops"]] + [trace["date_unix"]]
    for i, hop in enumerate(trace["hops"]):
        older = next((unix for unix in dated[i + 1:] if unix is not None), None)
        wanted = None if hop["unix"] is None or older is None else hop["unix"] - older
        compare(name, "took", hop["took_seconds"], wanted)
    if message["Date"] is not None:
        compare(name, "dates", trace["date_unix"], unix_of(str(message["Date"])))
    compare(name, "fields", flat(trace["message_id"]), flat(str(message["Message-ID"] or "")))
    shown = [(field["name"].lower(), flat(field["value"])) for field in trace["fields"]]
    names = {pair[0] for pair in shown}
    compare(name, "fields", shown, [(key.lower(), flat(str(value))) for key, value in message.items() if key.lower() in names])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--waystation", required=True)
    parser.add_argument("letters", nargs="+")
    arguments = parser.parse_args()
    count = 0
    for path in arguments.letters:
        messages = messages_of(path)
        for number, raw in enumerate(messages, 1):
            check(arguments.waystation, path, number, raw, len(messages) > 1)
            count += 1
    for case in DISAGREEMENTS.keys() - seen:
        print(f"note: {case[0]}, {case[1]}: Python agrees by now")
    print(f"{count} letters read by Python, too")
    for fault in faults:
        print("FAULT:", fault)
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main())
