#!/usr/bin/python3
"""TLS between our clients and real servers: by STARTTLS, by STLS, and on ports where it comes first, a simulated MTA, MUA and MRA
speak to a real Postfix and a real Dovecot. The real certificate is judged as the scenario's policies say: one that nobody known has
signed is good enough for who is opportunistic, and for nobody who verifies. Each run goes again without the real servers.

    test_gateways_tls.py --waystation PROGRAM --scenario gateways-tls.json
"""
import argparse
import os
import re
import socket
import sys
import threading

from live_waystation import Live
from real_servers import RealServers, missing

NAME = "mail.example.com"


class Run:
    """One run of live against those servers; what was wrong with it is in faults."""

    def __init__(self, arguments, real, *options):
        ports = {25: real.smtp, 465: real.smtps, 110: real.pop3, 995: real.pop3s}
        gateways = ",".join(f"{NAME}:{port}=127.0.0.1:{there}" for port, there in ports.items())
        self.faults = []
        with Live(arguments.waystation, arguments.scenario, "--gateway", gateways, "--until", "20s", *options) as live:
            live.process.wait(60)
            live.stop()
            self.records = live.records()
            self.expect(live.check_again() == "", live.check_again())
            self.story = live.run("run", live.journal).stdout

    def expect(self, condition, what):
        if not condition:
            self.faults.append(what)

    def of(self, kind, **fields):
        return [record for record in self.records if record["kind"] == kind and
                all(record.get(name) == value for name, value in fields.items())]

    def fetched(self):
        """Subject and record of each letter that came from the real server: no program of ours has written it."""
        composed = [record for record in self.of("compose") if "agent" not in record]
        return {re.search("^Subject: (.*)\r$", record["header"], re.MULTILINE)[1]: record for record in composed}


def trusted(arguments, real):
    """With the maker of certificates known, everybody is content."""
    run = Run(arguments, real, "--trust", real.trust)
    fetched = run.fetched()
    if sorted(fetched) != ["Opportunistic", "Port 465", "Verified"]:
        return run.faults + [f"fetched: {sorted(fetched)}"]
    hows = sorted((record["how"], record["version"]) for record in run.of("tls", name=NAME))
    run.expect(hows == [("STARTTLS", 13), ("STARTTLS", 13), ("STLS", 13), ("implicit", 12), ("implicit", 12)], f"TLS: {hows}")
    run.expect(not run.of("tls_failed"), "TLS came to nothing")
    shown = run.of("certificate", names=NAME, self_signed=0, expired=0)
    run.expect(len(shown) == 5, f"{len(shown)} certificates shown, not 5")
    header = fetched["Opportunistic"]["header"]
    run.expect("using TLSv1.3" in header and "by mail.example.com (Postfix) with ESMTPS" in header, "no TLS for Postfix: " + header)
    run.expect("using TLSv1.2" in fetched["Port 465"]["header"], "another version for Postfix: " + fetched["Port 465"]["header"])
    body = fetched["Opportunistic"]["body"]
    run.expect(body == "A line.\r\n.A line that begins with a dot.\r\n..Two.\r\n\r\nBen\r\n", "not whole: " + body)
    run.expect("the real server shows a certificate for mail.example.com" in run.story, "the story does not tell of the certificate")
    return run.faults


def unknown(arguments, real):
    """Nobody knows who signed it: only the opportunistic relay goes on."""
    run = Run(arguments, real)
    run.expect(len(run.of("tls", fault="the certificate is signed by nobody known", checked=0)) == 1, "the opportunistic relay minds")
    failed = run.of("tls_failed", side=0, why="the certificate is signed by nobody known")
    run.expect(len(failed) == 4, f"{len(failed)} clients mind, not 4")
    run.expect(not run.fetched(), "fetched all the same")
    run.expect(len(run.of("deferred")) == 1, "the careful relay does not try again")
    run.expect(b"Subject: Opportunistic" in real.mailbox() and b"Subject: Verified" not in real.mailbox(), "the wrong letters arrived")
    return run.faults


def another_name(arguments, real):
    run = Run(arguments, real, "--trust", real.trust)
    failed = run.of("tls_failed", side=0, why="the certificate is for another name", name="elsewhere.example")
    run.expect(len(failed) == 4, f"{len(failed)} clients mind, not 4")
    return run.faults


class BadServer:
    """Says what it is given behind a greeting, and hangs up, or not."""

    def __init__(self, *said):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.said, self.port = said, self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                peer, _ = self.socket.accept()
                with peer:
                    peer.settimeout(5)
                    for text in self.said:
                        peer.sendall(text)
                        peer.recv(4000)
            except OSError:
                if self.socket.fileno() < 0:
                    return


class Ports:
    def __init__(self, **ports):
        self.smtp = self.smtps = self.pop3 = self.pop3s = 9
        self.__dict__.update(ports)


def broken(arguments, _):
    """Servers that offer TLS and then do not speak it."""
    smtp = BadServer(b"220 x\r\n", b"250-x\r\n250 STARTTLS\r\n", b"220 go\r\n", b"I know of no TLS\r\n")
    first = BadServer(b"220 this is plain\r\n")
    pop3 = BadServer(b"+OK\r\n", b"+OK\r\nSTLS\r\nUSER\r\n.\r\n", b"+OK go\r\n")
    run = Run(arguments, Ports(smtp=smtp.port, smtps=first.port, pop3=pop3.port, pop3s=first.port))
    whys = {record["why"] for record in run.of("tls_failed", side=1)}
    run.expect(len(whys) == 2 and all(why.startswith("the real server's handshake came to nothing: ") for why in whys), f"why: {whys}")
    run.expect(len(run.of("tls_failed", side=1)) == 5, f"{len(run.of('tls_failed', side=1))} handshakes failed, not 5")
    run.expect(not run.of("tls") or all(record["name"] != NAME for record in run.of("tls")), "TLS stands with nobody")
    for server in (smtp, first, pop3):
        server.socket.close()
    return run.faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--waystation", required=True)
    parser.add_argument("--scenario", required=True)
    arguments = parser.parse_args()
    faults = broken(arguments, None)
    if why := missing():
        print("skip: " + why)
        return 77
    for name, case in ((NAME, trusted), (NAME, unknown), ("elsewhere.example", another_name)):
        with RealServers(tls=name) as real:
            for fault in case(arguments, real):
                faults.append(f"{case.__name__}: {fault}")
            if faults and os.environ.get("SHOW_LOGS"):
                with open(f"{real.folder}/postfix.log", encoding="utf-8") as file:
                    print(file.read()[-3000:])
    for fault in faults:
        print("FAIL", fault)
    print("under TLS with Postfix and Dovecot, run again without them" if not faults else f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
