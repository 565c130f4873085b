#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/check.h"
#include "base/mem.h"

void error_list_add(struct error_list *list, const struct error *error) {
  list->total++;
  if (list->count == ERROR_LIST_MAX) return;
  list->items = mem_grow(list->items, &list->capacity, list->count + 1, sizeof *list->items);
  struct error *kept = &list->items[list->count++];
  *kept = *error;
  kept->file = arena_copy(&list->arena, error->file);
  kept->pointer = arena_copy(&list->arena, error->pointer);
  kept->message = arena_copy(&list->arena, error->message);
  kept->expected = arena_copy(&list->arena, error->expected);
  kept->hint = arena_copy(&list->arena, error->hint);
}

bool error_list_has(const struct error_list *list, const struct error *error) {
  for (size_t i = 0; i < list->count; i++) {
    const struct error *told = &list->items[i];
    if (told->line == error->line && told->column == error->column && span_equal(told->file, error->file) &&
        span_equal(told->message, error->message))
      return true;
  }
  return false;
}

void error_list_add_message(struct error_list *list, struct span file, const char *format, ...) {
  char message[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  error_list_add(list, &(struct error){.file = file, .message = span_from(message)});
}

void error_list_free(struct error_list *list) {
  arena_free(&list->arena);
  mem_free(list->items);
  *list = (struct error_list){0};
}

void error_format(const struct error *error, struct buf *out) {
  if (error->file.len) {
    buf_add(out, error->file);
    if (error->line) buf_format(out, ":%u:%u", error->line, error->column);
    buf_add_text(out, ": ");
  }
  if (error->warning) buf_add_text(out, "warning: ");
  if (error->pointer.len) {
    buf_add(out, error->pointer);
    buf_add_text(out, ": ");
  }
  buf_add(out, error->message);
  buf_add_char(out, '\n');
  if (error->expected.len) buf_format(out, "  expected: %.*s\n", SPAN_ARG(error->expected));
  if (error->hint.len) buf_format(out, "  try: %.*s\n", SPAN_ARG(error->hint));
}

enum { NEAREST_WORD_MAX = 64 };

size_t error_distance(struct span a, struct span b) {
  size_t rows[3][NEAREST_WORD_MAX + 1];
  if (a.len > NEAREST_WORD_MAX || b.len > NEAREST_WORD_MAX) return SIZE_MAX;
  size_t *before = rows[0], *above = rows[1], *row = rows[2];
  for (size_t j = 0; j <= b.len; j++) above[j] = j;
  for (size_t i = 1; i <= a.len; i++) {
    row[0] = i;
    for (size_t j = 1; j <= b.len; j++) {
      char x = ascii_lower(a.data[i - 1]), y = ascii_lower(b.data[j - 1]);
      size_t best = above[j - 1] + (x != y);
      if (above[j] + 1 < best) best = above[j] + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      if (i > 1 && j > 1 && x == ascii_lower(b.data[j - 2]) && ascii_lower(a.data[i - 2]) == y &&
          before[j - 2] + 1 < best)
        best = before[j - 2] + 1;
      row[j] = best;
    }
    size_t *oldest = before;
    before = above;
    above = row;
    row = oldest;
  }
  return above[b.len];
}

struct span error_nearest(struct span word, const struct span *candidates, size_t count) {
  struct span best = SPAN_EMPTY;
  size_t best_distance = 1 + word.len / 3; /* one slip in every three letters */
  for (size_t i = 0; i < count; i++) {
    size_t distance = error_distance(word, candidates[i]);
    if (distance <= best_distance && (distance < best_distance || !best.len)) {
      best_distance = distance;
      best = candidates[i];
    }
  }
  return best;
}
