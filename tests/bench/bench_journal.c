/* bench_journal: what a line said costs in the journal, in each mode, beside the least that it can cost.
 *
 * The yardstick copies the line's text and sixteen octets of head to the end of a block: a log without
 * index, fingerprint or checks. */
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "bench_frame.h"
#include "journal/journal.h"

enum { LINES = 1000000, BLOCK = 1 << 20, HEAD = 16 };

static const struct span said = SPAN_INIT("RCPT TO:<janelle@umich.edu> NOTIFY=NEVER");

static void append_lines(struct bench_watch *watch, const void *argument) {
  enum journal_mode mode = *(const enum journal_mode *)argument;
  struct journal *journal = journal_new(mode);
  struct journal_record record = {.kind = JOURNAL_SCENARIO};
  journal_append(journal, &record);
  bench_start(watch);
  for (uint32_t i = 0; i < LINES; i++) {
    record = (struct journal_record){
        .time_us = (int64_t)i * 300,
        .kind = JOURNAL_LINE,
        .cause = i + 1,
        .host = 3,
        .agent = 4,
        .connection = i / 20,
        .message = i / 222,
        .number = {i & 1, (int64_t)i * 300 + 20000, 0},
        .text = {said},
    };
    journal_append(journal, &record);
  }
  if (mode == JOURNAL_DIGEST) {
    char hex[DIGEST_HEX_MAX];
    journal_fingerprint(journal, hex);
  }
  bench_stop(watch, LINES);
  journal_free(journal);
}

struct block {
  struct block *before;
  char data[BLOCK];
};

static void copy_lines(struct bench_watch *watch, const void *argument) {
  (void)argument;
  struct block *newest = NULL;
  size_t used = BLOCK;
  bench_start(watch);
  for (uint64_t i = 0; i < LINES; i++) {
    if (BLOCK - used < HEAD + said.len) {
      struct block *block = mem_alloc(sizeof *block);
      block->before = newest;
      newest = block;
      used = 0;
    }
    uint64_t head[2] = {i * 300, said.len};
    memcpy(newest->data + used, head, HEAD);
    memcpy(newest->data + used + HEAD, said.data, said.len);
    used += HEAD + said.len;
  }
  bench_stop(watch, LINES);
  while (newest) {
    struct block *before = newest->before;
    mem_free(newest);
    newest = before;
  }
}

static struct journal *journal_of_lines(void) {
  struct journal *journal = journal_new(JOURNAL_FULL);
  struct journal_record record = {.kind = JOURNAL_SCENARIO};
  for (uint32_t i = 0; i <= LINES / 4; i++) {
    journal_append(journal, &record);
    record = (struct journal_record){.time_us = (int64_t)i * 300,
                                     .kind = JOURNAL_LINE,
                                     .cause = i + 1,
                                     .host = 3,
                                     .agent = 4,
                                     .connection = 1 + i / 20,
                                     .message = 1 + i / 222,
                                     .number = {i & 1, (int64_t)i * 300 + 20000, 0},
                                     .text = {said}};
  }
  return journal;
}

static void get_lines(struct bench_watch *watch, const void *argument) {
  (void)argument;
  struct journal *journal = journal_of_lines();
  struct journal_record record;
  uint64_t octets = 0;
  bench_start(watch);
  for (journal_seq seq = 1; seq <= journal_count(journal); seq++) {
    journal_get(journal, seq, &record);
    octets += record.text[0].len;
  }
  bench_stop(watch, journal_count(journal));
  CHECK(octets == said.len * (LINES / 4));
  journal_free(journal);
}

static bool collect(void *context, struct span bytes) {
  return buf_add(context, bytes);
}

static void write_lines(struct bench_watch *watch, const void *argument) {
  (void)argument;
  struct journal *journal = journal_of_lines();
  struct buf file = {0};
  bench_start(watch);
  journal_write_jsonl(journal, collect, &file);
  bench_stop(watch, file.len);
  buf_free(&file);
  journal_free(journal);
}

static void read_lines(struct bench_watch *watch, const void *argument) {
  (void)argument;
  struct journal *journal = journal_of_lines();
  struct buf file = {0};
  struct error_list errors = {0};
  journal_write_jsonl(journal, collect, &file);
  bench_start(watch);
  struct journal *back = journal_read_jsonl(SPAN("bench"), buf_span(&file), &errors);
  bench_stop(watch, file.len);
  CHECK(back && journal_count(back) == journal_count(journal));
  buf_free(&file);
  journal_free(back);
  journal_free(journal);
}

static const enum journal_mode full = JOURNAL_FULL, digest = JOURNAL_DIGEST, count = JOURNAL_COUNT;

/* Each in a process of its own: memory that was in use before costs less. */
static const struct bench_case cases[] = {
    {"journal append, kept",
     "records",
     1e6,
     {{.name = "ours", .run = append_lines, .argument = &full, .apart = true},
      {.name = "bare copy", .run = copy_lines, .apart = true, .at_least = 0.25}}},
    {"journal append, fingerprint only",
     "records",
     1e6,
     {{.name = "ours", .run = append_lines, .argument = &digest, .apart = true},
      {.name = "bare copy", .run = copy_lines, .apart = true}}},
    {"journal append, counting only",
     "records",
     1e6,
     {{.name = "ours", .run = append_lines, .argument = &count, .apart = true},
      {.name = "bare copy", .run = copy_lines, .apart = true}}},
    {"journal get", "records", 1e6, {{.name = "ours", .run = get_lines}}},
    {"journal to JSON Lines", "octets", 1e6, {{.name = "ours", .run = write_lines}}},
    {"journal from JSON Lines", "octets", 1e6, {{.name = "ours", .run = read_lines}}},
};

int main(int argc, char **argv) {
  return bench_main(argc, argv, cases, sizeof cases / sizeof *cases);
}
