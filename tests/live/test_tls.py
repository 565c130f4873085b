#!/usr/bin/python3
"""STARTTLS, STLS and the ports where TLS comes first, by real clients, against `waystation live` with a host that has a
certificate. And guests who misbehave under TLS. Afterwards the journal runs again without them.

    test_tls.py --waystation PROGRAM --scenario one-host-tls.json
"""
import argparse
import contextlib
import imaplib
import os
import poplib
import shutil
import smtplib
import socket
import ssl
import subprocess
import sys

from live_waystation import Live

USER, PASSWORD, ADDRESS = "ann", "secret", "ann@example.com"
LETTER = "Subject: under TLS\r\n\r\n" + "a line of a letter that is long enough\r\n" * 5000
TIMEOUT_S = 30


class Jobs:
    def __init__(self, live):
        self.live = live
        self.port = {entry["service"]: entry["port"] for entry in live.services}
        self.context = ssl._create_unverified_context()

    def run(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, (done.stdout + done.stderr)[-400:]
        return done.stdout

    def table(self):
        tls = {entry["service"]: entry["tls"] for entry in self.live.services}
        assert tls == {"smtp": "starttls", "submission": "starttls", "submissions": "implicit", "lmtp": False,
                       "pop3": "starttls", "pop3s": "implicit", "imap": "starttls", "imaps": "implicit"}, tls

    # ---- Python ----

    def smtplib_starttls(self):
        with smtplib.SMTP("127.0.0.1", self.port["smtp"], timeout=TIMEOUT_S) as client:
            client.ehlo()
            assert client.has_extn("starttls") and not client.has_extn("auth")
            client.starttls(context=self.context)
            client.ehlo()
            assert not client.has_extn("starttls")
            client.sendmail("ben@client.test", [ADDRESS], LETTER)

    def smtplib_submission(self):
        with smtplib.SMTP("127.0.0.1", self.port["submission"], timeout=TIMEOUT_S) as client:
            client.starttls(context=self.context)
            client.login(USER, PASSWORD)
            client.sendmail(ADDRESS, [ADDRESS], LETTER)

    def smtplib_submissions(self):
        with smtplib.SMTP_SSL("127.0.0.1", self.port["submissions"], timeout=TIMEOUT_S, context=self.context) as client:
            client.login(USER, PASSWORD)
            client.sendmail(ADDRESS, [ADDRESS], LETTER)

    def no_password_in_the_clear(self):
        with smtplib.SMTP("127.0.0.1", self.port["submission"], timeout=TIMEOUT_S) as client:
            client.ehlo()
            code, _ = client.docmd("AUTH", "PLAIN AGFubgBzZWNyZXQ=")
            assert 500 <= code < 600, code

    def poplib_stls(self):
        self.live.wait_for("delivered", 3)
        client = poplib.POP3("127.0.0.1", self.port["pop3"], timeout=TIMEOUT_S)
        client.stls(self.context)
        client.user(USER)
        client.pass_(PASSWORD)
        assert client.stat()[0] == 3
        assert b"\r\n".join(client.retr(1)[1]).endswith(b"a line of a letter that is long enough")
        client.quit()

    def poplib_pop3s(self):
        client = poplib.POP3_SSL("127.0.0.1", self.port["pop3s"], timeout=TIMEOUT_S, context=self.context)
        client.user(USER)
        client.pass_(PASSWORD)
        assert len(client.list()[1]) >= 3
        client.quit()

    def imaplib_starttls(self):
        client = imaplib.IMAP4("127.0.0.1", self.port["imap"], timeout=TIMEOUT_S)
        assert "LOGINDISABLED" in client.capabilities and "STARTTLS" in client.capabilities
        client.starttls(self.context)
        assert "STARTTLS" not in client.capabilities
        client.login(USER, PASSWORD)
        assert int(client.select()[1][0]) >= 3
        client.logout()

    def imaplib_imaps(self):
        client = imaplib.IMAP4_SSL("127.0.0.1", self.port["imaps"], ssl_context=self.context, timeout=TIMEOUT_S)
        client.login(USER, PASSWORD)
        client.select()
        assert b"a line of a letter that is long enough" in client.fetch("1", "(BODY.PEEK[TEXT])")[1][0][1]
        client.logout()

    def imaplib_in_the_clear(self):
        client = imaplib.IMAP4("127.0.0.1", self.port["imap"], timeout=TIMEOUT_S)
        try:
            client.login(USER, PASSWORD)
        except imaplib.IMAP4.error as error:
            assert "PRIVACYREQUIRED" in str(error), error
        else:
            raise AssertionError("a password is taken in the clear")

    def certificate(self):
        """For localhost and 127.0.0.1, by TLS 1.2 and 1.3."""
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = ssl._create_unverified_context()
            context.maximum_version = version
            with socket.create_connection(("127.0.0.1", self.port["pop3s"]), timeout=TIMEOUT_S) as plain:
                with context.wrap_socket(plain) as peer:
                    assert peer.recv(3) == b"+OK"
                    shown = ssl.DER_cert_to_PEM_cert(peer.getpeercert(True))
        names = subprocess.run(["openssl", "x509", "-noout", "-ext", "subjectAltName"], input=shown, capture_output=True,
                               text=True, check=False).stdout
        assert "DNS:localhost" in names and "127.0.0.1" in names, names

    # ---- programs ----

    def curl(self):
        self.run("curl", "-sS", "-k", "--ssl-reqd", f"smtp://127.0.0.1:{self.port['smtp']}/c.test", "--mail-rcpt", "x", "-X", "NOOP")
        self.run("curl", "-sS", "-k", "--ssl-reqd", "-u", f"{USER}:{PASSWORD}", f"pop3://127.0.0.1:{self.port['pop3']}/")
        assert "Subject: under TLS" in self.run("curl", "-sS", "-k", "-u", f"{USER}:{PASSWORD}",
                                                f"pop3s://127.0.0.1:{self.port['pop3s']}/1")
        self.run("curl", "-sS", "-k", "--ssl-reqd", "-u", f"{USER}:{PASSWORD}", f"imap://127.0.0.1:{self.port['imap']}/")
        assert "Subject: under TLS" in self.run("curl", "-sS", "-k", "-u", f"{USER}:{PASSWORD}",
                                                f"imaps://127.0.0.1:{self.port['imaps']}/INBOX;MAILINDEX=1")

    def openssl(self):
        """By hand; with -quiet a line that begins with R is no command to openssl."""
        with subprocess.Popen(["openssl", "s_client", "-quiet", "-crlf", "-starttls", "smtp", "-connect", f"127.0.0.1:{self.port['submission']}"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as client:
            for line, begins in (("EHLO x\n", "250 "), ("RCPT TO:<x@y.test>\n", "50"), ("QUIT\n", "221 ")):
                client.stdin.write(line)
                client.stdin.flush()
                while not (heard := client.stdout.readline()).startswith(begins):
                    assert heard.startswith("250-"), f"to {line!r} it says {heard!r}"
            client.stdin.close()
            client.wait(TIMEOUT_S)

    def swaks(self):
        if subprocess.run(["perl", "-MNet::SSLeay", "-e", "1"], capture_output=True, check=False).returncode:
            print("skip: swaks without Net::SSLeay knows no TLS")
            return
        for port, how in (("smtp", "--tls"), ("submissions", "--tls-on-connect")):
            login = ["--auth", "PLAIN", "-au", USER, "-ap", PASSWORD] if port == "submissions" else []
            self.run("swaks", "--server", "127.0.0.1", "--port", str(self.port[port]), how, *login, "--helo", "c.test",
                     "--from", ADDRESS, "--to", ADDRESS)

    def mpop(self):
        folder = self.live.folder
        self.run("mpop", "--host=127.0.0.1", f"--port={self.port['pop3s']}", f"--user={USER}", f"--passwordeval=echo {PASSWORD}",
                 "--tls=on", "--tls-starttls=off", "--tls-certcheck=off", "--auth=user", "--keep=on",
                 f"--delivery=mbox,{folder}/mpop.mbox", f"--uidls-file={folder}/uidls")

    # ---- guests who misbehave ----

    def injection(self):
        """What was said in the clear behind STARTTLS has no effect under TLS (CVE-2011-0411), which stands all the same."""
        with socket.create_connection(("127.0.0.1", self.port["smtp"]), timeout=TIMEOUT_S) as plain:
            plain.recv(1000)
            plain.sendall(b"EHLO x\r\n")
            plain.recv(1000)
            plain.sendall(b"STARTTLS\r\nMAIL FROM:<evil@x.test>\r\n")
            assert plain.recv(1000)[:4] == b"220 "
            with self.context.wrap_socket(plain, server_hostname="mail.example.com") as peer:
                peer.sendall(b"MAIL FROM:<evil@x.test>\r\n")
                said = peer.recv(1000)
                assert said.startswith(b"503 5.5.1") and said.count(b"\r\n") == 1, said

    def no_handshake(self):
        for said in (b"EHLO x\r\n", os.urandom(3000), b"\x16\x03\x01\xff\xff" + b"x" * 5000, b"", b"\x16"):
            for port in ("pop3s", "submissions"):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port[port]), timeout=2) as peer:
                    peer.settimeout(0.3)
                    peer.sendall(said)
                    peer.recv(1000)
        self.poplib_pop3s()

    def vanish_in_handshake(self):
        for _ in range(100):
            with socket.create_connection(("127.0.0.1", self.port["pop3s"])) as peer:
                peer.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        self.poplib_pop3s()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--waystation", required=True)
    parser.add_argument("--scenario", required=True)
    arguments = parser.parse_args()
    passed = failed = 0

    def outcome(name, fault):
        nonlocal passed, failed
        passed, failed = passed + (not fault), failed + bool(fault)
        print("FAIL" if fault else "ok  ", name, fault, flush=True)

    with Live(arguments.waystation, arguments.scenario) as live:
        jobs = Jobs(live)
        for name in [name for name in vars(Jobs) if name[0] != "_" and name != "run"]:
            if name in ("openssl", "curl", "swaks", "mpop") and not shutil.which(name):
                print(f"skip: {name} is not installed")
                continue
            try:
                getattr(jobs, name)()
                outcome(name, "")
            except (AssertionError, OSError, smtplib.SMTPException, poplib.error_proto, imaplib.IMAP4.error) as error:
                outcome(name, f"{type(error).__name__}: {error}")
        live.stop()
        outcome("ends in order", "" if live.status == 0 else live.said[-2000:])
        outcome("runs again", live.check_again())
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
