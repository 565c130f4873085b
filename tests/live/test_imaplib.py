#!/usr/bin/python3
"""Python's imaplib against our IMAP server, behind a real socket on the loopback, with Python's email package as the
second opinion on what a message is made of.

    test_imaplib.py --probe PROGRAM FILE.eml…

Every message that comes must be the file's, octet by octet; headers, parts and searches must agree with what Python
reads from the file.
"""
import argparse
import email
import email.mime.image
import email.mime.message
import email.mime.multipart
import email.mime.text
import email.policy
import imaplib
import pathlib
import re
import subprocess
import unittest

from test_poplib import lines_of

PROBE = None
FILES = []
TIMEOUT_S = 20


class Server:
    """A probe of its own, with all the files in its INBOX."""

    def __enter__(self):
        self.process = subprocess.Popen([PROBE] + [str(path) for path in FILES], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline().split()[1])
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        status = self.process.wait(TIMEOUT_S)
        assert status == 0, f"the probe ended with {status}"

    def connect(self):
        return imaplib.IMAP4("127.0.0.1", self.port, timeout=TIMEOUT_S)

    def log_in(self, select=True):
        client = self.connect()
        client.login("jack", "secret")
        if select:
            client.select()
        return client


def literals(answer):
    """The literals of a FETCH, in order."""
    return [piece[1] for piece in answer if isinstance(piece, tuple)]


def fields(part):
    """Unfolded."""
    return [(name, re.sub(r"\r?\n", "", value)) for name, value in part.items()]


