"""A window on a screen of its own (Xvfb), hands (xdotool), and eyes: the window says what it shows (play --tell), so that a
test waits for what it wants to see and for nothing else. Shared by the stages that open the window."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zlib

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PROGRAM = os.environ.get("WAYSTATION", os.path.join(ROOT, "build/dev/src/waystation"))
SCENARIOS = os.path.join(ROOT, "scenarios")
PATIENCE = int(os.environ.get("PATIENCE", 40))  # seconds, on a machine that is busy
faults = []


def fault(what):
    print("FAULT:", what, flush=True)
    faults.append(what)


def check(condition, what):
    if not condition:
        fault(what)
    return bool(condition)


def wait(what, condition):
    """Until it is true; a fault if it never is."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.03)
    fault(what)
    return False


def need_a_screen():
    for tool in ("Xvfb", "xdotool"):
        if not shutil.which(tool):
            print(f"skip: {tool} is not installed")
            sys.exit(77)
    if "has no window" in subprocess.run([PROGRAM, "play"], capture_output=True, text=True, timeout=60,
                                         env={**os.environ, "SDL_VIDEODRIVER": "none"}).stderr:
        print("skip: built without a window")
        sys.exit(77)


def play_all(sessions, size="1280x720"):
    """Each session has the screen for itself; ends the program."""
    need_a_screen()
    with Screen(size) as screen:
        for session in sessions:
            started = time.monotonic()
            shutil.rmtree(screen.path("data"), ignore_errors=True)  # nothing is remembered of the session before
            session(screen)
            print(f"{session.__name__}: {time.monotonic() - started:.1f} s", flush=True)
    print(f"{len(faults)} faults")
    sys.exit(1 if faults else 0)


class Screen:
    """An X server whose picture can be read from a file."""

    def __init__(self, size):
        self.size = size

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        read, write = os.pipe()
        # Without -noreset it begins anew when its last client goes, and takes the next one's windows with it.
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", self.size + "x24", "-nolisten", "tcp",
                                        "-noreset", "-fbdir", self.folder.name], pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as answer:
            self.display = ":" + answer.readline().strip()
        self.env = {**os.environ, "DISPLAY": self.display, "XDG_DATA_HOME": self.path("data"), "SDL_VIDEODRIVER": "x11",
                    "SDL_AUDIODRIVER": "dummy"}
        self.settings = self.path("data", "waystation", "settings.json")
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()
        self.folder.cleanup()

    def path(self, *names):
        return os.path.join(self.folder.name, *names)

    def copy(self, scenario, name=None):
        """A scenario of the course in the screen's own folder."""
        os.makedirs(self.path("scenarios"), exist_ok=True)
        return shutil.copy(os.path.join(SCENARIOS, scenario), self.path("scenarios", name or scenario))

    def _planes(self):
        # The file begins with what the X server says about itself; the fourth octet of a pixel means nothing.
        with open(self.path("Xvfb_screen0"), "rb") as file:
            dump = file.read()
        head = int.from_bytes(dump[:4], "big") + int.from_bytes(dump[76:80], "big") * 12
        pixels = dump[head:]
        return pixels[0::4], pixels[1::4], pixels[2::4]

    def picture(self):
        return tuple(zlib.crc32(plane) for plane in self._planes())

    def is_black(self):
        return not any(any(plane) for plane in self._planes())


class Window:
    """`waystation play`, with its window on a screen."""

    def __init__(self, screen, *arguments, cwd=None):
        self.screen = screen
        self.told = []  # all pictures, in words
        self.program = subprocess.Popen([PROGRAM, "play", *arguments, "--size", screen.size, "--tell"], env=screen.env, cwd=cwd,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self.reader = threading.Thread(target=self._listen, daemon=True)
        self.reader.start()
        wait(f"play {' '.join(arguments)}: no picture", lambda: self.told)

    def _listen(self):
        for line in self.program.stdout:
            self.told.append(json.loads(line))

    @property
    def now(self):
        return self.told[-1] if self.told else {"picture": 0, "page": "", "words": [], "places": []}

    # --- eyes ---

    def text(self):
        return "\n".join(self.now["words"])

    def shows(self, *words):
        text = self.text()
        return all(word in text for word in words)

    def until(self, what, condition):
        """condition: of the picture as it is told; or words, all of which it shows."""
        if isinstance(condition, str):
            words = condition
            condition = lambda now: words in "\n".join(now["words"])
        if wait(what, lambda: condition(self.now)):
            return True
        now = self.now
        print(f"  page {now['page']}, step {now.get('step')}, focus {now.get('focus')}:")
        print("\n".join("    " + row for row in now["words"]), flush=True)
        return False

    def place(self, name):
        """The topmost that is called so; else that has it in its name."""
        places = self.now["places"]
        for fits in (lambda place: place["name"] == name, lambda place: name in place["name"]):
            for place in reversed(places):
                if fits(place):
                    return place
        return None

    # --- hands ---

    def _xdotool(self, *words):
        subprocess.run(["xdotool", *words], env=self.screen.env, check=True)

    def keys(self, *keys):
        """One after the other; the window answers all of them in order."""
        for key in keys:
            self._xdotool("key", "--clearmodifiers", key)

    def type(self, text):
        self._xdotool("type", "--delay", "20", text)

    def press(self, key, what, condition):
        """A key, and what it leads to: another picture than the one before."""
        before = self.now["picture"]
        self.keys(key)
        then = condition if callable(condition) else lambda now: condition in "\n".join(now["words"])
        return self.until(f"{key}: {what}", lambda now: now["picture"] > before and then(now))

    def point(self, name):
        place = self.place(name)
        if not check(place, f"nothing is called \"{name}\" here: {[p['name'] for p in self.now['places']]}"):
            return False
        self._xdotool("mousemove", str(place["x"]), str(place["y"]))
        return True

    def click(self, name, what, condition):
        before = self.now["picture"]
        if not self.point(name):
            return False
        self._xdotool("click", "1")
        then = condition if callable(condition) else lambda now: condition in "\n".join(now["words"])
        return self.until(f"click on {name}: {what}", lambda now: now["picture"] > before and then(now))

    def drag(self, name, dx, dy):
        place = self.place(name)
        if not check(place, f"nothing is called \"{name}\" here"):
            return
        x, y = place["x"], place["y"]
        self._xdotool("mousemove", str(x), str(y), "mousedown", "1")
        for part in range(1, 5):
            self._xdotool("mousemove", str(x + dx * part // 4), str(y + dy * part // 4))
        self._xdotool("mouseup", "1")

    def wheel(self, name, up, times=1):
        if self.point(name):
            self._xdotool("click", "--repeat", str(times), "4" if up else "5")

    def tab_to(self, name, most=80):
        """Tab until that has the focus."""
        for _ in range(most):
            if name in self.now.get("focus", ""):
                return True
            before = self.now["picture"]
            self.keys("Tab")
            if not wait("Tab moves nothing", lambda: self.now["picture"] > before):
                return False
        fault(f"Tab never reaches \"{name}\"")
        return False

    def quit(self):
        """By the keyboard; returns what it complained about."""
        self.keys("ctrl+q")
        try:
            self.program.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.program.kill()
            fault("Ctrl Q does not end the program")
        self.reader.join()
        complaints = self.program.stderr.read()
        check(self.program.returncode == 0, f"exit status {self.program.returncode}: {complaints}")
        return complaints
