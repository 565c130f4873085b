/* A toy server by which the runner itself is tested: says each line back after a word; "bye" closes. */
#include "base/mem.h"
#include "proto/line_reader.h"
#include "script_engines.h"

struct echo {
  struct line_reader reader;
  struct buf out;
  struct span word;
  bool closing, closed, held;
};

static void *echo_open(void) {
  struct echo *echo = mem_zalloc(sizeof *echo);
  echo->reader = line_reader_new(1000);
  echo->word = SPAN("you said");
  return echo;
}

static void echo_close(void *session) {
  struct echo *echo = session;
  line_reader_free(&echo->reader);
  buf_free(&echo->out);
  mem_free(echo);
}

static bool echo_set(void *session, struct span line) {
  struct echo *echo = session;
  if (!span_starts_with(line, SPAN("word "))) return false;
  echo->word = span_skip(line, 5);
  return true;
}

static bool echo_order(void *session, struct span what) {
  struct echo *echo = session;
  if (span_equal(what, SPAN("hold"))) return echo->held = true;
  if (!span_equal(what, SPAN("go"))) return false;
  echo->held = false;
  return true;
}

static size_t echo_feed(void *session, struct span bytes) {
  struct echo *echo = session;
  struct span input = bytes, line;
  if (echo->closed) return bytes.len;
  if (echo->held || line_reader_take(&echo->reader, &input, &line) == LINE_NONE) return bytes.len - input.len;
  echo->closing = span_equal(line, SPAN("bye"));
  struct span pieces[] = {echo->word, SPAN(" "), line, SPAN("\r\n")};
  for (size_t i = 0; i < 4; i++) buf_add(&echo->out, pieces[i]);
  return bytes.len - input.len;
}

static bool echo_act(void *session, struct script_log *log) {
  struct echo *echo = session;
  if (echo->out.len) {
    script_log_said(log, 'S', buf_span(&echo->out));
    buf_clear(&echo->out);
    return true;
  }
  if (!echo->closing || echo->closed) return false;
  echo->closed = true;
  script_log_did(log, "close");
  return true;
}

const struct script_engine script_echo = {.name = "echo",
                                          .hears = 'C',
                                          .says = 'S',
                                          .open = echo_open,
                                          .close = echo_close,
                                          .set = echo_set,
                                          .order = echo_order,
                                          .feed = echo_feed,
                                          .act = echo_act};
