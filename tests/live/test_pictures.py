#!/usr/bin/python3 -B
"""Exported pictures and reports, read by XML and HTML parsers.

    test_pictures.py --waystation PROGRAM [--rsvg RSVG] SCENARIO…

Each scenario's report must be a page that needs nothing else: no script, no address to load from, headings in their order, tables with
captions and column heads, each id once, each picture with a title; it must hold every line that was said. A scenario of a stranger's that
tries to put markup into each of its texts must come out as text. SVGs must be XML, have the caption's words in them, and be drawn by rsvg.
"""
import argparse
import html.parser
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter

faults = []
counts = Counter()
ALLOWED = set("""html head meta title style body header h1 h2 h3 h4 p nav ul ol li a main section div span table caption thead tbody tr th td pre
                 code abbr figure figcaption svg desc rect circle path polygon text g clippath filter fegaussianblur""".split())
EVIL = "</title></style><script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=alert(3)>&amp;]]>"


def check(condition, what):
    if not condition:
        faults.append(what)
        print("FAULT:", what)
    return condition


class Page(html.parser.HTMLParser):
    def __init__(self, where, text):
        super().__init__()
        self.where, self.ids, self.level, self.words, self.open, self.pending = where, set(), 0, [], [], []
        self.feed(text)
        self.close()
        check(not self.open, f"{where}: not closed: {self.open}")

    def handle_starttag(self, tag, attributes):
        check(tag in ALLOWED, f"{self.where}: there is a <{tag}>")
        for name, value in attributes:
            check(not name.startswith("on"), f"{self.where}: {name} in <{tag}>")
            if name in ("src", "href", "xlink:href", "data", "action"):
                check(value.startswith("#"), f"{self.where}: {name}={value}")
            if name == "id":
                check(value not in self.ids, f"{self.where}: the id {value} is there twice")
                self.ids.add(value)
        if re.fullmatch(r"h[1-6]", tag):
            level = int(tag[1])
            check(level <= self.level + 1, f"{self.where}: <{tag}> after <h{self.level}>")
            self.level = level
        if tag == "table":
            self.pending += ["caption", "th"]
        if self.pending and tag == self.pending[0]:
            self.pending.pop(0)
        check(tag != "td" or not self.pending, f"{self.where}: a table without {self.pending}")
        if tag == "svg":
            counts["pictures in pages"] += 1
            check("aria-labelledby" in dict(attributes), f"{self.where}: a picture without words")
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.open.pop()

    def handle_endtag(self, tag):
        if check(self.open and self.open[-1] == tag, f"{self.where}: </{tag}> within {self.open[-3:]}"):
            self.open.pop()

    def handle_data(self, text):
        self.words.append(text)


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True)
    check(done.returncode == 0, f"{arguments}: {done.stderr.decode()}")
    return done.stdout


def look_at_report(program, scenario, where, folder):
    out = os.path.join(folder, "report.html")
    run(program, "export", scenario, "html", "--force", "-o", out)
    with open(out, encoding="utf-8") as file:
        text = file.read()
    page = Page(where, text)
    words = "".join(page.words)
    records = [json.loads(line) for line in run(program, "run", scenario, "--json").splitlines()]
    for record in records:
        if record["kind"] == "line" and "text" in record and record["text"].isprintable():
            check(record["text"] in words, f"{where}: the page lacks the line {record['text']!r}")
            counts["lines"] += 1
        if record["kind"] in ("stamp", "rewrite"):
            for line in record.get("block", "").split("\r\n"):
                check(line.strip() in words, f"{where}: the page lacks the field {line!r}")
    counts["reports"] += 1
    return words


