#!/usr/bin/python3
"""Our clients and real servers: a simulated MTA delivers to a real Postfix, and a simulated MRA fetches from a real Dovecot
what Postfix has delivered; the journal runs again without either.

    test_gateways.py --waystation PROGRAM --scenario gateways.json
"""
import argparse
import sys

from live_waystation import Live
from real_servers import RealServers, missing


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--waystation", required=True)
    parser.add_argument("--scenario", required=True)
    arguments = parser.parse_args()
    if why := missing():
        print("skip: " + why)
        return 77
    faults = []
    with RealServers() as real:
        gateways = f"mail.example.com:25=127.0.0.1:{real.smtp},mail.example.com:110=127.0.0.1:{real.pop3}"
        with Live(arguments.waystation, arguments.scenario, "--gateway", gateways, "--until", "30s") as live:
            live.wait_for("retrieved", 1, 30)
            live.stop()
            records = live.records()
            faults += [fault for fault in [live.check_again()] if fault]
    kinds = [record["kind"] for record in records]
    fetched = [record for record in records if record["kind"] == "compose" and record["host"] == 3]
    if "relayed" not in kinds or "bounced" not in kinds:
        faults.append("one letter should be relayed, the other should come back")
    if len(fetched) != 1:
        faults.append(f"{len(fetched)} letters came from Dovecot, not 1")
    else:
        header, body = fetched[0]["header"], fetched[0]["body"]
        if "by mail.example.com (Postfix)" not in header or "Received: from desk" not in header:
            faults.append("the letter has not gone through Postfix: " + header)
        if body != "A line.\r\n.A line that begins with a dot.\r\n..Two.\r\n\r\nBen\r\n":
            faults.append("the letter has not come through whole: " + body)
    for fault in faults:
        print("FAIL", fault)
    print("delivered by Postfix, fetched from Dovecot, run again without them" if not faults else f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
