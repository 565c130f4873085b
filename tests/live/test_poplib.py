#!/usr/bin/python3
"""Python's poplib against our POP3 server, behind a real socket on the loopback.

    test_poplib.py --probe PROGRAM FILE.eml…

Logs in by USER and PASS and by APOP; CAPA, STAT, LIST, UIDL, TOP, RETR, DELE, RSET, NOOP, QUIT; every message
that comes must be the file's, octet by octet. What is deleted is gone in the next session only if QUIT came.
"""
import argparse
import pathlib
import poplib
import re
import socket
import subprocess
import unittest

PROBE = None
FILES = []
TIMEOUT_S = 20


def lines_of(data):
    """The lines of a message as the store keeps it: CRLF at each end, a blank line after the header."""
    data = re.sub(rb"(?<!\r)\n", b"\r\n", data)
    if data and not data.endswith(b"\r\n"):
        data += b"\r\n"
    begins_with_field = re.match(rb"[!-9;-~]+[ \t]*:", data)
    if not begins_with_field and not data.startswith(b"\r\n"):
        data = b"\r\n" + data
    elif begins_with_field and b"\r\n\r\n" not in data:
        data += b"\r\n"
    return data.split(b"\r\n")[:-1]


class Server:
    """A probe of its own, with all the files in its maildrop."""

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
        return poplib.POP3("127.0.0.1", self.port, timeout=TIMEOUT_S)

    def log_in(self):
        client = self.connect()
        client.user("jack")
        client.pass_("secret")
        return client


class Poplib(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        self.messages = [lines_of(path.read_bytes()) for path in FILES]
        self.sizes = [sum(len(line) + 2 for line in lines) for lines in self.messages]

    def test_every_message_comes_as_it_is(self):
        client = self.server.log_in()
        for number, lines in enumerate(self.messages, 1):
            response, got, octets = client.retr(number)
            self.assertEqual(response, b"+OK %d octet%s" % (self.sizes[number - 1], b"s" * (self.sizes[number - 1] != 1)))
            self.assertEqual(got, lines, FILES[number - 1].name)
            self.assertEqual(octets, self.sizes[number - 1], FILES[number - 1].name)
        client.quit()

    def test_stat_list_uidl(self):
        client = self.server.log_in()
        self.assertEqual(client.stat(), (len(FILES), sum(self.sizes)))
        self.assertEqual(client.list()[1], [b"%d %d" % pair for pair in enumerate(self.sizes, 1)])
        self.assertEqual(client.list(2), b"+OK 2 %d" % self.sizes[1])
        self.assertEqual(client.uidl()[1], [b"%d uid-%d" % (n, n) for n in range(1, len(FILES) + 1)])
        self.assertEqual(client.uidl(3), b"+OK 3 uid-3")
        self.assertRaisesRegex(poplib.error_proto, "No such message", client.list, len(FILES) + 1)
        client.quit()

    def test_top(self):
        client = self.server.log_in()
        for number, lines in enumerate(self.messages, 1):
            blank = lines.index(b"")
            self.assertEqual(client.top(number, 0)[1], lines[:blank + 1], FILES[number - 1].name)
            self.assertEqual(client.top(number, 2)[1], lines[:blank + 3])
            self.assertEqual(client.top(number, 10**6)[1], lines)
        client.quit()

    def test_deleted_after_quit(self):
        client = self.server.log_in()
        client.dele(1)
        client.dele(3)
        self.assertRaisesRegex(poplib.error_proto, "marked already", client.dele, 3)
        self.assertRaisesRegex(poplib.error_proto, "No such message", client.retr, 1)
        self.assertEqual(client.stat()[0], len(FILES) - 2)
        self.assertEqual(client.retr(4)[1], self.messages[3])  # the numbers stay
        client.quit()
        client = self.server.log_in()
        self.assertEqual(client.uidl()[1][:2], [b"1 uid-2", b"2 uid-4"])
        client.quit()

    def test_rset(self):
        client = self.server.log_in()
        client.dele(1)
        client.rset()
        self.assertEqual(client.stat(), (len(FILES), sum(self.sizes)))
        client.noop()
        client.quit()
        client = self.server.log_in()
        self.assertEqual(client.stat()[0], len(FILES))
        client.quit()

    def test_nothing_is_deleted_without_quit(self):
        client = self.server.log_in()
        client.dele(1)
        client.close()
        client = self.server.log_in()
        self.assertEqual(client.stat()[0], len(FILES))
        client.quit()

    def test_apop(self):
        client = self.server.connect()
        self.assertRegex(client.getwelcome(), rb"^\+OK .* <[^@]+@[^>]+>$")
        client.apop("jack", "secret")
        self.assertEqual(client.stat()[0], len(FILES))
        client.quit()
        client = self.server.connect()
        self.assertRaisesRegex(poplib.error_proto, r"-ERR \[AUTH\]", client.apop, "jack", "Secret")
        client.quit()

    def test_wrong_password(self):
        client = self.server.connect()
        client.user("jack")
        self.assertRaisesRegex(poplib.error_proto, r"-ERR \[AUTH\]", client.pass_, "wrong")
        client.user("jack")
        client.pass_("secret")
        client.quit()

    def test_capa(self):
        client = self.server.connect()
        capabilities = client.capa()
        self.assertEqual(capabilities["SASL"], ["PLAIN"])
        self.assertEqual(capabilities["EXPIRE"], ["NEVER"])
        self.assertEqual(capabilities["IMPLEMENTATION"], ["waystation-probe"])
        for name in "TOP USER UIDL RESP-CODES AUTH-RESP-CODE PIPELINING".split():
            self.assertEqual(capabilities[name], [])
        self.assertNotIn("STLS", capabilities)
        self.assertRaisesRegex(poplib.error_proto, "-ERR", client.stls)
        client.quit()

    def test_pipelining(self):
        """Everything in one packet: the answers come in order, and the server hangs up."""
        with socket.create_connection(("127.0.0.1", self.server.port), TIMEOUT_S) as connection:
            connection.sendall(b"USER jack\r\nPASS secret\r\nSTAT\r\nNOOP\r\nRETR 1\r\nQUIT\r\n")
            heard = b""
            while piece := connection.recv(65536):
                heard += piece
        heard = heard.split(b"\r\n")
        self.assertEqual(heard[3], b"+OK %d %d" % (len(FILES), sum(self.sizes)))
        self.assertTrue(heard[-2].startswith(b"+OK localhost says goodbye"))


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--probe", required=True)
    arguments.add_argument("files", type=pathlib.Path, nargs="+")
    options = arguments.parse_args()
    PROBE, FILES = options.probe, sorted(options.files)
    # poplib refuses lines of more than 2048 octets; ours may send longer ones.
    poplib._MAXLINE = 1 << 20
    unittest.main(argv=["test_poplib.py"])
