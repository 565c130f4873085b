/* The help page: the table of keys, in as many columns as the window's height asks for. */
#include "view/scene_internal.h"
#include "view/viewer_keys.h"

enum {
  KEYS_WIDTH = 152 * 64,
  KEYS_NARROW = 112 * 64,
  COLUMN = 500 * 64,
  COLUMN_MIN = 320 * 64,
  COLUMNS_MAX = 4
};

/* How high the lines are: the first that lets all of them fit. */
struct help_form {
  int32_t row, heading;
  bool keeps_groups; /* a group is not divided between columns */
};
static const struct help_form forms[] = {{DU(30), DU(44), true},
                                         {DU(26), DU(38), true},
                                         {DU(26), DU(38), false},
                                         {DU(22), DU(30), false},
                                         {DU(19), DU(26), false}};
enum { FORM_COUNT = sizeof forms / sizeof *forms };

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

static int32_t height_of(const struct help_form *form, const struct help_line *line) {
  return line->key ? form->row : form->heading;
}

/* So many of the lines fit under each other in a column. No heading is left alone at the foot. */
static size_t fill_column(const struct help_form *form, const struct help_line *lines, size_t count,
                          int32_t room) {
  size_t taken = 0, heading = 0;
  while (taken < count && (room -= height_of(form, &lines[taken])) >= 0) {
    if (!lines[taken].key) heading = taken;
    taken++;
  }
  bool divides = taken < count && lines[taken].key;
  if (heading > 0 && taken < count && (taken == heading + 1 || (divides && form->keeps_groups)))
    return heading;
  return taken;
}

static bool fits(const struct help_form *form, const struct help_line *lines, size_t count, int columns,
                 int32_t room) {
  size_t at = 0;
  for (int column = 0; column < columns; column++) at += fill_column(form, lines + at, count - at, room);
  return at >= count;
}

/* The page that is to be: the least height at which all lines fit. */
struct help_page {
  const struct help_form *form;
  int columns;
  int32_t height;
};

static struct help_page find_page(const struct help_line *lines, size_t count, int32_t width, int32_t most) {
  for (size_t f = 0; f < FORM_COUNT; f++)
    for (int columns = 1; columns <= COLUMNS_MAX && (columns == 1 || columns * COLUMN_MIN <= width);
         columns++)
      for (int32_t height = DU(80); height <= most; height += DU(2))
        if (fits(&forms[f], lines, count, columns, height))
          return (struct help_page){&forms[f], columns, height};
  return (struct help_page){&forms[FORM_COUNT - 1], width / COLUMN_MIN > 0 ? width / COLUMN_MIN : 1, most};
}

static void paint_line(struct painter *p, const struct help_line *line, struct rect row) {
  if (!line->key) {
    rect_cut_top(&row, row.h / 5);
    draw_label_in(p->list, style_of(p, TEXT_PANEL_TITLE), row, DRAW_LEFT, p->theme->text,
                  viewer_key_group_name(line->group));
    return;
  }
  bool is_small = row.h < DU(30);
  struct rect keys = rect_cut_left(&row, is_small ? KEYS_NARROW : KEYS_WIDTH);
  rect_cut_right(&keys, SPACE_1);
  draw_label_in(p->list, style_of(p, is_small ? TEXT_SMALL_STRONG : TEXT_BODY_STRONG), keys, DRAW_LEFT,
                p->theme->text, viewer_key_words(line->key, p->arena));
  draw_label_in(p->list, style_of(p, is_small ? TEXT_SMALL : TEXT_BODY), row, DRAW_LEFT, p->theme->muted,
                line->key->help);
}

void paint_help(struct painter *p) {
  struct help_line *lines;
  size_t count = collect_lines(p, &lines), at = 0;
  struct rect whole = {0, 0, p->view->width, p->view->height};
  int32_t room = whole.w - 2 * SPACE_GAP - 2 * SPACE_WIDE;
  struct help_page page = find_page(lines, count, room, whole.h - 4 * SPACE_PADDING);
  int32_t width = room / page.columns < COLUMN ? room / page.columns : COLUMN;
  struct rect card = {0, 0, page.columns * width + 2 * SPACE_WIDE, page.height + 2 * SPACE_PADDING};
  card.x = (whole.w - card.w) / 2;
  card.y = (whole.h - card.h) / 2;
  draw_fill(p->list, whole, 0x80000000);
  draw_hit(p->list, scene_id(SCENE_HELP, 0), whole, 0, SPAN("Close the help"));
  paint_panel(p, card);
  for (int column = 0; column < page.columns; column++) {
    struct rect place = {card.x + SPACE_WIDE + column * width, card.y + SPACE_PADDING, width - SPACE_GAP,
                         page.height};
    size_t end = at + fill_column(page.form, lines + at, count - at, page.height);
    for (; at < end; at++) paint_line(p, &lines[at], rect_cut_top(&place, height_of(page.form, &lines[at])));
  }
}
