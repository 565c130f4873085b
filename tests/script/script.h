/* script: protocol rules as transcripts. A file of tests/script says what a peer says and what the engine
 * under test must say and do; README has the language.
 *
 *     file.test ──▶ steps ──▶ play: whole, a byte at a time, cut anywhere ──▶ log == expected lines?
 *                               │   ▲
 *                               ▼   │
 *                          script_engine (one for each engine under test)
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

/* ---- what engines are to the runner ---- */

/* What the engine said and did, as lines: "S: 250 ok\r\n", "A: close". */
struct script_log {
  struct arena arena;
  struct span *lines;
  size_t count, capacity;
  struct buf partial; /* said, without a line end yet */
  char who;           /* of partial */
};

/* Bytes said by `who` ('S', 'C', or 'M' for the text of a message): cut into lines at CRLF. */
void script_log_said(struct script_log *log, char who, struct span bytes);
/* Something done: "A: close". */
void script_log_did(struct script_log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One kind of engine. Each is in a file of its own (script_<name>.c) and listed in script_engines.c. */
struct script_engine {
  const char *name; /* as in the file's first line: "engine smtp_server" */
  char hears, says; /* 'C' and 'S' for a server, 'S' and 'C' for a client */
  void *(*open)(void);
  void (*close)(void *session);
  /* A set-up line, as "config size_max 1000"; the span lives as long as the session. False: not understood.
   */
  bool (*set)(void *session, struct span line);
  /* "do WHAT": something that happens to the session, as "gone". False: not understood. */
  bool (*order)(void *session, struct span what);
  /* How many bytes were taken; the rest is offered again. */
  size_t (*feed)(void *session, struct span bytes);
  /* Does the engine's next action and notes it. False: it waits. */
  bool (*act)(void *session, struct script_log *log);
};

/* NULL if there is none of that name. */
const struct script_engine *script_engine_named(struct span name);

/* ---- the file ---- */

enum step_kind { STEP_SET, STEP_DO, STEP_HEAR, STEP_EXPECT };

struct step {
  enum step_kind kind;
  uint32_t line;
  bool any_tail;     /* STEP_EXPECT ended in " ...": what follows is not looked at */
  struct span bytes; /* STEP_EXPECT: as a line of the log; STEP_HEAR: as heard */
};

struct script {
  const char *path;
  struct arena arena;
  const struct script_engine *engine;
  struct step *steps;
  size_t count, capacity;
};

/* False, and a message on standard error, if the file cannot be read or understood. */
bool script_load(const char *path, struct script *script_out);
void script_free(struct script *script);
/* With escapes, as it would stand in a file. */
void script_escape(struct span bytes, struct buf *out);

/* ---- playing ---- */

/* Plays the script in all ways; false, and a message, at the first difference. */
bool script_play(const struct script *script, size_t *runs_out);
