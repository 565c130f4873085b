/* The help page: the table of keys, in as many columns as the window's height asks for. */
#include "view/scene_internal.h"
#include "view/viewer_keys.h"

enum { ROW = 30 * 64, HEADING = 44 * 64, KEYS_WIDTH = 232 * 64, COLUMN = 530 * 64, COLUMNS_MAX = 3 };

/* What stands under each other: headings and rows, in the order of the table. */
struct help_line {
  const struct viewer_key *key; /* NULL: a heading */
  enum viewer_key_group group;
};

static size_t collect_lines(struct painter *p, struct help_line **lines_out) {
  struct help_line *lines = arena_zalloc(p->arena, (viewer_key_count + KEYS_GROUP_COUNT) * sizeof *lines);
  size_t count = 0;
  for (unsigned group = 0; group < KEYS_GROUP_COUNT; group++) {
    lines[count++] = (struct help_line){.group = (enum viewer_key_group)group};
    for (size_t i = 0; i < viewer_key_count; i++)
      if (viewer_keys[i].group == group)
        lines[count++] = (struct help_line){&viewer_keys[i], (enum viewer_key_group)group};
  }
  *lines_out = lines;
  return count;
}

static int32_t height_of(const struct help_line *line) {
  return line->key ? ROW : HEADING;
}

/* So many of the lines fit under each other in a column. No heading is left alone at the foot. */
static size_t fill_column(const struct help_line *lines, size_t count, int32_t room) {
  size_t taken = 0;
  while (taken < count && (room -= height_of(&lines[taken])) >= 0) taken++;
  if (taken > 1 && taken < count && !lines[taken - 1].key) taken--;
  return taken;
}

/* The least height at which all lines fit in that many columns. */
static int32_t balanced_height(const struct help_line *lines, size_t count, int columns) {
  for (int32_t room = HEADING + 2 * ROW;; room += DU(2)) {
    size_t at = 0;
    for (int column = 0; column < columns; column++) at += fill_column(lines + at, count - at, room);
    if (at >= count) return room;
  }
}

static void paint_line(struct painter *p, const struct help_line *line, struct rect row) {
  if (!line->key) {
    rect_cut_top(&row, DU(8));
    draw_label_in(p->list, style_of(p, TEXT_PANEL_TITLE), row, DRAW_LEFT, p->theme->text,
                  viewer_key_group_name(line->group));
    return;
  }
  struct rect keys = rect_cut_left(&row, KEYS_WIDTH);
  rect_cut_right(&keys, SPACE_1);
  draw_label_in(p->list, style_of(p, TEXT_BODY_STRONG), keys, DRAW_LEFT, p->theme->text,
                viewer_key_words(line->key, p->arena));
  draw_label_in(p->list, style_of(p, TEXT_BODY), row, DRAW_LEFT, p->theme->muted, line->key->help);
}

void paint_help(struct painter *p) {
  struct help_line *lines;
  size_t count = collect_lines(p, &lines), at = 0;
  struct rect whole = {0, 0, p->view->width, p->view->height};
  int32_t most = whole.h - 4 * SPACE_PADDING;
  int columns = 1;
  while (columns < COLUMNS_MAX && balanced_height(lines, count, columns) > most) columns++;
  int32_t height = balanced_height(lines, count, columns), width = COLUMN;
  int32_t room = (whole.w - 2 * SPACE_GAP - 2 * SPACE_WIDE) / columns;
  if (width > room) width = room;
  struct rect card = {0, 0, columns * width + 2 * SPACE_WIDE, height + 2 * SPACE_PADDING};
  card.x = (whole.w - card.w) / 2;
  card.y = (whole.h - card.h) / 2;
  draw_fill(p->list, whole, 0x80000000);
  draw_hit(p->list, scene_id(SCENE_HELP, 0), whole, 0, SPAN("Close the help"));
  paint_panel(p, card);
  for (int column = 0; column < columns; column++) {
    struct rect place = {card.x + SPACE_WIDE + column * width, card.y + SPACE_PADDING, width - SPACE_1,
                         height};
    size_t end = at + fill_column(lines + at, count - at, height);
    for (; at < end; at++) paint_line(p, &lines[at], rect_cut_top(&place, height_of(&lines[at])));
  }
}
