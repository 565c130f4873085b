/* uucp_scan: a UUCP map, word by word. A statement ends where a line ends and the next one does not begin
 * with white space; comments and empty lines between belong to nobody.
 */
#pragma once

#include "base/span.h"

enum uucp_word {
  UUCP_WORD_NAME,
  UUCP_WORD_QUOTED, /* a name in quotation marks: never a keyword; text is without them */
  UUCP_WORD_NUMBER, /* in costs alone */
  UUCP_WORD_SIGN,   /* anything else: text is the character */
  UUCP_WORD_END,    /* of a statement */
  UUCP_WORD_END_OF_MAP,
};

struct uucp_scan {
  struct span text;
  size_t at, line_start;
  uint32_t line;
  bool in_cost; /* set by who reads: "-" ends a word, and digits are a number */
  /* the present word */
  enum uucp_word word;
  struct span word_text;
  uint32_t word_line, word_column;
};

/* Before the first word. */
struct uucp_scan uucp_scan_begin(struct span text);
/* On to the next word. */
void uucp_scan_next(struct uucp_scan *scan);
static inline bool uucp_scan_is(const struct uucp_scan *scan, char sign) {
  return scan->word == UUCP_WORD_SIGN && scan->word_text.data[0] == sign;
}
static inline bool uucp_scan_is_name(const struct uucp_scan *scan) {
  return scan->word == UUCP_WORD_NAME || scan->word == UUCP_WORD_QUOTED;
}
static inline bool uucp_scan_is_end(const struct uucp_scan *scan) {
  return scan->word == UUCP_WORD_END || scan->word == UUCP_WORD_END_OF_MAP;
}
/* "!", "@", "%", ":": where the user goes in an address. */
bool uucp_scan_is_operator(const struct uucp_scan *scan);
