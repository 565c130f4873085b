#include "view/scene_compare.h"

#include "view/text_wrap.h"

enum {
  HEAD = 64 * 64,
  CHAIN = 52 * 64,
  CHANGE_MIN = 150 * 64,
  TITLES = 36 * 64,
  ROW = 30 * 64,
  WORDS = 116 * 64,
  OUTCOME = 52 * 64,
  OUTCOMES_MAX = 3,
  ROWS_MIN = 4,
  HINT = 28 * 64,
  HINT_FROM = 800 * 64, /* so high a picture has room for it */
  SIGN = 28 * 64
};

struct page {
  const struct compare_view *view;
  const struct theme *theme;
  struct draw_list *list;
  struct arena arena;
  int32_t clock_width;
};

static struct text_style style(const struct page *page, enum text_role role) {
  return theme_text(page->theme, role);
}

/* ---- rows ---- */

static int64_t longest_us(const struct page *page) {
  const struct reel *a = page->view->compare->before, *b = page->view->compare->after;
  int64_t x = a->steps[a->count - 1].time_us, y = b->steps[b->count - 1].time_us;
  return x > y ? x : y;
}

/* Hours only where one of the stories has any. */
static bool has_hours(const struct page *page) {
  return longest_us(page) >= INT64_C(3600000000);
}

static struct span clock_of(struct page *page, int64_t time_us) {
  int64_t ms = time_us / 1000, s = ms / 1000;
  struct span hours =
      has_hours(page) ? arena_format(&page->arena, "%02lld:", (long long)(s / 3600)) : SPAN_EMPTY;
  return arena_format(&page->arena, "%.*s%02d:%02d.%03d", SPAN_ARG(hours), (int)(s / 60 % 60), (int)(s % 60),
                      (int)(ms % 1000));
}

static int32_t clock_width(struct page *page) {
  return text_width(style(page, TEXT_HOST), clock_of(page, longest_us(page))) + SPACE_1;
}

static const struct reel *reel_of(const struct page *page, bool is_after) {
  return is_after ? page->view->compare->after : page->view->compare->before;
}

static size_t step_in(const struct compare_row *row, bool is_after) {
  return is_after ? row->after : row->before;
}

/* "−", "+" and "≠" say what the tint says. */
static struct span sign_of(enum compare_mark mark) {
  switch (mark) {
  case COMPARE_BEFORE_ONLY: return SPAN("−");
  case COMPARE_AFTER_ONLY: return SPAN("+");
  case COMPARE_WORDS: return SPAN("≠");
  case COMPARE_SAME: break;
  }
  return SPAN_EMPTY;
}

static void paint_cell(struct page *page, const struct compare_row *row, bool is_after, struct rect cell) {
  const struct theme *theme = page->theme;
  size_t step = step_in(row, is_after);
  if (step == COMPARE_NO_STEP) return;
  const struct reel *reel = reel_of(page, is_after);
  bool differs = row->mark != COMPARE_SAME, is_line = reel->steps[step].kind == STEP_LINE;
  if (differs && theme->tint_percent)
    draw_fill(page->list, rect_inset(cell, 0, DU(1)),
              colour_mix(theme->surface, theme->focus, theme->highlight_percent));
  struct rect rest = rect_inset(cell, SPACE_1, 0);
  struct rect sign = rect_cut_left(&rest, SIGN - SPACE_1);
  struct rect time = rect_cut_left(&rest, page->clock_width);
  draw_label_in(page->list, style(page, TEXT_PANEL_TITLE), sign, DRAW_LEFT, theme->text, sign_of(row->mark));
  draw_label_in(page->list, style(page, TEXT_HOST), time, DRAW_LEFT, theme->muted,
                clock_of(page, reel->steps[step].time_us));
  struct text_style words = style(page, is_line ? TEXT_HEADER : differs ? TEXT_BODY_STRONG : TEXT_BODY);
  draw_label_in(page->list, words, rest, DRAW_LEFT, differs ? theme->text : theme->muted,
                reel_step_plain(reel, step, &page->arena));
}

