#!/usr/bin/python3 -B
"""Python's smtplib, poplib, email and mailbox read what a run wrote.

Every session in the journals of the given scenarios is had again, with Python in the client's place: smtplib or poplib is
given the very lines that our server said, must understand each, and must come to the same codes, extensions, sizes and
letters. Every letter is parsed with the email package, and every mailbox file with the mailbox module. Prints how many
sessions, letters and mailboxes there were; exit status 1 if Python found fault with one.

    test_outputs_python.py --waystation PROGRAM [--letters FOLDER] SCENARIO…

FOLDER: where to leave the letters, as files.
"""
import argparse
import email
import email.policy
import email.utils
import io
import json
import mailbox
import os
import poplib
import smtplib
import subprocess
import sys
import tempfile

faults = []
counts = {"SMTP sessions": 0, "LMTP sessions": 0, "POP3 sessions": 0, "letters": 0, "mailboxes": 0}


def check(condition, what):
    if not condition:
        faults.append(what)
        print("FAULT:", what)
    return condition


class Journal:
    def __init__(self, program, scenario, extra=()):
        run = subprocess.run([program, "run", scenario, "--json", *extra], capture_output=True, check=True)
        self.name = os.path.basename(scenario)
        self.records = [json.loads(line) for line in run.stdout.splitlines()]
        self.versions = {}
        for record in self.records:
            if record["kind"] == "compose":
                self.versions[record["version"]] = self.octets(record, "header"), self.octets(record, "body")
            elif record["kind"] == "stamp":
                header, body = self.versions[record["parent"]]
                self.versions[record["version"]] = self.octets(record, "block") + header, body
            elif record["kind"] == "convert":
                self.versions[record["version"]] = self.octets(record, "header"), self.octets(record, "body")
                self.compare_payloads(record)
            elif record["kind"] == "rewrite":
                self.versions[record["version"]] = self.octets(record, "header"), self.versions[record["parent"]][1]

    def compare_payloads(self, record):
        """In 7 bits it says what it said before."""
        def payloads(version):
            return [part.get_payload(decode=True) for part in email.message_from_bytes(self.letter(version)).walk()]
        check(payloads(record["version"]) == payloads(record["parent"]), f"{self.name}: version {record['version']} says something else")
        check(self.letter(record["version"]).isascii(), f"{self.name}: version {record['version']} has octets above 127")

    @staticmethod
    def octets(record, name):
        if name + "_base64" in record:
            import base64
            return base64.b64decode(record[name + "_base64"])
        return record[name].encode()

    def letter(self, version):
        header, body = self.versions[version]
        return header + b"\r\n" + body

    def sessions(self):
        """Connections, each as a list of (side, octets on the wire, version or None)."""
        found = {}
        for record in self.records:
            if record["kind"] == "connect":
                found[record["connection"]] = (record["protocol"], [])
            elif record["kind"] == "line":
                octets = self.octets(record, "text") + b"\r\n"
                found[record["connection"]][1].append((record["side"], octets, None))
            elif record["kind"] == "data":
                stuffed = b"".join((b"." + l if l.startswith(b".") else l)
                                   for l in self.letter(record["version"]).splitlines(keepends=True))
                octets = stuffed + b".\r\n"
                check(len(octets) == record["octets"],
                      f"{self.name}: {len(octets)} octets of letter {record['message']}, the journal says {record['octets']}")
                found[record["connection"]][1].append((record["side"], octets, record["version"]))
        return [(number, protocol, said) for number, (protocol, said) in found.items() if said]


class Wire:
    """In place of a socket: what is sent is kept, what is read is what our server said."""

    def __init__(self):
        self.sent = []

    def sendall(self, octets):
        self.sent.append(octets)

    def close(self):
        pass


def server_octets(said):
    return b"".join(octets for side, octets, _ in said if side == 1)


def client_said(said):
    return [octets for side, octets, _ in said if side == 0]


def smtp_of(said):
    smtp = smtplib.SMTP()
    smtp.sock, smtp.file = Wire(), io.BytesIO(server_octets(said))
    return smtp


def hear_smtp_session(where, said):
    """smtplib understands each reply, and there is nothing left over."""
    smtp = smtp_of(said)
    replies = 0
    while smtp.file.tell() < len(smtp.file.getvalue()):
        code, text = smtp.getreply()
        check(200 <= code < 600, f"{where}: smtplib reads the code {code} {text}")
        replies += 1
    final = sum(1 for side, octets, _ in said if side == 1 and octets[3:4] in (b" ", b"\r"))
    check(replies == final, f"{where}: smtplib reads {replies} replies, there are {final}")