class Imaplib(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        self.messages = [b"\r\n".join(lines_of(path.read_bytes())) + b"\r\n" for path in FILES]

    def said(self, answer):
        self.assertEqual(answer[0], "OK", answer)
        return answer[1]

    def test_every_message_comes_as_it_is(self):
        client = self.server.log_in()
        for number, message in enumerate(self.messages, 1):
            got, = literals(self.said(client.fetch(str(number), "(BODY.PEEK[])")))
            self.assertEqual(got, message.replace(b"\0", b"\x80"), FILES[number - 1].name)
        client.logout()

    def test_sizes_flags_and_uids(self):
        client = self.server.log_in()
        got = self.said(client.fetch("1:*", "(UID FLAGS RFC822.SIZE INTERNALDATE)"))
        for number, message in enumerate(self.messages, 1):
            self.assertEqual(got[number - 1], b'%d (UID %d FLAGS () RFC822.SIZE %d INTERNALDATE "18-Jun-2004 18:22:55 +0200")'
                             % (number, number, len(message)))
        client.logout()

    def test_header_and_text(self):
        client = self.server.log_in()
        for number, message in enumerate(self.messages, 1):
            header, text = literals(self.said(client.fetch(str(number), "(BODY.PEEK[HEADER] BODY.PEEK[TEXT])")))
            self.assertEqual(header + text, message.replace(b"\0", b"\x80"), FILES[number - 1].name)
            self.assertTrue(header == b"\r\n" or header.endswith(b"\r\n\r\n"), FILES[number - 1].name)
            half, = literals(self.said(client.fetch(str(number), "(BODY.PEEK[]<7.20>)")))
            self.assertEqual(half, message[7:27].replace(b"\0", b"\x80"))
        client.logout()

    def compare_parts(self, client, number, parent, path=""):
        """Each leaf below, as it stands in Python's reading (get_payload would decode 8-bit text)."""
        compared = 0
        for place, part in enumerate(parent.get_payload(), 1):
            section = f"{path}{place}"
            if part.get_content_type() == "message/rfc822":
                inner = part.get_payload(0)
                header, = literals(self.said(client.fetch(number, f"(BODY.PEEK[{section}.HEADER])")))
                self.assertEqual(fields(email.message_from_bytes(header)), fields(inner))
                compared += self.compare_parts(client, number, inner, section + ".") if inner.is_multipart() else 0
            elif part.is_multipart():
                compared += self.compare_parts(client, number, part, section + ".")
            else:
                mime, body = literals(self.said(client.fetch(number, f"(BODY.PEEK[{section}.MIME] BODY.PEEK[{section}])")))
                theirs = part._payload.encode("ascii", "surrogateescape").replace(b"\r\n", b"\n")
                self.assertEqual(body.replace(b"\r\n", b"\n"), theirs, f"message {number} part {section}")
                self.assertEqual(fields(email.message_from_bytes(mime)), fields(part))
                compared += 1
        return compared

    def test_parts(self):
        client = self.server.log_in()
        compared = 0
        for number, message in enumerate(self.messages, 1):
            parsed = email.message_from_bytes(message)
            if not parsed.defects and parsed.is_multipart() and b"\0" not in message:
                compared += self.compare_parts(client, str(number), parsed)
        self.assertGreater(compared, 1)
        client.logout()

    def test_parts_within_parts(self):
        """A letter by Python: an alternative and a forwarded letter in a mixed one; sizes and lines, too."""
        inner = email.mime.multipart.MIMEMultipart("alternative")
        inner["Subject"] = "inner"
        inner.attach(email.mime.text.MIMEText("plain\n"))
        inner.attach(email.mime.text.MIMEText("<p>\u00fc</p>\n", "html", "utf-8"))
        outer = email.mime.multipart.MIMEMultipart("mixed")
        outer.attach(email.mime.text.MIMEText("note\nof two lines\n"))
        outer.attach(email.mime.message.MIMEMessage(inner))
        outer.attach(email.mime.image.MIMEImage(b"GIF89a\0\0", "gif"))
        client = self.server.log_in()
        self.said(client.append("INBOX", None, None, outer.as_bytes(policy=email.policy.SMTP)))
        number = str(len(FILES) + 1)
        self.assertEqual(self.compare_parts(client, number, outer), 4)
        structure = b" ".join(p if isinstance(p, bytes) else p[0] for p in self.said(client.fetch(number, "(BODYSTRUCTURE)")))
        self.assertIn(b'("image" "gif" NIL NIL NIL "base64" 14 NIL NIL NIL NIL)', structure)
        got = self.said(client.fetch(number, "(BINARY.PEEK[3] BINARY.SIZE[3])"))
        self.assertEqual(got[0], (b"%s (BINARY[3] ~{8}" % number.encode(), b"GIF89a\0\0"))
        self.assertEqual(self.said(client.search(None, "BODY", "note"))[0], number.encode())
        client.logout()

    def test_structures_can_be_read(self):
        """Balanced parentheses, strings and literals aside, and as many of the leaves' sizes as there are parts."""
        client = self.server.log_in()
        for number, _ in enumerate(self.messages, 1):
            for item in ("BODYSTRUCTURE", "BODY", "ENVELOPE"):
                answer = self.said(client.fetch(str(number), f"({item})"))
                text = b"".join(p[0] if isinstance(p, tuple) else p for p in answer)
                bare = re.sub(rb'"(?:[^"\\]|\\.)*"', b"s", text)
                self.assertEqual(bare.count(b"("), bare.count(b")"), (FILES[number - 1].name, item, answer))
        client.logout()

    def test_seen_and_stored(self):
        client = self.server.log_in()
        self.said(client.fetch("1", "(BODY[TEXT])"))
        self.assertIn(rb"\Seen", self.said(client.fetch("1", "(FLAGS)"))[0])
        self.assertEqual(self.said(client.store("2", "+FLAGS", r"(\Deleted \Flagged)")), [rb"2 (FLAGS (\Flagged \Deleted))"])
        self.assertEqual(self.said(client.search(None, "SEEN")), [b"1"])
        self.assertEqual(self.said(client.uid("SEARCH", "UNDELETED"))[0].split(),
                         [b"%d" % n for n in range(1, len(FILES) + 1) if n != 2])
        self.assertEqual(self.said(client.expunge()), [b"2"])
        self.assertEqual(self.said(client.fetch("2", "(UID)")), [b"2 (UID 3)"])
        client.close()
        client.logout()
        client = self.server.log_in()
        self.assertEqual(self.said(client.fetch("1:2", "(UID FLAGS)")), [rb"1 (UID 1 FLAGS (\Seen))", b"2 (UID 3 FLAGS ())"])
        client.logout()

    def test_searches(self):
        """Words of the Subject that are plain, in Python's reading."""
        client = self.server.log_in()
        searched = 0
        for number, message in enumerate(self.messages, 1):
            header = re.split(rb"^\r\n", message, maxsplit=1, flags=re.M)[0]
            subject = email.message_from_bytes(header + b"\r\n").get("Subject")
            word = re.search(r"[A-Za-z]{4,}", str(subject or ""))
            if not word or "=?" in str(subject):
                continue
            found = self.said(client.search(None, "SUBJECT", word[0].swapcase()))[0].split()
            self.assertIn(b"%d" % number, found, FILES[number - 1].name)
            searched += 1
        self.assertGreater(searched, 10)
        self.assertEqual(self.said(client.search(None, "SUBJECT", '"nobody would write that"')), [b""])
        client.logout()

    def test_append_and_copy(self):
        client = self.server.log_in()
        letter = b"Subject: mine\r\n\r\n.dot\r\n\xff\r\n"
        date = imaplib.Time2Internaldate(1087575775)
        self.assertIn(b"APPENDUID 1087575775 ", self.said(client.append("INBOX", r"(\Seen)", date, letter))[0])
        last = str(len(FILES) + 1)
        got, = literals(self.said(client.fetch(last, "(BODY[])")))
        self.assertEqual(got, letter)
        self.assertIn(b"INTERNALDATE \"18-Jun-2004 18:22:55 +0200\"", self.said(client.fetch(last, "(INTERNALDATE)"))[0])
        self.said(client.copy("1", "INBOX"))
        self.assertEqual(client.append("Sent", None, None, letter)[0], "NO")
        self.assertEqual(client.create("Sent")[0], "NO")
        self.assertEqual(self.said(client.status("INBOX", "(MESSAGES)")), [b"INBOX (MESSAGES %d)" % (len(FILES) + 2)])
        client.logout()

    def test_logging_in(self):
        client = self.server.connect()
        self.assertIn("IMAP4REV1", client.capabilities)
        self.assertRaisesRegex(imaplib.IMAP4.error, "AUTHENTICATIONFAILED", client.login, "jack", "Secret")
        self.said(client.authenticate("PLAIN", lambda challenge: b"\0jack\0secret"))
        self.assertEqual(self.said(client.list()), [rb"(\HasNoChildren) NIL INBOX"])
        self.assertEqual(self.said(client.namespace()), [b'(("" NIL)) NIL NIL'])
        self.assertRaisesRegex(imaplib.IMAP4.error, "FETCH illegal in state AUTH", client.fetch, "1", "(UID)")
        self.assertEqual(client.select("Sent")[0], "NO")
        self.assertEqual(self.said(client.select("INBOX", readonly=True)), [b"%d" % len(FILES)])
        self.assertEqual(client.response("UIDNEXT")[1], [b"%d" % (len(FILES) + 1)])
        self.assertEqual(client.store("1", "FLAGS", r"(\Seen)")[0], "NO")
        client.logout()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--probe", required=True)
    arguments.add_argument("files", type=pathlib.Path, nargs="+")
    options = arguments.parse_args()
    PROBE, FILES = options.probe, sorted(options.files)
    unittest.main(argv=["test_imaplib.py"])
