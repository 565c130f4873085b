/* Which items the catalogue shows, and where they stand on the page. */
#include "view/catalogue_internal.h"

/* ---- the search ---- */

static bool has_word(const struct catalogue_item *item, struct span word) {
  const struct span texts[] = {item->title, item->subtitle, item->topic, item->teaches, item->path};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    for (size_t at = 0; at + word.len <= texts[i].len; at++)
      if (span_equal_nocase(span_slice(texts[i], at, word.len), word)) return true;
  return false;
}

/* "r15": that lesson, not each whose number begins so. */
static bool is_lesson(struct span word) {
  uint64_t number;
  return word.len > 1 && ascii_lower(word.data[0]) == 'r' && span_to_u64(span_skip(word, 1), 999, &number);
}

static bool teaches(const struct catalogue_item *item, struct span lesson) {
  struct span rest = item->teaches, word;
  while (span_next(&rest, ' ', &word))
    if (span_equal_nocase(word, lesson)) return true;
  return false;
}

static bool answers(const struct catalogue_view *view, const struct catalogue_item *item) {
  struct span rest = span_of(view->search, view->search_length), word;
  while (span_next(&rest, ' ', &word))
    if (word.len && !(is_lesson(word) ? teaches(item, word) : has_word(item, word))) return false;
  return true;
}

/* ---- places ---- */

static void widen_lessons(struct catalogue_section *section, struct span teaches_words) {
  struct span word;
  uint64_t number;
  while (span_next(&teaches_words, ' ', &word)) {
    if (word.len < 2 || !span_to_u64(span_skip(word, 1), 999, &number)) continue;
    if (!section->lesson_first || number < section->lesson_first) section->lesson_first = (uint32_t)number;
    if (number > section->lesson_last) section->lesson_last = (uint32_t)number;
  }
}

static struct catalogue_section *begin_section(struct catalogue_view *view, struct span name, int32_t *y) {
  struct catalogue_section *section = &view->sections[view->section_count++];
  *section = (struct catalogue_section){.name = name, .first_place = view->place_count, .y = *y};
  *y += CATALOGUE_HEADING;
  return section;
}

static void add_place(struct catalogue_view *view, struct catalogue_section *section, size_t item,
                      int32_t y) {
  struct catalogue_columns columns = catalogue_columns(view);
  int32_t nth = (int32_t)section->count++;
  struct rect rect = {columns.x + nth % columns.count * (columns.width + CATALOGUE_GAP),
                      y + nth / columns.count * (CATALOGUE_CARD + CATALOGUE_GAP), columns.width,
                      CATALOGUE_CARD};
  view->places[view->place_count++] =
      (struct catalogue_place){item, (uint32_t)(section - view->sections), rect};
}

static int32_t end_section(const struct catalogue_view *view, const struct catalogue_section *section,
                           int32_t y) {
  int32_t columns = catalogue_columns(view).count, rows = ((int32_t)section->count + columns - 1) / columns;
  return y + rows * (CATALOGUE_CARD + CATALOGUE_GAP);
}

void catalogue_arrange(struct catalogue_view *view) {
  int32_t y = 0;
  uint32_t chapter = 0;
  view->place_count = view->section_count = 0;
  if (view->recent_count && !view->search_length) {
    struct catalogue_section *section = begin_section(view, SPAN("Recent"), &y);
    for (size_t i = 0; i < view->recent_count; i++) add_place(view, section, view->recent[i], y);
    y = end_section(view, section, y);
  }
  struct catalogue_section *section = NULL;
  for (size_t i = 0; i < view->count && i < CATALOGUE_ITEMS_MAX; i++) {
    const struct catalogue_item *item = &view->items[i];
    bool begins = i == 0 || !span_equal(item->topic, view->items[i - 1].topic);
    if (begins && section) y = end_section(view, section, y);
    if (begins) section = NULL;
    if (!item->topic.len) continue;
    chapter += begins;
    if (!answers(view, item)) continue;
    if (!section) {
      section = begin_section(view, item->topic, &y);
      section->number = chapter;
    }
    widen_lessons(section, item->teaches);
    add_place(view, section, i, y);
  }
  if (section) y = end_section(view, section, y);
  view->page_height = y + CATALOGUE_MARGIN;
  if (view->selected >= view->place_count) view->selected = view->place_count ? view->place_count - 1 : 0;
}