def look_at_picture(program, rsvg, scenario, where, folder, *options):
    out = os.path.join(folder, "picture.svg")
    run(program, "export", scenario, "svg", "--force", "-o", out, *options)
    root = ElementTree.parse(out).getroot()
    for element in root.iter():
        name = element.tag.split("}")[1].lower()
        check(name in ALLOWED, f"{where}: <{name}> in the picture")
        check(not any(key.lower().startswith("on") for key in element.attrib), f"{where}: {element.attrib}")
    words = "".join(element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text"))
    described = root.find("{http://www.w3.org/2000/svg}desc").text or ""
    shown = re.sub(r"\W", "", described.split(". ")[0].split(" (RFC")[0])[:30]
    check(shown in re.sub(r"\W", "", words), f"{where}: the caption {described!r} is not in the picture")
    counts["pictures"] += 1
    if rsvg:
        png = os.path.join(folder, "picture.png")
        done = subprocess.run([rsvg, out, "-o", png], capture_output=True, text=True)
        check(done.returncode == 0, f"{where}: rsvg: {done.stderr}")
        with open(png, "rb") as file:
            head = file.read(24)
        size = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
        check(size == (1600, 900) or "--size" in options, f"{where}: rsvg draws {size}")
        counts["drawn by rsvg"] += 1


def squeezed(text):
    return re.sub(r"\s", "", text)


def body_of(records, version):
    """As it was composed, or converted to 7 bits on its way."""
    while True:
        made = next(r for r in records if r.get("version") == version and r["kind"] in ("compose", "stamp", "rewrite", "convert"))
        if "body" in made:
            return made["body"]
        version = made["parent"]


def look_at_sessions(program, rsvg, scenario, where, folder):
    """Each session as a ladder: every line that was said is in it, in its order, in the picture and in its description; TCP's beginning
    and end; both names, addresses and ports; TLS where there is some. A letter folded has its size, in full its lines."""
    records = [json.loads(line) for line in run(program, "run", scenario, "--json").splitlines()]
    hosts = {n: record for n, record in enumerate((r for r in records if r["kind"] == "host"), 1)}
    for connect in [r for r in records if r["kind"] == "connect"]:
        number = connect["connection"]
        at = f"{where}, session {number}"
        out, full = os.path.join(folder, "session.svg"), os.path.join(folder, "full.svg")
        run(program, "export", scenario, "svg", "--force", "-o", out, "--connection", str(number))
        run(program, "export", scenario, "svg", "--force", "-o", full, "--connection", str(number), "--full", "--theme", "dark")
        root = ElementTree.parse(out).getroot()
        texts = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]
        words, described = squeezed("".join(texts)), squeezed(root.find("{http://www.w3.org/2000/svg}desc").text)
        own = [r for r in records if r.get("connection") == number]
        kinds = Counter(r["kind"] for r in own)
        place, spoken = 0, 0
        for record in own:
            line = squeezed(record["text"]) if record["kind"] == "line" and record.get("text", "").isprintable() else ""
            if record["kind"] == "data":
                line = squeezed(f"letter {record['message']}, {record['octets']} octets")
            if line:
                place = words.find(line, place)
                if not check(place >= 0 and line in described, f"{at}: {line!r} is not in its place in the picture, or not in its description"):
                    break
                place, spoken = place + len(line), spoken + 1
        counts["lines in ladders"] += spoken
        server = hosts[connect["to_host"]]["name"] if connect["to_host"] else connect["to_address"]  # 0: nobody has it
        for said in (hosts[connect["host"]]["name"], server, connect["to_address"],
                     f"port {connect['port']}", f"port {connect['from_port']}", "SYN"):
            check(squeezed(said) in words, f"{at}: {said!r} is not in the picture")
        tcp = Counter(texts)
        check(tcp["SYN, ACK"] == kinds["connected"], f"{at}: {tcp['SYN, ACK']} answers to SYN")
        check(tcp["RST, ACK"] == kinds["refused"], f"{at}: {tcp['RST, ACK']} refusals")
        for kind, what, shown in (("refused", "refusals", "connectionrefused"), ("cut", "breaks", "theconnectionbreaks"),
                                  ("timed_out", "not answered", "noanswerin"), ("tls_failed", "TLS broken off", "breaksoffTLS")):
            check(words.count(shown) == kinds[kind], f"{at}: {kinds[kind]} {kind}, the picture has {words.count(shown)}")
            counts[what] += kinds[kind]
        if kinds["closed"] and not kinds["cut"]:
            check(tcp["FIN"] + tcp["FIN, ACK"] == 2, f"{at}: {tcp['FIN']} and {tcp['FIN, ACK']} ends")
        tls = [r for r in own if r["kind"] == "tls_record" and r["content"] == "handshake"]
        check(all(f"{r['octets']}octets" in words for r in tls), f"{at}: a flight of TLS is missing")
        check(("fromhereonthelineshowslengthsonly" in words) == (kinds["tls"] > 0), f"{at}: TLS is not marked, or is where there is none")
        everything = squeezed("".join(e.text or "" for e in ElementTree.parse(full).getroot().iter("{http://www.w3.org/2000/svg}text")))
        for record in own:
            if record["kind"] == "data":
                lines = [squeezed(line) for line in body_of(records, record["version"]).splitlines() if line.isprintable()]
                check(all(line in everything for line in lines), f"{at}: the letter in full lacks a line")
                counts["letters in full"] += 1
        counts["ladders"] += 1
    if rsvg:
        done = subprocess.run([rsvg, out, "-o", os.path.join(folder, "session.png")], capture_output=True, text=True)
        check(done.returncode == 0, f"{where}: rsvg: {done.stderr}")


