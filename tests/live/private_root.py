"""Real servers with a root of their own: they are built with fixed places (/var/spool/smtpd, /etc/passwd, …) and conflict
as packages, so each gets a root folder in which /usr is the machine's, and the rest is made for the test. A namespace for mounts and
one for processes hold it all, so that nothing is left when the test ends. The network is the machine's: loopback ports.

    with PrivateRoot(peer, {"etc/aliases": "…"}, "mkdir -p /var/spool/exim4\n", ["/peer/usr/sbin/exim4 -bd"]) as root:
        root.wait(port)     until somebody listens there
"""
import os
import shutil
import socket
import subprocess
import tempfile
import time

START_S = 20
PASSWD = """\
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
ann:x:2000:2000:Ann:/home/ann:/bin/sh
"""
GROUP = "root:x:0:\ndaemon:x:1:\nmail:x:8:\nnogroup:x:65534:\nann:x:2000:\n"
SCRIPT = """\
set -e
root=$1 peer=$2 files=$3
shift 3
mount -t tmpfs -o mode=755 none "$root"
cd "$root"
mkdir -p usr dev proc tmp run root etc var/log var/mail var/tmp var/lib home/ann peer
for name in bin sbin lib lib32 lib64 libx32; do
  if [ -L /$name ]; then cp -P /$name "$name"; elif [ -d /$name ]; then mkdir "$name"; mount --rbind /$name "$name"; fi
done
mount --rbind /usr usr
mount --rbind /dev dev
mount -t proc none proc
mount --rbind "$peer" peer
ln -s /run var/run
chmod 1777 tmp var/tmp var/mail
for name in ld.so.conf ld.so.conf.d services protocols localtime alternatives; do
  [ ! -e /etc/$name ] || cp -a /etc/$name etc/
done
cp -a "$files"/. .
for folder in peer/usr/lib/*-linux-gnu peer/lib/*-linux-gnu; do [ ! -d $folder ] || echo /$folder >>etc/ld.so.conf; done
chroot . /sbin/ldconfig
chown 2000:2000 home/ann
chroot . /bin/sh -e /setup
for command; do
  chroot . /bin/sh -c "$command" </dev/null >>"$files.log" 2>&1
done
echo ready
exec sleep infinity
"""


def possible():
    """Why there can be none; empty if there can."""
    if os.geteuid() != 0:
        return "a root of one's own wants root"
    tried = subprocess.run(["unshare", "--mount", "--pid", "--fork", "mount", "-t", "tmpfs", "none", "/mnt"],
                           stdin=subprocess.DEVNULL, capture_output=True, check=False) if shutil.which("unshare") else None
    return "" if tried and tried.returncode == 0 else "no namespace of one's own to be had here"


class PrivateRoot:
    """peer: the unpacked packages, seen as /peer; files: {path: text} for the root; setup: shell lines that are run in it first;
    commands: what starts the daemons, each of which returns."""

    def __init__(self, peer, files, setup, commands):
        self.peer, self.setup, self.commands = peer, setup, commands
        self.files = {"etc/passwd": PASSWD, "etc/group": GROUP, "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
                      "etc/hosts": "127.0.0.1 localhost\n127.0.0.1 mail.example.com\n", "etc/hostname": "mail\n", **files}

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="waystation-root.")
        os.chmod(self.folder, 0o755)
        made = os.path.join(self.folder, "files")
        for path, text in {**self.files, "setup": self.setup}.items():
            whole = os.path.join(made, path)
            os.makedirs(os.path.dirname(whole), exist_ok=True)
            with open(whole, "w", encoding="utf-8") as file:
                file.write(text)
        mounted = os.path.join(self.folder, "root")
        os.mkdir(mounted)
        self.process = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", SCRIPT, "sh", mounted, self.peer, made,
             *self.commands], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            said = self.process.stderr.read() + self.log()
            self.__exit__()
            raise RuntimeError("a real server does not start: " + said)
        return self

    def log(self):
        try:
            with open(os.path.join(self.folder, "files.log"), encoding="utf-8", errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    def read(self, path):
        """What a file in it holds; nothing if there is none."""
        try:
            with open(f"/proc/{self.process.pid}/root{self.folder}/root/{path}", encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def wait(self, port):
        until = time.monotonic() + START_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError as error:
                if time.monotonic() > until:
                    raise RuntimeError("nobody listens: " + self.log()) from error
                time.sleep(0.1)

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)