static void paint_rows(struct page *page, struct rect body) {
  const struct compare_view *view = page->view;
  const struct reel_compare *compare = view->compare;
  size_t shown = body.h > 0 ? (size_t)(body.h / ROW) : 0, above = shown / 3;
  size_t first = view->row > above ? view->row - above : 0;
  if (first + shown > compare->count) first = compare->count > shown ? compare->count - shown : 0;
  page->clock_width = clock_width(page);
  draw_clip_push(page->list, body);
  for (size_t i = first; i < compare->count && i < first + shown; i++) {
    struct rect row = rect_cut_top(&body, ROW), left = row;
    struct rect right = rect_cut_right(&left, row.w / 2);
    paint_cell(page, &compare->rows[i], false, left);
    paint_cell(page, &compare->rows[i], true, right);
    if (i == view->row)
      draw_box(page->list, &(struct draw_box){.rect = rect_inset(row, DU(2), 0),
                                              .radius = RADIUS_SMALL,
                                              .border = page->theme->focus,
                                              .border_width = DU(3)});
    draw_hit(page->list, scene_id(SCENE_COMPARE_ROW, (uint32_t)i), row, 0, SPAN("To this line"));
  }
  draw_clip_pop(page->list);
}

/* ---- words and outcomes ---- */

static int32_t paragraph(struct page *page, struct rect room, struct text_style style_, uint32_t colour,
                         struct span text) {
  int32_t line = style_.size * 3 / 2, y = 0;
  struct text_wrap wrap = text_wrap(style_, text, room.w);
  struct text_line piece;
  while (text.len && y + line <= room.h && text_wrap_next(&wrap, &piece)) {
    bool cut = y + 2 * line > room.h && wrap.rest.len > 0;
    struct span words = cut ? arena_format(&page->arena, "%.*s …", SPAN_ARG(piece.text)) : piece.text;
    draw_label_in(page->list, style_, (struct rect){room.x, room.y + y, room.w, line}, DRAW_LEFT, colour,
                  words);
    y += line;
  }
  return y;
}

static void paint_words(struct page *page, bool is_after, struct rect room) {
  const struct compare_row *row = &page->view->compare->rows[page->view->row];
  size_t step = step_in(row, is_after);
  const struct reel *reel = reel_of(page, is_after);
  struct rect inside = rect_inset(room, SPACE_GAP, SPACE_1);
  if (step == COMPARE_NO_STEP) {
    paragraph(page, inside, style(page, TEXT_BODY), page->theme->muted,
              SPAN("Nothing of the kind in this story."));
    return;
  }
  struct caption caption;
  reel_caption(reel, step, &page->arena, &caption);
  caption = caption_of_step_alone(&caption);
  struct span head =
      arena_format(&page->arena, "Step %zu of %zu  %.*s", step, reel->count - 1, SPAN_ARG(caption.rfc));
  draw_label_in(page->list, style(page, TEXT_SMALL), rect_cut_top(&inside, DU(22)), DRAW_LEFT,
                page->theme->muted, head);
  paragraph(page, inside, style(page, TEXT_BODY_STRONG), page->theme->text, caption.text);
}

/* Those that differ first; of the others as many as there is room for. */
static void paint_outcomes(struct page *page, struct rect room) {
  const struct compare_view *view = page->view;
  size_t shown = 0;
  for (int differing = 1; differing >= 0; differing--)
    for (size_t i = 0; i < view->outcome_count && shown < OUTCOMES_MAX && room.h >= OUTCOME; i++) {
      const struct compare_outcome *it = &view->outcomes[i];
      if (it->same != !differing) continue;
      struct rect row = rect_cut_top(&room, OUTCOME), head = rect_cut_top(&row, DU(24)), right;
      right = rect_cut_right(&row, row.w / 2);
      shown++;
      draw_label_in(page->list, style(page, TEXT_BODY_STRONG), rect_inset(head, SPACE_GAP, 0), DRAW_LEFT,
                    page->theme->text,
                    arena_format(&page->arena, "%s%.*s", differing ? "≠ " : "", SPAN_ARG(it->letter)));
      draw_label_in(page->list, style(page, TEXT_SMALL), rect_inset(row, SPACE_GAP, 0), DRAW_LEFT,
                    page->theme->muted, it->before);
      draw_label_in(page->list, style(page, TEXT_SMALL), rect_inset(right, SPACE_GAP, 0), DRAW_LEFT,
                    page->theme->muted, it->after);
    }
}

