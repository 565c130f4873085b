#!/usr/bin/python3
"""BIND's named-checkzone on the zones that we write.

    test_zone.py --probe PROGRAM

Reads zones in odd layouts with our reader, writes them, and lets named-checkzone load what we wrote; what it
prints in its canonical form must be what it makes of the original, too. Exit 77, skipped, where it is not installed.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
SOA = "@ 86400 IN SOA ns.{o}. hostmaster.{o}. ( 2004061801 ; serial\n 86400 7200\n 3600000 900 )\n@ 86400 NS ns.{o}.\nns 3600 A 192.0.2.53\n"

ZONES = {
    "umich.edu": SOA + """@ 3600 MX 10 mx1
  3600 MX 20 mx2
mx1 3600 A 192.0.2.1
    3600 AAAA 2001:db8:0:0:1:0:0:1
mx2 60 IN A 192.0.2.2
www IN 60 CNAME mx1
@ 3600 TXT "v=spf1 mx -all" "and \\"more\\"; \\\\ \\195\\164"
first\\.last 3600 A 192.0.2.3
*.wild 3600 MX 5 mx1
null 3600 MX 0 .
odd 3600 TYPE65280 \\# 4 0a0b0c0d
""",
    "2.0.192.in-addr.arpa": SOA.replace("ns 3600 A 192.0.2.53\n", "").replace("ns.{o}", "ns.umich.edu") + """
1 3600 PTR mx1.umich.edu.
53 3600 PTR ns.umich.edu.
""",
    "8.b.d.0.1.0.0.2.ip6.arpa": SOA.replace("ns 3600 A 192.0.2.53\n", "").replace("ns.{o}", "ns.umich.edu") + """
1.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0.0.0.0.0.0.0.0 3600 PTR mx1.umich.edu.
""",
}
# What both must refuse.
BAD = {
    "bad address": SOA + "a 60 A 192.0.2.256\n",
    "CNAME and other data": SOA + "a 60 A 192.0.2.1\na 60 CNAME ns\n",
    "two SOA records": SOA + "@ 60 SOA a. b. 1 2 3 4 5\n",
    "unbalanced quote": SOA + 'a 60 TXT "abc\n',
    "unbalanced parenthesis": SOA + "a 60 TXT ( abc\n",
    "label of 64": SOA + "a" * 64 + " 60 A 192.0.2.1\n",
    "preference": SOA + "@ 60 MX 65536 ns\n",
    "no data": SOA + "a 60 A\n",
    "too much data": SOA + "a 60 A 192.0.2.1 192.0.2.2\n",
}


def checkzone(program, origin, text):
    """What named-checkzone makes of a zone: its status and its canonical form."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "zone")
        path.write_text(text)
        done = subprocess.run([program, "-k", "ignore", "-i", "local", "-D", "-o", folder + "/out", origin, str(path)],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        out = pathlib.Path(folder, "out")
        dump = out.read_text() if out.exists() else ""
        return done.returncode, re.sub(r"[ \t]+", " ", dump), done.stdout.decode()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--probe", required=True)
    options = arguments.parse_args()
    program = shutil.which("named-checkzone", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not program:
        print("skipped: named-checkzone is not installed (Debian: bind9-utils)")
        return SKIPPED
    problems = 0
    for origin, text in ZONES.items():
        text = text.format(o=origin)
        ours = subprocess.run([options.probe, origin], input=text.encode(), stdout=subprocess.PIPE, check=True).stdout.decode()
        wanted, got = checkzone(program, origin, text), checkzone(program, origin, ours)
        good = wanted[0] == 0 and got[0] == 0 and wanted[1] == got[1] and wanted[1]
        print(("ok      " if good else "FAIL    ") + origin)
        if not good:
            problems += 1
            print(wanted, got, ours, sep="\n")
    for name, text in BAD.items():
        text = text.format(o="umich.edu")
        ours = subprocess.run([options.probe, "umich.edu"], input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        theirs = checkzone(program, "umich.edu", text)
        good = ours.returncode == 1 and theirs[0] != 0
        print(("ok      " if good else "FAIL    ") + "refused: " + name)
        if not good:
            problems += 1
            print(ours, theirs, sep="\n")
    print(f"{len(ZONES) + len(BAD)} zones, {problems} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
