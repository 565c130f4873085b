#!/usr/bin/python3 -B
"""Python, formail, mblaze, mutt, notmuch and mu read exported mailboxes.

    test_mail_exports.py --waystation PROGRAM SCENARIO…

What should lie in the stores is computed here from the journal's records and from `show mailbox`, for each scenario given and for
one made of everything that is hard to store, at several moments; for a journal with NUL in it, which no scenario can have; and for ten
thousand letters. Each export (mbox, Maildir, eml) must hold just those letters,
octet for octet. Prints what there was, and a line "skip" for each reader that is not installed.
"""
import argparse
import base64
import json
import mailbox
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter

from test_outputs_python import Journal

faults = []
counts = Counter()


def check(condition, what):
    if not condition:
        faults.append(what)
        print("FAULT:", what)
    return condition


def hard_scenario():
    texts = ["From here on it is quoted\nFrom there, too\n>From before\n>>From long before\nFrom\n", "No line end", "\n\n\nFrom \n\n",
             ".\n..\n.dot\n", "Gr\u00fc\u00dfe \U0001F4E7\n", "x" * 900 + "\n", "", "long " + "y" * 20000 + "\nFrom \u00e4 line\n", "\u00e4" * 3000]
    return {
        "waystation": 1, "title": "Hard to store", "start": "2010-10-03T09:05:06.5+02:00",
        "hosts": {"pc": {"runs": ["mua", "mra"], "reads_from": {"pop3": "a.example"}},
                  "a.example": {"runs": ["msa", "mta", "mda", "pop3"], "mail_for": ["a.example"], "leave_on_server": True},
                  "b.example": {"runs": ["mta", "mda"], "mail_for": ["b.example"], "store": "maildir"},
                  "m.example": {"runs": ["mta", "mda", "pop3"], "mail_for": ["m.example"], "store": "maildir"},
                  "phone": {"runs": ["mua", "mra"], "submits_to": "a.example", "reads_from": {"pop3": "m.example"}}},
        "people": {"ann": {"name": "Ann", "address": "ann@a.example", "uses": "pc", "password": "x"},
                   "bob": {"name": "Bob", "address": "bob@b.example"},
                   "mia": {"name": "Mia", "address": "mia@m.example", "uses": "phone", "password": "y"}},
        "script": [{"at": f"{i}m", "who": "ann", "does": "send", "to": ["bob", "ann", "mia"][: i % 3 + 1], "text": text,
                    **({"reverse_path": "<>"} if i == 2 else {})} for i, text in enumerate(texts)]
                  + [{"at": "3m30s", "who": "ann", "does": "fetch"}, {"at": "4m30s", "who": "mia", "does": "fetch"}]}


def stored(program, scenario, journal, at_us):
    """Each letter that lies somewhere at that moment, as it should be in a file: LF, not quoted."""
    letters = []
    time = ["--at", f"{at_us}us"]
    shown = subprocess.run([program, "show", scenario, "mailbox", "--json", *time], capture_output=True, check=True).stdout
    for line in shown.splitlines():
        file = json.loads(line)
        octets = file["contents"].encode()
        if "/tmp/" in file["path"] or not octets or not file["form"]:
            continue
        if octets.startswith(b"From "):
            # A From_ line follows an empty line; what the letter has of its own is quoted.
            for entry in re.split(rb"(?:\A|(?<=\n\n))From [^\n]*\n", octets)[1:]:
                letters.append(re.sub(rb"(?m)^>(>*From )", rb"\1", entry[:-1]))
        else:
            letters.append(octets)
    for record in journal.records:
        if record["kind"] == "retrieved" and record["time_us"] <= at_us:
            letters.append(journal.letter(record["version"]).replace(b"\r\n", b"\n"))
    return sorted(letters)


def read_mbox(path):
    box = mailbox.mbox(path, create=False)
    found = []
    for key in box.keys():
        octets = box.get_bytes(key)
        found.append(re.sub(rb"(?m)^>(>*From )", rb"\1", octets))
        check(re.fullmatch(r"\S+ \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}", box.get_message(key).get_from()),
              f"the From_ line {box.get_message(key).get_from()!r}")
    return sorted(found)


def read_maildir(path):
    box = mailbox.Maildir(path, create=False, factory=None)
    found = []
    for folder in ("new", "cur", "tmp"):
        names = os.listdir(os.path.join(path, folder))
        check(folder != "tmp" or not names, f"{path}: something is left in tmp")
        for name in names:
            check((":2," in name) == (folder == "cur"), f"{folder}/{name}: flags belong into cur")
            with open(os.path.join(path, folder, name), "rb") as file:
                found.append(file.read())
    check(len(box) == len(found), f"mailbox.Maildir finds {len(box)} letters, there are {len(found)}")
    return sorted(found)


