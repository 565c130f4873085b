#!/usr/bin/python3 -B
"""tshark, and a reader of our own, look at exported captures.

    test_captures.py --waystation PROGRAM [--tshark TSHARK] SCENARIO…

For each scenario, and for some made here (a long letter on a slow line, IPv6, a machine and a line that go down in the
middle of a session, a closed port), the capture is exported twice (the same octets) and read:

- by our own reader: lengths, checksums, segments within the MSS, no time that goes back, the streams put together again are
  what the journal says was said, a FIN or RST at the end, nothing sent twice but what was lost;
- by tshark: nothing malformed, no bad checksum, no warning of the TCP analysis but for what was lost, and as many SMTP and
  LMTP commands and replies, POP3 commands and DNS questions and answers as the journal has.

Prints what there was; exit status 1 if something is wrong.
"""
import argparse
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
from collections import Counter

from test_outputs_python import Journal

faults = []
counts = Counter()
MSS = {4: 1460, 6: 1440}
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def check(condition, what):
    if not condition:
        faults.append(what)
        print("FAULT:", what)
    return condition


# ---- our own reader ----

def ones_sum(octets):
    if len(octets) % 2:
        octets += b"\0"
    total = sum(struct.unpack(f">{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


class Packet:
    def __init__(self, time_us, frame, where):
        self.time_us, self.where = time_us, where
        kind = struct.unpack(">H", frame[12:14])[0]
        if kind == 0x0800:
            head = frame[14:34]
            self.version, self.protocol = 4, head[9]
            total = struct.unpack(">H", head[2:4])[0]
            check(total == len(frame) - 14, f"{where}: IPv4 says {total} octets, there are {len(frame) - 14}")
            check(ones_sum(head) == 0xFFFF, f"{where}: IPv4's checksum")
            self.source, self.target, body = head[12:16], head[16:20], frame[34:]
        else:
            check(kind == 0x86DD, f"{where}: Ethernet type {kind:x}")
            head = frame[14:54]
            self.version, self.protocol = 6, head[6]
            self.source, self.target, body = head[8:24], head[24:40], frame[54:]
            check(struct.unpack(">H", head[4:6])[0] == len(body), f"{where}: IPv6's length")
        pseudo = self.source + self.target + struct.pack(">II", len(body), self.protocol)
        check(ones_sum(pseudo + body) == 0xFFFF, f"{where}: the checksum of protocol {self.protocol}")
        self.ports = struct.unpack(">HH", body[:4])
        self.flags = 0
        if self.protocol == 6:
            self.sequence, self.acknowledgement = struct.unpack(">II", body[4:12])
            self.flags, self.payload = body[13], body[body[12] >> 4 << 2:]
            check(len(self.payload) <= MSS[self.version], f"{where}: a segment of {len(self.payload)} octets")
        else:
            check(self.protocol == 17, f"{where}: protocol {self.protocol}")
            self.payload = body[8:]

    def ends(self):
        return (self.source, self.ports[0]), (self.target, self.ports[1])


def read_capture(path, where):
    with open(path, "rb") as file:
        octets = file.read()
    magic, _, _, _, _, _, link = struct.unpack("<IHHiIII", octets[:24])
    check(magic == 0xA1B2C3D4 and link == 1, f"{where}: a pcap file of Ethernet")
    packets, at, before = [], 24, 0
    while at < len(octets):
        seconds, micros, kept, length = struct.unpack("<IIII", octets[at:at + 16])
        time_us = seconds * 1000000 + micros
        check(kept == length, f"{where}: a frame was cut")
        check(time_us >= before, f"{where}: time goes back")
        packets.append(Packet(time_us, octets[at + 16:at + 16 + kept], f"{where}, frame {len(packets) + 1}"))
        at, before = at + 16 + kept, time_us
    return packets


class Stream:
    """One direction of a connection, put together again."""

    def __init__(self, syn):
        self.first = syn.sequence + 1 & 0xFFFFFFFF
        self.octets, self.again, self.closed = b"", 0, False

    def add(self, packet):
        offset = packet.sequence - self.first & 0xFFFFFFFF
        if packet.payload and offset < len(self.octets):
            check(self.octets[offset:offset + len(packet.payload)] == packet.payload, f"{packet.where}: sent again, but otherwise")
            self.again += 1
            return
        if packet.payload:
            check(offset == len(self.octets), f"{packet.where}: a gap before it")
            self.octets += packet.payload
        if packet.flags & FIN:
            self.closed = True


def put_together(packets):
    """Connections in the order of their SYNs: {what: …, streams: [client's, server's]}."""
    found, open_now = [], {}
    for packet in packets:
        if packet.protocol != 6:
            continue
        near, far = packet.ends()
        if packet.flags & SYN and not packet.flags & ACK:
            last = open_now.get((near, far))
            if last and last["syn"].sequence == packet.sequence:
                last["syns"] += 1
                continue
            one = {"syn": packet, "syns": 1, "streams": [Stream(packet), None], "reset": False, "where": packet.where}
            found.append(one)
            open_now[near, far] = one
            continue
        side = 0 if (near, far) in open_now else 1
        one = open_now.get((near, far) if side == 0 else (far, near))
        if not check(one, f"{packet.where}: of no connection"):
            continue
        if packet.flags & SYN:
            one["streams"][1] = Stream(packet)
        elif packet.flags & RST:
            one["reset"] = True
        elif check(one["streams"][side], f"{packet.where}: before the handshake"):
            one["streams"][side].add(packet)
    return found


def spoken(journal, number, side):
    """What a side said in the clear, and then the lengths of what TLS has of it."""
    clear, hidden, is_tls = b"", [], False
    for record in journal.records:
        if record.get("connection") != number:
            continue
        kind = record["kind"]
        is_tls |= kind == "tls_record"
        if kind == "tls_record" and record["side"] == side:
            hidden.append(record["octets"])
            counts["TLS records"] += record["count"]
        elif kind == "line" and record["side"] == side and not is_tls:
            clear += journal.octets(record, "text") + (b"\r\n", b"\n", b"")[record["bare_lf"]]
        elif kind == "data" and record["side"] == side and not is_tls:
            clear += b"".join((b"." + l if l.startswith(b".") else l)
                              for l in journal.letter(record["version"]).splitlines(keepends=True)) + b".\r\n"
    return clear, hidden


def read_tls(octets, hidden, where):
    """Whole records, and a new one wherever something new was said."""
    at, starts = 0, set()
    while at < len(octets):
        starts.add(at)
        versions = (b"\3\1", b"\3\3") if at == 0 else (b"\3\3",)  # RFC 8446 5.1: the first ClientHello may say 1.0
        check(octets[at] in (20, 21, 22, 23) and octets[at + 1:at + 3] in versions, f"{where}: no record of TLS at {at}")
        at += 5 + struct.unpack(">H", octets[at + 3:at + 5])[0]
    check(at == len(octets), f"{where}: the last record of TLS is cut")
    for i in range(len(hidden)):
        check(sum(hidden[:i]) in starts or not hidden[i], f"{where}: no record of TLS begins at {sum(hidden[:i])}")


def compare_streams(journal, packets, where):
    connections = put_together(packets)
    no_way = {r["connection"] for r in journal.records if r["kind"] == "timed_out" and r["what"] == "no_route"}  # nothing was sent
    asked = [r for r in journal.records if r["kind"] == "connect" and r["connection"] not in no_way]
    outcomes = {r["connection"]: r["kind"] for r in journal.records if r["kind"] in ("connected", "refused", "timed_out")}
    cut = {r["connection"] for r in journal.records if r["kind"] == "cut"}
    check(len(connections) == len(asked), f"{where}: {len(connections)} connections, the journal has {len(asked)}")
    for connect, one in zip(asked, connections):
        number, outcome = connect["connection"], outcomes.get(connect["connection"])
        counts[outcome] += 1
        if outcome == "timed_out":
            check(one["syns"] == 5 and not one["streams"][1], f"{one['where']}: {one['syns']} SYNs that nobody answers")
            continue
        if not outcome:
            continue  # its own machine went down before there was one
        check(one["syns"] == 1, f"{one['where']}: {one['syns']} SYNs")
        if outcome == "refused":
            check(one["reset"], f"{one['where']}: refused without RST")
            continue
        if not check(one["streams"][1], f"{one['where']}: {outcome}, but no SYN, ACK"):
            continue
        for side in (0, 1):
            clear, hidden = spoken(journal, number, side)
            heard = one["streams"][side].octets
            if number in cut or one["reset"]:
                check(clear.startswith(heard[:len(clear)]) and len(heard) <= len(clear) + sum(hidden), f"{one['where']}: side {side}, cut")
            else:
                check(heard[:len(clear)] == clear, f"{one['where']}: side {side} said {clear[:200]!r}, the capture has {heard[:200]!r}")
                check(len(heard) == len(clear) + sum(hidden), f"{one['where']}: side {side}: {len(heard)} octets, {len(clear)} and {hidden}")
                read_tls(heard[len(clear):], hidden, f"{one['where']}: side {side}")
            check(number in cut or one["streams"][side].again == 0, f"{one['where']}: something is sent twice")
        closed = all(stream.closed for stream in one["streams"])
        check(closed or one["reset"] or number in cut, f"{one['where']}: it does not end")
        counts["again"] += sum(stream.again for stream in one["streams"])
        counts["resets"] += one["reset"]


# ---- tshark ----

def expected(journal):
    """How often each thing was said, from the journal. tshark takes for a letter whatever follows the command DATA, up to a lone
    dot, also when the answer was no; those commands it cannot count, and so neither do we."""
    wanted = Counter(questions=sum(r["kind"] == "dns_query" for r in journal.records),
                     answers=sum(r["kind"] == "dns_answer" for r in journal.records))
    before, in_clear = Counter(), {}
    for record in journal.records:  # how much of each session is in the clear: all, or what comes before TLS
        before[record.get("connection")] += record["kind"] in ("line", "data")
        if record["kind"] == "tls_record" and record["connection"] not in in_clear:
            in_clear[record["connection"]] = before[record["connection"]]
            counts["sessions under TLS"] += 1
    ports = {record["connection"]: record["port"] for record in journal.records if record["kind"] == "connect"}
    for number, protocol, said in journal.sessions():
        said = said[:in_clear.get(number, len(said))]
        in_data, in_auth = False, False
        for side, octets, version in said:
            line = octets.rstrip(b"\r\n")
            if protocol == "pop3" or ports[number] == 110:  # by hand, too
                wanted["pop3 commands"] += side == 0
                continue
            if protocol == "imap" or ports[number] == 143:
                wanted["imap commands"] += side == 0
                continue
            if side == 1:
                if line[3:4] != b"-":
                    wanted["replies"] += 1
                    in_auth = line.startswith(b"334")
            elif version:
                in_data = False
            elif in_data:
                in_data = line != b"."
            elif not in_auth:
                wanted["commands"] += 1
                in_data = line.upper() == b"DATA"
    return wanted


FIELDS = """frame.number _ws.malformed ip.checksum.status tcp.checksum.status udp.checksum.status tcp.analysis.flags _ws.expert.message
            _ws.expert.severity smtp.req.command smtp.response.code pop.request.command imap.request dns.flags.response tls tls.handshake.type
            tls.handshake.extensions_server_name tls.handshake.extensions.supported_version tls.handshake.certificate tls.alert_message.desc
            x509ce.dNSName""".split()


def dissect(tshark, path):
    """Each frame as {field: its values}. All is asked at once: tshark takes longer to start than to read a capture."""
    command = [tshark, "-n", "-r", path, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE",
               "-o", "smtp.decryption:FALSE", "-d", "tcp.port==24,smtp", "-T", "fields", "-E", "separator=/t", "-E", "aggregator=\x1f"]
    for field in FIELDS:
        command += ["-e", field]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode and "decryption" in run.stderr:
        command.remove("-o"), command.remove("smtp.decryption:FALSE")
        run = subprocess.run(command, capture_output=True, text=True)
    check(run.returncode == 0, f"{path}: tshark: {run.stderr}")
    frames = [{field: [value for value in cell.split("\x1f") if value] for field, cell in zip(FIELDS, line.split("\t"))}
              for line in run.stdout.splitlines()]
    counts["frames that tshark reads"] += len(frames)
    return frames


def values(frames, field):
    return [value for frame in frames for value in frame[field]]


def ask_tshark(frames, journal, where, loses):
    for frame in frames:
        is_bad = frame["_ws.malformed"] or any("0" in frame[f"{layer}.checksum.status"] for layer in ("ip", "tcp", "udp"))
        check(not is_bad, f"{where}: tshark finds frame {frame['frame.number'][0]} malformed, or its checksum bad")
        check(loses or not frame["tcp.analysis.flags"], f"{where}: tshark says of frame {frame['frame.number'][0]}: {frame['_ws.expert.message']}")
    wanted = expected(journal)
    found = Counter({
        "commands": len(values(frames, "smtp.req.command")),
        "replies": len(values(frames, "smtp.response.code")),  # of sessions under TLS neither is counted
        "pop3 commands": len(values(frames, "pop.request.command")),
        "imap commands": len(values(frames, "imap.request")),
        "questions": sum(value in ("0", "False") for value in values(frames, "dns.flags.response")),
        "answers": sum(value in ("1", "True") for value in values(frames, "dns.flags.response")),
    })
    for what in sorted(wanted | found):
        check(wanted[what] == found[what], f"{where}: tshark finds {found[what]} {what}, the journal has {wanted[what]}")
        counts[what] += found[what]


ALERTS = {"the certificate has expired": "45", "the certificate is signed by nobody known": "48", "the certificate is for another name": "42"}


def ask_about_tls(frames, journal, where):
    """What a listener can read of TLS: whom the client wants, which version it comes to, whose certificate it is, why it broke off."""
    lists = {"names wanted": ([], "tls.handshake.extensions_server_name"), "versions": ([], None), "certificates": ([], "x509ce.dNSName"),
             "alerts": ([], "tls.alert_message.desc")}
    version_of = {}
    if not any(record["kind"] == "tls_record" for record in journal.records):
        return
    for record in journal.records:
        if record["kind"] == "tls_record":
            wanted = re.fullmatch("ClientHello, server name (.*)", record["visible"])
            lists["names wanted"][0].extend(wanted.groups() if wanted else [])
            certificate = re.fullmatch("ServerHello, Certificate of (.*)", record["visible"])
            lists["certificates"][0].extend(certificate.groups() if certificate else [])
            if record["visible"].startswith("ServerHello"):
                version_of[record["connection"]] = "1.2" if "Certificate" in record["visible"] else "1.3"
                lists["versions"][0].append(version_of[record["connection"]])
        elif record["kind"] == "tls_failed" and version_of.get(record["connection"]) == "1.2":
            lists["alerts"][0].append(ALERTS[record["why"]])
    for what, (said, field) in lists.items():
        if field:
            found = values(frames, field)
        else:
            found = ["1.3" if frame["tls.handshake.extensions.supported_version"] == ["0x0304"] else "1.2"
                     for frame in frames if "2" in frame["tls.handshake.type"]]
        check(found == said, f"{where}: tshark finds the {what} {found}, the journal has {said}")
        counts[what] += len(found)
    for frame in frames:
        is_warned = frame["tls"] and any(int(value, 0) >= 0x600000 for value in frame["_ws.expert.severity"])
        check(not is_warned, f"{where}: tshark says of TLS in frame {frame['frame.number'][0]}: {frame['_ws.expert.message']}")
    for one in values(frames, "tls.handshake.certificate"):
        said = subprocess.run(["openssl", "x509", "-inform", "der", "-noout", "-subject"], input=bytes.fromhex(one), capture_output=True)
        check(said.returncode == 0, f"{where}: openssl cannot read a certificate: {said.stderr}")
        counts["certificates read by openssl"] += 1


# ---- scenarios made here ----

def variants():
    plain = {
        "waystation": 1, "title": "Made for a test",
        "hosts": {"pc": {"runs": ["mua", "mra"]}, "a.example": {"runs": ["msa", "mta", "mda", "pop3"], "mail_for": ["a.example"]},
                  "b.example": {"runs": ["mta", "mda"], "mail_for": ["b.example"]}},
        "people": {"ann": {"name": "Ann", "address": "ann@a.example", "uses": "pc", "password": "x"},
                   "bob": {"name": "Bob", "address": "bob@b.example"}},
        "script": [{"at": "1s", "who": "ann", "does": "send", "to": ["bob", "ann"], "subject": "Dots", "text": ".\n..\nEnd\n"},
                   {"at": "5m", "who": "ann", "does": "fetch"}]}

    def changed(**changes):
        return {**json.loads(json.dumps(plain)), **changes}

    long_text = "\n".join(f"{n:06} " + "x" * 60 for n in range(1500)) + "\n"
    long = [{**plain["script"][0], "text": long_text}, plain["script"][1]]
    yield "long-and-slow", changed(script=long, network={"links": [{"between": ["a.example", "b.example"], "latency_ms": 120, "bytes_per_second": 3000}]}), False
    six = changed()
    six["hosts"]["a.example"]["address"] = ["192.0.2.77", "2001:db8::a"]
    yield "one-with-ipv6-too", six, False
    six["hosts"]["a.example"]["address"] = "2001:db8::a"
    yield "no-way-between", six, False
    for name in ("pc", "b.example"):
        six["hosts"][name]["address"] = "2001:db8::" + ("1" if name == "pc" else "b")
    yield "all-ipv6", six, False
    slow = {"links": [{"between": ["a.example", "b.example"], "latency_ms": 100, "bytes_per_second": 3000}]}
    for at in ("1500ms", "3s", "20s"):
        yield f"host-down-{at}", changed(script=long, network=slow, faults=[{"at": at, "until": "9m", "host": "b.example"}]), True
        yield f"own-host-down-{at}", changed(script=long, network=slow, faults=[{"at": at, "until": "9m", "host": "a.example"}]), True
        yield f"link-down-{at}", changed(script=long, network=slow, faults=[{"at": at, "for": "2m", "link": ["a.example", "b.example"]}]), True
        yield f"short-{at}", changed(script=long, network=slow, faults=[{"at": at, "for": "5s", "host": "b.example"}]), True
    for at in ("1300ms", "1450ms", "1900ms", "2300ms"):
        yield f"blink-{at}", changed(network={"latency_ms": 60}, faults=[{"at": at, "for": "10ms", "host": "b.example"}]), True
        yield f"line-blinks-{at}", changed(network={"links": [{"between": ["a.example", "b.example"], "latency_ms": 60}]},
                                           faults=[{"at": at, "for": "10ms", "link": ["a.example", "b.example"]}]), True
    refused = changed()
    refused["hosts"]["b.example"]["runs"] = ["mda"]
    refused["hosts"]["b.example"].pop("mail_for")
    yield "refused", {**refused, "dns": {"b.example": "MX 10 b.example"}}, False
    for version in ("1.2", "1.3"):
        under = changed(script=[{**plain["script"][0], "text": long_text}, plain["script"][1]])
        for host in under["hosts"].values():
            host["tls"] = {"version": version}
        under["hosts"]["pc"] = {**under["hosts"]["pc"], "submits_to": {"submissions": "a.example"}, "reads_from": {"pop3s": "a.example"}}
        yield f"tls-{version}", under, False
        crowd = changed(script=[{**plain["script"][0], "to": [f"somebody.{n}@b.example" for n in range(700)]}])  # more than a record takes at once
        crowd["hosts"]["a.example"]["software"] = {"like": "neutral", "client": {"pipelines": True}}
        for host in crowd["hosts"].values():
            host["tls"] = {"version": version}
        yield f"crowd-under-tls-{version}", crowd, False
    bad = {"expired": {"expired": True}, "self-signed": {"self_signed": True}, "another-name": {"names": ["other.example"]}}
    for version, newer in (("1.2", "1.2"), ("1.3", "1.3"), ("1.2", "1.3")):
        for name, certificate in bad.items():
            under = changed()
            under["hosts"]["pc"].update({"tls": {"version": newer, "client": "verified"}, "submits_to": {"submission": "a.example"}})
            under["hosts"]["a.example"]["tls"] = {"version": version, "certificate": certificate}
            under["hosts"]["b.example"]["tls"] = {"version": newer, "certificate": True}
            yield f"{name}-{version}-for-{newer}", under, False
    long_name = changed()
    long_name["hosts"] = json.loads(json.dumps(long_name["hosts"]).replace("a.example", "a" * 60 + "." + "b" * 60 + ".example"))
    long_name["people"]["ann"]["address"] = "ann@" + "a" * 60 + "." + "b" * 60 + ".example"
    for host in long_name["hosts"].values():
        host["tls"] = {"version": "1.2"}
    yield "long-name", long_name, False
    typed = [{"at": "1s", "who": "ann", "does": "type", "to_host": "b.example", "port": 25,
              "lines": ["EHLO pc", "MAIL FROM:<ann@a.example>", "RCPT TO:<bob@b.example>", "DATA", "Subject: x", "", "MAIL", ".", "QUIT"]}]
    yield "typed", changed(script=typed), False


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--waystation", required=True)
    options.add_argument("--tshark")
    options.add_argument("scenarios", nargs="+")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = []
        for name, scenario, loses in variants():
            path = os.path.join(folder, name + ".json")
            with open(path, "w", encoding="utf-8") as out:
                json.dump(scenario, out)
            made.append((path, loses))
        for scenario, loses in [(path, None) for path in given.scenarios] + made:
            where = os.path.basename(scenario)
            journal = Journal(given.waystation, scenario)
            if loses is None:
                loses = any(r["kind"] in ("fault", "timed_out") for r in journal.records)
            path, again = os.path.join(folder, "one.pcap"), os.path.join(folder, "two.pcap")
            saved = os.path.join(folder, "run.jsonl")
            subprocess.run([given.waystation, "run", scenario, "--journal", saved], check=True, stdout=subprocess.DEVNULL)
            for source, out in ((scenario, path), (saved, again)):
                subprocess.run([given.waystation, "export", source, "pcap", "--force", "-o", out], check=True, stdout=subprocess.DEVNULL)
            with open(path, "rb") as one, open(again, "rb") as two:
                check(one.read() == two.read(), f"{where}: the capture of the saved journal is another")
            packets = read_capture(path, where)
            counts["frames"] += len(packets)
            counts["captures"] += 1
            compare_streams(journal, packets, where)
            if given.tshark:
                frames = dissect(given.tshark, path)
                check(len(frames) == len(packets), f"{where}: tshark finds {len(frames)} frames of {len(packets)}")
                ask_tshark(frames, journal, where, loses)
                ask_about_tls(frames, journal, where)
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    seen = ("names wanted", "versions", "certificates", "alerts") if given.tshark else ()
    for what in ("connected", "refused", "timed_out", "again", *seen):
        check(counts[what], f"there was no case of {what}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
