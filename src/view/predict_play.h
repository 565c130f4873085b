/* predict_play: somebody answers a film's questions: what has been asked, answered, revealed, and the score.
 *
 *     off ── Q ──▶ watching ── a question's step ──▶ asked ── 1–4, Enter, mouse ──▶ revealed
 *                     ▲                                └── PageDown: nobody answered ──▶ │
 *                     └──────────────────────────────────────────────────────────────────┘
 *
 * Each question is answered once; what has been revealed stays revealed, also when the film is turned back.
 * An attempt is what all answers come to, as JSON, for graders (docs/graders.md).
 *
 * Ownership: borrows predict. Pure: the same inputs give the same state.
 */
#pragma once

#include "view/predict.h"

enum predict_answer { PREDICT_OPEN, PREDICT_ANSWERED, PREDICT_SHOWN /* revealed, and nobody had answered */ };

struct predict_given {
  uint8_t state;  /* enum predict_answer */
  uint8_t choice; /* of PREDICT_ANSWERED: an index */
};

struct predict_play {
  const struct predict *predict; /* NULL: never begun */
  struct predict_given *given;   /* by question */
  bool is_on;
  size_t asked;     /* the question on the screen; PREDICT_NONE */
  size_t pointed;   /* the choice that Enter would take */
  bool is_revealed; /* the question on the screen */
};

/* Begins, or goes on after an end. */
void predict_play_begin(struct predict_play *play, const struct predict *predict);
void predict_play_end(struct predict_play *play); /* frees all */
/* The next question that is open, at or after a step; PREDICT_NONE. */
size_t predict_play_next(const struct predict_play *play, size_t step);
void predict_play_ask(struct predict_play *play, size_t question);
/* Answers what is asked; false if there is no such choice, or it is revealed. */
bool predict_play_answer(struct predict_play *play, size_t choice);
/* Reveals without an answer. */
void predict_play_show(struct predict_play *play);
/* Takes the question off the screen. */
void predict_play_close(struct predict_play *play);

struct predict_score {
  size_t questions, answered, right;
};
struct predict_score predict_play_score(const struct predict_play *play);
/* The attempt: one JSON object, a line. */
void predict_play_write(const struct predict_play *play, struct buf *out);