/* ---- the page ---- */

/* Around what has the focus, so that it is seen in every theme. */
static void ring(struct page *page, uint64_t id, struct rect box) {
  if (page->view->focus != id) return;
  draw_box(page->list, &(struct draw_box){.rect = rect_inset(box, -DU(4), -DU(4)),
                                          .radius = RADIUS_CONTROL + DU(4),
                                          .border = page->theme->focus,
                                          .border_width = DU(3)});
}

static void button(struct page *page, struct rect *row, int32_t width, enum compare_do what,
                   struct span label, struct span says) {
  struct rect box = rect_cut_right(row, width);
  uint64_t id = scene_id(SCENE_COMPARE_DO, (uint32_t)what);
  box.y += (box.h - TARGET_MIN) / 2;
  box.h = TARGET_MIN;
  draw_box(page->list,
           &(struct draw_box){.rect = box,
                              .radius = RADIUS_CONTROL,
                              .fill = page->view->hover == id ? page->theme->sunken : page->theme->surface,
                              .border = page->theme->control_border,
                              .border_width = page->theme->border_width});
  ring(page, id, box);
  draw_hit(page->list, id, box, HIT_FOCUSABLE, says);
  draw_label_in(page->list, style(page, TEXT_BODY_STRONG), box, DRAW_CENTRE, page->theme->text, label);
  rect_cut_right(row, SPACE_1 + SPACE_HALF);
}

static void paint_head(struct page *page, struct rect head) {
  const struct compare_view *view = page->view;
  button(page, &head, DU(88), COMPARE_BACK, SPAN("Back"),
         view->depth > 1 ? SPAN("To one change less") : SPAN("To the story as it was"));
  button(page, &head, DU(88), COMPARE_SAVE, SPAN("Save"), SPAN("Save the changed scenario"));
  button(page, &head, DU(104), COMPARE_WATCH, SPAN("Watch it"), SPAN("Watch the new story from here"));
  button(page, &head, DU(136), COMPARE_MORE, SPAN("Change more"),
         SPAN("Change something else, too, from here"));
  struct span title =
      view->notice.len ? view->notice : arena_format(&page->arena, "What if %.*s?", SPAN_ARG(view->what));
  draw_label_in(page->list, style(page, TEXT_TITLE), head, DRAW_LEFT, page->theme->text, title);
}

/* ---- the chain of changes ---- */

static void paint_change(struct page *page, size_t depth, struct rect box) {
  const struct compare_view *view = page->view;
  const struct theme *theme = page->theme;
  uint64_t id = scene_id(SCENE_COMPARE_CHANGE, (uint32_t)depth);
  bool is_now = depth == view->depth;
  struct span words = depth
                          ? arena_format(&page->arena, "%zu  %.*s", depth, SPAN_ARG(view->changes[depth - 1]))
                          : SPAN("As it was");
  draw_box(page->list, &(struct draw_box){.rect = box,
                                          .radius = RADIUS_CONTROL,
                                          .fill = view->hover == id ? theme->sunken : theme->surface,
                                          .border = is_now ? theme->focus : theme->control_border,
                                          .border_width = theme->border_width + (is_now ? DU(2) : 0)});
  ring(page, id, box);
  draw_hit(page->list, id, box, HIT_FOCUSABLE, words);
  /* What is not part of the story that is shown can still be gone to. */
  draw_label_in(page->list, style(page, is_now ? TEXT_BODY_STRONG : TEXT_BODY),
                rect_inset(box, SPACE_1 + SPACE_HALF, 0), DRAW_LEFT,
                depth > view->depth ? theme->muted : theme->text, words);
}

