/* The help page: the table of keys, in as many columns as the window's height asks for. */
#include "view/scene_internal.h"
#include "view/viewer_keys.h"

enum { COLUMN = 500 * 64, COLUMNS_MAX = 4, FOLDED_ROW = 20 * 64 };

/* How high the lines are: the first that lets all of them fit. */
struct help_form {
  int32_t row, heading;
  bool keeps_groups; /* a group is not divided between columns */
  int32_t column_min, keys_width;
  int32_t outside, inside; /* space on each side of the card, and within it */
};
static const struct help_form forms[] = {{DU(30), DU(44), true, DU(320), DU(152), SPACE_GAP, SPACE_WIDE},
                                         {DU(26), DU(38), true, DU(320), DU(112), SPACE_GAP, SPACE_WIDE},
                                         {DU(26), DU(38), false, DU(320), DU(112), SPACE_GAP, SPACE_WIDE},
                                         {DU(22), DU(30), false, DU(320), DU(112), SPACE_GAP, SPACE_WIDE},
                                         {DU(20), DU(27), false, DU(250), DU(112), SPACE_GAP, SPACE_WIDE},
                                         {DU(18), DU(25), false, DU(250), DU(112), SPACE_1, SPACE_GAP}};
enum { FORM_COUNT = sizeof forms / sizeof *forms };

/* What stands under each other: headings and rows, in the order of the table. */
struct help_line {
  const struct viewer_key *key; /* NULL: a heading */
  enum viewer_key_group group;
  int32_t rows; /* that its words take */
};

static bool is_small(const struct help_form *form) {
  return form->row < DU(30);
}

static struct text_style words_style(struct painter *p, const struct help_form *form) {
  return style_of(p, is_small(form) ? TEXT_SMALL : TEXT_BODY);
}

static size_t collect_lines(struct painter *p, struct help_line **lines_out) {
  struct help_line *lines = arena_zalloc(p->arena, (viewer_key_count + KEYS_GROUP_COUNT) * sizeof *lines);
  size_t count = 0;
  for (unsigned group = 0; group < KEYS_GROUP_COUNT; group++) {
    lines[count++] = (struct help_line){.group = (enum viewer_key_group)group, .rows = 1};
    for (size_t i = 0; i < viewer_key_count; i++)
      if (viewer_keys[i].group == group)
        lines[count++] = (struct help_line){&viewer_keys[i], (enum viewer_key_group)group, 1};
  }
  *lines_out = lines;
  return count;
}

/* How many rows each takes in columns so wide. */
static void measure(struct painter *p, const struct help_form *form, struct help_line *lines, size_t count,
                    int32_t width) {
  int32_t room = width - SPACE_GAP - form->keys_width;
  for (size_t i = 0; i < count; i++)
    lines[i].rows = lines[i].key
                        ? (int32_t)text_wrap_count(text_wrap(words_style(p, form), lines[i].key->help, room))
                        : 1;
}

/* From the first row of a line that is folded to the next. */
static int32_t folded_row(const struct help_form *form) {
  return form->row < FOLDED_ROW ? form->row : FOLDED_ROW;
}

static int32_t height_of(const struct help_form *form, const struct help_line *line) {
  return line->key ? form->row + (line->rows - 1) * folded_row(form) : form->heading;
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

static int32_t column_width(int32_t room, int columns) {
  return room / columns < COLUMN ? room / columns : COLUMN;
}

static int32_t room_for(const struct help_form *form, int32_t width) {
  return width - 2 * form->outside - 2 * form->inside;
}

static struct help_page find_page(struct painter *p, struct help_line *lines, size_t count, int32_t width,
                                  int32_t most) {
  int columns = 1;
  for (size_t f = 0; f < FORM_COUNT; f++) {
    int32_t room = room_for(&forms[f], width);
    for (columns = 1; columns <= COLUMNS_MAX && (columns == 1 || columns * forms[f].column_min <= room);
         columns++) {
      measure(p, &forms[f], lines, count, column_width(room, columns));
      for (int32_t height = DU(80); height <= most; height += DU(2))
        if (fits(&forms[f], lines, count, columns, height))
          return (struct help_page){&forms[f], columns, height};
    }
  }
  columns--; /* no room for all, even so: the lines are as measured last */
  return (struct help_page){&forms[FORM_COUNT - 1], columns, most};
}

static void paint_line(struct painter *p, const struct help_form *form, const struct help_line *line,
                       struct rect row) {
  if (!line->key) {
    rect_cut_top(&row, row.h / 5);
    draw_label_in(p->list, style_of(p, TEXT_PANEL_TITLE), row, DRAW_LEFT, p->theme->text,
                  viewer_key_group_name(line->group));
    return;
  }
  struct rect keys = rect_cut_left(&row, form->keys_width);
  rect_cut_right(&keys, SPACE_1);
  keys.h = form->row;
  draw_label_in(p->list, style_of(p, is_small(form) ? TEXT_SMALL_STRONG : TEXT_BODY_STRONG), keys, DRAW_LEFT,
                p->theme->text, viewer_key_words(line->key, p->arena));
  struct text_wrap wrap = text_wrap(words_style(p, form), line->key->help, row.w);
  row.h = form->row;
  for (struct text_line piece; text_wrap_next(&wrap, &piece); row.y += folded_row(form))
    draw_label_in(p->list, words_style(p, form), row, DRAW_LEFT, p->theme->muted, piece.text);
}

void paint_help(struct painter *p) {
  struct help_line *lines;
  size_t count = collect_lines(p, &lines), at = 0;
  struct rect whole = {0, 0, p->view->width, p->view->height};
  struct help_page page = find_page(p, lines, count, whole.w, whole.h - 2 * SPACE_PADDING - 2 * SPACE_1);
  int32_t width = column_width(room_for(page.form, whole.w), page.columns), inside = page.form->inside;
  struct rect card = {0, 0, page.columns * width + 2 * inside, page.height + 2 * SPACE_PADDING};
  card.x = (whole.w - card.w) / 2;
  card.y = (whole.h - card.h) / 2;
  draw_fill(p->list, whole, 0x80000000);
  draw_hit(p->list, scene_id(SCENE_HELP, 0), whole, 0, SPAN("Close the help"));
  paint_panel(p, card);
  for (int column = 0; column < page.columns; column++) {
    struct rect place = {card.x + inside + column * width, card.y + SPACE_PADDING, width - SPACE_GAP,
                         page.height};
    size_t end = at + fill_column(page.form, lines + at, count - at, page.height);
    for (; at < end; at++)
      paint_line(p, page.form, &lines[at], rect_cut_top(&place, height_of(page.form, &lines[at])));
  }
}
