"""A Postfix and a Dovecot of a test's own, on free loopback ports, with everything they write in one temporary folder:
example.com has two mailboxes, ann's and dan's; the password of both is "secret". Both servers want to be started by root.

    with RealServers() as real:
        real.smtp, real.pop3     ports
    with RealServers(tls="mail.example.com") as real:
        real.smtps, real.pop3s   ports where TLS comes first; STARTTLS and STLS on the others
        real.trust               who has signed the certificate for that name
    RealServers(main=LINES)      more lines for Postfix's main.cf
"""
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

START_S = 20
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{tls_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes
tlsmgr unix - - n 1000? 1 tlsmgr
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.example.com
myorigin = example.com
mydestination = example.com
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_relay_restrictions = reject_unauth_destination
local_transport = virtual
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{ {{ann@example.com = ann}} {{dan@example.com = dan}} {{postmaster@example.com = ann}} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
alias_maps =
alias_database =
local_recipient_maps = $virtual_mailbox_maps
smtpd_banner = $myhostname ESMTP $mail_name
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
default_database_type = texthash
smtputf8_enable = no
smtpd_error_sleep_time = 0
smtpd_tls_security_level = {tls}
smtpd_tls_cert_file = {folder}/etc/cert.pem
smtpd_tls_key_file = {folder}/etc/key.pem
smtpd_tls_received_header = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
"""
DOVECOT = """\
base_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = pop3
listen = 127.0.0.1
{ssl}
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = mbox:{folder}/folders:INBOX={folder}/mail/%n
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = {folder}/etc/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/home
}}
service auth {{
  unix_listener {folder}/spool/private/auth {{
    mode = 0666
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {port}
  }}
  inet_listener pop3s {{
    port = {tls_port}
    ssl = yes
  }}
}}
"""


def free_port():
    """One that nobody listens on, and that the system gives to nobody: of its own, a client of another test might get it before the
    server has started."""
    while True:
        port = random.randrange(10000, 32000)
        try:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
            return port
        except OSError:
            continue


def missing():
    """Why nothing can be started; empty if all is there."""
    if os.geteuid() != 0:
        return "Postfix and Dovecot want to be started by root"
    names = [name for name in ("postfix", "dovecot") if not shutil.which(name, path="/usr/sbin:/usr/bin")]
    return " and ".join(names) + (" is not installed" if len(names) == 1 else " are not installed") if names else ""


class RealServers:
    def __init__(self, tls=None, main=""):
        self.tls, self.main = tls, main

    def make_certificate(self):
        """One for the name, signed by a maker of certificates whom nobody knows but who reads self.trust."""
        def openssl(*words):
            subprocess.run(["openssl", *words], cwd=os.path.join(self.folder, "etc"), capture_output=True, check=True)
        self.write("ext", f"subjectAltName=DNS:{self.tls}\n")
        new = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        openssl(*new, "-x509", "-days", "2", "-subj", "/CN=A maker of certificates", "-keyout", "maker.key", "-out", "maker.pem")
        openssl(*new, "-subj", "/CN=" + self.tls, "-keyout", "key.pem", "-out", "asked.pem")
        openssl("x509", "-req", "-in", "asked.pem", "-CA", "maker.pem", "-CAkey", "maker.key", "-CAcreateserial", "-days", "2",
                "-extfile", "ext", "-out", "cert.pem")
        self.trust = os.path.join(self.folder, "etc", "maker.pem")

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="waystation-real.")
        os.chmod(self.folder, 0o755)
        for name in ("etc", "spool", "data", "mail", "run", "folders", "home"):
            os.mkdir(os.path.join(self.folder, name), 0o755)
        shutil.chown(os.path.join(self.folder, "data"), "postfix")
        for name in ("mail", "folders", "home"):
            shutil.chown(os.path.join(self.folder, name), "nobody", "nogroup")
        self.smtp, self.pop3, self.smtps, self.pop3s = (free_port() for _ in range(4))
        if self.tls:
            self.make_certificate()
        nobody = pwd.getpwnam("nobody")
        self.write("main.cf", MAIN.format(folder=self.folder, uid=nobody.pw_uid, gid=nobody.pw_gid, tls="may" if self.tls else "none") + self.main)
        self.write("master.cf", MASTER.format(port=self.smtp, tls_port=self.smtps))
        self.write("users", "ann:{PLAIN}secret\ndan:{PLAIN}secret\n")
        ssl = f"ssl = yes\nssl_cert = <{self.folder}/etc/cert.pem\nssl_key = <{self.folder}/etc/key.pem" if self.tls else "ssl = no"
        self.write("dovecot.conf", DOVECOT.format(folder=self.folder, port=self.pop3, tls_port=self.pop3s if self.tls else 0, ssl=ssl))
        self.do("postfix", "-c", f"{self.folder}/etc", "start")
        self.do("dovecot", "-c", f"{self.folder}/etc/dovecot.conf")
        for port in (self.smtp, self.pop3):
            self.wait(port)
        return self

    def write(self, name, text):
        with open(os.path.join(self.folder, "etc", name), "w", encoding="utf-8") as file:
            file.write(text)

    def do(self, *command):
        """Daemons keep what they are given: so no pipes."""
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       timeout=60, check=False, env={**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})

    def wait(self, port):
        until = time.monotonic() + START_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def mailbox(self):
        """What Postfix has delivered for ann."""
        try:
            with open(os.path.join(self.folder, "mail", "ann"), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return b""

    def __exit__(self, *_):
        self.do("postfix", "-c", f"{self.folder}/etc", "stop")
        try:
            with open(f"{self.folder}/run/master.pid", encoding="ascii") as file:
                os.kill(int(file.read()), signal.SIGTERM)
        except (OSError, ValueError):
            pass
        time.sleep(0.5)
        shutil.rmtree(self.folder, ignore_errors=True)