def failing(folder):
    """A server that is not there, one that refuses, one that goes down while it is spoken to; and a certificate that is not taken."""
    scenario = {
        "waystation": 1, "title": "It fails", "network": {"latency_ms": 60},
        "hosts": {"pc": {"runs": ["mua", "mra"]}, "a.example": {"runs": ["msa", "mta", "mda", "pop3"], "mail_for": ["a.example"], "tls": {"client": "verified", "before_auth": False},
                                "retry": {"after": ["5m"], "expire": "10m"}},  # to fail thrice is enough to draw
                  "b.example": {"runs": ["mta", "mda"], "mail_for": ["b.example"]}, "c.example": {"runs": ["mda"]},
                  "d.example": {"runs": ["mta", "mda"], "mail_for": ["d.example"], "tls": {"certificate": {"expired": True}, "version": "1.2"}}},
        "people": {"ann": {"name": "Ann", "address": "ann@a.example", "uses": "pc", "password": "x"}, "bob": {"name": "Bob", "address": "bob@b.example"},
                   "cid": {"name": "Cid", "address": "cid@c.example"}, "dan": {"name": "Dan", "address": "dan@d.example"}},
        "dns": {"c.example": "MX 10 c.example"},
        "script": [{"at": f"{1 + i}s", "who": "ann", "does": "send", "to": [who], "text": ".dot\n\tTab\n"} for i, who in enumerate(("bob", "cid", "dan"))],
        "faults": [{"at": "2500ms", "until": "3h", "host": "b.example"}]}
    path = os.path.join(folder, "failing.json")
    with open(path, "w", encoding="utf-8") as out:
        json.dump(scenario, out)
    return path


def hostile(folder):
    scenario = {
        "waystation": 1, "title": EVIL, "subtitle": EVIL, "summary": EVIL,
        "hosts": {"pc": {"runs": ["mua", "mra"], "label": EVIL, "region": EVIL},
                  "a.example": {"runs": ["msa", "mta", "mda", "pop3"], "mail_for": ["a.example"], "label": EVIL}},
        "people": {"ann": {"name": EVIL.replace('"', ""), "address": "ann@a.example", "uses": "pc", "password": "x"}},
        "script": [{"at": "1s", "who": "ann", "does": "send", "to": ["ann"], "subject": EVIL, "text": EVIL + "\u0000"[:0] + "\ufffe\n"},
                   {"at": "1m", "who": "ann", "does": "type", "to_host": "a.example", "port": 25, "lines": ["EHLO " + EVIL, EVIL, "QUIT"]},
                   {"at": "5m", "who": "ann", "does": "fetch"}],
        "narration": [{"when": "compose", "nth": 1, "say": EVIL, "rfc": EVIL}],
        "expect": [{"record": "line text~\"<script>\"", "at_least": 99, "why": EVIL}]}
    path = os.path.join(folder, "hostile.json")
    with open(path, "w", encoding="utf-8") as out:
        json.dump(scenario, out)
    return path


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--waystation", required=True)
    options.add_argument("--rsvg")
    options.add_argument("scenarios", nargs="+")
    given = options.parse_args()
    program = given.waystation
    with tempfile.TemporaryDirectory() as folder:
        evil = hostile(folder)
        words = look_at_report(program, evil, "a stranger's", folder)
        check(words.count("<script>alert(1)</script>") > 8, "a stranger's: the texts are not there as text")
        for step in ("0", "1", "5", "20"):
            look_at_picture(program, given.rsvg, evil, f"a stranger's, step {step}", folder, "--step", step, "--size", "1280x720")
        look_at_sessions(program, given.rsvg, failing(folder), "what fails", folder)
        check(counts["refusals"] and counts["breaks"] and counts["not answered"] and counts["TLS broken off"], "not all ways to fail were there")
        for scenario in given.scenarios:
            where = os.path.basename(scenario)
            look_at_report(program, scenario, where, folder)
            look_at_picture(program, given.rsvg, scenario, where, folder, "--step", "20")
            look_at_picture(program, given.rsvg, scenario, where, folder, "--at", "10s", "--theme", "dark", "--ladder")
            look_at_sessions(program, given.rsvg, scenario, where, folder)
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    check(counts["lines"], "no lines were looked for")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
