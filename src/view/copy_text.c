#include "view/copy_text.h"

#include <stdlib.h>

#include "base/mem.h"

/* ---- the conversation ---- */

static bool is_of_names(const struct step *step) {
  return step->kind == STEP_QUESTION || step->kind == STEP_ANSWER || step->kind == STEP_ROUTED;
}

static bool is_wanted(const struct step *step, uint32_t connection) {
  if (!connection) return is_of_names(step);
  return step->own == connection && (step->kind == STEP_LINE || step->kind == STEP_DATA ||
                                     step->kind == STEP_TLS || step->kind == STEP_FAILED);
}

void copy_lines(const struct reel *reel, uint32_t connection, size_t from, size_t to, struct buf *out) {
  struct arena arena = ARENA_EMPTY;
  if (to >= reel->count) to = reel->count - 1;
  for (size_t i = from; i <= to; i++) {
    const struct step *step = &reel->steps[i];
    if (!is_wanted(step, connection)) continue;
    arena_reset(&arena);
    struct span label = reel_step_label(reel, i, &arena);
    if (step->kind == STEP_LINE || !connection)
      buf_format(out, "%.*s\n", SPAN_ARG(label));
    else
      buf_format(out, "(%.*s)\n", SPAN_ARG(label));
  }
  arena_free(&arena);
}

/* ---- the message ---- */

void copy_message(const struct reel *reel, size_t step, struct buf *out) {
  const struct step *shown = &reel->steps[step];
  int64_t version =
      shown->message ? journal_message_newest(reel->world->versions, shown->message, shown->until) : 0;
  if (!version) return;
  struct buf whole = {0};
  journal_message_write(reel->world->versions, version, &whole);
  struct span rest = buf_span(&whole);
  size_t end;
  while ((end = span_search(rest, SPAN("\r\n"))) != SPAN_NONE) {
    buf_add(out, span_first(rest, end));
    buf_add_text(out, "\n");
    rest = span_skip(rest, end + 2);
  }
  buf_add(out, rest);
  buf_free(&whole);
}

/* ---- any panel ---- */

struct piece {
  struct point at;
  int32_t width;
  struct span text;
};

enum { SAME_ROW = 6 * 64, WORD_GAP = 2 * 64, COLUMN_GAP = 14 * 64 };

static int compare_pieces(const void *a, const void *b) {
  const struct piece *x = a, *y = b;
  if (x->at.y != y->at.y) return x->at.y < y->at.y ? -1 : 1;
  return x->at.x < y->at.x ? -1 : x->at.x > y->at.x;
}

static int compare_across(const void *a, const void *b) {
  const struct piece *x = a, *y = b;
  return x->at.x < y->at.x ? -1 : x->at.x > y->at.x;
}

static size_t collect(const struct draw_list *picture, struct rect area, struct piece **pieces_out) {
  struct piece *pieces = mem_zalloc((picture->count + 1) * sizeof *pieces);
  size_t count = 0;
  for (size_t i = 0; i < picture->count; i++) {
    const struct draw_text *text = &picture->commands[i].as.text;
    if (picture->commands[i].kind != DRAW_TEXT || !rect_contains(area, text->baseline)) continue;
    pieces[count++] = (struct piece){text->baseline, text_width(text->style, text->text), text->text};
  }
  if (count) qsort(pieces, count, sizeof *pieces, compare_pieces);
  *pieces_out = pieces;
  return count;
}

/* Columns are kept apart by a tab, so that a table can be pasted as one. */
static void add_row(struct piece *row, size_t count, struct buf *out) {
  qsort(row, count, sizeof *row, compare_across);
  for (size_t i = 0; i < count; i++) {
    int32_t gap = i ? row[i].at.x - row[i - 1].at.x - row[i - 1].width : 0;
    if (i) buf_add_text(out, gap > COLUMN_GAP ? "\t" : gap > WORD_GAP ? " " : "");
    buf_add(out, row[i].text);
  }
  buf_add_text(out, "\n");
}

void copy_picture(const struct draw_list *picture, struct rect area, struct buf *out) {
  struct piece *pieces;
  size_t count = collect(picture, area, &pieces), first = 0;
  for (size_t i = 1; i <= count; i++) {
    if (i < count && pieces[i].at.y - pieces[first].at.y < SAME_ROW) continue;
    add_row(pieces + first, i - first, out);
    first = i;
  }
  mem_free(pieces);
}
