"""The sessions of curl's own tests: what its client says to the SMTP and POP3 servers of its test suite. The tests are not ours and not
part of this repository; they are read from Debian's source package of curl when that can be had (debian_packages.py).

A test (tests/data/testN) has, between <verify> and </verify>, what the client must have said (<protocol>) and the letters that it
must have sent (<upload>). Its world is another than ours, so names are mapped:

    recipient@example.com, recipient.one@example.com … and `recipient`    ann@example.com, ann
    the POP3 user `user`, `user.one`, `user.two`, in the clear and inside base64    ann (the password is "secret" in both)
    a message's number, which is the test's number there                 1, and 2 for the second

Left out: tests through a proxy, tests that expect TLS, and tests in which nothing is said. The name that EHLO gives, the test's number, stays.
"""
import base64
import re
import tarfile

COMMANDS = {"smtp": r"(EHLO|HELO|MAIL|RCPT|DATA|RSET|NOOP|QUIT|VRFY|EXPN|HELP|AUTH|STARTTLS)\b",
            "pop3": r"(CAPA|USER|PASS|APOP|AUTH|STAT|LIST|RETR|DELE|TOP|UIDL|NOOP|RSET|QUIT|STLS)\b"}
MANY = r"(CAPA|LIST|UIDL|TOP \d+ \d+|RETR \d+)$"


def part(text, name):
    found = re.search(rf"<{name}(?: [^>]*)?>\n(.*?)</{name}>", text, re.DOTALL)
    return found.group(1) if found else ""


def mapped_base64(line):
    """A PLAIN or LOGIN answer with our user's name in place of theirs; anything else as it is."""
    try:
        text = base64.b64decode(line, validate=True)
    except ValueError:
        return line
    if not re.fullmatch(rb"[\x00a-z.-]+", text):
        return line
    return base64.b64encode(re.sub(rb"\buser(\.\w+)?\b", b"ann", text)).decode()


def mapped(line, service, number):
    line = re.sub(r"%b64\[(.*?)\]b64%", lambda found: base64.b64encode(re.sub(
        r"%([0-9a-f]{2})", lambda octet: chr(int(octet.group(1), 16)), found.group(1)).encode()).decode(), line)
    if service == "pop3":
        line = re.sub(r"%TESTNUMBER(?:00)?(\d?)", lambda found: found.group(1) or "1", line)
        line = re.sub(r"^(USER|APOP) user(\.\w+)?", r"\1 ann", line)
    line = line.replace("%TESTNUMBER", number)
    line = re.sub(r"(?<![\w-])recipient(\.\w+)?@example\.com", "ann@example.com", line)
    line = re.sub(r"^(VRFY) recipient$", r"\1 ann", line, flags=re.IGNORECASE)
    if found := re.fullmatch(r"(AUTH \S+ )?([A-Za-z0-9+/]{4,}=*)", line):
        line = (found.group(1) or "") + mapped_base64(found.group(2))
    return line


def sessions_of(text, service, number):
    """[[(kind, line)]]: what the client of one test says, a list for each connection."""
    found = [[]]
    upload = [line.replace("%TESTNUMBER", number) for line in part(text, "upload").splitlines()]
    end = [(">", ".")] if upload[-1:] == ["."] else []  # a client that breaks off says none
    upload = upload[:-1] if end else upload
    for line in part(part(text, "verify"), "protocol").splitlines():
        line = mapped(line, service, number)
        if not re.match(COMMANDS[service], line, re.IGNORECASE):
            found[-1].append(("+", line))
            continue
        found[-1].append(("*" if service == "pop3" and re.match(MANY, line) else ">", line))
        if line == "DATA":
            found[-1] += [("|", text) for text in upload] + end
        if line == "QUIT":
            found.append([])
    return [steps for steps in found if steps]


def sessions(archive, service):
    """[(name, steps)] of that archive, in the order of the tests' numbers."""
    found = []
    with tarfile.open(archive) as file:
        for member in file:
            number = re.search(r"/tests/data/test(\d+)$", member.name)
            if not number:
                continue
            text = file.extractfile(member).read().decode("utf-8", "surrogateescape")
            if part(text, "server").split() != [service] or "SSL" in part(text, "features").split():
                continue
            number = number.group(1)
            for steps in sessions_of(text, service, number):
                if re.match(COMMANDS[service], steps[0][1]):
                    found.append((f"curl's test {number}", steps))
    return sorted(found, key=lambda session: int(session[0].split()[-1]))
