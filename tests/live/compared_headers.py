"""A letter without Message-ID, Date and From is submitted to a real server and to ours: what both of them write into its header, from
the topmost Received field down, must be the same. Ids, moments and the client's address are left out; which field stands where,
and how each is spelled and folded, is compared.

    differences("Postfix", theirs, ours)     [what is wrong]; theirs and ours are headers as delivered
"""
import difflib
import poplib
import re
import smtplib
import time

TIMEOUT_S = 20
SUBJECT = "three fields are missing"
LETTER = f"To: ann@example.com\r\nSubject: {SUBJECT}\r\nX-Last: the last field\r\n\r\nHello.\r\n"


def submit(port):
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test", timeout=TIMEOUT_S) as client:
        client.sendmail("a@client.test", ["ann@example.com"], LETTER)


def delivered(read):
    """The header of that letter in what read() says that the mailbox holds, an mbox; waits for it."""
    until = time.monotonic() + TIMEOUT_S
    while time.monotonic() < until:
        for letter in re.split(r"^From .*\n", read(), flags=re.MULTILINE):
            header = letter.partition("\n\n")[0]
            if f"Subject: {SUBJECT}\n" in header + "\n":
                return header
        time.sleep(0.1)
    raise AssertionError("the letter was not delivered")


def fetched(port):
    """The same of the last letter in ann's maildrop."""
    drop = poplib.POP3("127.0.0.1", port, timeout=TIMEOUT_S)
    drop.user("ann")
    drop.pass_("secret")
    lines = drop.top(drop.stat()[0], 0)[1]
    drop.quit()
    return b"\n".join([*lines, b""]).decode().partition("\n\n")[0]


def shape(header):
    """Its lines, without what hangs on the moment and on who came from where; what the delivery itself put on top is left out."""
    header = header[header.index("Received:"):]
    header = header.replace(re.search(r"\bid ([\w-]+)", header).group(1), "ID")
    for pattern, name in ((r"\w{3}, [ \d]\d \w{3} \d{4} [\d:]{8} [+-]\d{4}( \(\w+\))?", "DATE"), (r"\d{14}", "STAMP"),
                          (r"\((localhost|unknown) \[[\d.]+\]\)", "(CLIENT)"), (r"\[[\d.]+\]", "[IP]")):
        header = re.sub(pattern, name, header)
    return header.split("\n")


def differences(program, theirs, ours):
    lines = list(difflib.unified_diff(shape(theirs), shape(ours), program, "ours", lineterm=""))
    return ["a header that is completed: " + "\n  ".join(lines)] if lines else []
