/* Plays a script and compares.
 *
 * In step: what is heard is fed up to the next expected line, and nothing else may have been said by then.
 * Pipelined: everything up to the next set-up or `do` line is fed without waiting for answers. Either
 * way cut in pieces of all kinds; the log must be the same. */
#include <stdio.h>

#include "base/mem.h"
#include "base/rng.h"
#include "script.h"

enum { RANDOM_RUNS = 12, EVERY_CUT_MAX = 3000 };

enum cut { CUT_NOWHERE, CUT_EVERYWHERE, CUT_ONCE, CUT_RANDOMLY };

struct play {
  const struct script *script;
  void *session;
  struct script_log log;
  struct buf heard; /* not taken yet */
  bool pipelined;
  enum cut cut;
  size_t cut_at; /* CUT_ONCE: after so many octets of all */
  size_t fed;
  struct rng rng;
  size_t matched; /* lines of the log that were as expected */
  size_t checked; /* steps looked at for it */
  bool failed;
};

static size_t piece_len(struct play *play) {
  size_t left = play->heard.len;
  switch (play->cut) {
  case CUT_NOWHERE: return left;
  case CUT_EVERYWHERE: return 1;
  case CUT_ONCE:
    if (play->fed < play->cut_at && play->cut_at < play->fed + left) return play->cut_at - play->fed;
    return left;
  case CUT_RANDOMLY: return 1 + (size_t)rng_below(&play->rng, left < 40 ? left : 40);
  }
  return left;
}

static void act(struct play *play) {
  while (play->script->engine->act(play->session, &play->log)) continue;
}

/* Feeds what has been heard until the engine takes no more. */
static void feed(struct play *play) {
  act(play);
  while (play->heard.len) {
    size_t len = piece_len(play);
    if (len > play->heard.len) len = play->heard.len;
    size_t taken = play->script->engine->feed(play->session, span_first(buf_span(&play->heard), len));
    size_t logged = play->log.count;
    buf_drop_front(&play->heard, taken);
    play->fed += taken;
    act(play);
    if (taken == 0 && play->log.count == logged) return;
  }
}

enum { SHOWN_MAX = 400 };

static void print_line(const char *label, struct span line, bool any_tail) {
  struct buf text = BUF_CAPPED(0);
  script_escape(span_first(line, SHOWN_MAX), &text);
  if (line.len > SHOWN_MAX) buf_format(&text, " … (%zu octets)", line.len);
  if (any_tail) buf_add_text(&text, "...");
  fprintf(stderr, "    %s  %.*s\n", label, SPAN_ARG(buf_span(&text)));
  buf_free(&text);
}

static void fail(struct play *play, uint32_t line, const char *what) {
  static const char *const cuts[] = {"whole", "a byte at a time", "in two", "in random pieces"};
  play->failed = true;
  fprintf(stderr, "%s:%u: %s (%s, %s", play->script->path, line, what,
          play->pipelined ? "pipelined" : "in step", cuts[play->cut]);
  if (play->cut == CUT_ONCE) fprintf(stderr, " after octet %zu", play->cut_at);
  fprintf(stderr, ")\n");
}

static bool is_as_expected(const struct step *step, struct span line) {
  return step->any_tail ? span_starts_with(line, step->bytes) : span_equal(line, step->bytes);
}

/* Compares the log with the expected lines before that step. */
static void check(struct play *play, size_t until) {
  for (; play->checked < until && !play->failed; play->checked++) {
    const struct step *step = &play->script->steps[play->checked];
    if (step->kind != STEP_EXPECT) continue;
    bool said = play->matched < play->log.count;
    struct span line = said ? play->log.lines[play->matched++] : SPAN("(nothing)\r\n");
    if (said && is_as_expected(step, line)) continue;
    fail(play, step->line, "not as expected");
    print_line("expected", step->bytes, step->any_tail);
    print_line("got     ", line, false);
  }
  if (play->failed || play->matched == play->log.count) return;
  const struct script *script = play->script;
  fail(play, script->steps[until < script->count ? until : script->count - 1].line,
       "not expected before this");
  print_line("got     ", play->log.lines[play->matched], false);
}

/* What has been said so far must have been expected so far. */
static void settle(struct play *play, size_t until) {
  feed(play);
  script_log_said(&play->log, 0, SPAN_EMPTY); /* ends a line that has no end */
  check(play, until);
}

static void play_step(struct play *play, size_t index) {
  const struct script *script = play->script;
  const struct step *step = &script->steps[index];
  bool good = true;
  switch (step->kind) {
  case STEP_HEAR:
    if (!play->pipelined && index > 0 && script->steps[index - 1].kind == STEP_EXPECT) settle(play, index);
    buf_add(&play->heard, step->bytes);
    return;
  case STEP_EXPECT: return;
  case STEP_SET:
    if (play->fed || play->heard.len) settle(play, index);
    good = script->engine->set(play->session, step->bytes);
    break;
  case STEP_DO:
    settle(play, index);
    good = script->engine->order(play->session, step->bytes);
    break;
  }
  if (good || play->failed) return;
  fail(play, step->line, "not understood");
  print_line("        ", step->bytes, false);
}

static bool run(struct play *play) {
  const struct script *script = play->script;
  play->session = script->engine->open();
  for (size_t i = 0; i < script->count && !play->failed; i++) play_step(play, i);
  if (!play->failed) settle(play, script->count);
  if (!play->failed && play->heard.len) {
    fail(play, script->steps[script->count - 1].line, "never taken:");
    print_line("        ", buf_span(&play->heard), false);
  }
  script->engine->close(play->session);
  buf_free(&play->heard);
  buf_free(&play->log.partial);
  mem_free(play->log.lines);
  arena_free(&play->log.arena);
  return !play->failed;
}

static size_t octets_heard(const struct script *script) {
  size_t octets = 0;
  for (size_t i = 0; i < script->count; i++)
    if (script->steps[i].kind == STEP_HEAR) octets += script->steps[i].bytes.len;
  return octets;
}

static bool run_once(const struct script *script, bool pipelined, enum cut cut, size_t at, size_t *runs) {
  ++*runs;
  struct play play = {.script = script, .pipelined = pipelined, .cut = cut, .cut_at = at};
  play.rng = rng_named(at, SPAN("script"));
  return run(&play);
}

bool script_play(const struct script *script, size_t *runs_out) {
  size_t octets = octets_heard(script);
  for (int pipelined = 0; pipelined < 2; pipelined++) {
    if (!run_once(script, pipelined, CUT_NOWHERE, 0, runs_out)) return false;
    if (!run_once(script, pipelined, CUT_EVERYWHERE, 0, runs_out)) return false;
    for (size_t i = 0; i < RANDOM_RUNS; i++)
      if (!run_once(script, pipelined, CUT_RANDOMLY, i, runs_out)) return false;
  }
  size_t step = 1 + octets / EVERY_CUT_MAX * 37;
  for (size_t at = 1; at < octets; at += step)
    if (!run_once(script, true, CUT_ONCE, at, runs_out)) return false;
  return true;
}
