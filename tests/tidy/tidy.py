#!/usr/bin/env python3
"""Reads the source itself: who includes whom, what is called where, how long things are.

    tidy.py [ROOT]

Prints one line a finding, "file:line: what, what to do", and at the end "N passed, M failed", counted in
checks. Exit status 1 if one failed. Needs nothing but Python, and clang-format of the version named below
where it is installed.
"""

import os
import re
import shutil
import subprocess
import sys

from c_source import CSource

# ---- the house: which room may include which (docs/ARCHITECTURE.md) ----
# A message travels by reference through the simulated network, so sim knows mail too.
MAY_INCLUDE = {
    'base': '',
    'mail': 'base',
    'proto': 'base mail',
    'journal': 'base mail',
    'sim': 'base mail journal',
    'agents': 'base mail proto journal sim',
    'world': 'base mail proto journal sim agents',
    'view': 'base mail journal',
    'readers': 'base mail journal view',
    'shell': 'base mail proto journal sim agents world view readers',
}
WRITERS = {'sim', 'agents', 'world'}
READERS = {'view', 'readers'}
SHELL_FOLDERS = {'shell/cli', 'shell/sdl', 'shell/live'}

# ---- system and library headers ----
STANDARD = set('stdalign.h stdarg.h stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h limits.h'.split())
FILES = set('errno.h fcntl.h unistd.h dirent.h sys/stat.h sys/types.h'.split())
LIBRARIES = [  # a header's beginning, where it may be used
    ('SDL', {'shell'}),
    ('cjson/', {'world', 'journal', 'readers'}),
    ('openssl/', {'base', 'shell'}),
    ('uv.h', {'shell'}),
    ('sys/mman.h', {'base'}),  # mem.c asks for large pages
    ('math.h', {'view', 'shell'}),
]
READS_FILES = {'world', 'readers', 'shell'}

# ---- calls ----
ANYWHERE = {  # also in shell
    'strcpy strcat strncat sprintf vsprintf gets': 'a buf or an arena (base/buf.h, base/arena.h)',
    'strtok strtok_r': 'span_next (base/span.h)',
    'atoi atol atoll atof': 'span_to_u64 or span_to_i64 (base/span.h)',
    'rand srand random srandom drand48': 'a named random stream (base/rng.h)',
}
HEAP = {'malloc calloc realloc free strdup strndup alloca': 'base/mem.h or an arena'}
IN_PURE_ROOMS = {
    'time clock gettimeofday clock_gettime localtime localtime_r gmtime gmtime_r mktime strftime':
        'simulated time, given by the caller',
    'strtod strtof strtold': 'integers',
    'strtol strtoll strtoul strtoull sscanf': 'span_to_u64 or span_to_i64 (base/span.h)',
    'isalpha isdigit isalnum isspace isupper islower ispunct isprint isxdigit iscntrl isgraph':
        'ascii_is_… (base/span.h)',
    'tolower toupper strcasecmp strncasecmp strcoll strxfrm': 'ascii_lower, span_equal_nocase (base/span.h)',
    'getenv secure_getenv setenv putenv setlocale localeconv': 'what the caller gives',
    'printf vprintf puts putchar perror': 'a buf that the caller prints',
    'snprintf vsnprintf': 'buf_format or arena_format',
    'fprintf vfprintf fputs fputc': 'a buf that the caller writes',
    'system popen fork execv execve execvp execl execlp posix_spawn': 'nothing: no program is run',
    'exit _exit abort': 'CHECK for our own bugs, an error for others',
}
MAY_FORMAT = {'base/arena.c', 'base/buf.c', 'base/error.c', 'base/check.c', 'base/mem.c'}
MAY_END = {'base/check.c', 'base/mem.c'}

# ---- sizes and words ----
FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 500
EXCUSE = 'Long because:'
WORDS = ['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX']
TEXT_ENDINGS = ('.c', '.h', '.py', '.md', '.cmake', '.txt', '.json', '.sh')
BYTES_AS_THEY_ARE = ('tests/script/', 'tests/golden/', 'tests/fuzz/corpus', 'tests/broken/')  # their blanks mean something
CLANG_FORMAT = 14  # other versions lay out a few things otherwise


