#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"
#include "script.h"

static void add_line(struct script_log *log, struct span line) {
  log->lines = mem_grow(log->lines, &log->capacity, log->count + 1, sizeof *log->lines);
  log->lines[log->count++] = line;
}

/* A line without its end is a line, too, once something else happens. */
static void end_partial(struct script_log *log) {
  if (log->partial.len == 0) return;
  struct span pieces[] = {span_of(&log->who, 1), SPAN(": "), buf_span(&log->partial)};
  add_line(log, arena_join(&log->arena, pieces, 3));
  buf_clear(&log->partial);
}

void script_log_said(struct script_log *log, char who, struct span bytes) {
  if (log->who != who) end_partial(log);
  log->who = who;
  for (size_t i = 0; i < bytes.len; i++) {
    buf_add_char(&log->partial, bytes.data[i]);
    if (span_ends_with(buf_span(&log->partial), SPAN("\r\n"))) end_partial(log);
  }
}

void script_log_did(struct script_log *log, const char *format, ...) {
  char text[4096];
  va_list arguments;
  end_partial(log);
  va_start(arguments, format);
  int len = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  struct span pieces[] = {SPAN("A: "), span_of(text, len < (int)sizeof text ? (size_t)len : sizeof text - 1)};
  add_line(log, arena_join(&log->arena, pieces, 2));
}
