#include "mail/encoded_word.h"

static const struct span utf8_prefix = SPAN_INIT("=?UTF-8?Q?"), suffix = SPAN_INIT("?=");
static const struct span unknown_prefix = SPAN_INIT("=?unknown-8bit?Q?");
static const struct span replacement = SPAN_INIT("\xef\xbf\xbd"); /* U+FFFD */

/* Shorter than allowed, so that "Subject: " fits on the line before it (RFC 2047 2: 76 octets). */
enum { WORD_WISH = 66 };

/* Octets of the character at the front of text, which is UTF-8. */
static size_t character_len(struct span text) {
  for (size_t len = 1; len <= 4 && len <= text.len; len++)
    if (span_is_utf8(span_first(text, len), NULL)) return len;
  return 0;
}

static bool is_control(char c) {
  return (unsigned char)c < 32 || c == 127;
}

/* The character at the front of *text as it may be written; moves on. Of octets in an unknown charset each
 * stands for itself. */
static struct span take_character(struct span *text, bool utf8) {
  struct span character = span_first(*text, utf8 ? character_len(*text) : 1);
  *text = span_skip(*text, character.len);
  if (character.len > 1 || !is_control(character.data[0]) || character.data[0] == '\t') return character;
  return utf8 ? replacement : SPAN("?");
}

/* What a Q word may hold as it is, in a phrase too (RFC 2047 5 (3)). */
static bool is_q_literal(char c) {
  return ascii_is_alnum(c) || c == '!' || c == '*' || c == '+' || c == '-' || c == '/';
}

static size_t q_len(struct span character) {
  bool single = character.len == 1 && (is_q_literal(character.data[0]) || character.data[0] == ' ');
  return single ? 1 : 3 * character.len;
}

static void q_add(struct span character, struct buf *out) {
  for (size_t i = 0; i < character.len; i++) {
    unsigned char c = (unsigned char)character.data[i];
    if (c == ' ')
      buf_add_char(out, '_');
    else if (is_q_literal((char)c))
      buf_add_char(out, (char)c);
    else
      buf_format(out, "=%02X", c);
  }
}

/* As many words as it takes; a character is never split (RFC 2047 5). */
static void write_words(struct span text, struct buf *out) {
  size_t room = 0;
  bool any = false, utf8 = span_is_utf8(text, NULL);
  struct span prefix = utf8 ? utf8_prefix : unknown_prefix;
  while (text.len) {
    struct span character = take_character(&text, utf8);
    if (q_len(character) > room) {
      if (any) {
        buf_add(out, suffix);
        buf_add_char(out, ' ');
      }
      buf_add(out, prefix);
      room = WORD_WISH - prefix.len - suffix.len;
      any = true;
    }
    q_add(character, out);
    room -= q_len(character);
  }
  if (any) buf_add(out, suffix);
}

/* A word that would be misread, or may not be written, as it is. */
static bool needs_encoding(struct span word) {
  if (span_search(word, SPAN("=?")) != SPAN_NONE) return true;
  for (size_t i = 0; i < word.len; i++)
    if ((unsigned char)word.data[i] > 126 || is_control(word.data[i])) return true;
  return false;
}

void encoded_word_write(struct span text, struct buf *out) {
  size_t first = SPAN_NONE, last = 0; /* of the part to be encoded */
  for (size_t at = 0; at < text.len;) {
    size_t space = span_find(span_skip(text, at), ' ');
    size_t end = space == SPAN_NONE ? text.len : at + space;
    if (needs_encoding(span_slice(text, at, end - at))) {
      if (first == SPAN_NONE) first = at;
      last = end;
    }
    at = end + 1;
  }
  if (first == SPAN_NONE) {
    buf_add(out, text);
    return;
  }
  buf_add(out, span_first(text, first));
  write_words(span_slice(text, first, last - first), out);
  buf_add(out, span_skip(text, last));
}

/* Atoms with a space between them; octets above 127 count as letters (RFC 6532 3.2). */
static bool is_atom_phrase(struct span name) {
  for (size_t i = 0; i < name.len; i++) {
    char c = name.data[i];
    bool is_letter = ascii_is_alnum(c) || (unsigned char)c > 127;
    if (!is_letter && (c == 0 || !strchr(" !#$%&'*+-/=?^_`{|}~", c))) return false;
  }
  return name.len && name.data[0] != ' ' && name.data[name.len - 1] != ' ' &&
         span_search(name, SPAN("  ")) == SPAN_NONE;
}

void display_name_quote(struct span name, struct buf *out) {
  if (is_atom_phrase(name)) {
    buf_add(out, name);
    return;
  }
  buf_add_char(out, '"');
  for (size_t i = 0; i < name.len; i++) {
    if (name.data[i] == '"' || name.data[i] == '\\') buf_add_char(out, '\\');
    buf_add_char(out, name.data[i]);
  }
  buf_add_char(out, '"');
}

void display_name_write(struct span name, struct buf *out) {
  if (needs_encoding(name))
    write_words(name, out);
  else
    display_name_quote(name, out);
}
