#!/usr/bin/python3
"""Python's smtplib talks to our SMTP server, and our client talks to a server written here.

    test_smtplib.py --probe PROGRAM

Over pairs of sockets: nothing listens on the network. What arrives must be what was sent, octet for octet,
and what we answer must mean to Python what it means to us.
"""
import argparse
import base64
import pathlib
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

PROBE = None
PASSWORD = "pass, word"


def start_probe(*arguments, stderr=None):
    """Our engine, and our end of its connection."""
    ours, theirs = socket.socketpair()
    ours.settimeout(20)
    process = subprocess.Popen([PROBE, *arguments], stdin=theirs, stdout=theirs, stderr=stderr)
    theirs.close()
    return process, ours


class OverPair(smtplib.SMTP):
    """smtplib on a socket that is there already."""

    def __init__(self, pair):
        self.pair = pair
        super().__init__("mx.example", local_hostname="client.example")

    def _get_socket(self, host, port, timeout):
        return self.pair


class LmtpOverPair(OverPair):
    ehlo_msg = "lhlo"


class WithServer(unittest.TestCase):
    """Our server behind a socket, its deliveries in a folder."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.processes = []

    def tearDown(self):
        for process in self.processes:
            self.assertEqual(process.wait(20), 0)
        self.folder.cleanup()

    def connect(self, *words, kind=OverPair):
        process, pair = start_probe("server", self.folder.name, *words)
        self.processes.append(process)
        return kind(pair)

    def arrived(self, number):
        return (pathlib.Path(self.folder.name) / f"{number}.eml").read_bytes()

    def envelope(self, number):
        lines = (pathlib.Path(self.folder.name) / f"{number}.envelope").read_text().splitlines()
        return dict(zip(("with", "helo", "user", "from"), lines)), lines[4:]


MESSAGES = {
    "plain": b"Subject: Lunch?\r\n\r\nFriday?\r\n",
    "dots": b"Subject: dots\r\n\r\n.\r\n..\r\n.a\r\n...\r\nb.\r\n\r\n.\r\n",
    "empty body": b"Subject: nothing\r\n\r\n",
    "8-bit": "Subject: caf\u00e9\r\n\r\nna\u00efve \u2603\r\n".encode(),
    "long": b"Subject: long\r\n\r\n" + b"".join(b"line %d\r\n" % i for i in range(5000)),
    "wide": b"Subject: wide\r\n\r\n" + b"x" * 998 + b"\r\n." + b"y" * 997 + b"\r\n",
}


class Server(WithServer):
    def test_messages_arrive_as_sent(self):
        smtp = self.connect()
        for name, text in MESSAGES.items():
            with self.subTest(name):
                self.assertEqual(smtp.sendmail("jack@comcast.net", ["janelle@umich.edu"], text), {})
        smtp.quit()
        for number, (name, text) in enumerate(MESSAGES.items(), 1):
            with self.subTest(name):
                self.assertEqual(self.arrived(number), text)

    def test_recipients(self):
        smtp = self.connect()
        refused = smtp.sendmail("jack@comcast.net",
                                ["one@d.example", "nobody@d.example", "two@d.example", "later@d.example"],
                                MESSAGES["plain"])
        self.assertEqual({address: code for address, (code, _) in refused.items()},
                         {"nobody@d.example": 550, "later@d.example": 450})
        self.assertTrue(refused["nobody@d.example"][1].startswith(b"5.1.1 "))
        smtp.quit()
        facts, recipients = self.envelope(1)
        self.assertEqual(facts, {"with": "ESMTP", "helo": "client.example", "user": "",
                                 "from": "jack@comcast.net"})
        self.assertEqual(recipients, ["one@d.example", "two@d.example"])

    def test_all_recipients_refused(self):
        smtp = self.connect()
        with self.assertRaises(smtplib.SMTPRecipientsRefused):
            smtp.sendmail("jack@comcast.net", ["nobody@d.example"], MESSAGES["plain"])
        self.assertEqual(smtp.sendmail("jack@comcast.net", ["one@d.example"], MESSAGES["plain"]), {})
        smtp.quit()

    def test_extensions_as_python_reads_them(self):
        smtp = self.connect("auth")
        smtp.ehlo()
        self.assertEqual(smtp.esmtp_features,
                         {"size": "100000", "pipelining": "", "8bitmime": "", "enhancedstatuscodes": "",
                          "vrfy": "", "expn": "", "help": "", "auth": " PLAIN LOGIN"})
        smtp.quit()

    def test_too_big(self):
        smtp = self.connect()
        with self.assertRaises(smtplib.SMTPSenderRefused) as raised:
            smtp.sendmail("jack@comcast.net", ["one@d.example"], b"x" * 60 + b"\r\n" + b"y\r\n" * 50000)
        self.assertEqual(raised.exception.smtp_code, 552)
        smtp.quit()

    def test_old_server(self):
        smtp = self.connect("plain-only")
        self.assertEqual(smtp.sendmail("jack@comcast.net", ["one@d.example"], MESSAGES["dots"]), {})
        self.assertFalse(smtp.does_esmtp)
        smtp.quit()
        self.assertEqual(self.arrived(1), MESSAGES["dots"])
        self.assertEqual(self.envelope(1)[0]["with"], "SMTP")

    def test_questions(self):
        smtp = self.connect()
        smtp.ehlo()
        self.assertEqual(smtp.verify("jack")[0], 250)
        self.assertEqual(smtp.expn("friends"), (250, b"2.1.5 <jack@comcast.net>\n2.1.5 <janelle@umich.edu>"))
        self.assertIn(b"MAIL", smtp.help())
        self.assertEqual(smtp.noop()[0], 250)
        self.assertEqual(smtp.docmd("FROB")[0], 500)
        self.assertEqual(smtp.docmd("DATA")[0], 503)
        self.assertEqual(smtp.rset()[0], 250)
        self.assertEqual(smtp.quit()[0], 221)

    def test_auth(self):
        for mechanism in ("auth_plain", "auth_login"):
            for initial in (True, False):
                with self.subTest(mechanism, initial=initial):
                    smtp = self.connect("auth")
                    smtp.ehlo()
                    smtp.user, smtp.password = "jack", PASSWORD
                    name = mechanism.split("_")[1].upper()
                    code, _ = smtp.auth(name, getattr(smtp, mechanism), initial_response_ok=initial)
                    self.assertEqual(code, 235)
                    smtp.sendmail("jack@comcast.net", ["one@d.example"], MESSAGES["plain"])
                    smtp.quit()
                    self.assertEqual(self.envelope(1)[0]["with"], "ESMTPA")
                    self.assertEqual(self.envelope(1)[0]["user"], "jack")

    def test_auth_refused(self):
        smtp = self.connect("auth")
        smtp.ehlo()
        self.assertEqual(smtp.docmd("MAIL FROM:<jack@comcast.net>")[0], 530)
        with self.assertRaises(smtplib.SMTPAuthenticationError) as raised:
            smtp.login("jack", "wrong")
        self.assertEqual(raised.exception.smtp_code, 535)
        self.assertEqual(smtp.login("jack", PASSWORD)[0], 235)
        smtp.quit()

    def test_pipelined(self):
        smtp = self.connect()
        smtp.ehlo()
        text = b"Subject: all at once\r\n\r\n..dot\r\n"
        smtp.send(b"MAIL FROM:<a@b.example>\r\nRCPT TO:<nobody@d.example>\r\nRCPT TO:<one@d.example>\r\n"
                  b"DATA\r\n" + text + b".\r\nNOOP\r\n")
        self.assertEqual([smtp.getreply()[0] for _ in range(6)], [250, 550, 250, 354, 250, 250])
        smtp.quit()
        self.assertEqual(self.arrived(1), b"Subject: all at once\r\n\r\n.dot\r\n")

    def test_smuggling(self):
        smtp = self.connect()
        smtp.ehlo()
        for end in (b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r"):
            with self.subTest(end):
                for line in ("MAIL FROM:<a@b.example>", "RCPT TO:<one@d.example>"):
                    self.assertEqual(smtp.docmd(line)[0], 250)
                self.assertEqual(smtp.docmd("DATA")[0], 354)
                smtp.send(b"text" + end + b"MAIL FROM:<smuggled@b.example>\r\n.\r\n")
                self.assertEqual(smtp.getreply()[0], 550)
        self.assertEqual(smtp.noop()[0], 250)
        smtp.quit()

    def test_lmtp(self):
        lmtp = self.connect("lmtp", kind=LmtpOverPair)
        self.assertEqual(lmtp.ehlo()[0], 250)
        lmtp.mail("jack@comcast.net")
        for name in ("one", "nobody", "two", "three"):
            lmtp.rcpt(name + "@d.example")
        self.assertEqual(lmtp.data(MESSAGES["dots"])[0], 250)
        self.assertEqual([lmtp.getreply()[0] for _ in range(2)], [250, 250])
        lmtp.quit()
        self.assertEqual(self.arrived(1), MESSAGES["dots"])
        self.assertEqual(self.envelope(1)[1], ["one@d.example", "two@d.example", "three@d.example"])


class LittleServer:
    """A server of a few lines that believes nothing: one session, kept as lines."""

    def __init__(self, pair, extensions=(), lmtp=False, refuse=()):
        self.stream = pair.makefile("rwb")
        self.extensions, self.lmtp, self.refuse = extensions, lmtp, refuse
        self.commands, self.recipients, self.text = [], [], b""

    def say(self, *lines):
        for line in lines:
            self.stream.write(line.encode() + b"\r\n")
        self.stream.flush()

    def line(self):
        line = self.stream.readline()
        assert line.endswith(b"\r\n") and b"\r" not in line[:-2], line
        return line[:-2]

    def take_text(self):
        self.say("354 go on")
        while (line := self.line()) != b".":
            self.text += line.removeprefix(b".") + b"\r\n"
        for recipient in self.recipients if self.lmtp else ["all"]:
            self.say(f"250 2.0.0 taken for {recipient}")

    def answer(self, command):
        verb = command.upper()
        if verb.startswith(("EHLO", "LHLO")):
            lines = ["little.example", *self.extensions]
            self.say(*[f"250-{line}" for line in lines[:-1]], f"250 {lines[-1]}")
        elif verb.startswith("RCPT TO:"):
            address = command[9:command.index(">")]
            if address not in self.refuse:
                self.recipients.append(address)
            self.say("550 5.1.1 not here" if address in self.refuse else "250 2.1.5 here")
        elif verb.startswith("AUTH PLAIN "):
            right = base64.b64encode(f"\0jack\0{PASSWORD}".encode()).decode()
            self.say("235 2.7.0 yes" if command[11:] == right else "535 5.7.8 no")
        elif verb == "DATA":
            self.take_text()
        else:
            self.say("221 bye" if verb == "QUIT" else "250 2.0.0 fine")

    def run(self):
        self.say("220-little.example", "220 hello")
        while not self.commands or self.commands[-1] != "QUIT":
            self.commands.append(self.line().decode())
            self.answer(self.commands[-1])


class Client(unittest.TestCase):
    def deliver(self, text, recipients, words=(), **server_words):
        """Our client sends; gives what the little server got, and what our client made of it."""
        with tempfile.NamedTemporaryFile() as file:
            file.write(text)
            file.flush()
            process, pair = start_probe("client", file.name, "jack@comcast.net", *recipients, *words,
                                        stderr=subprocess.PIPE)
            server = LittleServer(pair, **server_words)
            thread = threading.Thread(target=server.run)
            thread.start()
            outcomes = process.stderr.read().decode().splitlines()
            thread.join(20)
            process.stderr.close()
            self.assertEqual(process.wait(20), 0)
            self.assertFalse(thread.is_alive())
            server.stream.close()
            pair.close()
        return server, outcomes

    def test_messages_arrive_as_sent(self):
        for extensions in ((), ("PIPELINING", "8BITMIME", "SIZE 1000000")):
            for name, text in MESSAGES.items():
                with self.subTest(name, extensions=extensions):
                    server, outcomes = self.deliver(text, ["janelle@umich.edu"], extensions=extensions)
                    self.assertEqual(server.text, text)
                    self.assertEqual(outcomes, ["message 0 250 2.0.0|taken for all"])

    def test_commands(self):
        server, _ = self.deliver(MESSAGES["plain"], ["one@d.example"])
        self.assertEqual(server.commands, ["EHLO client.example", "MAIL FROM:<jack@comcast.net>",
                                           "RCPT TO:<one@d.example>", "DATA", "QUIT"])

    def test_parameters(self):
        server, _ = self.deliver(MESSAGES["8-bit"], ["one@d.example"], extensions=("SIZE", "8BITMIME"))
        size = len(MESSAGES["8-bit"])
        self.assertEqual(server.commands[1], f"MAIL FROM:<jack@comcast.net> SIZE={size} BODY=8BITMIME")

    def test_some_recipients_refused(self):
        server, outcomes = self.deliver(MESSAGES["dots"], ["one@d.example", "two@d.example", "three@d.example"],
                                        extensions=("PIPELINING",), refuse=("two@d.example",))
        self.assertEqual(server.recipients, ["one@d.example", "three@d.example"])
        self.assertEqual(outcomes, ["rcpt 1 550 5.1.1|not here", "message 0 250 2.0.0|taken for all",
                                    "message 2 250 2.0.0|taken for all"])

    def test_lmtp(self):
        server, outcomes = self.deliver(MESSAGES["dots"], ["one@d.example", "two@d.example"], words=["lmtp"],
                                        extensions=("PIPELINING",), lmtp=True)
        self.assertEqual(server.commands[0], "LHLO client.example")
        self.assertEqual(outcomes, ["message 0 250 2.0.0|taken for one@d.example",
                                    "message 1 250 2.0.0|taken for two@d.example"])

    def test_auth(self):
        server, outcomes = self.deliver(MESSAGES["plain"], ["one@d.example"], words=["auth"],
                                        extensions=("AUTH LOGIN PLAIN",))
        self.assertEqual(server.text, MESSAGES["plain"])
        self.assertEqual(outcomes, ["message 0 250 2.0.0|taken for all"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--probe", required=True)
    options, rest = parser.parse_known_args()
    PROBE = options.probe
    unittest.main(argv=[sys.argv[0], *rest])
