#!/usr/bin/python3
"""Bad guests of `waystation live`, bounded in count and time: two thousand idle connections, slow readers, half commands,
random bytes, endless lines, floods, clients that vanish. Meanwhile others are served; memory stays below a limit; every
letter that got its 250 is in a mailbox; the journal runs again without any of them.

    test_hostile.py --waystation PROGRAM --scenario one-host.json [--count 2000]
"""
import argparse
import contextlib
import poplib
import random
import resource
import smtplib
import socket
import struct
import sys
import threading
import time

from live_waystation import Live

USER, PASSWORD, RECIPIENT = "ann", "secret", "ann@example.com"
TIMEOUT_S = 30
MEMORY_KIB_MAX = 1024 * 1024
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: a close that is a RST


def connect(address):
    peer = socket.create_connection(address, timeout=TIMEOUT_S)
    peer.settimeout(TIMEOUT_S)
    return peer


def vanish(peer):
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    peer.close()


def read_line(peer):
    line = b""
    while not line.endswith(b"\n"):
        more = peer.recv(1)
        if not more:
            break
        line += more
    return line


class Guests:
    def __init__(self, live, count):
        self.live, self.count = live, count
        self.smtp, self.pop3 = live.port("smtp"), live.port("pop3")
        self.random = random.Random(1)
        self.acknowledged = 0

    # ---- the others ----

    def send(self, subject, body="hello\r\n"):
        with smtplib.SMTP(*self.smtp, timeout=TIMEOUT_S) as client:
            client.sendmail("ben@client.test", [RECIPIENT], f"Subject: {subject}\r\n\r\n{body}")
            self.acknowledged += 1

    def served(self):
        """How long an honest letter takes now, in seconds."""
        started = time.monotonic()
        self.send("honest")
        return time.monotonic() - started

    # ---- the bad ones ----

    def idle(self):
        """All at once, silent, each greeted; then they vanish."""
        peers = [connect(self.smtp if n % 2 else self.pop3) for n in range(self.count)]
        for peer in peers:
            assert read_line(peer)[:3] in (b"220", b"+OK")
        took = self.served()
        for n, peer in enumerate(peers):
            vanish(peer) if n % 2 else peer.close()
        print(f"      {self.count} idle connections; a letter meanwhile: {took:.3f} s")

    def half_commands(self):
        peers = [connect(self.smtp) for _ in range(200)]
        for n, peer in enumerate(peers):
            read_line(peer)
            peer.sendall((b"MAIL FR", b"EHLO x\r", b"DATA\r\n\r\n.", b"\r", b"\n\n\n")[n % 5])
        self.served()
        for peer in peers:
            vanish(peer)

    def random_bytes(self):
        for n in range(200):
            peer = connect((self.smtp, self.pop3)[n % 2])
            with contextlib.suppress(OSError):
                for _ in range(20):
                    peer.sendall(self.random.randbytes(self.random.randrange(1, 2000)))
            vanish(peer) if n % 3 else peer.close()
        self.served()

    def endless_line(self):
        """Many megabytes without a line end: hung up on long before the end."""
        peers = [connect(self.smtp) for _ in range(10)]
        block, sent = b"x" * 65536, 0
        for peer in peers:
            with contextlib.suppress(OSError):
                for _ in range(200):
                    peer.sendall(block)
                    sent += len(block)
            peer.close()
        self.served()
        assert sent < 10 * 200 * len(block), "nobody minded an endless line"

    def endless_data(self):
        """A letter that never ends: refused at the limit of its size, or hung up on."""
        peer = connect(self.smtp)
        peer.sendall(b"EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<ann@example.com>\r\nDATA\r\n")
        line = b"y" * 990 + b"\r\n"
        with contextlib.suppress(OSError):
            for _ in range(800):
                peer.sendall(line * 66)
        self.served()
        vanish(peer)

    def many_commands(self):
        """A flood of commands whose answers nobody reads."""
        peers = [connect((self.smtp, self.pop3)[n % 2]) for n in range(6)]
        for peer in peers:
            peer.settimeout(0.1)
            with contextlib.suppress(OSError):
                for _ in range(400):
                    peer.sendall(b"NOOP\r\n" * 10000)
        self.served()
        for peer in peers:
            vanish(peer)

    def slow_readers(self):
        """A maildrop of large letters, asked for again and again, and not read."""
        for _ in range(4):
            self.send("large", ("z" * 700 + "\r\n") * 3000)
        self.live.wait_for("delivered", self.acknowledged)
        peers = []
        for _ in range(40):
            peer = connect(self.pop3)
            peer.settimeout(0.1)
            with contextlib.suppress(OSError):
                peer.sendall(b"USER ann\r\nPASS secret\r\n" + b"RETR 1\r\nRETR 2\r\nRETR 3\r\n" * 200)
            peers.append(peer)
        self.served()
        for peer in peers:
            vanish(peer)

    def flood_of_connects(self):
        stop = time.monotonic() + 5
        opened = [0]

        def flood():
            while time.monotonic() < stop:
                with contextlib.suppress(OSError):
                    vanish(connect(self.smtp))
                    opened[0] += 1

        threads = [threading.Thread(target=flood) for _ in range(8)]
        for thread in threads:
            thread.start()
        took = self.served()
        for thread in threads:
            thread.join()
        print(f"      {opened[0]} connections in 5 s; a letter meanwhile: {took:.3f} s")

    def vanish_at_every_step(self):
        """The client goes after each number of octets of a whole session: with its 250 heard, the letter is owed."""
        talk = b"EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<ann@example.com>\r\nDATA\r\nSubject: v\r\n\r\nhello\r\n.\r\n"
        for end in range(1, len(talk) + 1, 3):
            peer = connect(self.smtp)
            peer.sendall(talk[:end])
            vanish(peer)
        peer = connect(self.smtp)
        peer.sendall(talk)
        while b"250 2.0.0" not in (line := read_line(peer)):
            assert line, "no answer to the final dot"
        self.acknowledged += 1
        vanish(peer)

    def byte_by_byte(self):
        peer = connect(self.smtp)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in b"EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<ann@example.com>\r\nDATA\r\nSubject: b\r\n\r\nhi\r\n.\r\nQUIT\r\n":
            peer.sendall(bytes([byte]))
            time.sleep(0.001)
        said = b""
        while more := peer.recv(4096):
            said += more
        assert b"\r\n250 2.0.0" in said and b"\r\n221 " in said, said
        self.acknowledged += 1


