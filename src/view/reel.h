/* reel: a journal cut into steps, as a film is into scenes: what is shown, in which order, for how long.
 *
 *     journal records   1 2 3 …                    (simulated time: waits of minutes, lines 1 ms apart)
 *     steps             0: the title, 1, 2, …      (film time: each as long as it takes to be understood)
 *     phases            connect, envelope, data …  (runs of steps; the default for stepping)
 *     segments          one for each session       (the coloured bars of the timeline), and for calls in vain
 *
 * A step has an *event*, whose motion shows the cause, and then rests until the next. Its settled end is
 * `film_ms + event_ms`; stepping forward plays up to there, stepping back jumps there. At any moment of a
 * step the world is that of `step.until`, the last record before the next step's; the event only says how
 * much of it can be seen already.
 *
 * Records that a scenario's narration matches are always steps. Words come from reel_caption.
 *
 * Ownership: borrows the world_view. Never writes to it, and never changes once made.
 */
#pragma once

#include "base/arena.h"
#include "journal/match.h"
#include "view/world_view.h"

enum step_kind {
  STEP_TITLE,
  STEP_ACTION,
  STEP_COMPOSE,
  STEP_QUESTION, /* to a name server */
  STEP_ANSWER,   /* from one, from a cache, or none in time */
  STEP_ROUTED,
  STEP_CONNECT,
  STEP_FAILED, /* refused, timed out, cut */
  STEP_TLS,
  STEP_LINE,
  STEP_DATA,
  STEP_STAMP, /* or rewrite */
  STEP_ACCEPTED,
  STEP_REFUSAL, /* a decision that is not yes */
  STEP_DEFERRED,
  STEP_GIVEN_UP, /* bounced, expired, discarded */
  STEP_EXPANDED,
  STEP_DELIVERED,
  STEP_RETRIEVED,
  STEP_FAULT,
  STEP_CLOSE,
  STEP_NOTE, /* another record that has words */
  STEP_KIND_COUNT
};

enum phase_class {
  PHASE_ALONE, /* a step for itself */
  PHASE_NAMES, /* DNS and the choice of the next host */
  PHASE_CONNECT,
  PHASE_COMMAND,
  PHASE_ENVELOPE,
  PHASE_DATA,
  PHASE_STAMP,
  PHASE_CLOSE
};

struct step {
  journal_seq record; /* what it is about */
  journal_seq until;  /* the world it shows */
  enum step_kind kind;
  enum phase_class phase_class;
  int64_t time_us; /* simulated */
  int64_t film_ms; /* when it begins */
  int32_t event_ms, length_ms;
  uint32_t connection; /* whose conversation is shown; 0: none yet */
  uint32_t own;        /* its record's own connection, or the one it was made for; 0: none */
  uint32_t message;    /* which letter is shown; 0: none yet */
  uint32_t narration;  /* 1 + index into the preamble's narrations; 0: none */
  uint32_t phase;      /* number of its phase, from 0 */
  uint32_t segment;    /* index into segments */
};

struct segment {
  uint32_t connection; /* 0: the scenario has no session that speaks */
  uint32_t hop;        /* whose colour: the host that the mail comes from, in a push or a pull */
  size_t first_step;   /* up to the next segment's first, or the end */
  struct span name;    /* "Submission" */
  bool is_pull;
  bool is_in_vain; /* calls that nobody answers; the connection is the first of them */
};

enum granularity { BY_LINE, BY_PHASE, BY_HOP, GRANULARITY_COUNT };

struct reel {
  const struct world_view *world;
  struct step *steps; /* steps[0] is the title */
  size_t count;
  struct segment *segments;
  size_t segment_count; /* at least one */
  int64_t length_ms;
};

struct reel *reel_new(const struct world_view *world);
void reel_free(struct reel *reel);

/* A place in the film. */
struct moment {
  size_t step;
  int32_t into_ms; /* since the step began */
};
struct moment reel_moment(const struct reel *reel, int64_t position_ms); /* clamped */
int64_t reel_settled(const struct reel *reel, size_t step);              /* the position of its settled end */
bool reel_is_settled(const struct reel *reel, int64_t position_ms);
/* The step that shows a record: the last one whose record is not after it. */
/* Somebody reads a mailbox in its file: nobody talks to anybody, and no session is shown. */
bool reel_reads_file(const struct journal_record *record);
size_t reel_step_of_record(const struct reel *reel, journal_seq record);
size_t reel_step_at_time(const struct reel *reel, int64_t time_us);
/* The step that a step forward (back) from `step` ends at; the last (first) stays where it is. */
size_t reel_next(const struct reel *reel, size_t step, enum granularity by);
size_t reel_previous(const struct reel *reel, size_t step, enum granularity by);
/* The next step after `step`, or the last one before it, at which somebody says no: a refusal, a failed
 * connection, a deferral, a bounce. What only says the same no once more does not count: the reply after the
 * decision, the queue's entry after the reply. `step` itself if there is none. */
size_t reel_refusal(const struct reel *reel, size_t step, bool before);
/* The film position at which a segment begins, and where it ends. */
int64_t reel_segment_start(const struct reel *reel, size_t segment);
int64_t reel_segment_end(const struct reel *reel, size_t segment);

/* The words for a step. */
struct caption {
  struct span text;     /* one or two sentences */
  struct span rfc;      /* where that is written; may be empty */
  struct span note;     /* about this very line, beside a text that stands for longer; may be empty */
  struct span note_rfc; /* where the note is written */
};
/* What it says of this very step: the note, or else the text. */
struct caption caption_of_step_alone(const struct caption *caption);
void reel_caption(const struct reel *reel, size_t step, struct arena *arena, struct caption *out);
/* The words for a step while somebody is asked what comes at a later one, `asked`: those for the last step
 * that is about the same thing. Connections overlap: between a QUIT and its answer a server may look up where
 * the letter goes next. */
void reel_caption_before(const struct reel *reel, size_t asked, size_t step, struct arena *arena,
                         struct caption *out);
/* "mta.comcast.net to mx.umich.edu, SMTP port 25" */
struct span reel_session_label(const struct reel *reel, const struct session *session, struct arena *arena);
/* One line that says what a record is, for tooltips: "RCPT TO:<janelle@umich.edu>". */
struct span reel_step_label(const struct reel *reel, size_t step, struct arena *arena);
/* The same without the scenario's own words, which may be those of another story. */
struct span reel_step_plain(const struct reel *reel, size_t step, struct arena *arena);
