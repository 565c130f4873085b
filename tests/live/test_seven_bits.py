#!/usr/bin/python3 -B
"""Letters with octets above 127 in 7 bits: Python's email package decodes the same from what we made of them as from what
they were. The letters are made at random, with every kind of label, true ones and false ones.

    test_seven_bits.py --probe PROGRAM [--count N]           ours alone
    test_seven_bits.py --probe PROGRAM --postfix             beside a real Postfix that relays to a server without 8BITMIME:
                                                             the same parts are encoded, the same go as they are; wants root
"""
import argparse
import email
import email.policy
import random
import smtplib
import socket
import subprocess
import sys
import threading

WORDS = ["word", "caf\u00e9", "\u039a\u03b1\u03bb\u03b7\u03bc\u03ad\u03c1\u03b1", "=", "=3D", "--b0", "-", ".", "From here", " ",
         "\t", "x" * 40, "sm\u00f8rrebr\u00f8d", "\u65e5\u672c"]
faults = []


def fault(what, letter=b""):
    faults.append(what)
    print("FAULT:", what)
    if letter:
        print(letter.decode("latin-1"))


# ---- letters ----

def text(chance, charset):
    lines = []
    for _ in range(chance.randrange(6)):
        words = [chance.choice(WORDS) for _ in range(chance.randrange(12))]
        lines.append("".join(words))
    octets = "\r\n".join(lines).encode(charset, "replace")
    return octets.replace(b"\r\n--b", b"\r\n-.b").removeprefix(b"--") + chance.choice([b"", b"\r\n"])


