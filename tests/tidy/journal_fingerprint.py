#!/usr/bin/env python3
"""The fingerprint of a journal, by docs/journal.md alone: a witness for the program's own.

    journal_fingerprint.py FILE.jsonl     prints it
    journal_fingerprint.py                checks the page's example against the fingerprint that it states
"""

import base64
import hashlib
import json
import os
import re
import sys

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../docs/journal.md')


def kinds_of(page):
    """Kind → its number, the names of its numbers, the names of its texts."""
    kinds, fields = {}, None
    for line in page.split('\n'):
        heading = re.match(r'#### (\d+) `(\w+)`$', line)
        row = re.match(r'\| `(\w+)` \| (number|text) \| ', line)
        if heading:
            fields = {'number': [], 'text': []}
            kinds[heading[2]] = int(heading[1]), fields['number'], fields['text']
        elif line.startswith('#'):
            fields = None
        elif row and fields:
            fields[row[2]].append(row[1])
    return kinds


def unsigned(value):
    octets = b''
    while value > 127:
        octets += bytes([value & 127 | 128])
        value >>= 7
    return octets + bytes([value])


def signed(value):
    return unsigned(2 * value if value >= 0 else -2 * value - 1)


def text_of(record, name):
    if name + '_base64' in record:
        return base64.b64decode(record[name + '_base64'], validate=True)
    return record.get(name, '').encode('utf-8')


def fingerprint(kinds, lines):
    digest, before_us = hashlib.sha256(), 0
    for seq, line in enumerate(lines, 1):
        record = json.loads(line)
        number, numbers, texts = kinds[record['kind']]
        octets = bytes([number]) + unsigned(record['time_us'] - before_us)
        octets += unsigned(seq - record['cause'] if record.get('cause') else 0)
        for name in ('host', 'agent', 'connection', 'message'):
            octets += unsigned(record.get(name, 0))
        for name in numbers:
            octets += signed(int(record.get(name, 0)))
        for name in texts:
            text = text_of(record, name)
            octets += unsigned(len(text)) + text
        digest.update(octets)
        before_us = record['time_us']
    return digest.hexdigest()


def main():
    with open(PAGE, encoding='utf-8') as file:
        page = file.read()
    kinds = kinds_of(page)
    if len(sys.argv) > 1:
        with open(sys.argv[1], encoding='utf-8', newline='\n') as file:
            print(fingerprint(kinds, (line for line in file if line.strip())))
        return 0
    example = ''.join(re.findall(r'```jsonl\n(.*?)```', page, re.S)).splitlines()
    stated = re.findall(r'^    ([0-9a-f]{64})$', page, re.M)
    found = fingerprint(kinds, example)
    print(f'docs/journal.md states {stated}, its example has {found}')
    return 0 if stated == [found] else 1


if __name__ == '__main__':
    sys.exit(main())