def ehlo_again(where, said):
    """smtplib sees the extensions that our server offers."""
    lines = [(side, octets) for side, octets, _ in said]
    greetings = [i for i, (side, octets) in enumerate(lines) if side == 0 and octets.upper().startswith((b"EHLO", b"LHLO"))]
    if not greetings:
        return
    answer = [octets for side, octets in lines[greetings[0] + 1:] if side == 1]
    smtp = smtplib.SMTP(local_hostname="python.example")
    smtp.sock, smtp.file = Wire(), io.BytesIO(b"".join(answer))
    code, _ = smtp.ehlo()
    offered = [octets[4:].split()[0].decode().lower() for octets in answer if octets.startswith(b"250")]
    last = next(i for i, octets in enumerate(answer) if octets[3:4] == b" ")
    if check(code == 250, f"{where}: smtplib's EHLO: {code}"):
        for word in offered[1:last + 1]:
            check(smtp.has_extn(word), f"{where}: smtplib does not see the extension {word}")
        check(len(smtp.esmtp_features) >= last, f"{where}: smtplib sees {smtp.esmtp_features}")


def submit_again(journal, where, said):
    """The whole transaction by smtplib, against the answers that were given; its commands are the ones that were said."""
    letters = [(octets, version) for side, octets, version in said if side == 0 and version]
    if len(letters) != 1 or any(octets[:4] in (b"RSET", b"HELP", b"VRFY", b"EXPN", b"NOOP") for octets in client_said(said)):
        return False
    name = client_said(said)[0].split()[1].decode()
    smtp = smtplib.SMTP(local_hostname=name)
    smtp.sock, smtp.file = Wire(), io.BytesIO(server_octets(said))
    smtp.getreply()
    for command in client_said(said):
        words = command.decode().split()
        verb = words[0].upper()
        if verb == "EHLO":
            smtp.ehlo()
        elif verb == "HELO":
            smtp.helo()
        elif verb == "STARTTLS":  # what was heard before it is forgotten (RFC 3207 4.2)
            smtp.docmd("STARTTLS")
            smtp.helo_resp = smtp.ehlo_resp = None
            smtp.esmtp_features, smtp.does_esmtp = {}, False
        elif verb == "AUTH":
            smtp.docmd("AUTH", " ".join(words[1:]))
        elif verb == "MAIL":
            path = command[command.index(b"<") + 1:command.index(b">")].decode()
            code, text = smtp.mail(path, [w for w in words[1:] if "=" in w and "<" not in w])
            check(code // 100 in (2, 4, 5), f"{where}: MAIL: {code} {text}")
        elif verb == "RCPT":
            smtp.rcpt(command[command.index(b"<") + 1:command.index(b">")].decode())
        elif verb == "DATA":
            smtp.data(journal.letter(letters[0][1]))
        elif verb == "QUIT":
            smtp.docmd("QUIT")
    ours, theirs = b"".join(client_said(said)), b"".join(smtp.sock.sent)
    fold = lambda octets: octets.lower() if len(octets) < 600 else octets
    ours_lines, theirs_lines = ours.split(b"\r\n"), theirs.split(b"\r\n")
    check([fold(l) for l in ours_lines] == [fold(l) for l in theirs_lines],
          f"{where}: smtplib would have said {theirs!r}, ours said {ours!r}")
    return True


def pop_again(journal, where, said):
    """The whole session by poplib."""
    pop = poplib.POP3.__new__(poplib.POP3)
    pop.sock, pop.file, pop._debugging, pop._tls_established = Wire(), io.BytesIO(server_octets(said)), 0, False
    pop.encoding = "UTF-8"
    pop.welcome = pop._getresp()
    sent = [version for side, _, version in said if side == 1 and version]
    for command in client_said(said):
        words = command.decode().split()
        verb, rest = words[0].upper(), words[1:]
        try:
            if verb == "USER":
                pop.user(rest[0])
            elif verb == "PASS":
                pop.pass_(rest[0])
            elif verb == "STAT":
                count, octets = pop.stat()
                check(count >= 0 and octets >= 0, f"{where}: STAT {count} {octets}")
            elif verb == "LIST":
                pop.list(*rest)
            elif verb == "UIDL":
                pop.uidl(*rest)
            elif verb == "RETR":
                _, lines, octets = pop.retr(int(rest[0]))
                letter = b"\r\n".join(lines) + b"\r\n"
                check(letter == journal.letter(sent.pop(0)), f"{where}: poplib has other octets than the version")
                check(octets == len(letter), f"{where}: poplib counts {octets} octets")
                email.message_from_bytes(letter, policy=email.policy.default)
            elif verb == "TOP":
                pop.top(int(rest[0]), int(rest[1]))
                sent.pop(0)
            elif verb == "CAPA":
                check(pop.capa(), f"{where}: no capabilities")
            else:
                pop._shortcmd(command.decode().rstrip("\r\n"))
        except poplib.error_proto as error:
            check(str(error).startswith("b'-ERR"), f"{where}: poplib: {error}")
    check(pop.file.read() == b"", f"{where}: poplib leaves lines unread")
    check(b"".join(pop.sock.sent).lower() == b"".join(client_said(said)).lower(), f"{where}: poplib would have said otherwise")


def read_letters(journal, folder):
    """Each version of each letter: what Python's parser finds is what was written, and nothing is odd about it."""
    for record in journal.records:
        if record["kind"] not in ("accepted", "delivered", "retrieved") or "version" not in record:
            continue
        octets = journal.letter(record["version"])
        if folder:
            with open(os.path.join(folder, f"{journal.name[:-5]}-{record['version']}.eml"), "wb") as out:
                out.write(octets)
        message = email.message_from_bytes(octets, policy=email.policy.default)
        where = f"{journal.name}: version {record['version']}"
        if not check(not message.defects, f"{where}: {message.defects}"):
            continue
        names = [line.split(b":")[0].decode().lower() for line in journal.versions[record["version"]][0].split(b"\r\n")
                 if line and line[:1] not in b" \t"]
        check([name.lower() for name in message.keys()] == names, f"{where}: fields {message.keys()}")
        if message["Date"]:
            check(email.utils.parsedate_to_datetime(message["Date"]) is not None, f"{where}: Date {message['Date']}")
        for stamp in message.get_all("Received", []):
            if ";" in stamp:
                date = stamp.rsplit(";", 1)[1].strip()
                check(email.utils.parsedate_tz(date) is not None, f"{where}: the date of {stamp!r}")
        counts["letters"] += 1


def read_mailboxes(program, scenario, name, journal):
    """At the moment after the last delivery, before anybody has emptied a mailbox."""
    deliveries = [r["time_us"] for r in journal.records if r["kind"] == "delivered"]
    for at_us in sorted(set(deliveries)):
        shown = subprocess.run([program, "show", scenario, "mailbox", "--json", "--at", f"{at_us}us"],
                               capture_output=True, check=True).stdout
        for line in shown.splitlines():
            file = json.loads(line)
            if not file["contents"] or not file["form"]:  # a list of aliases is no mailbox
                continue
            counts["mailboxes"] += 1
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "mailbox.mbox")
                with open(path, "w", encoding="utf-8", newline="") as out:
                    out.write(file["contents"])
                where = f"{name}: {file['host']}:{file['path']}"
                if file["contents"].startswith("From "):
                    messages = list(mailbox.mbox(path, create=False))
                    starts = sum(1 for l in file["contents"].split("\n") if l.startswith("From "))
                    check(len(messages) == starts, f"{where}: mailbox.mbox finds {len(messages)} letters, there are {starts}")
                else:
                    messages = [email.message_from_string(file["contents"])]
                for message in messages:
                    check(not message.defects and len(message.keys()) > 2, f"{where}: {message.defects} {message.keys()}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--waystation", required=True)
    options.add_argument("--letters")
    options.add_argument("scenarios", nargs="+")
    given = options.parse_args()
    whole_submissions = 0
    for scenario in given.scenarios:
        journal = Journal(given.waystation, scenario)
        for number, protocol, said in journal.sessions():
            where = f"{journal.name}: connection {number}"
            try:
                if protocol == "pop3":
                    counts["POP3 sessions"] += 1
                    pop_again(journal, where, said)
                elif protocol in ("smtp", "submission", "lmtp"):
                    counts["LMTP sessions" if protocol == "lmtp" else "SMTP sessions"] += 1
                    hear_smtp_session(where, said)
                    ehlo_again(where, said)
                    if protocol == "submission":
                        whole_submissions += submit_again(journal, where, said)
            except (smtplib.SMTPException, poplib.error_proto, ValueError, IndexError) as error:
                check(False, f"{where}: {type(error).__name__}: {error}")
        read_letters(journal, given.letters)
        read_mailboxes(given.waystation, scenario, journal.name, journal)
    print(", ".join(f"{count} {what}" for what, count in counts.items()), f"and {whole_submissions} submissions said again")
    for what, count in counts.items():
        check(count, f"there were no {what}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
