#!/usr/bin/python3
"""Real mail programs against `waystation live`: each one that is installed does its job, and afterwards the journal is
run again without them.

    test_clients.py --waystation PROGRAM --scenario one-host.json

Prints a line a job, "skip: …" for what is not installed, and at the end "N passed, M failed".
"""
import argparse
import imaplib
import os
import poplib
import re
import shutil
import smtplib
import subprocess
import sys
import tempfile

from live_waystation import Live

USER, PASSWORD, RECIPIENT, SENDER = "ann", "secret", "ann@example.com", "ben@client.test"
LETTER = (f"From: Ben <{SENDER}>\r\nTo: <{RECIPIENT}>\r\nSubject: a test\r\nMessage-ID: <1@client.test>\r\n"
          "Date: Mon, 1 Jan 2024 00:00:00 +0000\r\n\r\n.a line that begins with a dot\r\n..two\r\nend\r\n")
TIMEOUT_S = 30


class Jobs:
    def __init__(self, live, folder):
        self.folder = folder
        self.host, self.smtp = live.port("smtp")
        _, self.pop3 = live.port("pop3")
        _, self.imap = live.port("imap")
        self.lmtp = live.port("lmtp")[1]
        self.letter = self.file("letter.eml", LETTER)

    def file(self, name, text, mode=0o600):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def run(self, *command, given=None):
        environment = {**os.environ, "HOME": self.folder}
        done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=TIMEOUT_S,
                              cwd=self.folder, env=environment, check=False)
        if done.returncode:
            raise RuntimeError(f"{command[0]} ends with {done.returncode}: {(done.stdout + done.stderr)[-600:]}")
        return done.stdout

    # ---- in: what begins with smtp_ leaves a letter, in so many copies ----

    def smtp_swaks(self):
        self.run("swaks", "--server", self.host, "--port", str(self.smtp), "--helo", "c.test", "--from", SENDER, "--to",
                 RECIPIENT)

    def smtp_swaks_pipelined(self):
        self.run("swaks", "--server", self.host, "--port", str(self.smtp), "--pipeline", "--helo", "c.test", "--from",
                 SENDER, "--to", RECIPIENT)

    def smtp_curl(self):
        self.run("curl", "-sS", f"smtp://{self.host}:{self.smtp}/c.test", "--mail-from", SENDER, "--mail-rcpt", RECIPIENT,
                 "-T", self.letter)

    def smtp_msmtp(self):
        self.run("msmtp", f"--host={self.host}", f"--port={self.smtp}", "--tls=off", "--auth=off", "-f", SENDER, RECIPIENT,
                 given=LETTER.replace("\r\n", "\n"))

    def smtp_s_nail(self):
        self.run("s-nail", "-n", "-Sv15-compat", f"-Smta=smtp://{self.host}:{self.smtp}", "-Ssmtp-auth=none",
                 f"-Sfrom={SENDER}", "-Ssendwait", "-s", "a test", RECIPIENT, given="hello\n")

    def mutt(self, program):
        self.file("spool", "")
        settings = self.file("muttrc", f'set from={SENDER}\nset smtp_url="smtp://{self.host}:{self.smtp}/"\n'
                             "set ssl_starttls=no\nset ssl_force_tls=no\nset copy=no\n"
                             f"set folder={self.folder}\nset spoolfile={self.folder}/spool\nset mbox_type=mbox\n")
        self.run(program, "-F", settings, "-s", "a test", "--", RECIPIENT, given="hello\n")

    def smtp_mutt(self):
        self.mutt("mutt")

    def smtp_neomutt(self):
        self.mutt("neomutt")

    def smtp_mailutils(self):
        self.run("mail.mailutils", "-E", f"set sendmail=smtp://{self.host}:{self.smtp}", "-s", "a test", "-r", SENDER,
                 RECIPIENT, given="hello\n")

    def by_hand(self, program, *said):
        """Each line when the reply to the one before has come, as a person would type it."""
        with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as client:
            for line, code in said:
                client.stdin.write(line)
                client.stdin.flush()
                while not (heard := client.stdout.readline()).startswith(code + " "):
                    assert heard and not heard.startswith(("4", "5")), f"to {line!r} it says {heard!r}"
            client.stdin.close()
            client.wait(TIMEOUT_S)

    def smtp_telnet(self):
        self.by_hand(["telnet", self.host, str(self.smtp)], ("", "220"), ("EHLO c.test\n", "250"), (f"MAIL FROM:<{SENDER}>\n", "250"),
                     (f"RCPT TO:<{RECIPIENT}>\n", "250"), ("DATA\n", "354"), ("Subject: by hand\n\nHello.\n.\n", "250"), ("QUIT\n", "221"))

    def smtp_nc(self):
        self.by_hand(["nc", "-C", self.host, str(self.smtp)], ("", "220"), ("EHLO c.test\n", "250"), (f"MAIL FROM:<{SENDER}>\n", "250"),
                     (f"RCPT TO:<{RECIPIENT}>\n", "250"), ("DATA\n", "354"), ("Subject: by hand\n\nHello.\n.\n", "250"), ("QUIT\n", "221"))

    def smtp_python(self):
        with smtplib.SMTP(self.host, self.smtp, timeout=TIMEOUT_S) as client:
            client.sendmail(SENDER, [RECIPIENT], LETTER)

    def smtp_lmtp_python(self):
        with smtplib.LMTP(self.host, self.lmtp) as client:
            client.sendmail(SENDER, [RECIPIENT], LETTER)

    # ---- out ----

    def pop3_curl(self):
        url = f"pop3://{self.host}:{self.pop3}/"
        self.run("curl", "-sS", "-u", f"{USER}:{PASSWORD}", url)
        self.run("curl", "-sS", "-u", f"{USER}:{PASSWORD}", url, "-X", "UIDL")
        assert "Subject:" in self.run("curl", "-sS", "-u", f"{USER}:{PASSWORD}", url + "1")

    def pop3_python(self):
        client = poplib.POP3(self.host, self.pop3, timeout=TIMEOUT_S)
        client.user(USER)
        client.pass_(PASSWORD)
        count, _ = client.stat()
        assert count > 0
        assert len(client.uidl()[1]) == count
        letters = [b"\r\n".join(client.retr(n + 1)[1]) for n in range(count)]
        whole = LETTER.encode().rstrip(b"\r\n")
        assert any(letter.endswith(whole) for letter in letters), "the letter has not come through whole"
        client.top(1, 1)
        client.dele(1)
        client.rset()
        client.quit()

    def pop3_mpop(self):
        self.run("mpop", f"--host={self.host}", f"--port={self.pop3}", f"--user={USER}", f"--passwordeval=echo {PASSWORD}",
                 "--tls=off", "--auth=user", "--keep=on", f"--delivery=mbox,{self.folder}/mpop.mbox",
                 f"--uidls-file={self.folder}/mpop.uidls")

    def pop3_fetchmail(self):
        settings = self.file("fetchmailrc", f'poll {self.host} protocol POP3 port {self.pop3}: user "{USER}" password '
                             f'"{PASSWORD}" keep mda "cat >> {self.folder}/fetched"\n')
        self.run("fetchmail", "-f", settings, "--sslproto", "", "--nosyslog", "-i", f"{self.folder}/fetchids",
                 "--pidfile", f"{self.folder}/fetchmail.pid")
        with open(f"{self.folder}/fetched", encoding="utf-8") as file:
            assert "Subject:" in file.read()

    # ---- the same, and more of it, by IMAP ----

    def imap_curl(self):
        url = f"imap://{self.host}:{self.imap}/"
        user = ("curl", "-sS", "-u", f"{USER}:{PASSWORD}")
        assert "INBOX" in self.run(*user, url)
        assert "Subject:" in self.run(*user, url + "INBOX;MAILINDEX=1")
        assert "Subject:" in self.run(*user, url + "INBOX;MAILINDEX=1;SECTION=HEADER.FIELDS%20(Subject)")
        assert "SEARCH" in self.run(*user, url + "INBOX?SUBJECT%20test")
        self.run(*user, url + "INBOX", "-T", self.letter)

    def imap_python(self):
        client = imaplib.IMAP4(self.host, self.imap, timeout=TIMEOUT_S)
        client.login(USER, PASSWORD)
        count = int(client.select()[1][0])
        assert count > 0
        whole = LETTER.encode()
        got = client.fetch("1:*", "(BODY.PEEK[])")[1]
        assert any(piece[1].endswith(whole[whole.index(b"Date"):]) for piece in got if isinstance(piece, tuple)), \
            "the letter has not come through whole"
        assert client.copy("1", "INBOX")[0] == "OK"
        assert rb"\Flagged \Deleted" in client.store("1", "+FLAGS", r"(\Flagged \Deleted)")[1][0]
        assert client.expunge()[1] == [b"1"], "expunge"
        assert client.append("INBOX", r"(\Seen)", None, whole)[0] == "OK"
        found = client.uid("SEARCH", "UNFLAGGED", "TEXT", '"begins with a dot"')[1][0].split()
        assert len(found) >= 2, found
        client.close()
        client.logout()

    def imap_two_at_once_python(self):
        """What one session does the other is told of; what has been seen stays seen, whoever asks."""
        one, two = (imaplib.IMAP4(self.host, self.imap, timeout=TIMEOUT_S) for _ in range(2))
        for client in (one, two):
            client.login(USER, PASSWORD)
            client.select()
        one.store("1", "+FLAGS.SILENT", r"(\Answered)")
        two.noop()
        assert rb"\Answered" in two.response("FETCH")[1][0], "the other session is not told"
        two.fetch("1", "(BODY[TEXT])")
        one.logout()
        two.logout()
        pop = poplib.POP3(self.host, self.pop3, timeout=TIMEOUT_S)
        pop.user(USER)
        pop.pass_(PASSWORD)
        pop.dele(1)
        third = imaplib.IMAP4(self.host, self.imap, timeout=TIMEOUT_S)
        third.login(USER, PASSWORD)
        count = int(third.select()[1][0])
        assert rb"\Seen" in third.fetch("1", "(FLAGS)")[1][0]
        third.store("2", "+FLAGS.SILENT", r"(\Deleted)")
        assert third.expunge()[0] == "NO", "a letter is removed while POP3 has the maildrop"
        pop.quit()
        third.noop()
        assert third.response("EXPUNGE")[1] == [b"1"], "POP3's removal is not told of"
        assert third.expunge()[1] == [b"1"]
        assert int(third.select()[1][0]) == count - 2
        third.logout()

    def imap_fetchmail(self):
        settings = self.file("fetchmailrc.imap", f'poll {self.host} protocol IMAP port {self.imap}: user "{USER}" password '
                             f'"{PASSWORD}" keep fetchall mda "cat >> {self.folder}/fetched.imap"\n')
        self.run("fetchmail", "-f", settings, "--sslproto", "", "--nosyslog", "-i", f"{self.folder}/fetchids.imap",
                 "--pidfile", f"{self.folder}/fetchmail.imap.pid")
        with open(f"{self.folder}/fetched.imap", encoding="utf-8") as file:
            assert "Subject:" in file.read()

    def imap_in_a_terminal(self, program):
        settings = self.file(f"{program}rc", f"set imap_user={USER}\nset imap_pass={PASSWORD}\nset ssl_starttls=no\n"
                             f"set ssl_force_tls=no\nset folder=imap://{self.host}:{self.imap}/\n"
                             f"set spoolfile=imap://{self.host}:{self.imap}/INBOX\nset quit=yes\n"
                             "set imap_authenticators=login\nset record=\nset delete=no\n")
        shown = self.run("script", "-qec", f"env TERM=xterm {program} -F {settings} -R -e 'push <exit>'", "/dev/null", given="")
        assert re.search(r"Msgs:[1-9]", shown), "no letter is shown"

    def imap_mutt(self):
        self.imap_in_a_terminal("mutt")

    def imap_neomutt(self):
        self.imap_in_a_terminal("neomutt")

    def imap_mbsync(self):
        self.file("mbsyncrc", f"IMAPAccount a\nHost {self.host}\nPort {self.imap}\nUser {USER}\nPass {PASSWORD}\nSSLType None\n"
                  f"AuthMechs LOGIN\n\nIMAPStore r\nAccount a\n\nMaildirStore l\nPath {self.folder}/mb/\nInbox {self.folder}/mb/INBOX\n\n"
                  "Channel c\nFar :r:\nNear :l:\nPatterns INBOX\nCreate Near\nSyncState *\n")
        os.makedirs(f"{self.folder}/mb", exist_ok=True)
        for _ in range(2):
            self.run("mbsync", "-c", f"{self.folder}/mbsyncrc", "c")
        assert os.listdir(f"{self.folder}/mb/INBOX/cur") or os.listdir(f"{self.folder}/mb/INBOX/new")


