#!/usr/bin/python3
"""Each real address is a host of its own in the story: the Received lines tell them apart, IPv6's loopback listens, too, and who
connects too often, or too many times at once, harms nobody but himself.

    test_addresses.py --waystation PROGRAM --scenario one-host.json
"""
import argparse
import contextlib
import os
import re
import smtplib
import socket
import ssl
import sys

from live_waystation import Live

TIMEOUT_S = 20


def send(port, source, server="127.0.0.1"):
    with smtplib.SMTP(server, port, timeout=TIMEOUT_S, source_address=(source, 0), local_hostname="c.test") as client:
        client.sendmail("ben@client.test", ["ann@example.com"], f"Subject: {source}\r\n\r\nHello.\r\n")


def received(live):
    """Which address in the story the letter of each real address came from."""
    stamps = [record for record in live.records() if record["kind"] == "stamp" and "Received: from c.test" in record["block"]]
    subjects = {record["message"]: record["header"] for record in live.records() if record["kind"] == "compose"}
    return {re.search(r"Subject: (\S+)", subjects[stamp["message"]])[1]: re.search(r"\[([0-9.]+)\]", stamp["block"])[1]
            for stamp in stamps}


def told_apart(program, scenario):
    sources = ["127.0.0.1", "127.0.0.5", "127.0.0.6", "127.0.0.5"]
    with Live(program, scenario) as live:
        _, port = live.port("smtp")
        has_ipv6 = "address6" in live.services[0]
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
            assert has_ipv6, "this machine has IPv6, and it does not listen there"
        if has_ipv6:
            assert live.services[0]["address6"] == "::1"
            sources.append("::1")
        else:
            print("skip: this machine has no IPv6")
        for source in sources:
            send(port, source, "::1" if ":" in source else "127.0.0.1")
        live.wait_for("delivered", len(sources))
        live.stop()
        found = received(live)
        printed = dict(re.findall(r"^(\S+) is outside\S* \[(\S+)\] in the story$", live.printed, re.MULTILINE))
        assert found == printed, f"{found} in the letters, but {printed} was printed"
        assert len(set(found.values())) == len(set(sources)), f"not told apart: {found}"
        connects = [record["host"] for record in live.records() if record["kind"] == "connect" and record["protocol"] == "smtp"]
        assert len(set(connects[:3])) == 3 and connects[1] == connects[3], connects
        assert not live.check_again(), live.check_again()


def last_is_shared(program, scenario):
    with Live(program, scenario, "--clients", "2") as live:
        _, port = live.port("smtp")
        for source in ("127.0.0.1", "127.0.0.2", "127.0.0.3"):
            send(port, source)
        live.wait_for("delivered", 3)
        live.stop()
        found = received(live)
        assert found["127.0.0.1"] != found["127.0.0.2"] == found["127.0.0.3"], found
        assert "so is whoever comes after it" in live.printed
        assert not live.check_again(), live.check_again()


def rate_of_each(program, scenario):
    """Eight in a second from one address: of forty at once most wait, and another address does not."""
    with Live(program, scenario, "--rate", "8") as live:
        _, port = live.port("smtp")
        flood = [socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.7", 0)) for _ in range(40)]
        send(port, "127.0.0.8")
        waiting = []
        for peer in flood:
            peer.setblocking(False)
            try:
                peer.recv(100)
            except BlockingIOError:
                waiting.append(peer)
        assert len(waiting) > 5, f"only {len(waiting)} of 40 waited when another address had been served"
        for peer in waiting:
            peer.settimeout(TIMEOUT_S)
            assert peer.recv(100).startswith(b"220 "), "who had to wait is not greeted"
        for peer in flood:
            peer.close()
        live.stop()
        assert live.status == 0, live.said
        assert not live.check_again(), live.check_again()


def room_of_each(program, scenario):
    """Who has many makes room, not who has one and has been silent longer."""
    with Live(program, scenario, "--connections", "20") as live:
        _, port = live.port("smtp")
        silent = socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.8", 0), timeout=TIMEOUT_S)
        silent.recv(100)
        many = []
        for _ in range(40):
            many.append(socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.7", 0), timeout=TIMEOUT_S))
            many[-1].recv(100)
        silent.sendall(b"NOOP\r\n")
        assert silent.recv(100).startswith(b"250 "), "the only session of an address was hung up on"
        silent.close()
        for peer in many:
            peer.close()
        live.stop()
        assert "to make room" in live.said, live.said


def two_providers(program, scenario):
    """Ann's program hands in at her provider, from an address of its own; Ben's fetches from his a moment later, from another."""
    context = ssl._create_unverified_context()
    with Live(program, os.path.join(os.path.dirname(scenario), "two-providers.json")) as live:
        _, submission = live.port("submission", "mail.north.example")
        _, pop3s = live.port("pop3s", "mail.south.example")
        with smtplib.SMTP("127.0.0.1", submission, timeout=TIMEOUT_S, source_address=("127.0.0.2", 0)) as client:
            client.starttls(context=context)
            client.login("ann", "secret")
            client.sendmail("ann@north.example", ["ben@south.example"], "Subject: Lunch?\r\n\r\nFriday?\r\n")
        live.wait_for("delivered", 1)
        with socket.create_connection(("127.0.0.1", pop3s), timeout=TIMEOUT_S, source_address=("127.0.0.3", 0)) as plain:
            peer = context.wrap_socket(plain).makefile("rwb")
            peer.readline()
            for command in (b"USER ben", b"PASS hidden", b"RETR 1"):
                peer.write(command + b"\r\n")
                peer.flush()
                answer = peer.readline()
                assert answer.startswith(b"+OK"), (command, answer)
            letter = b""
            while not letter.endswith(b"\r\n.\r\n"):
                letter += peer.readline()
        live.stop()
        assert letter.count(b"Received: ") == 2 and b"Friday?" in letter, letter
        assert re.findall(r"^(\S+) is (outside\S*) ", live.printed, re.MULTILINE) == [("127.0.0.2", "outside"), ("127.0.0.3", "outside-2")]
        assert not live.check_again(), live.check_again()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--waystation", required=True)
    parser.add_argument("--scenario", required=True)
    arguments = parser.parse_args()
    failed = 0
    for case in (told_apart, last_is_shared, rate_of_each, room_of_each, two_providers):
        try:
            case(arguments.waystation, arguments.scenario)
            print("ok  ", case.__name__)
        except (AssertionError, OSError, smtplib.SMTPException) as error:
            failed += 1
            print("FAIL", case.__name__, f"{type(error).__name__}: {error}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
