#!/usr/bin/env python3
"""Tests tidy.py on small trees, each with one thing wrong."""

import contextlib
import io
import os
import tempfile
import unittest

import tidy

HEADER = '/* span: bytes. */\n#pragma once\n'
GOOD = {
    'src/base/span.h': HEADER,
    'src/base/span.c': '#include "base/span.h"\n',
    'src/mail/path.h': '/* path: a reverse-path. */\n#pragma once\n#include "base/span.h"\n',
    'src/mail/path.c': '#include "mail/path.h"\n#include <string.h>\nint path(void) {\n  return 1;\n}\n',
    'src/view/theme.h': '/* theme: colours. */\n#pragma once\nfloat theme(void);\n',
    'src/view/theme.c': '#include "view/theme.h"\n',
    'src/sim/sim.h': '/* sim: time. */\n#pragma once\n',
    'src/sim/sim.c': '#include "sim/sim.h"\n',
    'src/shell/cli/main.c': '#include <stdio.h>\nint main(void) {\n  printf("printf(time)\\n");\n}\n',
    'docs/page.md': 'A page.\n',
}


def run(files):
    """Exit status, findings and last line of tidy.py over these files."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            path = os.path.join(root, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'w', encoding='utf-8', newline='') as file:
                file.write(text)
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
            status = tidy.main(root)
    lines = output.getvalue().splitlines()
    return status, lines[:-1], lines[-1]


def long_function(lines, comment=''):
    return comment + 'int f(void) {\n' + '  ;\n' * (lines - 2) + '}\n'


# What is added to the good tree (or put in place of a file of it), and how the only finding begins.
CASES = {
    'upwards': ({'src/mail/path.c': '#include "mail/path.h"\n#include "sim/sim.h"\n'},
                'src/mail/path.c:2: mail includes sim, which is not below it: it may include base'),
    'base includes nothing': ({'src/base/span.c': '#include "base/span.h"\n#include "mail/path.h"\n'},
                              'src/base/span.c:2: base includes mail, which is not below it: it may include nothing'),
    'readers and writers': ({'src/view/theme.c': '#include "view/theme.h"\n#include "sim/sim.h"\n'},
                            'src/view/theme.c:2: view includes sim, but writers and readers meet only'),
    'writers and readers': ({'src/sim/sim.c': '#include "sim/sim.h"\n#include "view/theme.h"\n'},
                            'src/sim/sim.c:2: sim includes view, but writers and readers meet only'),
    'no room': ({'src/attic/old.c': 'int old;\n'}, 'src/attic/old.c:1: src/attic is no room of the house'),
    'no such header': ({'src/mail/path.c': '#include "mail/path.h"\n#include "path.h"\n'},
                       'src/mail/path.c:2: "path.h" is not in src, include it as "room/file.h"'),
    'cycle': ({'src/base/span.h': HEADER + '#include "base/b.h"\n',
               'src/base/b.h': '/* b: c. */\n#pragma once\n#include "base/span.h"\n'},
              'src/base/span.h:1: base/b.h → base/span.h → base/b.h include each other'),
    'itself': ({'src/base/span.h': HEADER + '#include "base/span.h"\n'},
               'src/base/span.h:1: base/span.h → base/span.h include each other'),
    'orphan header': ({'src/base/b.h': '/* b: c. */\n#pragma once\n'}, 'src/base/b.h:1: nobody includes it'),
    'orphan source': ({'src/base/deep/b.c': 'int b;\n'}, 'src/base/deep/b.c:1: src/base/deep is not built'),
    'SDL': ({'src/view/theme.c': '#include "view/theme.h"\n#include <SDL.h>\n'},
            'src/view/theme.c:2: <SDL.h> in view, use it only in shell'),
    'SDL2': ({'src/view/theme.c': '#include "view/theme.h"\n#include <SDL2/SDL.h>\n'},
             'src/view/theme.c:2: <SDL2/SDL.h> in view, use it only in shell'),
    'cJSON': ({'src/sim/sim.c': '#include "sim/sim.h"\n#include <cjson/cJSON.h>\n'},
              'src/sim/sim.c:2: <cjson/cJSON.h> in sim, use it only in journal readers world'),
    'sockets': ({'src/sim/sim.c': '#include "sim/sim.h"\n#include <sys/socket.h>\n'},
                'src/sim/sim.c:2: <sys/socket.h> in sim, use it only in shell'),
    'locale': ({'src/base/span.c': '#include <ctype.h>\n'}, 'src/base/span.c:1: <ctype.h> in base'),
    'time': ({'src/sim/sim.c': '#include "sim/sim.h"\nlong f(void) {\n  return time (NULL);\n}\n'},
             'src/sim/sim.c:3: time(), use simulated time'),
    'strcpy in shell': ({'src/shell/cli/main.c': 'void f(char *a) {\n  strcpy(a, a);\n}\n'},
                        'src/shell/cli/main.c:2: strcpy(), use a buf'),
    'malloc in shell': ({'src/shell/cli/main.c': 'void f(void) {\n  free(malloc(1));\n}\n'},
                        'src/shell/cli/main.c:2: free(), use base/mem.h'),
    'after a comment': ({'src/sim/sim.c': '#include "sim/sim.h"\n/* "\n */ int f(void) {\n  return rand();\n}\n'},
                        'src/sim/sim.c:4: rand(), use a named random stream'),
    'after a quotation mark': ({'src/sim/sim.c': '#include "sim/sim.h"\nint f(void) {\n  return \'"\' + rand();\n}\n'},
                               'src/sim/sim.c:3: rand()'),
    'printf': ({'src/mail/path.c': '#include "mail/path.h"\nvoid f(void) {\n  printf("x");\n}\n'},
               'src/mail/path.c:3: printf(), use a buf'),
    'snprintf': ({'src/mail/path.c': '#include "mail/path.h"\nvoid f(char *a) {\n  snprintf(a, 1, "");\n}\n'},
                 'src/mail/path.c:3: snprintf(), use buf_format'),
    'tolower': ({'src/mail/path.c': '#include "mail/path.h"\nint f(int a) {\n  return tolower(a);\n}\n'},
                'src/mail/path.c:3: tolower(), use ascii_lower'),
    'double': ({'src/sim/sim.c': '#include "sim/sim.h"\nint f(double a);\n'},
               'src/sim/sim.c:2: double, use an integer'),
    'long function': ({'src/mail/path.c': '#include "mail/path.h"\n' + long_function(61)},
                      'src/mail/path.c:2: f() has 61 lines, more than 60'),
    'long function after others': (
        {'src/mail/path.c': '#include "mail/path.h"\nstruct a {\n  int b;\n};\nint c[] = {1};\n#define D {\n'
                            + long_function(3).replace('f', 'g') + '\n' + long_function(70)},
        'src/mail/path.c:11: f() has 70 lines'),
    'long file': ({'src/mail/path.c': '#include "mail/path.h"\n' + '\n' * 500}, 'src/mail/path.c:1: 501 lines'),
    'no comment': ({'src/base/span.h': '#pragma once\n'}, 'src/base/span.h:1: no comment at the top'),
    'no pragma': ({'src/base/span.h': '/* #pragma once\n#pragma once\n*/\n'}, 'src/base/span.h:1: no #pragma once'),
    'a word': ({'docs/page.md': 'Line one.\n' + 'TO' + 'DO: line two.\n'}, 'docs/page.md:2: ' + 'TO' + 'DO, do it'),
    'a blank': ({'docs/page.md': 'Line one. \n'}, 'docs/page.md:1: white space at the end'),
    'carriage return': ({'docs/page.md': 'Line one.\r\n'}, 'docs/page.md:1: white space at the end'),
    'no line end': ({'docs/page.md': 'Line one.'}, 'docs/page.md:1: no line end'),
    'a tab': ({'src/mail/path.c': '#include "mail/path.h"\n\tint a;\n'}, 'src/mail/path.c:2: a tab'),
}

# What is added, and is fine.
FINE = {
    'in comments and strings': {'src/sim/sim.c': '#include "sim/sim.h"\n// time() double\n/* rand()\n#include '
                                                 '"view/theme.h" */\nchar *a = "time(0) \\" rand()";\n'},
    'members': {'src/sim/sim.c': '#include "sim/sim.h"\nvoid f(struct a *a) {\n  a->time(a);\n  a->b.free(a);\n}\n'},
    'longer names': {'src/sim/sim.c': '#include "sim/sim.h"\nint f(void) {\n  return sim_time() + time_of(1);\n}\n'},
    'heap in mem.c': {'src/base/mem.c': 'void f(void) {\n  free(malloc(1));\n  exit(3);\n}\n'},
    'long with a reason': {'src/mail/path.c': '#include "mail/path.h"\n'
                                              + long_function(80, '/* f.\n * Long because: it is one table. */\n')},
    'as long as may be': {'src/mail/path.c': '#include "mail/path.h"\n' + long_function(60)},
    'long file with a reason': {'src/mail/path.c': '/* Long because: a table. */\n#include "mail/path.h"\n'
                                                   + '\n' * 600},
    'double beside cJSON': {'src/world/load.c': '#include <cjson/cJSON.h>\ndouble a;\n'},
    'build folders': {'build-x/a.md': 'a \n', 'build/b.c': '\t\n', '.git/c.md': 'a \n'},
    'bytes as they are': {'tests/script/a.txt': 'C: \n'},
    'used by a test only': {'src/base/b.h': '/* b: c. */\n#pragma once\n', 'tests/unit/test_b.c': '#include "base/b.h"\n'},
}


class TidyTest(unittest.TestCase):
    @unittest.skipUnless(tidy.clang_format(), 'no clang-format of that version')
    def test_layout(self):
        layout = {'.clang-format': 'BasedOnStyle: LLVM\nAllowShortFunctionsOnASingleLine: None\n'}
        self.assertEqual(run({**GOOD, **layout})[1], [])
        _, findings, _ = run({**GOOD, **layout, 'src/sim/sim.c': '#include "sim/sim.h"\nint  a;\n'})
        self.assertEqual(len(findings), 1)
        self.assertTrue(findings[0].startswith('src/sim/sim.c:2: not laid out by .clang-format'), findings)

    def test_a_good_tree(self):
        status, findings, last = run(GOOD)
        self.assertEqual(findings, [])
        self.assertEqual(status, 0)
        self.assertRegex(last, r'^\d+ passed, 0 failed$')

    def test_one_thing_wrong(self):
        for name, (files, finding) in CASES.items():
            with self.subTest(name):
                status, findings, last = run({**GOOD, **files})
                self.assertEqual(status, 1)
                self.assertTrue(findings and findings[0].startswith(finding), findings)
                self.assertEqual(len({line.split(':')[0] for line in findings}), 1, findings)
                self.assertRegex(last, r'^\d+ passed, 1 failed$')

    def test_nothing_wrong(self):
        for name, files in FINE.items():
            with self.subTest(name):
                status, findings, _ = run({**GOOD, **files})
                self.assertEqual((status, findings), (0, []))


if __name__ == '__main__':
    unittest.main()