PROGRAM_OF = {"smtp_swaks_pipelined": "swaks", "smtp_s_nail": "s-nail", "smtp_mailutils": "mail.mailutils"}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--waystation", required=True)
    parser.add_argument("--scenario", required=True)
    arguments = parser.parse_args()
    passed = failed = sent = 0

    def outcome(name, fault):
        nonlocal passed, failed
        passed, failed = passed + (not fault), failed + bool(fault)
        print("FAIL" if fault else "ok  ", name, fault)

    with Live(arguments.waystation, arguments.scenario) as live, tempfile.TemporaryDirectory() as folder:
        jobs = Jobs(live, folder)
        names = [name for name in vars(Jobs) if name.startswith("smtp_")] + [n for n in vars(Jobs) if n.startswith("pop3_")]
        names += [n for n in vars(Jobs) if n.startswith("imap_") and n != "imap_in_a_terminal"]
        for name in names:
            program = PROGRAM_OF.get(name, name.split("_")[-1])
            if program != "python" and not shutil.which(program):
                print(f"skip: {program} is not installed")
                continue
            if not name.startswith("smtp_") and sent:
                live.wait_for("delivered", sent)
            try:
                getattr(jobs, name)()
                sent += name.startswith("smtp_")
                outcome(name, "")
            except (RuntimeError, AssertionError, OSError, smtplib.SMTPException, poplib.error_proto,
                    imaplib.IMAP4.error, subprocess.TimeoutExpired) as error:
                outcome(name, str(error) or type(error).__name__)
        live.stop()
        outcome("ends in order", "" if live.status == 0 and "held in queues: 0" in live.said else live.said)
        outcome("runs again", live.check_again())
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
