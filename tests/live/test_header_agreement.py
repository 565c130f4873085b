#!/usr/bin/python3
"""Three readers, one header: ours, Python's email package, and GMime.

Reads every message of a folder with header_probe, with Python's email package and, where it was built,
with gmime_probe, and compares what they make of it, aspect by aspect. Where one of the witnesses reads a
message otherwise, DISAGREEMENTS says which and why; a case that is listed and does not occur is noted.

    test_header_agreement.py --probe PROGRAM [--gmime PROGRAM] [--other] FOLDER
"""
import argparse
import email.header
import email.parser
import email.policy
import email.utils
import json
import pathlib
import subprocess
import sys

ASPECTS = ("fields", "text", "addresses", "dates", "body")

# message: {witness that reads it otherwise: (in which aspects, why)}
DISAGREEMENTS = {
    "bad-addresses": {
        "python": ("addresses", "Python takes the space in a local part for part of it; we and GMime give the address up."),
        "gmime": ("addresses", "GMime cuts a@b@c.example off at the second @; we and Python find no address in it."),
    },
    "bare-cr": {
        "python": ("fields text addresses body", "Python ends a line at a bare CR; RFC 5322 2.2 knows CRLF only."),
        "gmime": ("fields text", "GMime drops a bare CR when it unfolds; we leave it, so that it can be shown."),
    },
    "comments": {
        "python": ("addresses", "Python joins all comments to a name, without inner parentheses; we take the last, as it is."),
    },
    "continuation-first": {
        "gmime": ("fields addresses", "GMime takes a first line that is no field for the body; we and Python skip it."),
    },
    "date-leap-second": {
        "gmime": ("dates", "GMime knows no second 60; RFC 5322 3.3 allows it."),
    },
    "date-lower-case": {
        "gmime": ("dates", "GMime finds the zone's name in capitals only; RFC 5322 strings are without letter case."),
    },
    "date-military": {
        "gmime": ("dates", "GMime takes the letter A for +0100; RFC 5322 4.3 says that all such letters mean -0000."),
    },
    "date-no-such-day": {
        "python": ("dates", "Python counts on from 31 February into March; it is no date to us and to GMime."),
    },
    "dates-obsolete": {
        "python": ("dates", "Python does not take comments between the parts of a date (RFC 5322 4.3)."),
    },
    "eight-bit-name": {
        "python": ("fields addresses body", "Python ends the header at a line that is no field."),
        "gmime": ("fields text", "GMime takes a name with 8-bit octets; RFC 5322 2.2 does not, so the line is junk to us."),
    },
    "encoded-words-odd": {
        "python": ("text", "Python has KOI8-R; we read UTF-8, US-ASCII and ISO-8859-1."),
        "gmime": ("text", "GMime has KOI8-R; we read UTF-8, US-ASCII and ISO-8859-1."),
    },
    "from-line": {
        "gmime": ("fields addresses", "GMime takes a first line that is no field for the body; we and Python skip a From_ line."),
    },
    "line-that-is-no-field": {
        "python": ("fields addresses body", "Python ends the header at a line that is no field; we and GMime skip it."),
    },
    "no-name": {
        "gmime": ("fields text", "GMime takes a field whose name is empty; to us and Python the line is junk."),
    },
    "nul": {
        "gmime": ("fields text", "GMime's values end at an octet NUL, as C's texts do; ours and Python's go on."),
    },
    "raw-latin1": {
        "gmime": ("text addresses", "GMime guesses the charset of raw 8-bit octets; we and Python leave the octets."),
    },
    "space-before-colon": {
        "python": ("fields text addresses body", "Python takes no white space before the colon, and ends the header there; it is the "
                   "obsolete syntax of RFC 5322 4.5, which must be read."),
    },
    "space-in-name": {
        "python": ("fields addresses body", "Python ends the header at a line that is no field; we and GMime skip it."),
    },
}

ADDRESS_FIELDS = {"from", "sender", "reply-to", "to", "cc", "bcc", "resent-from", "resent-to"}
DATE_FIELDS = {"date", "resent-date"}


def empty_reading():
    return {"fields": [], "text": [], "addresses": [], "dates": [], "body": None}


def read_probe(program, message):
    """What one of the probes prints, put together by aspect."""
    done = subprocess.run([program], input=message, stdout=subprocess.PIPE, check=True)
    reading = empty_reading()
    for line in done.stdout.decode("utf-8").splitlines():
        item = json.loads(line)
        if "body" in item:
            reading["body"] = item["body"]
        if "name" not in item:
            continue
        reading["fields"].append((item["name"], item["value"]))
        if item["name"].lower() in ADDRESS_FIELDS:
            reading["addresses"].append([tuple(pair) for pair in item["addresses"]])
        elif "text" in item:
            reading["text"].append(item["text"])
        if item["name"].lower() in DATE_FIELDS:
            reading["dates"].append(item.get("unix"))
    return reading