def in_mailbox(guests):
    """Everything that was acknowledged is delivered."""
    accepted = guests.live.count("accepted")
    guests.live.wait_for("delivered", accepted)
    delivered = guests.live.count("delivered")
    print(f"      {guests.acknowledged} acknowledged, {accepted} accepted, {delivered} delivered")
    assert delivered >= guests.acknowledged, "an acknowledged letter is not in a mailbox"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--waystation", required=True)
    parser.add_argument("--scenario", required=True)
    parser.add_argument("--count", type=int, default=2000)
    arguments = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < arguments.count + 100:
        print(f"skip: only {hard} files may be open, {arguments.count} connections are wanted")
        return 77
    passed = failed = 0
    with Live(arguments.waystation, arguments.scenario) as live:
        guests = Guests(live, arguments.count)
        jobs = [getattr(guests, name) for name in vars(Guests) if name[0] != "_" and name not in ("send", "served")]
        for job in [*jobs, lambda: in_mailbox(guests)]:
            started, fault = time.monotonic(), ""
            try:
                job()
            except (AssertionError, OSError, smtplib.SMTPException, poplib.error_proto) as error:
                fault = f"{type(error).__name__}: {error}"
            if live.process.poll() is not None:
                fault = f"live has ended: {live.process.returncode} {live.process.stderr.read()[-2000:]}"
            passed, failed = passed + (not fault), failed + bool(fault)
            print("FAIL" if fault else "ok  ", job.__name__.replace("<lambda>", "in_mailbox"), f"{time.monotonic() - started:.1f} s", fault,
                  flush=True)
            if live.process.poll() is not None:
                return 1
        memory = live.memory_kib()
        live.stop()
        again = live.check_again()
        for name, fault in (("memory", f"{memory} KiB" if memory > MEMORY_KIB_MAX else ""), ("runs again", again),
                            ("ends in order", "" if live.status == 0 else live.said[-2000:])):
            passed, failed = passed + (not fault), failed + bool(fault)
            print("FAIL" if fault else "ok  ", name, fault)
        print(f"      at most {memory} KiB; {live.said.splitlines()[0]}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
