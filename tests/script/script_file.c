/* Reads a script: lines, escapes, steps. */
#include <stdio.h>

#include "base/mem.h"
#include "script.h"

enum { FILE_MAX_OCTETS = 1 << 20, REPEAT_MAX = 1 << 20 };

static bool complain(const struct script *script, uint32_t line, const char *what, struct span about) {
  fprintf(stderr, "%s:%u: %s \"%.*s\"\n", script->path, line, what, SPAN_ARG(about));
  return false;
}

static int hex_digit(char c) {
  if (ascii_is_digit(c)) return c - '0';
  c = ascii_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "{600*abc}": the text so many times. Gives its length in the file; 0 if it is not one. */
static size_t repeat(struct span text, struct buf *out) {
  size_t star = span_find(text, '*'), end = span_find(text, '}');
  uint64_t times;
  if (star == SPAN_NONE || end == SPAN_NONE || star > end) return 0;
  if (!span_to_u64(span_slice(text, 1, star - 1), REPEAT_MAX, &times)) return 0;
  for (uint64_t i = 0; i < times; i++) buf_add(out, span_slice(text, star + 1, end - star - 1));
  return end + 1;
}

/* The escape after a backslash. Gives its length in the file; 0 if it is not one. */
static size_t unescape_one(struct span text, struct buf *out) {
  static const char letters[] = "rnt0\\", values[] = "\r\n\t\0\\";
  if (text.len == 0) return 0;
  const char *letter = memchr(letters, text.data[0], sizeof letters - 1);
  if (letter) {
    buf_add_char(out, values[letter - letters]);
    return 1;
  }
  if (text.data[0] == '{') return repeat(text, out);
  if (text.data[0] != 'x' || text.len < 3) return 0;
  int high = hex_digit(text.data[1]), low = hex_digit(text.data[2]);
  if (high < 0 || low < 0) return 0;
  buf_add_char(out, (char)(high * 16 + low));
  return 3;
}

/* A backslash at the end stands for "no line end"; otherwise end is added. False: a bad escape. */
static bool unescape(struct span text, struct span end, struct buf *out) {
  while (text.len) {
    if (text.data[0] != '\\') {
      buf_add_char(out, text.data[0]);
      text = span_skip(text, 1);
      continue;
    }
    text = span_skip(text, 1);
    if (text.len == 0) return true;
    size_t len = unescape_one(text, out);
    if (len == 0) return false;
    text = span_skip(text, len);
  }
  return buf_add(out, end);
}

void script_escape(struct span bytes, struct buf *out) {
  if (span_ends_with(bytes, SPAN("\r\n"))) bytes.len -= 2;
  for (size_t i = 0; i < bytes.len; i++) {
    unsigned char c = (unsigned char)bytes.data[i];
    if (c == '\\')
      buf_add_text(out, "\\\\");
    else if (c >= 32 && c < 127)
      buf_add_char(out, (char)c);
    else
      buf_format(out, "\\x%02x", c);
  }
}

static void add_step(struct script *script, struct step step) {
  script->steps = mem_grow(script->steps, &script->capacity, script->count + 1, sizeof *script->steps);
  script->steps[script->count++] = step;
}

/* "C: text", "S: text", "A: text": heard or expected. */
static bool read_spoken(struct script *script, uint32_t number, struct span line) {
  struct step step = {.line = number};
  struct span text = span_skip(line, line.len > 2 ? 3 : 2);
  bool heard = line.data[0] == script->engine->hears, done = line.data[0] == 'A';
  struct buf bytes = BUF_CAPPED(FILE_MAX_OCTETS);
  if (!heard) {
    buf_add(&bytes, span_first(line, 2));
    buf_add_char(&bytes, ' ');
    step.any_tail = span_ends_with(text, SPAN(" ..."));
    if (step.any_tail) text.len -= 3;
  }
  step.kind = heard ? STEP_HEAR : STEP_EXPECT;
  bool good = unescape(text, step.any_tail || done ? SPAN_EMPTY : SPAN("\r\n"), &bytes);
  step.bytes = arena_copy(&script->arena, buf_span(&bytes));
  buf_free(&bytes);
  if (!good) return complain(script, number, "bad escape in", text);
  add_step(script, step);
  return true;
}

static bool read_line(struct script *script, uint32_t number, struct span line) {
  if (line.len == 0 || line.data[0] == '#') return true;
  if (!script->engine) {
    if (!span_starts_with(line, SPAN("engine ")))
      return complain(script, number, "expected engine, got", line);
    script->engine = script_engine_named(span_skip(line, 7));
    return script->engine ? true : complain(script, number, "no such engine", line);
  }
  if (line.len >= 2 && line.data[0] >= 'A' && line.data[0] <= 'Z' && line.data[1] == ':')
    return read_spoken(script, number, line);
  bool order = span_starts_with(line, SPAN("do "));
  add_step(script, (struct step){.kind = order ? STEP_DO : STEP_SET,
                                 .line = number,
                                 .bytes = order ? span_skip(line, 3) : line});
  return true;
}

static bool read_whole(const char *path, struct buf *out) {
  FILE *file = fopen(path, "rb");
  if (!file) return false;
  char piece[4096];
  size_t len;
  while ((len = fread(piece, 1, sizeof piece, file)) > 0) buf_add(out, span_of(piece, len));
  bool good = !ferror(file) && !out->overflowed;
  fclose(file);
  return good;
}

bool script_load(const char *path, struct script *script_out) {
  *script_out = (struct script){.path = path};
  struct buf bytes = BUF_CAPPED(FILE_MAX_OCTETS);
  bool good = read_whole(path, &bytes);
  if (!good) complain(script_out, 0, "cannot read", span_from(path));
  struct span rest = arena_copy(&script_out->arena, buf_span(&bytes)), line;
  buf_free(&bytes);
  for (uint32_t number = 1; good && span_next(&rest, '\n', &line); number++)
    good = read_line(script_out, number, line);
  if (good && script_out->count == 0) good = complain(script_out, 0, "nothing in", span_from(path));
  return good;
}

void script_free(struct script *script) {
  arena_free(&script->arena);
  mem_free(script->steps);
}