/* As many as there is room for, the one that is shown among them. */
static void paint_chain(struct page *page, struct rect row) {
  const struct compare_view *view = page->view;
  if (view->depth > 1)
    button(page, &row, DU(210), COMPARE_AGAINST,
           view->with_original ? SPAN("With the one before") : SPAN("With the original"),
           view->with_original ? SPAN("Compare with the story before the last change")
                               : SPAN("Compare with the story as it was before all changes"));
  row.y += (row.h - TARGET_MIN) / 2;
  row.h = TARGET_MIN;
  paint_change(page, 0, rect_cut_left(&row, DU(110)));
  size_t most = (size_t)(row.w / (CHANGE_MIN + SPACE_1));
  size_t shown = view->change_count < most ? view->change_count : most ? most : 1;
  size_t first = view->depth > shown ? view->depth - shown : 0;
  int32_t width = row.w / (int32_t)shown;
  for (size_t i = first; i < first + shown && i < view->change_count; i++) {
    struct rect box = rect_cut_left(&row, width);
    rect_cut_left(&box, SPACE_1);
    paint_change(page, i + 1, box);
  }
}

static void panel(struct page *page, struct rect rect) {
  draw_box(page->list, &(struct draw_box){.rect = rect,
                                          .radius = RADIUS_PANEL,
                                          .fill = page->theme->surface,
                                          .border = page->theme->border,
                                          .border_width = page->theme->border_width});
}

static void paint_titles(struct page *page, struct rect titles) {
  const struct reel_compare *compare = page->view->compare;
  struct rect right = rect_cut_right(&titles, titles.w / 2);
  struct span counts = compare->first == compare->count
                           ? SPAN("nothing is different")
                           : arena_format(&page->arena, "%zu steps new, %zu gone, %zu in other words",
                                          compare->after_only, compare->before_only, compare->words);
  draw_label_in(page->list, style(page, TEXT_PANEL_TITLE), rect_inset(titles, SPACE_GAP, 0), DRAW_LEFT,
                page->theme->text,
                page->view->with_original ? SPAN("As it was") : SPAN("Before the last change"));
  struct rect inside = rect_inset(right, SPACE_GAP, 0);
  int32_t width = draw_label_in(page->list, style(page, TEXT_PANEL_TITLE), inside, DRAW_LEFT,
                                page->theme->text, SPAN("What if"));
  rect_cut_left(&inside, width + SPACE_GAP);
  draw_label_in(page->list, style(page, TEXT_SMALL), inside, DRAW_LEFT, page->theme->muted, counts);
}

/* The keys: there is no other page of help for this one. */
static void paint_hint(struct page *page, struct rect room) {
  const struct compare_view *view = page->view;
  struct span words = arena_format(
      &page->arena,
      "← →  line by line     N  next difference     Enter  watch     W  change more     %sS  save     "
      "Esc  back",
      view->depth == 1      ? ""
      : view->with_original ? "C  compare with the one before     "
                            : "C  compare with the original     ");
  draw_label_in(page->list, style(page, TEXT_SMALL), room, DRAW_LEFT, page->theme->muted, words);
}

