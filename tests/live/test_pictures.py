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
        for scenario in given.scenarios:
            where = os.path.basename(scenario)
            look_at_report(program, scenario, where, folder)
            look_at_picture(program, given.rsvg, scenario, where, folder, "--step", "20")
            look_at_picture(program, given.rsvg, scenario, where, folder, "--at", "10s", "--theme", "dark", "--ladder")
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    check(counts["lines"], "no lines were looked for")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
