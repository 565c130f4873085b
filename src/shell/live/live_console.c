#include "shell/live/live_console.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { WORD_MAX_OCTETS = 4096 };

struct live_console {
  struct live *live;
  union {
    uv_tty_t tty;
    uv_pipe_t pipe;
  } input;
  struct buf typed;
  journal_seq shown;
  bool *real; /* by connection */
  size_t real_capacity;
  char block[512];
};

/* ---- what is shown ---- */

static const struct journal *journal_of(const struct live_console *console) {
  return sim_journal(world_sim(console->live->world));
}

static bool is_gateway(const struct live *live, host_id host) {
  struct span name = network_host(world_network(live->world), host)->name;
  for (size_t i = 0; i < live->config->gateway_count; i++)
    if (span_equal_nocase(live->config->gateways[i].host, name)) return true;
  return false;
}

/* Which connections have a real program at one end. They are remembered, because the last words of one are
 * shown when it is over already. */
static void note_connection(struct live_console *console, const struct journal_record *connect) {
  const struct live *live = console->live;
  host_id first = outside_client_host(live->outside, 0);
  bool real = connect->host >= first || is_gateway(live, (host_id)connect->number[0]);
  size_t count = (size_t)connect->connection + 1, before = console->real_capacity;
  console->real = mem_grow(console->real, &console->real_capacity, count, sizeof *console->real);
  if (console->real_capacity > before) memset(console->real + before, 0, console->real_capacity - before);
  console->real[connect->connection] = real;
}

static bool is_real(const struct live_console *console, connection_id id) {
  return id < console->real_capacity && console->real[id];
}

static void show(const struct live_console *console, const struct journal_record *record) {
  struct buf text = {0};
  (void)console;
  buf_format(&text, "%4u %s ", record->connection, record->number[0] ? "S:" : "C:");
  for (size_t i = 0; i < record->text[0].len; i++) {
    unsigned char c = (unsigned char)record->text[0].data[i];
    buf_add_char(&text, c < ' ' || c == 127 ? '?' : (char)c); /* nothing that a terminal would obey */
  }
  printf("%.*s\n", (int)text.len, text.data);
  buf_free(&text);
}

void live_console_show(struct live_console *console) {
  struct journal_record record;
  if (!console) return;
  const struct journal *journal = journal_of(console);
  while (console->shown < journal_count(journal)) {
    enum journal_kind kind = journal_kind_at(journal, ++console->shown);
    if (kind != JOURNAL_CONNECT && (kind != JOURNAL_LINE || !console->live->clock.paused)) continue;
    journal_get(journal, console->shown, &record);
    if (kind == JOURNAL_CONNECT)
      note_connection(console, &record);
    else if (is_real(console, record.connection))
      show(console, &record);
  }
  fflush(stdout);
}

static void show_state(const struct live_console *console) {
  int64_t now_us = live_now_us(console->live);
  printf("[%s at %lld.%03lld s]\n", console->live->clock.paused ? "held" : "going on",
         (long long)(now_us / 1000000), (long long)(now_us / 1000 % 1000));
  fflush(stdout);
}

/* ---- what is typed ---- */

static bool is_word(struct span word, const char *one, const char *whole) {
  return span_equal_nocase(word, span_from(one)) || span_equal_nocase(word, span_from(whole));
}

static void obey(struct live_console *console, struct span word) {
  struct live *live = console->live;
  if (word.len && word.data[word.len - 1] == '\r') word.len--;
  if (word.len == 0 || is_word(word, "s", "step"))
    live_step(live);
  else if (is_word(word, "p", "pause"))
    live_hold(live, true);
  else if (is_word(word, "g", "go"))
    live_hold(live, false);
  else if (is_word(word, "q", "quit"))
    live_stop(live, "asked to");
  else
    printf("[words: an empty line or step, pause, go, quit]\n");
  live_console_show(console);
  show_state(console);
}

static void on_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
  struct live_console *console = handle->data;
  (void)suggested;
  *buffer = uv_buf_init(console->block, sizeof console->block);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
  struct live_console *console = stream->data;
  size_t end;
  if (count < 0) {
    uv_read_stop(stream);
    return;
  }
  buf_add(&console->typed, span_of(buffer->base, (size_t)count));
  while ((end = span_find(buf_span(&console->typed), '\n')) != SPAN_NONE) {
    obey(console, span_first(buf_span(&console->typed), end));
    buf_drop_front(&console->typed, end + 1);
  }
  if (console->typed.len > WORD_MAX_OCTETS) buf_clear(&console->typed);
}

/* ---- life ---- */

struct live_console *live_console_open(struct live *live) {
  uv_handle_type type = uv_guess_handle(0);
  if (type != UV_TTY && type != UV_NAMED_PIPE) return NULL;
  struct live_console *console = mem_zalloc(sizeof *console);
  console->live = live;
  bool well = type == UV_TTY ? uv_tty_init(&live->loop, &console->input.tty, 0, 0) == 0
                             : uv_pipe_init(&live->loop, &console->input.pipe, 0) == 0 &&
                                   uv_pipe_open(&console->input.pipe, 0) == 0;
  if (!well) {
    mem_free(console);
    return NULL;
  }
  uv_stream_t *stream = (uv_stream_t *)&console->input;
  stream->data = console;
  uv_read_start(stream, on_buffer, on_read);
  printf("[words: an empty line or step, pause, go, quit]\n");
  fflush(stdout);
  return console;
}

static void on_closed(uv_handle_t *handle) {
  struct live_console *console = handle->data;
  buf_free(&console->typed);
  mem_free(console->real);
  mem_free(console);
}

void live_console_close(struct live_console *console) {
  if (console) uv_close((uv_handle_t *)&console->input, on_closed);
}
