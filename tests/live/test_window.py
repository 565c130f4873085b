#!/usr/bin/python3
"""`waystation live --window` on a screen of its own (Xvfb): the window shows each thing that a client and a server say while they
say it, and shows the question while a paused simulation holds the reply. What it must show is a screenshot of the journal so far,
point for point. Nothing is waited for by the clock: each step waits for the picture.

    test_window.py --waystation PROGRAM --scenario one-host.json
"""
import argparse
import os
import select
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import zlib

from live_waystation import Live

SCREEN = 1600, 900
WIDTH, HEIGHT = 1440, 810  # of the window: nine tenths of the screen, in its middle
PATIENCE_S = 60            # on a machine that is busy


class Screen:
    """An X server whose picture can be read from a file."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="waystation-screen.")
        read, write = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{SCREEN[0]}x{SCREEN[1]}x24", "-nolisten", "tcp",
                                        "-noreset", "-fbdir", self.folder.name], pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as answer:
            os.environ["DISPLAY"] = ":" + answer.readline().strip()
        os.environ["SDL_VIDEODRIVER"] = "x11"
        os.environ["XDG_DATA_HOME"] = os.path.join(self.folder.name, "data")
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()
        self.folder.cleanup()

    def picture(self):
        """Red, green and blue of each point of the window."""
        with open(os.path.join(self.folder.name, "Xvfb_screen0"), "rb") as file:
            dump = file.read()
        pixels = dump[int.from_bytes(dump[:4], "big") + int.from_bytes(dump[76:80], "big") * 12:]
        left, top = (SCREEN[0] - WIDTH) // 2, (SCREEN[1] - HEIGHT) // 2
        rows = [pixels[((top + y) * SCREEN[0] + left) * 4:((top + y) * SCREEN[0] + left + WIDTH) * 4] for y in range(HEIGHT)]
        pixels, rgb = b"".join(rows), bytearray(WIDTH * HEIGHT * 3)
        rgb[0::3], rgb[1::3], rgb[2::3] = pixels[2::4], pixels[1::4], pixels[0::4]
        return bytes(rgb)

    def wait(self, what, condition):
        until = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < until, what
            time.sleep(0.05)

    def press(self, key):
        subprocess.run(["xdotool", "key", "--clearmodifiers", key], check=True)


def nearest(left, up, corner):
    guess = left + up - corner
    far = abs(guess - left), abs(guess - up), abs(guess - corner)
    return left if far[0] <= far[1] and far[0] <= far[2] else up if far[1] <= far[2] else corner


def read_png(path):
    """Red, green and blue of each point; of a PNG as the program writes them (8 bits, no palette, not interlaced)."""
    with open(path, "rb") as file:
        octets = file.read()
    at, data = 8, b""
    while at < len(octets):
        length, kind = struct.unpack(">I4s", octets[at:at + 8])
        if kind == b"IHDR":
            assert struct.unpack(">IIBB", octets[at + 8:at + 18]) == (WIDTH, HEIGHT, 8, 2), "another kind of PNG"
        if kind == b"IDAT":
            data += octets[at + 8:at + 8 + length]
        at += 12 + length
    data, row, above, rows = zlib.decompress(data), WIDTH * 3, bytes(WIDTH * 3), []
    for y in range(HEIGHT):
        how, line = data[y * (row + 1)], bytearray(data[y * (row + 1) + 1:(y + 1) * (row + 1)])
        for i in range(row if how else 0):
            left, corner = (line[i - 3], above[i - 3]) if i > 2 else (0, 0)
            line[i] = line[i] + (0, left, above[i], (left + above[i]) // 2, nearest(left, above[i], corner))[how] & 255
        rows.append(bytes(line))
        above = line
    return b"".join(rows)


class Session:
    """A client by hand, and the window beside it."""

    def __init__(self, screen, live):
        self.screen, self.live = screen, live

    def screenshot(self):
        """What the end of the journal looks like now, and how long the journal is."""
        copy, png = os.path.join(self.live.folder, "copy.jsonl"), os.path.join(self.live.folder, "copy.png")
        shutil.copy(self.live.journal, copy)
        done = self.live.run("play", copy, "--at", "99h", "--size", f"{WIDTH}x{HEIGHT}", "--screenshot", png)
        assert done.returncode == 0, done.stderr
        return read_png(png), os.path.getsize(copy)

    def shows_the_end(self, what):
        """The window comes to show the journal so far, at its end; if that grows meanwhile, what it is then."""
        expected, length = self.screenshot()

        def shows():
            nonlocal expected, length
            if os.path.getsize(self.live.journal) != length:
                expected, length = self.screenshot()
            return self.screen.picture() == expected

        self.screen.wait("the window does not show " + what, shows)

    def word(self, text):
        self.live.process.stdin.write(text + "\n")
        self.live.process.stdin.flush()

    def play(self):
        black = bytes(WIDTH * HEIGHT * 3)
        self.screen.wait("no window", lambda: self.screen.picture() != black)
        with socket.create_connection(self.live.port("smtp"), timeout=PATIENCE_S) as peer:
            def hears(begins):
                said = peer.recv(1000)
                assert said.startswith(begins), said

            hears(b"220 ")
            self.screen.press("End")  # who is at the end stays there
            self.shows_the_end("the greeting")
            for said, begins in ((b"EHLO c.test\r\n", b"250-"), (b"MAIL FROM:<a@b.test>\r\n", b"250 ")):
                peer.sendall(said)
                hears(begins)
                self.shows_the_end("the answer to " + said.decode().strip())
            self.word("pause")
            lines = self.live.count("line")
            peer.sendall(b"RCPT TO:<ann@example.com>\r\n")
            self.live.wait_for("line", lines + 1)
            self.shows_the_end("RCPT, while its reply is held")
            assert not select.select([peer], [], [], 0)[0], "answered while it is held"
            self.word("go")
            hears(b"250 2.1.5")
            self.shows_the_end("the answer to RCPT, once it is let go")
            peer.sendall(b"DATA\r\n")
            hears(b"354 ")
            peer.sendall(b"Subject: seen\r\n\r\nHello.\r\n.\r\nQUIT\r\n")
            hears(b"250 ")
        self.live.wait_for("delivered", 1)
        self.shows_the_end("the delivery")
        self.screen.press("ctrl+q")
        self.live.process.wait(PATIENCE_S)
        self.live.stop()
        assert "its window was closed" in self.live.said, self.live.said
        assert self.live.status == 0, self.live.status
        fault = self.live.check_again()
        assert not fault, fault


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--waystation", required=True)
    parser.add_argument("--scenario", required=True)
    arguments = parser.parse_args()
    for tool in ("Xvfb", "xdotool"):
        if not shutil.which(tool):
            print(f"skip: {tool} is not installed")
            return 77
    if "has no window" in subprocess.run([arguments.waystation, "play"], capture_output=True, text=True, timeout=60, check=False,
                                         env={**os.environ, "SDL_VIDEODRIVER": "none"}).stderr:
        print("skip: built without a window")
        return 77
    try:
        with Screen() as screen, Live(arguments.waystation, arguments.scenario, "--window", "--paused") as live:
            live.process.stdin.write("go\n")  # paused, so that words are read from a pipe
            live.process.stdin.flush()
            Session(screen, live).play()
    except (AssertionError, OSError) as error:
        print(f"FAIL {type(error).__name__}: {error}")
        return 1
    print("shown while it happens, and while it is held")
    return 0


if __name__ == "__main__":
    sys.exit(main())
