/* Whatever a stranger's journal holds, every reader tells what it can of it and comes back. */
#include "base/check.h"
#include "readers/audit.h"
#include "readers/capture.h"
#include "readers/compare.h"
#include "readers/expect.h"
#include "readers/report.h"
#include "readers/show.h"
#include "readers/store_view.h"
#include "readers/transcript.h"
#include "view/predict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void show_everything(const struct journal *journal, bool json, bool sources) {
  static const char *const views[] = {"transcript", "headers", "letter", "envelope", "path",
                                      "mailbox",    "queue",   "dns",    "audit"};
  for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
    struct buf out = {0};
    struct error_list errors = {0};
    size_t faults;
    show_write(journal, span_from(views[i]),
               &(struct show_options){.at_us = -1, .json = json, .sources = sources}, &out, &faults, &errors);
    buf_free(&out);
    error_list_free(&errors);
  }
}

/* Time never goes back, and no frame is larger than an Ethernet's may be, datagrams of strangers but for. */
static bool hear(void *context, int64_t time_us, struct span frame) {
  int64_t *before_us = context;
  CHECK(time_us >= *before_us && frame.len > 0);
  *before_us = time_us;
  return true;
}

static void capture_everything(const struct journal *journal) {
  int64_t before_us = INT64_MIN;
  struct capture_counts counts;
  capture_write(journal, &(struct capture_options){0}, hear, &before_us, &counts);
}

/* Asks what it can be asked, and compares it with itself. */
static void question_everything(const struct journal *journal) {
  struct world_view *world = world_view_new(journal);
  struct reel *reel = reel_new(world);
  struct predict *predict = predict_new(reel);
  struct arena arena = ARENA_EMPTY;
  for (size_t i = 0; i < predict->count; i++) {
    struct predict_words words;
    predict_words(predict, i, &arena, &words);
    CHECK(words.count >= 2 && words.count <= PREDICT_CHOICES_MAX && words.right < words.count);
  }
  arena_free(&arena);
  predict_free(predict);
  reel_free(reel);
  world_view_free(world);
  struct buf out = {0};
  compare_write_text(journal, journal, SPAN(""), &out);
  buf_free(&out);
}

static void read_stores(const struct journal *journal) {
  struct journal_preamble *preamble = journal_preamble_new(journal);
  struct journal_versions *versions = journal_versions_new(journal);
  struct store_view view = store_view_make(journal, versions, 0);
  struct buf text = {0};
  for (size_t i = 0; i < view.count; i++) {
    buf_clear(&text);
    stored_letter_write_name(&view.letters[i], preamble, &text);
    CHECK(text.len > 0 && text.data[0] != '.' && span_find(buf_span(&text), '/') == SPAN_NONE);
    stored_letter_write_mbox(&view.letters[i], preamble, versions, &text);
  }
  buf_free(&text);
  store_view_free(&view);
  journal_versions_free(versions);
  journal_preamble_free(preamble);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct error_list errors = {0};
  struct journal *journal =
      journal_read_jsonl(SPAN("fuzz.jsonl"), span_of((const char *)data, size), &errors);
  error_list_free(&errors);
  if (!journal) return 0;
  struct arena arena = ARENA_EMPTY;
  struct expect_result *results;
  expect_judge(journal, &arena, &results);
  arena_free(&arena);
  show_everything(journal, false, true);
  show_everything(journal, true, false);
  capture_everything(journal);
  read_stores(journal);
  struct buf page = {0};
  report_write(journal, 0, &page);
  buf_free(&page);
  question_everything(journal);
  journal_free(journal);
  return 0;
}