def as_latin1(text):
    """Python's text with surrogates for raw octets, as the probes show bytes."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def decoded(text):
    if not text.isascii():
        return text
    try:
        return str(email.header.make_header(email.header.decode_header(text)))
    except (LookupError, ValueError):
        return text


def python_addresses(value):
    try:
        return email.utils.getaddresses([value], strict=False)
    except TypeError:  # a Python from before the parameter, which is never strict
        return email.utils.getaddresses([value])


def python_date(value):
    try:
        parsed = email.utils.parsedate_tz(value)
        return None if parsed is None else email.utils.mktime_tz(parsed)
    except (ValueError, OverflowError):
        return None


def read_python(message):
    # The policy unfolds values itself; the factory keeps it from parsing them further.
    policy = email.policy.EmailPolicy(header_factory=lambda name, value: value)
    parsed = email.parser.BytesHeaderParser(policy=policy).parsebytes(message)
    reading = empty_reading()
    for name, value in parsed.items():
        value = str(value).strip(" \t\r\n")
        reading["fields"].append((name, as_latin1(value)))
        if name.lower() in ADDRESS_FIELDS:
            pairs = python_addresses(value)
            reading["addresses"].append([(as_latin1(decoded(n)), as_latin1(a)) for n, a in pairs if a])
        else:
            try:
                reading["text"].append(decoded(value).encode("utf-8", "surrogateescape").decode("utf-8"))
            except UnicodeDecodeError:
                pass  # raw octets in no known charset: the probes leave it out, too
        if name.lower() in DATE_FIELDS:
            reading["dates"].append(python_date(value))
    del parsed["Content-Transfer-Encoding"]  # the octets as they stand: a letter may have been converted to 7 bits
    reading["body"] = len(parsed.get_payload(decode=True))
    return reading


def without_comments(text):
    """RFC 5322 3.2.2: of a comment in the midst of a name Python makes a part of it, GMime leaves it where it is, and we leave it out."""
    depth, kept = 0, ""
    for char in text:
        depth += (char == "(") - (char == ")" and depth > 0)
        kept += char if depth == 0 and char != ")" else ""
    return " ".join(kept.split())


def names_alone(reading):
    """The same without comments in the names of its addresses."""
    if reading["addresses"] is None:
        return reading
    plain = [[(without_comments(name), address) for name, address in field] for field in reading["addresses"]]
    return {**reading, "addresses": plain}


def compare(name, ours, witnesses, problems):
    """Every aspect against every witness; what differs must be listed."""
    same = 0
    for witness, theirs in witnesses.items():
        listed = DISAGREEMENTS.get(name, {}).get(witness, ("", ""))[0].split()
        for aspect in ASPECTS:
            if theirs[aspect] is None:
                continue
            differs = ours[aspect] != theirs[aspect]
            same += not differs
            if differs and aspect not in listed:
                problems.append(f"{name}, {aspect}:\n    ours {ours[aspect]!r}\n    {witness} {theirs[aspect]!r}")
            if not differs and aspect in listed:  # another release of the witness, perhaps
                print(f"note: {name}, {aspect}: listed as read otherwise by {witness}, but it is not")
    return same


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--probe", required=True)
    arguments.add_argument("--gmime")
    arguments.add_argument("--other", action="store_true", help="FOLDER is not the corpus: nothing is listed about it")
    arguments.add_argument("folder", type=pathlib.Path)
    options = arguments.parse_args()
    if options.other:
        DISAGREEMENTS.clear()
    problems, same = [], 0
    files = sorted(options.folder.glob("*.eml"))
    for path in files:
        message = path.read_bytes()
        witnesses = {"python": read_python(message)}
        if options.gmime:
            witnesses["gmime"] = read_probe(options.gmime, message)
        ours = read_probe(options.probe, message)
        if options.other:
            ours, witnesses = names_alone(ours), {name: names_alone(reading) for name, reading in witnesses.items()}
        same += compare(path.stem, ours, witnesses, problems)
    unknown = set(DISAGREEMENTS) - {path.stem for path in files}
    problems += [f"{name}: listed, but there is no such message" for name in sorted(unknown)]
    for problem in problems:
        print(problem)
    print(f"{len(files)} messages, {same} agreements, {len(DISAGREEMENTS)} messages that a witness reads otherwise, "
          f"{len(problems)} problems")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main())
