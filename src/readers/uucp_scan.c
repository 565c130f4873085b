#include "readers/uucp_scan.h"

struct uucp_scan uucp_scan_begin(struct span text) {
  return (struct uucp_scan){.text = text, .line = 1, .word = UUCP_WORD_END, .word_line = 1, .word_column = 1};
}

static int peek(const struct uucp_scan *scan) {
  return scan->at < scan->text.len ? (unsigned char)scan->text.data[scan->at] : -1;
}

static bool is_blank(int c) {
  return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks_and_comment(struct uucp_scan *scan) {
  while (is_blank(peek(scan))) scan->at++;
  if (peek(scan) == '#')
    while (peek(scan) >= 0 && peek(scan) != '\n') scan->at++;
}

/* At the end of a line: on to the start of one that has something in it. True if it goes on with the
 * statement. */
static bool skip_lines(struct uucp_scan *scan) {
  bool indented = false;
  while (peek(scan) == '\n') {
    scan->at++;
    scan->line++;
    scan->line_start = scan->at;
    indented = is_blank(peek(scan));
    skip_blanks_and_comment(scan);
  }
  return indented && peek(scan) >= 0;
}

static void set(struct uucp_scan *scan, enum uucp_word word, size_t begun, size_t len) {
  scan->word = word;
  scan->word_text = span_slice(scan->text, begun, len);
  scan->word_line = scan->line;
  scan->word_column = (uint32_t)(begun - scan->line_start + 1);
}

static void take_quoted(struct uucp_scan *scan) {
  size_t begun = scan->at++;
  while (peek(scan) >= 0 && peek(scan) != '"' && peek(scan) != '\n') scan->at++;
  if (peek(scan) != '"') { /* the mark alone, for the complaint */
    set(scan, UUCP_WORD_SIGN, begun, 1);
    return;
  }
  set(scan, UUCP_WORD_QUOTED, begun, 0);
  scan->word_text = span_slice(scan->text, begun + 1, scan->at - begun - 1);
  scan->at++;
}

static bool is_in_name(const struct uucp_scan *scan, int c) {
  return ascii_is_alnum(c) || c == '.' || c == '_' || (c == '-' && !scan->in_cost);
}

static void take_word(struct uucp_scan *scan) {
  size_t begun = scan->at;
  int c = peek(scan);
  if (scan->in_cost && ascii_is_digit(c)) {
    while (ascii_is_digit(peek(scan))) scan->at++;
    set(scan, UUCP_WORD_NUMBER, begun, scan->at - begun);
  } else if (ascii_is_alnum(c) || c == '.') {
    while (is_in_name(scan, peek(scan))) scan->at++;
    set(scan, UUCP_WORD_NAME, begun, scan->at - begun);
  } else if (c == '"') {
    take_quoted(scan);
  } else {
    scan->at++;
    set(scan, UUCP_WORD_SIGN, begun, 1);
  }
}

void uucp_scan_next(struct uucp_scan *scan) {
  if (scan->word == UUCP_WORD_END_OF_MAP) return;
  skip_blanks_and_comment(scan);
  if (peek(scan) == '\n') {
    bool fresh = scan->word == UUCP_WORD_END;
    uint32_t line = scan->line;
    size_t column = scan->at - scan->line_start + 1;
    if (!skip_lines(scan) && !fresh) {
      set(scan, UUCP_WORD_END, scan->at, 0);
      scan->word_line = line; /* where the line ended, not where the next one begins */
      scan->word_column = (uint32_t)column;
      return;
    }
  }
  if (peek(scan) >= 0)
    take_word(scan);
  else
    set(scan, UUCP_WORD_END_OF_MAP, scan->at, 0);
}

bool uucp_scan_is_operator(const struct uucp_scan *scan) {
  return uucp_scan_is(scan, '!') || uucp_scan_is(scan, '@') || uucp_scan_is(scan, '%') ||
         uucp_scan_is(scan, ':');
}