static void paint_page(struct page *page) {
  const struct compare_view *view = page->view;
  struct rect rest = rect_inset((struct rect){0, 0, view->width, view->height}, SPACE_GAP, SPACE_HALF);
  paint_head(page, rect_cut_top(&rest, HEAD));
  if (view->change_count > 1) paint_chain(page, rect_cut_top(&rest, CHAIN));
  if (view->height >= HINT_FROM) paint_hint(page, rect_cut_bottom(&rest, HINT));
  size_t outcomes = view->outcome_count < OUTCOMES_MAX ? view->outcome_count : OUTCOMES_MAX;
  /* In a flat window the lines matter more. */
  while (outcomes && rest.h - (int32_t)outcomes * OUTCOME - WORDS - 2 * SPACE_GAP < TITLES + ROWS_MIN * ROW)
    outcomes--;
  struct rect bottom = rect_cut_bottom(&rest, outcomes ? (int32_t)outcomes * OUTCOME + SPACE_GAP : 0);
  if (outcomes) rect_cut_bottom(&rest, SPACE_GAP);
  struct rect words = rect_cut_bottom(&rest, WORDS);
  rect_cut_bottom(&rest, SPACE_GAP);
  panel(page, rest);
  struct rect body = rect_inset(rest, DU(2), SPACE_HALF);
  paint_titles(page, rect_cut_top(&body, TITLES));
  draw_line(page->list, (struct point){body.x, body.y}, (struct point){rect_right(body), body.y},
            page->theme->border_width, page->theme->border);
  rect_cut_top(&body, SPACE_HALF);
  if (view->compare->count) paint_rows(page, body);
  int32_t middle = rest.x + rest.w / 2;
  draw_line(page->list, (struct point){middle, rest.y}, (struct point){middle, rect_bottom(rest)},
            page->theme->border_width, page->theme->border);
  panel(page, words);
  struct rect right = rect_cut_right(&words, words.w / 2);
  if (view->compare->count) {
    paint_words(page, false, words);
    paint_words(page, true, right);
  }
  if (!outcomes) return;
  panel(page, bottom);
  paint_outcomes(page, rect_inset(bottom, 0, SPACE_1));
}

void scene_compare_draw(const struct compare_view *view, struct draw_list *list) {
  struct page page = {view, &view->theme, list, ARENA_EMPTY, 0};
  draw_list_begin(list, view->width, view->height, view->is_blank ? 0xFF000000 : view->theme.background);
  if (!view->is_blank) paint_page(&page);
  draw_list_end(list);
  arena_free(&page.arena);
}

/* ---- input ---- */

void scene_compare_begin(struct compare_view *view, const struct reel_compare *compare, struct theme theme) {
  *view = (struct compare_view){.compare = compare,
                                .what = SPAN_EMPTY,
                                .depth = 1,
                                .with_original = true,
                                .theme = theme,
                                .notice = SPAN_EMPTY};
  view->row = compare->first < compare->count ? compare->first : compare->count ? compare->count - 1 : 0;
}

size_t scene_compare_step(const struct compare_view *view) {
  for (size_t row = view->row + 1; row-- > 0;)
    if (row < view->compare->count && view->compare->rows[row].after != COMPARE_NO_STEP)
      return view->compare->rows[row].after;
  return 0;
}

static void move(struct compare_view *view, bool forward, size_t by) {
  if (view->is_blank) { /* as with slides: the key brings the page back, and no more */
    view->is_blank = false;
    return;
  }
  size_t last = view->compare->count ? view->compare->count - 1 : 0;
  if (forward)
    view->row = view->row + by < last ? view->row + by : last;
  else
    view->row = view->row > by ? view->row - by : 0;
  view->notice = SPAN_EMPTY;
}

/* To the beginning of the next run of differences, or of the one before. */
static void next_difference(struct compare_view *view, bool forward) {
  const struct compare_row *rows = view->compare->rows;
  for (size_t i = view->row; forward ? i + 1 < view->compare->count : i > 0;) {
    i = forward ? i + 1 : i - 1;
    bool begins = rows[i].mark != COMPARE_SAME && (i == 0 || rows[i - 1].mark == COMPARE_SAME);
    if (!begins) continue;
    view->row = i;
    return;
  }
}

static void move_focus(struct compare_view *view, const struct draw_list *picture, bool back) {
  size_t count = picture->hit_count, at = SIZE_MAX;
  for (size_t i = 0; i < count; i++)
    if (view->focus && picture->hits[i].id == view->focus) at = i;
  for (size_t tried = 0; tried < count; tried++) {
    at = at == SIZE_MAX ? (back ? count - 1 : 0) : back ? (at + count - 1) % count : (at + 1) % count;
    if (!(picture->hits[at].flags & HIT_FOCUSABLE)) continue;
    view->focus = picture->hits[at].id;
    return;
  }
}