class Tidy:
    def __init__(self, root):
        self.root = root
        self.texts = {}  # path from the root → text
        for path in self.walk():
            with open(os.path.join(root, path), encoding='utf-8', errors='replace', newline='') as file:
                self.texts[path] = file.read()
        self.c = {path: CSource(path, text) for path, text in self.texts.items() if path.endswith(('.c', '.h'))}
        # of the house: room/file.h, as an #include names it
        self.house = {path[4:]: source for path, source in self.c.items() if path.startswith('src/')}
        self.findings = []

    def walk(self):
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(f for f in folders if not f.startswith(('.', 'build')) and f != '__pycache__')
            for name in sorted(names):
                path = os.path.relpath(os.path.join(folder, name), self.root).replace(os.sep, '/')
                if name.endswith(TEXT_ENDINGS) and not os.path.islink(os.path.join(folder, name)):
                    yield path

    def find(self, path, line, what):
        self.findings.append((path, line, what))

    # ---- includes ----

    def check_layers(self):
        for name, source in self.house.items():
            room = name.split('/')[0]
            if room not in MAY_INCLUDE:
                self.find(source.path, 1, f'src/{room} is no room of the house, move it into one that is')
                continue
            allowed = set(MAY_INCLUDE[room].split()) | {room}
            for line, target, quoted in source.includes():
                other = target.split('/')[0]
                if not quoted or other in allowed:
                    continue
                if target not in self.house:
                    self.find(source.path, line, f'"{target}" is not in src, include it as "room/file.h"')
                elif (room in WRITERS and other in READERS) or (room in READERS and other in WRITERS):
                    self.find(source.path, line, f'{room} includes {other}, but writers and readers meet only '
                                                 'in the journal: add a journal field')
                else:
                    self.find(source.path, line, f'{room} includes {other}, which is not below it: '
                                                 f'it may include {MAY_INCLUDE[room] or "nothing"}')

    def check_libraries(self):
        for name, source in self.house.items():
            room = name.split('/')[0]
            for line, target, quoted in source.includes():
                if quoted or target in STANDARD or (target in FILES and room in READS_FILES):
                    continue
                rooms = next((rooms for start, rooms in LIBRARIES if target.startswith(start)), {'shell'})
                if room not in rooms:
                    self.find(source.path, line, f'<{target}> in {room}, use it only in {" ".join(sorted(rooms))}')

    def check_include_cycles(self):
        done, path = set(), []

        def visit(name):
            if name in path:
                ring = path[path.index(name):] + [name]
                self.find(self.house[path[-1]].path, 1, f'{" → ".join(ring)} include each other, break the ring')
                return
            if name in done:
                return
            path.append(name)
            for _, target, quoted in self.house[name].includes():
                if quoted and target in self.house:
                    visit(target)
            done.add(path.pop())

        for name in self.house:
            visit(name)

    def check_orphans(self):
        included = {target for source in self.c.values() for _, target, quoted in source.includes() if quoted}
        for name, source in self.house.items():
            folder = os.path.dirname(name)
            if name.endswith('.h') and name not in included:
                self.find(source.path, 1, 'nobody includes it, use it or remove it')
            known = folder.split('/')[0] in MAY_INCLUDE
            if name.endswith('.c') and known and folder not in MAY_INCLUDE and folder not in SHELL_FOLDERS:
                self.find(source.path, 1, f'src/{folder} is not built, move it into a room')

    # ---- calls ----

    def forbid(self, source, table, exempt=()):
        for names, instead in table.items():
            names = [name for name in names.split() if name not in exempt]
            for line, name in source.calls(names) if names else ():
                self.find(source.path, line, f'{name}(), use {instead}')

    def check_calls(self):
        for name, source in self.house.items():
            exempt = set()
            if name in MAY_FORMAT:
                exempt |= set('snprintf vsnprintf fprintf vfprintf fputs'.split())
            if name in MAY_END:
                exempt |= {'exit', 'abort'}
            self.forbid(source, ANYWHERE)
            if name != 'base/mem.c':
                self.forbid(source, HEAP)
            if not name.startswith('shell/'):
                self.forbid(source, IN_PURE_ROOMS, exempt)

    def check_floating_point(self):
        for name, source in self.house.items():
            if name.startswith(('view/', 'shell/')):
                continue
            if any(target.startswith('cjson/') for _, target, _ in source.includes()):
                continue  # a JSON number is a double before it is an integer
            for line, word in source.words(['float', 'double']):
                self.find(source.path, line, f'{word}, use an integer with its unit in the name')

    # ---- sizes ----

    def check_function_length(self):
        for source in self.c.values():
            for name, first, last, head in source.functions():
                lines = last - first + 1
                if lines > FUNCTION_LINES_MAX and EXCUSE not in head:
                    self.find(source.path, first, f'{name}() has {lines} lines, more than {FUNCTION_LINES_MAX}: '
                                                  f'divide it, or say "{EXCUSE} …" in its comment')

    def check_file_length(self):
        for path, text in self.texts.items():
            if not path.endswith(('.c', '.h', '.py')):
                continue
            lines = text.count('\n')
            top = text[:text.find('*/') if path.endswith(('.c', '.h')) else 2000]
            if lines > FILE_LINES_MAX and EXCUSE not in top:
                self.find(path, 1, f'{lines} lines, more than {FILE_LINES_MAX}: divide it, or say "{EXCUSE} …" '
                                   'in the comment at its top')

    # ---- form ----

    def check_headers(self):
        for source in self.c.values():
            if not source.path.endswith('.h'):
                continue
            if not source.text.startswith('/*'):
                self.find(source.path, 1, 'no comment at the top, say what it is')
            if '#pragma once' not in source.without_comments.split('\n'):
                self.find(source.path, 1, 'no #pragma once, add it after the comment')

    def check_words(self):
        pattern = re.compile(r'\b(%s)\b' % '|'.join(WORDS))
        for path, text in self.texts.items():
            for number, line in enumerate(text.split('\n'), 1):
                for match in pattern.finditer(line):
                    self.find(path, number, f'{match[1]}, do it or describe what is there')

    def check_white_space(self):
        for path, text in self.texts.items():
            if path.startswith(BYTES_AS_THEY_ARE):
                continue
            if text and not text.endswith('\n'):
                self.find(path, text.count('\n') + 1, 'no line end at the end, add it')
            for number, line in enumerate(text.split('\n'), 1):
                if line != line.rstrip():
                    self.find(path, number, 'white space at the end of the line, remove it')
                if '\t' in line and path.endswith(('.c', '.h', '.py')):
                    self.find(path, number, 'a tab, use spaces')

    def check_format(self):
        program = clang_format()
        paths = [path for path in self.c if path.startswith(('src/', 'tests/'))]
        if not program or not paths or not os.path.exists(os.path.join(self.root, '.clang-format')):
            return
        result = subprocess.run([program, '--dry-run', '--ferror-limit=1', *paths], cwd=self.root,
                                capture_output=True, text=True, check=False)
        for match in re.finditer(r'^(.+?):(\d+):\d+: (?:warning|error): code should', result.stderr, re.M):
            self.find(match[1], int(match[2]), f'not laid out by .clang-format, run clang-format -i {match[1]}')

    # ---- all ----

    def run(self):
        """(name, findings) of each check."""
        for member in dir(self):
            if member.startswith('check_'):
                self.findings = []
                getattr(self, member)()
                yield member[len('check_'):].replace('_', ' '), self.findings


def clang_format():
    for name in (f'clang-format-{CLANG_FORMAT}', 'clang-format'):
        program = shutil.which(name)
        if program:
            version = subprocess.run([program, '--version'], capture_output=True, text=True, check=False).stdout
            if re.search(rf'version {CLANG_FORMAT}\.', version):
                return program
    return None


def main(root):
    passed = failed = 0
    for _, findings in Tidy(os.path.normpath(root)).run():
        for path, line, what in findings:
            print(f'{path}:{line}: {what}')
        failed += bool(findings)
        passed += not findings
    if not clang_format():
        print(f'clang-format {CLANG_FORMAT} is not installed: the layout was not checked', file=sys.stderr)
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..')
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else here))
