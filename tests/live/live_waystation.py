"""A `waystation live` of a test's own: started, its ports read from the ready file, stopped by SIGTERM.

    with Live(program, scenario) as live:
        host, port = live.port("smtp")

At the end the journal is run again without the real programs: the fingerprint must be the same, and nothing lost.
"""
import collections
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

START_S = 20
STOP_S = 60


class Live:
    def __init__(self, program, scenario, *options):
        self.program, self.scenario, self.options = program, scenario, options
        self.folder = tempfile.mkdtemp(prefix="waystation-live.")
        self.journal = os.path.join(self.folder, "live.jsonl")
        self.printed = self.said = ""
        self.status = None
        self.read_to, self.counts = 0, collections.Counter()

    def __enter__(self):
        ready = os.path.join(self.folder, "ready.json")
        self.process = subprocess.Popen(
            [self.program, "live", self.scenario, "--ready-file", ready, "--journal", self.journal, *self.options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        until = time.monotonic() + START_S
        while not os.path.exists(ready):
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("live does not start: " + self.process.stderr.read())
            time.sleep(0.02)
        with open(ready, encoding="utf-8") as file:
            self.services = json.load(file)
        return self

    def port(self, service, host=None):
        for entry in self.services:
            if entry["service"] == service and host in (None, entry["host"]):
                return entry["address"], entry["port"]
        raise KeyError(service)

    def records(self):
        """What the journal holds so far."""
        with open(self.journal, encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.endswith("\n")]

    def count(self, kind):
        """How many records of that kind the journal holds so far; reads only what is new."""
        with open(self.journal, "rb") as file:
            file.seek(self.read_to)
            new = file.read()
        end = new.rfind(b"\n") + 1
        self.read_to += end
        for found in re.findall(rb'^\{"seq":\d+,"time_us":\d+,"kind":"(\w+)"', new[:end], re.MULTILINE):
            self.counts[found.decode()] += 1
        return self.counts[kind]

    def wait_for(self, kind, count, seconds=20):
        """Until the journal holds so many records of that kind."""
        until = time.monotonic() + seconds
        while self.count(kind) < count:
            if time.monotonic() > until:
                raise AssertionError(f"{self.counts[kind]} {kind} in {seconds} s, not {count}")
            time.sleep(0.05)

    def memory_kib(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))

    def open_files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.printed, self.said = self.process.communicate(timeout=STOP_S)
        self.status = self.process.returncode

    def run(self, *arguments):
        return subprocess.run([self.program, *arguments], capture_output=True, text=True, check=False)

    def check_again(self):
        """What is wrong with the run, as words; empty if nothing is."""
        saved = self.run("run", self.journal, "--fingerprint").stdout
        again = self.run("run", self.scenario, "--replay", self.journal, "--fingerprint")
        if not saved or saved != again.stdout:
            return f"replayed, the run is another: {saved.strip()} and {again.stdout.strip()} {again.stderr}"
        audit = self.run("show", self.journal, "audit")
        return "mail was lost: " + audit.stdout if audit.returncode else ""

    def __exit__(self, *_):
        if self.status is None:
            self.stop()
        shutil.rmtree(self.folder)
