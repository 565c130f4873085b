/* predict: questions that a film asks of who watches it: what will be answered, where does it go, which line
 * comes on top?
 *
 *     reel ──▶ predict_new ──▶ questions, each before a step
 *                                  │ predict_words
 *                                  ▼
 *              the question · up to four choices in an order of their own · why · where it is written
 *
 * Three kinds are made from the run: a server's reply (each the first time that it comes to this command, and
 * every refusal), a route (each choice of a host the first time), a stamp. Wrong answers are what is
 * plausible there: codes that the RFCs allow for the command and codes that this run has seen, other mail
 * exchangers and relays, fields with the parts exchanged. The scenario's own questions take precedence at
 * their steps; of several before one step each is asked, in the order of their records and then of the
 * scenario.
 *
 * The order of the choices is drawn from the cosmetic stream, seeded by the journal's fingerprint: the same
 * for everybody who watches this run. A question's name ("reply-57") is its kind and its step's record; the
 * second before one step is "own-57-2".
 *
 * Ownership: borrows the reel; never changes once made. Words lie in the arena given.
 */
#pragma once

#include "view/reel.h"

enum { PREDICT_CHOICES_MAX = 4 };
#define PREDICT_NONE SIZE_MAX

enum predict_kind { PREDICT_REPLY, PREDICT_ROUTE, PREDICT_STAMP, PREDICT_SCENARIO, PREDICT_KIND_COUNT };

struct predict_question {
  enum predict_kind kind;
  size_t step; /* asked before it */
  journal_seq record;
  uint32_t asked; /* PREDICT_SCENARIO: index into the preamble's questions */
  uint16_t turn;  /* so many are asked before this one, before the same step */
  uint8_t right;  /* the choice that is right, as an index */
};

/* A run that has more to ask about than anybody would answer is asked about its beginning. */
enum { PREDICT_QUESTIONS_MAX = 500 };

/* A reply that this run has seen to a command: a wrong answer elsewhere. */
struct predict_seen {
  bool is_pull;
  struct span verb, code;
};
enum { PREDICT_SEEN_MAX = 200 };

struct predict {
  const struct reel *reel;
  struct predict_seen *seen; /* at most PREDICT_SEEN_MAX */
  size_t seen_count;
  struct predict_question *questions; /* in the order of their steps */
  size_t count;
  uint64_t seed;
};

struct predict_words {
  struct span ask;   /* "What will mx.umich.edu answer?" */
  struct span about; /* what has just been said, if that is what it is about; may be empty */
  struct span choices[PREDICT_CHOICES_MAX];
  size_t count, right; /* right: an index */
  struct span because; /* why; and where that is written: may be empty */
  struct span rfc;
};

struct predict *predict_new(const struct reel *reel);
void predict_free(struct predict *predict);
/* The first question asked before a step; PREDICT_NONE. */
size_t predict_before(const struct predict *predict, size_t step);
/* The first question whose step is at or after this one; count: none. */
size_t predict_from(const struct predict *predict, size_t step);
void predict_words(const struct predict *predict, size_t question, struct arena *arena,
                   struct predict_words *out);
/* "reply-57" */
struct span predict_name(const struct predict *predict, size_t question, struct arena *arena);