def read_eml(path):
    found = []
    for name in os.listdir(path) if os.path.isdir(path) else [""]:
        with open(os.path.join(path, name) if name else path, "rb") as file:
            octets = file.read()
        check(b"\n" not in octets.replace(b"\r\n", b""), f"{path}: a line that does not end in CRLF")
        found.append(octets.replace(b"\r\n", b"\n"))
    return sorted(found)


def compare(where, found, wanted):
    counts["letters"] += len(found)
    check(len(found) == len(wanted), f"{where}: {len(found)} letters, there are {len(wanted)}")
    check(found == wanted, f"{where}: other octets: {[pair for pair in zip(found, wanted) if pair[0] != pair[1]][:1]}")


def ask_others(folder, where, wanted):
    """Programs that are not Python count the letters."""
    mbox, maildir = os.path.join(folder, "box"), os.path.join(folder, "dir")
    if wanted and shutil.which("formail"):
        with open(mbox, "rb") as file:
            said = subprocess.run(["formail", "-s", "sh", "-c", "cat >/dev/null; echo one"], stdin=file, capture_output=True, text=True).stdout
        check(said.count("one") == len(wanted), f"{where}: formail finds {said.count('one')} letters")
        counts["formail"] += 1
    if shutil.which("mlist"):
        said = subprocess.run(["mlist", maildir], capture_output=True, text=True).stdout.split()
        check(len(said) == len(wanted), f"{where}: mblaze finds {len(said)} letters")
        subjects = subprocess.run(["mhdr", "-h", "date", *said], capture_output=True, text=True).stdout if said else ""
        check(len(subjects.splitlines()) == len(wanted), f"{where}: mblaze reads {len(subjects.splitlines())} dates")
        counts["mblaze"] += 1
    if shutil.which("mutt") and shutil.which("script") and wanted:
        with open(os.path.join(folder, "muttrc"), "w", encoding="utf-8") as file:
            file.write(f"set folder={folder}\nset status_format='<%m letters>'\nset move=no\nset quit=yes\nset beep=no\npush '<exit>'\n")
        for source in (mbox, maildir):
            said = subprocess.run(["script", "-qec", f"mutt -R -n -F {folder}/muttrc -f {source}", "/dev/null"], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=20, env={**os.environ, "TERM": "xterm", "HOME": folder}).stdout
            numbers = re.findall(r"<(\d+) letters>", said)
            check(numbers and numbers[-1] == str(len(wanted)), f"{where}: mutt finds {numbers} letters in {os.path.basename(source)}, not {len(wanted)}")
        counts["mutt"] += 1


def ask_indexers(folder, where, wanted):
    """notmuch and mu read each file of the Maildir into an index. An entry for each file, though several may be copies of one letter."""
    maildir = os.path.join(folder, "dir")
    if wanted and shutil.which("notmuch"):
        config = os.path.join(folder, "notmuch")
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"[database]\npath={maildir}\n[user]\nname=x\nprimary_email=x@example.org\n[new]\ntags=new\n[search]\nexclude_tags=\n")
        environment = {**os.environ, "NOTMUCH_CONFIG": config}
        made = subprocess.run(["notmuch", "new", "--no-hooks"], capture_output=True, text=True, env=environment)
        check(made.returncode == 0 and "ignor" not in made.stderr.lower(), f"{where}: notmuch: {made.stderr[:300]}")
        said = subprocess.run(["notmuch", "count", "--output=files", "*"], capture_output=True, text=True, env=environment).stdout.strip()
        check(said == str(len(wanted)), f"{where}: notmuch finds {said} letters, not {len(wanted)}")
        counts["notmuch"] += 1
        shutil.rmtree(os.path.join(maildir, ".notmuch"))
    if wanted and shutil.which("mu"):
        home = "--muhome=" + os.path.join(folder, "mu")
        subprocess.run(["mu", "init", home, f"--maildir={maildir}"], capture_output=True, check=True)
        subprocess.run(["mu", "index", home, "-q"], capture_output=True, check=True)
        said = subprocess.run(["mu", "find", home, "-f", "p", ""], capture_output=True, text=True).stdout.splitlines()
        check(len(said) == len(wanted), f"{where}: mu finds {len(said)} letters, not {len(wanted)}")
        counts["mu"] += 1


