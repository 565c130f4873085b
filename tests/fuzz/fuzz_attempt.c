/* An attempt at a film's questions, from a stranger: it is judged or refused, and what is judged can be told.
 * The film is a conversation of a few lines, so that there are questions to hit. */
#include "base/check.h"
#include "readers/attempt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct predict *predict;

static void note(struct journal *journal, enum journal_kind kind, int64_t side, struct span text) {
  struct journal_record record = {.kind = (uint16_t)kind, .host = 1, .connection = 1};
  record.number[0] = kind == JOURNAL_CONNECT ? 2 : side;
  record.text[kind == JOURNAL_CONNECT ? 1 : 0] = text;
  if (kind == JOURNAL_CONNECT) record.number[1] = 25;
  journal_append(journal, &record);
}

static void make_film(void) {
  static const char *const lines[] = {"220 b ready",   "EHLO a", "250 b", "MAIL FROM:<a@a>", "250 ok",
                                      "RCPT TO:<b@b>", "550 no", "QUIT",  "221 bye"};
  struct journal *journal = journal_new(JOURNAL_FULL);
  struct journal_record record = {.kind = JOURNAL_SCENARIO, .text = {SPAN_INIT("a film")}};
  journal_append(journal, &record);
  for (uint16_t host = 1; host <= 2; host++) {
    record = (struct journal_record){.kind = JOURNAL_HOST, .host = host};
    record.text[0] = host == 1 ? SPAN("a") : SPAN("b");
    journal_append(journal, &record);
  }
  note(journal, JOURNAL_CONNECT, 0, SPAN("smtp"));
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
    note(journal, JOURNAL_LINE, i % 2 == 0, span_from(lines[i]));
  predict = predict_new(reel_new(world_view_new(journal)));
  CHECK(predict->count > 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct error_list errors = {0};
  struct attempt attempt;
  if (!predict) make_film();
  if (attempt_judge(SPAN("fuzz.json"), span_of((const char *)data, size), predict, &attempt, &errors)) {
    struct buf out = {0};
    CHECK(attempt.right <= attempt.answered && attempt.answered <= attempt.questions);
    attempt_write_text(&attempt, predict, &out);
    attempt_write_json(&attempt, predict, &out);
    buf_free(&out);
    attempt_free(&attempt);
  } else {
    CHECK(errors.total > 0);
  }
  error_list_free(&errors);
  return 0;
}
