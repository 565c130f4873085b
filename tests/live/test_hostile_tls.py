#!/usr/bin/python3
"""Bad guests of `waystation live` under TLS: handshakes that stop half-way by the hundred, handshakes that trickle in, guests who
want a new handshake again and again, guests who ask for everything and read nothing. Others are served meanwhile; memory
stays below a limit; who does not finish its handshake is hung up on; the journal runs again without any of them.

    test_hostile_tls.py --waystation PROGRAM --scenario one-host-tls.json
"""
import argparse
import contextlib
import poplib
import smtplib
import socket
import ssl
import subprocess
import sys
import threading
import time

from live_waystation import Live

USER, PASSWORD, ADDRESS = "ann", "secret", "ann@example.com"
TIMEOUT_S = 30
HANDSHAKE_S = 30  # LIVE_HANDSHAKE_S
MEMORY_KIB_MAX = 512 * 1024
HALF = 500


def unverified(**settings):
    context = ssl._create_unverified_context()
    for name, value in settings.items():
        setattr(context, name, value)
    return context


def client_hello():
    """The first octets that a real client says."""
    inward, outward = ssl.MemoryBIO(), ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        unverified().wrap_bio(inward, outward, server_hostname="localhost").do_handshake()
    return outward.read()


class Guests:
    def __init__(self, live):
        self.live = live
        self.port = {entry["service"]: ("127.0.0.1", entry["port"]) for entry in live.services}
        self.hello = client_hello()
        self.trickling = []

    def connect(self, service):
        return socket.create_connection(self.port[service], timeout=TIMEOUT_S)

    def starttls(self):
        """As far as the 220."""
        peer = self.connect("smtp")
        peer.recv(1000)
        peer.sendall(b"EHLO x\r\n")
        peer.recv(1000)
        peer.sendall(b"STARTTLS\r\n")
        assert peer.recv(1000).startswith(b"220 ")
        return peer

    def served(self):
        """How long an honest letter under TLS takes now."""
        started = time.monotonic()
        with smtplib.SMTP_SSL(*self.port["submissions"], timeout=TIMEOUT_S, context=unverified()) as client:
            client.login(USER, PASSWORD)
            client.sendmail(ADDRESS, [ADDRESS], "Subject: honest\r\n\r\nhello\r\n")
        return time.monotonic() - started

    # ---- the bad ones ----

    def trickle(self):
        """A ClientHello, an octet every half second: begun here, and looked at when all the others have been."""
        for connect in (lambda: self.connect("pop3s"), lambda: self.connect("submissions"), self.starttls):
            peer = connect()
            ended = []

            def run(peer=peer, ended=ended, started=time.monotonic()):
                with contextlib.suppress(OSError):
                    for octet in self.hello:
                        peer.sendall(bytes([octet]))
                        peer.settimeout(0.5)
                        with contextlib.suppress(TimeoutError):
                            if peer.recv(1) == b"":
                                break
                ended.append(time.monotonic() - started)

            thread = threading.Thread(target=run, daemon=True)
            thread.start()
            self.trickling.append((thread, ended))

    def half_handshakes(self):
        """Each stops at another octet of its hello, or behind the server's answer to it, and stays."""
        peers, before = [], self.live.open_files()
        for n in range(HALF):
            peer = self.starttls() if n % 5 == 4 else self.connect(("pop3s", "submissions")[n % 2])
            peer.sendall(self.hello[:n % (len(self.hello) + 100)])
            peers.append(peer)
        print(f"      {HALF} half handshakes; a letter meanwhile: {self.served():.3f} s")
        for peer in peers:
            peer.close()
        self.served()
        until = time.monotonic() + 5
        while self.live.open_files() > before + 20:
            assert time.monotonic() < until, f"{self.live.open_files() - before} of those who have gone are still there"
            time.sleep(0.05)

    def _ask_again(self, version, letter):
        """So many times the same letter to openssl's s_client; what it said."""
        with subprocess.Popen(["openssl", "s_client", version, "-connect", "127.0.0.1:%d" % self.port["pop3s"][1]], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as client:
            for line in [letter] * 50 + ["Q"]:
                with contextlib.suppress(OSError):
                    client.stdin.write(line + "\n")
                    client.stdin.flush()
                time.sleep(0.01)
            return client.communicate(timeout=TIMEOUT_S)[0]

    def new_handshakes(self):
        """TLS 1.2: a new handshake asked for in the session is refused, however often (R at openssl's s_client)."""
        said = self._ask_again("-tls1_2", "R")
        assert "RENEGOTIATING" in said and "no renegotiation" in said, said[-300:]
        self.served()

    def new_keys(self):
        """TLS 1.3: new keys asked for again and again (K at openssl's s_client)."""
        self._ask_again("-tls1_3", "K")
        self.served()

    def nobody_reads(self):
        """A maildrop of large letters, asked for again and again under TLS, and not read."""
        for _ in range(4):
            with smtplib.SMTP_SSL(*self.port["submissions"], timeout=TIMEOUT_S, context=unverified()) as client:
                client.login(USER, PASSWORD)
                client.sendmail(ADDRESS, [ADDRESS], "Subject: large\r\n\r\n" + ("z" * 700 + "\r\n") * 3000)
        accepted = self.live.count("accepted")
        self.live.wait_for("delivered", accepted)
        peers = []
        for _ in range(40):
            peer = unverified().wrap_socket(self.connect("pop3s"))
            peer.settimeout(0.1)
            with contextlib.suppress(OSError):
                peer.sendall(b"USER ann\r\nPASS secret\r\n" + b"RETR 1\r\nRETR 2\r\nRETR 3\r\n" * 200)
            peers.append(peer)
        print(f"      40 who do not read; a letter meanwhile: {self.served():.3f} s")
        for peer in peers:
            peer.close()

    def rubbish_under_tls(self):
        """Well-formed records of TLS with rubbish in them, behind a good handshake."""
        for n in range(50):
            peer = self.connect("pop3s")
            secure = unverified().wrap_socket(peer, do_handshake_on_connect=True)
            raw = socket.socket(fileno=secure.detach())
            with contextlib.suppress(OSError):
                raw.sendall(b"\x17\x03\x03" + (n * 300).to_bytes(2, "big") + bytes(n * 300))
                raw.settimeout(1)
                while raw.recv(4096):
                    pass
            raw.close()
        self.served()

    def trickle_ends(self):
        """None of them has come through, and all have been hung up on in time."""
        for thread, ended in self.trickling:
            thread.join(HANDSHAKE_S + 20)
            assert ended and HANDSHAKE_S - 2 < ended[0] < HANDSHAKE_S + 10, f"a trickling handshake was left alone: {ended}"
        self.served()


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
        guests = Guests(live)
        for name in ("trickle", "half_handshakes", "new_handshakes", "new_keys", "nobody_reads", "rubbish_under_tls", "trickle_ends"):
            try:
                getattr(guests, name)()
                outcome(name, "")
            except (AssertionError, OSError, smtplib.SMTPException, poplib.error_proto) as error:
                outcome(name, f"{type(error).__name__}: {error}")
            if live.process.poll() is not None:
                print(live.process.stderr.read()[-3000:])
                return 1
        memory = live.memory_kib()
        live.stop()
        outcome("memory", f"{memory} KiB" if memory > MEMORY_KIB_MAX else "")
        outcome("ends in order", "" if live.status == 0 else live.said[-2000:])
        outcome("runs again", live.check_again())
        print(f"      at most {memory} KiB; {live.said.splitlines()[0]}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