def with_nul(program, folder):
    """A journal whose letter has NUL and octets that are no UTF-8 in it, as a real program could have brought them: no scenario may."""
    scenario, path = os.path.join(folder, "plain.json"), os.path.join(folder, "nul.jsonl")
    made = hard_scenario()
    made["script"] = [{"at": "1s", "who": "ann", "does": "send", "to": ["bob", "ann"], "text": "NUL: N and O.\nFrom O\n"}]
    with open(scenario, "w", encoding="utf-8") as out:
        json.dump(made, out)
    subprocess.run([program, "run", scenario, "--journal", path], check=True, stdout=subprocess.DEVNULL)
    with open(path, encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    for record in records:
        if record["kind"] == "compose":
            octets = record.pop("body").encode().replace(b"NUL: N and O", b"NUL: \0 and \xff").replace(b"From O", b"From \xff")
            record["body_base64"] = base64.b64encode(octets).decode()
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    for form, read in (("mbox", read_mbox), ("maildir", read_maildir), ("eml", read_eml)):
        out = os.path.join(folder, "nul." + form)
        done = export(program, path, form, "-o", out)
        if check(done.returncode == 0, f"NUL: {form}: {done.stderr}"):
            found = read(out)
            check(len(found) == 2 and all(b"\nNUL: \0 and \xff.\nFrom \xff\n" in letter.replace(b"\r\n", b"\n") for letter in found), f"NUL: {form}: {found}")
            counts["letters with NUL"] += len(found)


def very_many(program, folder):
    scenario, inner, many = os.path.join(folder, "many.json"), os.path.join(folder, "many"), 10000
    made = hard_scenario()
    made["hosts"] = {name: made["hosts"][name] for name in ("pc", "a.example")}
    made["people"] = {"ann": made["people"]["ann"]}
    made["script"] = [{"at": f"{i * 10}ms", "who": "ann", "does": "send", "to": ["ann"], "subject": f"Letter {i}", "text": f"From me\n{i}\n"} for i in range(many)]
    with open(scenario, "w", encoding="utf-8") as out:
        json.dump(made, out)
    os.mkdir(inner)
    mbox, maildir = os.path.join(inner, "box"), os.path.join(inner, "dir")
    for form, out in (("mbox", mbox), ("maildir", maildir)):
        done = export(program, scenario, form, "-o", out, "--json")
        check(done.returncode == 0 and json.loads(done.stdout)["letters"] == many, f"{many} letters: {form}: {done.stdout}{done.stderr}")
    wanted = sorted(f"Letter {i}".encode() for i in range(many))
    for form, letters in (("mbox", read_mbox(mbox)), ("maildir", read_maildir(maildir))):
        subjects = sorted(re.search(rb"(?m)^Subject: (.*)$", letter)[1] for letter in letters)
        check(subjects == wanted, f"{many} letters: {form}: other subjects, {len(subjects)} of them")
        check(all(re.search(rb"\n\nFrom me\n\d+\n\Z", letter) for letter in letters), f"{many} letters: {form}: other bodies")
    ask_indexers(inner, f"{many} letters", wanted)
    counts["letters of very many"] += 2 * many


def moments(journal):
    """Right after each delivery and each fetch, and at the end."""
    kinds = ("delivered", "retrieved", "file_cut", "file_rename")
    times = sorted({r["time_us"] for r in journal.records if r["kind"] in kinds})
    return times + [journal.records[-1]["time_us"]]


def export(program, *arguments):
    return subprocess.run([program, "export", *arguments], capture_output=True, text=True)


def look_at(program, scenario, folder):
    name = os.path.basename(scenario)
    journal = Journal(program, scenario)
    for at_us in moments(journal):
        where = f"{name} at {at_us} us"
        wanted = stored(program, scenario, journal, at_us)
        inner = tempfile.mkdtemp(dir=folder)
        mbox, maildir, eml = (os.path.join(inner, word) for word in ("box", "dir", "eml"))
        for form, out, read in (("mbox", mbox, read_mbox), ("maildir", maildir, read_maildir), ("eml", eml, read_eml)):
            done = export(program, scenario, form, "-o", out, "--at", f"{at_us}us", "--json")
            if form == "eml" and not wanted:
                check(done.returncode == 2, f"{where}: no letter, but status {done.returncode}")
                continue
            if check(done.returncode == 0, f"{where}: {form}: {done.stderr}"):
                check(json.loads(done.stdout)["letters"] == len(wanted), f"{where}: {form}: it says {done.stdout}")
                compare(f"{where}: {form}", read(out), wanted)
        counts["moments"] += 1
        if at_us == moments(journal)[-1]:
            ask_others(inner, where, wanted)
            ask_indexers(inner, where, wanted)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--waystation", required=True)
    options.add_argument("scenarios", nargs="+")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        hard = os.path.join(folder, "hard.json")
        with open(hard, "w", encoding="utf-8") as out:
            json.dump(hard_scenario(), out)
        for scenario in [hard] + given.scenarios:
            look_at(given.waystation, scenario, folder)
        with_nul(given.waystation, folder)
        very_many(given.waystation, folder)
    for program, word in (("formail", "formail"), ("mlist", "mblaze"), ("mutt", "mutt"), ("script", "script"), ("notmuch", "notmuch"), ("mu", "maildir-utils")):
        if not shutil.which(program):
            print(f"skip: {word} is not installed")
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    check(counts["letters"], "there were no letters")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
