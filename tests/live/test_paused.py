#!/usr/bin/python3
"""`waystation live --paused`: replies are held until a word lets them out, one by one; what was said shows meanwhile.

    test_paused.py --waystation PROGRAM --scenario one-host.json
"""
import argparse
import socket
import sys
import time

from live_waystation import Live

QUIET_S = 0.5


def hears_nothing(peer):
    peer.settimeout(QUIET_S)
    try:
        return not peer.recv(1000)
    except TimeoutError:
        return True


def hears(peer, begins):
    peer.settimeout(10)
    said = peer.recv(1000)
    assert said.startswith(begins), f"{said} and not {begins}"


def play(live):
    def word(text):
        live.process.stdin.write(text + "\n")
        live.process.stdin.flush()

    with socket.create_connection(live.port("smtp")) as peer:
        assert hears_nothing(peer), "greeted while held"
        word("")
        hears(peer, b"220 ")
        peer.sendall(b"EHLO x\r\n")
        live.wait_for("line", 2)  # the greeting and this: shown, but not answered
        assert hears_nothing(peer), "answered while held"
        word("step")
        hears(peer, b"250-")
        peer.sendall(b"MAIL FROM:<a@b.test>\r\n")
        assert hears_nothing(peer), "answered while held again"
        word("s")
        hears(peer, b"250 2.1.0")
        peer.sendall(b"RCPT TO:<nobody@example.com>\r\n")
        assert hears_nothing(peer)
        word("go")
        hears(peer, b"550 ")
        peer.sendall(b"NOOP\r\n")
        hears(peer, b"250 ")
        word("pause")
        time.sleep(0.2)
        peer.sendall(b"NOOP\r\n")
        assert hears_nothing(peer), "answered after pause"
        word("step")
        hears(peer, b"250 ")
        peer.sendall(b"QUIT\r\n")
        assert hears_nothing(peer)
        word("step")
        hears(peer, b"221 ")
        word("nonsense")
        word("quit")
        live.process.wait(10)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--waystation", required=True)
    parser.add_argument("--scenario", required=True)
    arguments = parser.parse_args()
    with Live(arguments.waystation, arguments.scenario, "--paused") as live:
        try:
            play(live)
            said, _ = live.process.communicate(timeout=10)
            live.status = live.process.returncode
            assert live.status == 0, live.status
            assert "C: RCPT TO:<nobody@example.com>" in said and "S: 220 " in said and "S: 221 " in said, said
            fault = live.check_again()
        except (AssertionError, OSError) as error:
            fault = f"{type(error).__name__}: {error}"
    print("FAIL " + fault if fault else "held, let out one by one, and run again")
    return 1 if fault else 0


if __name__ == "__main__":
    sys.exit(main())
