"""Sessions as a list of steps, and how they are played to a server.

A session is (name, [(kind, line)]): ">" a step: a line whose reply is awaited; "*" the same, and a good reply has many lines (POP3);
"|" a line of text, to which nobody answers; "+" a step that is only sent if the server asked for more (AUTH). As a client would,
text and its "." are left out where DATA was refused.
"""
import os
import socket

HERE = os.path.dirname(os.path.abspath(__file__))
TIMEOUT_S = 20
GREETING = "(greeting)"
UNSENT = "unsent"


def read(name):
    """Those of a file of this folder: "= name" begins one, "$" stands for a space at the end of a line."""
    found = []
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        for line in file.read().splitlines():
            if line.startswith("= "):
                found.append((line[2:], []))
            elif line[:1] in ("|", ">", "*") and found:
                found[-1][1].append((line[0], line[2:].replace("$", " ").rstrip("$")))
    return found


def steps(session):
    """The lines to which something must be said, the greeting first."""
    return [GREETING] + [line for kind, line in session[1] if kind != "|"]


class Reply:
    """code: "250", "+OK", "closed" or "unsent"; lines: its text, without code"""

    def __init__(self, code, lines=()):
        self.code, self.lines = code, list(lines)

    @property
    def text(self):
        return "\n".join(self.lines)

    def asks_for_more(self):
        return self.code in ("334", "+")


class Talk:
    def __init__(self, port, smtp):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)
        self.file = self.socket.makefile("rb")
        self.smtp = smtp

    def line(self):
        try:
            return self.file.readline().decode("utf-8", "surrogateescape")
        except ConnectionError:
            return ""

    def reply(self, many=False):
        line = self.line()
        lines = [line.rstrip("\r\n")]
        while self.smtp and line[3:4] == "-":
            line = self.line()
            lines.append(line.rstrip("\r\n"))
        if not line:
            return Reply("closed")
        if self.smtp:
            return Reply(line[:3], [text[4:] for text in lines])
        code = line.split()[0]
        while many and code == "+OK" and (line := self.line()) not in (".\r\n", ""):
            lines.append(line.rstrip("\r\n"))
        return Reply(code, [lines[0][len(code) + 1:]] + lines[1:])

    def send(self, line):
        try:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)  # Exim waits for the ACK of what it said
            self.socket.sendall(line.encode("utf-8", "surrogateescape") + b"\r\n")
        except ConnectionError:
            pass

    def play(self, session):
        """A reply for each of steps(session)."""
        replies = [self.reply()]
        refused = False
        before = ""
        for kind, line in session[1]:
            if self.smtp and before.upper() == "DATA" and (kind == "|" or line == "."):
                refused = replies[-1].code != "354"
            is_text = kind == "|" or line == "."
            sent = not (is_text and refused) and (kind != "+" or replies[-1].asks_for_more())
            if sent:
                self.send(line)
            if kind != "|":
                replies.append(self.reply(kind == "*") if sent else Reply(UNSENT))
            before = line
        self.socket.close()
        return replies


def play(session, port, smtp):
    return Talk(port, smtp).play(session)
