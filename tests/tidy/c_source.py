"""A C file as tidy.py looks at it: lines with and without comments and strings, includes, functions."""

import re

# A comment, a string, a character; in this order, whichever begins first.
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.M)
DIRECTIVE = re.compile(r'^[ \t]*#(?:[^\n\\]|\\\n|\\.)*', re.M)
FUNCTION_HEAD = re.compile(r'\b(\w+)\s*\([^;{}]*\)\s*(?:__attribute__\s*\(\(.*?\)\)\s*)?$', re.S)


def blank(text):
    """The same number of lines, nothing else."""
    return re.sub(r'[^\n]', ' ', text)


def line_of(text, offset):
    return text.count('\n', 0, offset) + 1


class CSource:
    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.without_comments = TOKEN.sub(
            lambda m: blank(m[0]) if m[0].startswith('/') else m[0], text)
        self.code = TOKEN.sub(
            lambda m: blank(m[0]) if m[0].startswith('/') else m[0][0] + blank(m[0][1:-1]) + m[0][-1], text)

    def includes(self):
        """(line, name, in quotation marks?) of each #include."""
        for match in INCLUDE.finditer(self.without_comments):
            yield line_of(self.text, match.start()), match[1] or match[2], bool(match[1])

    def calls(self, names):
        """(line, name) wherever one of the names is called, not as a member: x.free() is somebody's own."""
        pattern = re.compile(r'(?<![\w.>])(%s)\s*\(' % '|'.join(names))
        for match in pattern.finditer(self.code):
            yield line_of(self.code, match.start()), match[1]

    def words(self, names):
        for match in re.finditer(r'\b(%s)\b' % '|'.join(names), self.code):
            yield line_of(self.code, match.start()), match[1]

    def functions(self):
        """(name, first line, last line, the raw text from the end of what stood before to its first line)"""
        code = DIRECTIVE.sub(lambda m: blank(m[0]), self.code)
        depth, head_from = 0, 0
        open_head = None
        for brace in re.finditer(r'[{};]', code):
            if brace[0] == '{':
                if depth == 0:
                    open_head = (head_from, brace.start())
                depth += 1
            elif brace[0] == '}':
                depth -= 1
                if depth == 0 and open_head:
                    yield from self._function(code, open_head, brace.start())
                    open_head = None
            if depth == 0:
                head_from = brace.end()

    def _function(self, code, head, end):
        text = code[head[0]:head[1]]
        match = FUNCTION_HEAD.search(text.rstrip())
        if not match or '=' in text:
            return
        start = head[0] + len(text) - len(text.lstrip())
        yield match[1], line_of(code, start), line_of(code, end), self.text[head[0]:head[1]]
