#include "mail/cfws.h"

size_t cfws_comment_len(struct span text) {
  size_t depth = 0;
  for (size_t i = 0; i < text.len; i++) {
    char c = text.data[i];
    if (c == '(') depth++;
    if (c == ')' && --depth == 0) return i + 1;
    if (c == '\\') i++;
  }
  return 0;
}

size_t cfws_quoted_len(struct span text) {
  for (size_t i = 1; i < text.len; i++) {
    if (text.data[i] == '"') return i + 1;
    if (text.data[i] == '\\') i++;
  }
  return 0;
}

struct span cfws_skip_space(struct span text) {
  while (text.len && ascii_is_space(text.data[0])) text = span_skip(text, 1);
  return text;
}

struct span cfws_skip(struct span text) {
  for (;;) {
    text = cfws_skip_space(text);
    size_t comment = text.len && text.data[0] == '(' ? cfws_comment_len(text) : 0;
    if (comment == 0) return text;
    text = span_skip(text, comment);
  }
}

size_t cfws_unescape_to(struct span inside, char *to) {
  size_t len = 0;
  for (size_t i = 0; i < inside.len; i++) {
    if (inside.data[i] == '\r' || inside.data[i] == '\n') continue;
    if (inside.data[i] == '\\' && i + 1 < inside.len) i++;
    to[len++] = inside.data[i];
  }
  return len;
}

struct span cfws_unescape(struct span inside, struct arena *arena) {
  bool plain = true;
  for (size_t i = 0; i < inside.len && plain; i++)
    plain = inside.data[i] != '\\' && inside.data[i] != '\r' && inside.data[i] != '\n';
  if (plain) return inside;
  char *text = arena_alloc(arena, inside.len + 1);
  size_t len = cfws_unescape_to(inside, text);
  text[len] = 0;
  return span_of(text, len);
}