def encoded(octets, encoding):
    import base64
    import quopri
    if encoding == "base64":
        return base64.encodebytes(octets).replace(b"\n", b"\r\n")
    return quopri.encodestring(octets.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")


def leaf(chance, ascii_only):
    charset = "ascii" if ascii_only else chance.choice(["utf-8", "iso-8859-1", "ascii"])
    octets = text(chance, charset)
    fields = []
    if chance.random() < 0.8:
        kind = chance.choice(["text/plain", "text/html", "application/x-thing"])
        fields.append(f"Content-Type: {kind}" + (f"; charset={charset}" if chance.random() < 0.8 else ""))
    label = chance.choice([None, "7bit", "8bit", "8BIT", "binary", "quoted-printable", "base64"])
    if label:
        fields.insert(chance.randrange(len(fields) + 1), f"Content-Transfer-Encoding: {label}")
    if label in ("quoted-printable", "base64"):
        octets = encoded(octets, label)
    if not octets.strip() and not fields:
        fields = ["Content-Type: text/plain"]
    return fields, octets


def message(chance, ascii_only):
    fields, body = entity(chance, 2, ascii_only)
    fields = [f"Subject: {chance.randrange(1000)}", "From: a@b.example"] + fields
    if chance.random() < 0.7:
        fields.append("MIME-Version: 1.0")
    return fields, body


def multipart(chance, depth, ascii_only):
    boundary = f"b{depth}{chance.randrange(1000)}"
    kind = chance.choice(["mixed", "alternative", "digest"])
    fields = [f'Content-Type: multipart/{kind}; boundary="{boundary}"']
    if chance.random() < 0.6:
        fields.append("Content-Transfer-Encoding: 8bit")
    octets = b"" if ascii_only else chance.choice([b"", b"A preamble\r\n", "pr\u00e9\r\n".encode()])
    for _ in range(chance.randrange(1, 4)):
        part_fields, part = message(chance, ascii_only) if kind == "digest" else entity(chance, depth - 1, ascii_only)
        if kind == "digest":
            part_fields = [""] + part_fields  # no fields of its own: the message begins
        header = "".join(field + "\r\n" for field in part_fields).encode()
        octets += b"--" + boundary.encode() + b"\r\n" + header + b"\r\n" + part + b"\r\n"
    return fields, octets + b"--" + boundary.encode() + b"--\r\n"


def entity(chance, depth, ascii_only):
    dice = chance.random()
    if depth and dice < 0.4:
        return multipart(chance, depth, ascii_only)
    if depth and dice < 0.5:
        fields, body = message(chance, ascii_only)
        octets = "".join(field + "\r\n" for field in fields).encode() + b"\r\n" + body
        return ["Content-Type: message/rfc822"] + chance.choice([[], ["Content-Transfer-Encoding: 8bit"]]), octets
    return leaf(chance, ascii_only)


def letters(count):
    for seed in range(count):
        chance = random.Random(seed)
        fields, body = message(chance, chance.random() < 0.1)
        octets = "".join(field + "\r\n" for field in fields).encode() + b"\r\n" + body
        yield octets if octets.endswith(b"\r\n") else octets + b"\r\n"


# ---- reading ----

def leaves(octets):
    """What a reader has of each part that is no frame: its type and its octets."""
    found = []
    for part in email.message_from_bytes(octets, policy=email.policy.compat32).walk():
        if not part.is_multipart():
            found.append((part.get_content_type(), part.get_payload(decode=True)))
    return found


def labels(octets):
    return [str(part.get("Content-Transfer-Encoding", "none")).strip().lower()
            for part in email.message_from_bytes(octets, policy=email.policy.compat32).walk()]


def convert(probe, reach, octets):
    done = subprocess.run([probe, reach], input=octets, capture_output=True, check=True, timeout=60).stdout
    what, _, converted = done.partition(b"\n")
    return what.decode(), converted


def compare(where, before, after):
    ours, theirs = leaves(after), leaves(before)
    if ours != theirs:
        fault(f"{where}: Python reads {ours}, not {theirs}", before + b"\n------\n" + after)


def alone(probe, count):
    seen = {}
    for number, octets in enumerate(letters(count)):
        for reach in ("all", "mime", "labelled"):
            what, converted = convert(probe, reach, octets)
            seen[reach, what.split(":")[0]] = seen.get((reach, what.split(":")[0]), 0) + 1
            if what.startswith("impossible"):
                if reach != "all":
                    fault(f"letter {number}, {reach}: {what}", octets)
                continue
            compare(f"letter {number}, {reach}", octets, converted)
            if reach == "all" and not converted.isascii():
                fault(f"letter {number}: octets above 127 are left", converted)
            if what == "as it was" and converted != octets:
                fault(f"letter {number}, {reach}: not as it was", converted)
    for key in (("all", "converted"), ("mime", "converted"), ("labelled", "converted"), ("all", "as it was")):
        if not seen.get(key):
            fault(f"no letter was {key}")
    print(", ".join(f"{reach} {what}: {times}" for (reach, what), times in sorted(seen.items())))


# ---- Postfix ----

class SevenBitServer(threading.Thread):
    """Takes letters and offers nothing."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.received, self.arrived = {}, threading.Condition()

    def run(self):
        while True:
            connection, _ = self.socket.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection, connection.makefile("rwb") as file:
            def say(text):
                file.write(text + b"\r\n")
                file.flush()
            say(b"220 old.example ESMTP")
            recipient = b""
            for line in file:
                verb = line[:4].upper()
                if verb == b"RCPT":
                    recipient = line[line.index(b"<") + 1:line.index(b"@")]
                if verb == b"MAIL" and b"BODY" in line.upper():
                    fault(f"Postfix says {line}")
                if verb == b"DATA":
                    say(b"354 go on")
                    lines = []
                    for text in file:
                        if text == b".\r\n":
                            break
                        lines.append(text[1:] if text.startswith(b".") else text)
                    with self.arrived:
                        self.received[recipient.decode()] = b"".join(lines)
                        self.arrived.notify_all()
                say(b"221 bye" if verb == b"QUIT" else b"250 ok")
                if verb == b"QUIT":
                    return

    def wait_for(self, name):
        with self.arrived:
            self.arrived.wait_for(lambda: name in self.received, 60)
            return self.received.get(name)


def beside_postfix(probe, count):
    from real_servers import RealServers, missing
    if why := missing():
        print("skip: " + why)
        return 77
    sink = SevenBitServer()
    sink.start()
    main = (f"relay_domains = old.example\ntransport_maps = inline:{{ {{old.example = smtp:[127.0.0.1]:{sink.port}}} }}\n"
            "smtp_dns_support_level = disabled\n")
    compared = changed = 0
    with RealServers(main=main) as real, smtplib.SMTP("127.0.0.1", real.smtp, timeout=60) as client:
        sent = list(letters(count))
        for number, octets in enumerate(sent):
            client.sendmail("a@b.example", [f"letter{number}@old.example"], octets,
                            [] if octets.isascii() else ["BODY=8BITMIME"])
        for number, octets in enumerate(sent):
            theirs = sink.wait_for(f"letter{number}")
            if theirs is None:
                fault(f"letter {number} has not come out of Postfix")
                continue
            _, ours = convert(probe, "labelled", octets)
            compare(f"Postfix's letter {number}", octets, theirs)
            if octets.isascii():  # Postfix goes by BODY and labels, we by the octets: nothing is said of these
                continue
            compared += 1
            changed += labels(theirs) != labels(octets)
            if labels(ours) != labels(theirs):
                fault(f"letter {number}: Postfix's labels are {labels(theirs)}, ours {labels(ours)}",
                      octets + b"\n--- Postfix\n" + theirs + b"\n--- ours\n" + ours)
    print(f"{compared} letters beside Postfix, {changed} of them converted")
    return 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--probe", required=True)
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--postfix", action="store_true")
    arguments = parser.parse_args()
    status = beside_postfix(arguments.probe, arguments.count) if arguments.postfix else alone(arguments.probe, arguments.count)
    return 1 if faults else status or 0


if __name__ == "__main__":
    sys.exit(main())
