#include "mail/mime_reader.h"

#include "base/check.h"

enum { NONE = MIME_PARTS_MAX };

static bool is_alternative(const struct mime_part *part) {
  return part->kind == MIME_MULTIPART && span_equal_nocase(part->type, SPAN("multipart/alternative"));
}

/* The multipart that a part stands in; NONE: none. */
static size_t parent_of(const struct mime_part *parts, size_t at) {
  for (size_t i = at; i > 0; i--)
    if (parts[i - 1].depth < parts[at].depth) return i - 1;
  return NONE;
}

static bool can_show_leaf(const struct mime_part *part, enum mime_reader reader) {
  if (part->kind != MIME_LEAF || !mime_is_text(part)) return false;
  return reader == MIME_READER_HTML || !span_equal_nocase(part->type, SPAN("text/html"));
}

/* A multipart can be shown if something in it can. */
static bool can_show(const struct mime_part *parts, size_t count, size_t at, enum mime_reader reader) {
  if (can_show_leaf(&parts[at], reader)) return true;
  for (size_t i = at + 1; i < count && parts[i].depth > parts[at].depth; i++)
    if (can_show_leaf(&parts[i], reader)) return true;
  return false;
}

/* Which form of an alternative is taken: the last that can be shown, or else the first. */
static size_t chosen_form(const struct mime_part *parts, size_t count, size_t alternative,
                          enum mime_reader reader) {
  size_t first = NONE, chosen = NONE;
  for (size_t i = alternative + 1; i < count && parts[i].depth > parts[alternative].depth; i++) {
    bool is_form = parts[i].kind == MIME_LEAF || parts[i].kind == MIME_MULTIPART;
    if (parts[i].depth != parts[alternative].depth + 1 || !is_form) continue;
    if (first == NONE) first = i;
    if (can_show(parts, count, i, reader)) chosen = i;
  }
  return chosen == NONE ? first : chosen;
}

void mime_shown_by(const struct mime_part *parts, size_t count, enum mime_reader reader,
                   bool shown_out[MIME_PARTS_MAX]) {
  CHECK(count <= MIME_PARTS_MAX);
  bool open[MIME_PARTS_MAX]; /* the program looks into it, or at it */
  for (size_t i = 0; i < count; i++) {
    size_t parent = parent_of(parts, i);
    open[i] =
        parent == NONE ||
        (open[parent] && (!is_alternative(&parts[parent]) || chosen_form(parts, count, parent, reader) == i));
    shown_out[i] = open[i] && parts[i].kind == MIME_LEAF;
  }
}

bool mime_has_alternatives(const struct mime_part *parts, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (is_alternative(&parts[i])) return true;
  return false;
}