static void go_to_depth(struct compare_view *view, size_t depth) {
  if (depth > view->change_count || depth == view->depth) return;
  view->wanted_depth = depth;
  view->wants = COMPARE_DEPTH;
}

static bool activate(struct compare_view *view, uint64_t id) {
  uint32_t number = scene_id_number(id);
  switch ((int)scene_id_kind(id)) {
  case SCENE_COMPARE_DO: view->wants = (enum compare_do)number; break;
  case SCENE_COMPARE_CHANGE: go_to_depth(view, number); break;
  case SCENE_COMPARE_ROW:
    if (number < view->compare->count) view->row = number;
    break;
  default: return false;
  }
  return true;
}

static void on_key(struct compare_view *view, const struct input *input, const struct draw_list *picture) {
  if (input->key == KEY_CHARACTER) {
    if (input->code_point == 'q' && input->modifiers & MOD_CTRL) view->wants = COMPARE_QUIT;
    if (input->code_point == 's' && input->modifiers & MOD_CTRL) view->wants = COMPARE_SAVE;
    return;
  }
  switch ((int)input->key) {
  case KEY_RIGHT:
  case KEY_DOWN:
  case KEY_PAGE_DOWN: move(view, true, 1); break;
  case KEY_LEFT:
  case KEY_UP:
  case KEY_PAGE_UP: move(view, false, 1); break;
  case KEY_HOME: move(view, false, view->compare->count); break;
  case KEY_END: move(view, true, view->compare->count); break;
  case KEY_TAB: move_focus(view, picture, (input->modifiers & MOD_SHIFT) != 0); break;
  case KEY_ENTER:
    if (!activate(view, view->focus)) view->wants = COMPARE_WATCH;
    break;
  case KEY_BACKSPACE:
  case KEY_ESCAPE: view->wants = COMPARE_BACK; break;
  case KEY_F5: view->wants = COMPARE_FILL_SCREEN; break;
  case KEY_F11: view->wants = COMPARE_FULL_SCREEN; break;
  default: break;
  }
}

static void on_text(struct compare_view *view, struct span text) {
  char c = text.len == 1 ? text.data[0] : 0;
  if (c >= '0' && c <= '9') go_to_depth(view, (size_t)(c - '0'));
  switch (ascii_lower(c)) {
  case ' ': move(view, true, 1); break;
  case 'n': next_difference(view, c == 'n'); break;
  case 's': view->wants = COMPARE_SAVE; break;
  case 'w': view->wants = COMPARE_MORE; break;
  case 'c':
    if (view->depth > 1) view->wants = COMPARE_AGAINST;
    break;
  case 'f': view->wants = COMPARE_FULL_SCREEN; break;
  case '.':
  case 'b': view->is_blank = !view->is_blank; break;
  case 't': {
    struct theme next = theme_named((enum theme_name)((view->theme.name + 1) % THEME_COUNT));
    next.reduced_motion = view->theme.reduced_motion;
    view->theme = next;
    break;
  }
  default: break;
  }
}

void scene_compare_input(struct compare_view *view, const struct input *input,
                         const struct draw_list *picture) {
  const struct hit_region *hit = draw_list_hit(picture, input->position);
  switch ((int)input->kind) {
  case INPUT_KEY: on_key(view, input, picture); break;
  case INPUT_TEXT: on_text(view, input->text); break;
  case INPUT_POINTER_MOVE: view->hover = hit ? hit->id : 0; break;
  case INPUT_POINTER_LEAVE: view->hover = 0; break;
  case INPUT_POINTER_DOWN:
    if (hit) activate(view, hit->id);
    break;
  case INPUT_WHEEL: move(view, input->wheel_y < 0, 3); break;
  case INPUT_QUIT: view->wants = COMPARE_QUIT; break;
  default: break;
  }
}
