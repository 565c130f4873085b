"""Debian packages that are not to be installed, because mail servers conflict, unpacked into build/peers; and Debian's source
of curl, for the sessions of its tests. What has been fetched once is not fetched again. apt gets a configuration of its
own under build/peers/apt: neither the machine's sources nor its lists are touched.

    packages.unpacked("exim4-daemon-light", "exim4-base")    a folder with usr/…, or None
    packages.source("curl")                                  the upstream archive, or None
    packages.why                                             what could not be had
"""
import glob
import os
import re
import shutil
import subprocess

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
FETCH_S = 180


def release():
    """("debian", "bookworm")"""
    try:
        with open("/etc/os-release", encoding="utf-8") as file:
            found = dict(re.findall(r'^(\w+)="?(.*?)"?$', file.read(), re.MULTILINE))
    except OSError:
        found = {}
    return found.get("ID", ""), found.get("VERSION_CODENAME", "")


class Packages:
    def __init__(self):
        self.folder = os.path.abspath(os.path.join(ROOT, "build", "peers"))
        self.why = ""

    def run(self, folder, *command):
        """What it printed, or None."""
        result = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                timeout=FETCH_S, check=False)
        if result.returncode:
            self.why = (result.stderr.strip().splitlines() or [command[0] + " failed"])[-1]
            return None
        return result.stdout

    def apt(self, folder, *command):
        """With lists of its own, fetched when they are not there."""
        here = os.path.join(self.folder, "apt")
        options = ["-o", f"Dir::Etc::sourcelist={here}/sources.list", "-o", "Dir::Etc::sourceparts=/dev/null",
                   "-o", f"Dir::State::lists={here}/lists", "-o", f"Dir::Cache={here}/", "-o", "APT::Sandbox::User=root",
                   "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20"]
        if not os.path.exists(os.path.join(here, "ready")):
            os.makedirs(os.path.join(here, "lists", "partial"), exist_ok=True)
            os.makedirs(os.path.join(here, "archives", "partial"), exist_ok=True)
            with open(os.path.join(here, "sources.list"), "w", encoding="utf-8") as file:
                for kind, place, suite in (("deb", "debian", ""), ("deb", "debian", "-updates"), ("deb", "debian-security", "-security"),
                                           ("deb-src", "debian", "")):
                    file.write(f"{kind} [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] "
                               f"http://deb.debian.org/{place} {release()[1]}{suite} main\n")
            if self.run(here, "apt-get", *options, "-o", "APT::Update::Error-Mode=any", "update") is None:
                return None
            open(os.path.join(here, "ready"), "w", encoding="utf-8").close()
        return self.run(folder, "apt-get", *options, *command)

    def possible(self):
        if release()[0] != "debian" or not shutil.which("apt-get") or not shutil.which("dpkg"):
            self.why = "this machine is no Debian"
            return False
        return True

    def unpacked(self, *names):
        """With what they depend on and the machine lacks."""
        folder = os.path.join(self.folder, names[0])
        if os.path.isdir(folder):
            return folder
        part = folder + ".part"
        shutil.rmtree(part, ignore_errors=True)
        os.makedirs(part)
        if not self.possible():
            return None
        said = self.apt(part, "install", "--simulate", "--no-install-recommends", *names)
        if said is None or self.apt(part, "download", *sorted({*names, *re.findall(r"^Inst (\S+)", said, re.MULTILINE)})) is None:
            return None
        for deb in glob.glob(os.path.join(part, "*.deb")):
            if self.run(part, "dpkg", "-x", deb, part) is None:
                return None
            os.remove(deb)
        os.rename(part, folder)
        return folder

    def source(self, name):
        folder = os.path.join(self.folder, "source-" + name)
        os.makedirs(folder, exist_ok=True)
        if not glob.glob(os.path.join(folder, "*.orig.tar.*z")):
            if not self.possible() or self.apt(folder, "source", "--download-only", name) is None:
                return None
        return next(iter(sorted(glob.glob(os.path.join(folder, "*.orig.tar.*z")))), None)
