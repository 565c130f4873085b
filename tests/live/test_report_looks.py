#!/usr/bin/python3 -B
"""The promises of an exported report, kept in a browser: light and dark as the reader wishes, white on paper, nothing beside the page when it is
narrow, valid HTML, nothing loaded.

    test_report_looks.py --waystation PROGRAM SCENARIO…

Chromium draws it (its pictures are decoded here), prints it on paper that poppler measures, and says how wide it is in a narrow window; html5lib
and tidy read it. Says "skip" for what is not installed.
"""
import argparse
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

try:
    import html5lib
except ImportError:
    html5lib = None

faults = []
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")


def check(condition, what):
    if not condition:
        faults.append(what)
        print("FAULT:", what)
    return condition


def read_png(path):
    """Width, height, and rows of (red, green, blue): as chromium writes them, 8 bits, not interlaced (PNG 9.2)."""
    with open(path, "rb") as file:
        octets = file.read()
    at, packed = 8, b""
    while at < len(octets):
        length, kind = struct.unpack(">I4s", octets[at:at + 8])
        data = octets[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", data[:10])
        elif kind == b"IDAT":
            packed += data
        at += 12 + length
    size = {2: 3, 6: 4}[colour]
    assert depth == 8
    raw, step, above, rows = zlib.decompress(packed), width * size, bytearray(width * size), []
    for y in range(height):
        kind, line = raw[y * (step + 1)], bytearray(raw[y * (step + 1) + 1:(y + 1) * (step + 1)])
        for i in range(step if kind else 0):
            left, up, corner = line[i - size] if i >= size else 0, above[i], above[i - size] if i >= size else 0
            if kind == 4:
                guess = left + up - corner
                near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
            else:
                near = (0, left, up, (left + up) // 2)[kind]
            line[i] = line[i] + near & 255
        rows.append([tuple(line[x:x + 3]) for x in range(0, step, size)])
        above = line
    return width, height, rows


def browse(*arguments):
    home = tempfile.mkdtemp(prefix="waystation-browser.")
    try:
        return subprocess.run([BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={home}", *arguments],
                              capture_output=True, text=True, timeout=120)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def look(page, folder, dark):
    out = os.path.join(folder, "look.png")
    browse(f"--blink-settings=preferredColorScheme={0 if dark else 1}", f"--screenshot={out}", "--window-size=900,1000", "file://" + page)
    _, _, rows = read_png(out)
    pixels = [pixel for row in rows[::7] for pixel in row[::7]]
    return rows[300][40], sum(sum(pixel) for pixel in pixels) / (3 * len(pixels))


def look_at(program, scenario, folder):
    where, page = os.path.basename(scenario), os.path.join(folder, "report.html")
    subprocess.run([program, "export", scenario, "html", "--force", "-o", page], check=True, capture_output=True)
    with open(page, encoding="utf-8") as file:
        text = file.read()
    if html5lib:
        parser = html5lib.HTMLParser()
        parser.parse(text)
        check(not parser.errors, f"{where}: html5lib says {parser.errors[:3]}")
    if shutil.which("tidy"):
        said = subprocess.run(["tidy", "-q", "-e", page], capture_output=True, text=True).stderr
        check("Error:" not in said, f"{where}: tidy says {re.findall('.*Error:.*', said)[:3]}")
    check(not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text.split("<body>")[0]) and "@import" not in text and "url(http" not in text,
          f"{where}: something is loaded from elsewhere")
    if BROWSER:
        look_in_browser(page, text, where, folder)


def look_in_browser(page, text, where, folder):
    (light, light_all), (dark, dark_all) = look(page, folder, False), look(page, folder, True)
    check(light == (255, 255, 255) and light_all > 200, f"{where}: light is {light}, on the whole {light_all:.0f}")
    check(dark == (0x16, 0x1b, 0x23) and dark_all < 90, f"{where}: dark is {dark}, on the whole {dark_all:.0f}")
    measured = os.path.join(folder, "measured.html")
    with open(measured, "w", encoding="utf-8") as out:  # a copy that may run a script, to say how wide it is
        out.write(re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
                  .replace("</body>", "<script>document.title='wide:'+document.documentElement.scrollWidth+'/'+innerWidth</script></body>"))
    for width in (1280, 800, 500):
        said = browse("--dump-dom", f"--window-size={width},900", "file://" + measured).stdout
        found = re.search(r"<title>wide:(\d+)/(\d+)</title>", said)
        check(found and int(found[1]) <= int(found[2]), f"{where}: in a window of {width} it is {found[0] if found else 'not measured'}")
    if not shutil.which("pdfinfo"):
        return
    paper = os.path.join(folder, "report.pdf")
    browse("--blink-settings=preferredColorScheme=0", f"--print-to-pdf={paper}", "--no-pdf-header-footer", "file://" + page)
    said = subprocess.run(["pdfinfo", paper], capture_output=True, text=True).stdout
    check(re.search(r"Page size: +59[45]\.\S* x 84[12]\.\S* pts \(A4\)", said), f"{where}: not on A4: {re.findall('Page size.*', said)}")
    subprocess.run(["pdftoppm", "-r", "20", paper, os.path.join(folder, "page")], check=True)
    pages = sorted(name for name in os.listdir(folder) if name.startswith("page"))
    for name in pages:
        with open(os.path.join(folder, name), "rb") as file:
            pixels = file.read().split(b"\n", 3)[3]
        check(sum(pixels) / len(pixels) > 200, f"{where}: {name} is dark, or all ink")
        check(sum(pixels) / len(pixels) < 254.9, f"{where}: {name} is empty")
        os.remove(os.path.join(folder, name))
    words = re.sub(r"\s", "", subprocess.run(["pdftotext", paper, "-"], capture_output=True, text=True).stdout)
    check("Whatcameofit" in words and "Contents" not in words, f"{where}: the words on paper are others")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--waystation", required=True)
    options.add_argument("scenarios", nargs="+")
    given = options.parse_args()
    for there, what in ((BROWSER, "chromium"), (html5lib, "html5lib"), (shutil.which("tidy"), "tidy"), (shutil.which("pdfinfo"), "poppler")):
        if not there:
            print(f"skip: {what} is not installed")
    with tempfile.TemporaryDirectory() as folder:
        for scenario in given.scenarios:
            look_at(given.waystation, scenario, folder)
    print(f"{len(given.scenarios)} reports looked at")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
