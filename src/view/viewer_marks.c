/* Bookmarks: steps that a person wants to find again. */
#include "view/viewer_internal.h"

static bool has_mark(const struct bookmarks *bookmarks, journal_seq record, uint32_t *at_out) {
  uint32_t at = 0;
  while (at < bookmarks->count && bookmarks->records[at] < record) at++;
  *at_out = at;
  return at < bookmarks->count && bookmarks->records[at] == record;
}

void viewer_bookmark(struct viewer_model *model) {
  struct bookmarks *bookmarks = &model->view.bookmarks;
  journal_seq record = model->reel->steps[viewer_current_step(model)].record;
  uint32_t at;
  if (has_mark(bookmarks, record, &at)) {
    bookmarks->count--;
    for (uint32_t i = at; i < bookmarks->count; i++) bookmarks->records[i] = bookmarks->records[i + 1];
    viewer_say(model, SPAN("Bookmark taken off"));
    return;
  }
  if (bookmarks->count == BOOKMARKS_MAX) {
    viewer_say(model, SPAN("No more than 32 bookmarks"));
    return;
  }
  for (uint32_t i = bookmarks->count; i > at; i--) bookmarks->records[i] = bookmarks->records[i - 1];
  bookmarks->records[at] = record;
  bookmarks->count++;
  viewer_say(model, SPAN("Bookmark set"));
}

void viewer_go_to_bookmark(struct viewer_model *model, bool before) {
  const struct bookmarks *bookmarks = &model->view.bookmarks;
  size_t now = viewer_current_step(model);
  for (uint32_t i = 0; i < bookmarks->count; i++) {
    uint32_t at = before ? bookmarks->count - 1 - i : i;
    size_t step = reel_step_of_record(model->reel, bookmarks->records[at]);
    if (before ? step >= now : step <= now) continue;
    viewer_go_to_step(model, step);
    return;
  }
  if (bookmarks->count == 0)
    viewer_say(model, SPAN("No bookmarks yet: K sets one"));
  else
    viewer_say(model, before ? SPAN("No bookmark before this") : SPAN("No bookmark after this"));
}
