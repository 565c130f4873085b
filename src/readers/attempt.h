/* attempt: somebody's answers to a film's questions, read back and judged against a run of our own.
 *
 *     attempt.json ──▶ attempt_judge ◀── a fresh run's reel and questions
 *                           │
 *                           ▼  each question: right, wrong, not answered; the score
 *
 * The file comes from a stranger: it says which choice was taken, and nothing else of it is believed. What it
 * claims of right answers and of its score is compared with what we find; a difference is a fault. Limits:
 * ATTEMPT_FILE_MAX octets, ATTEMPT_ANSWERS_MAX answers.
 */
#pragma once

#include "base/error.h"
#include "view/predict.h"

enum { ATTEMPT_FILE_MAX = 4 * 1024 * 1024, ATTEMPT_ANSWERS_MAX = 100000 };

enum attempt_state { ATTEMPT_OPEN, ATTEMPT_SHOWN, ATTEMPT_WRONG, ATTEMPT_RIGHT };

struct attempt {
  struct arena arena;
  enum attempt_state *states; /* by question */
  uint8_t *chosen;            /* by question: an index, where it was answered */
  size_t questions, answered, right;
  struct span *faults; /* what the file claims and what is not so */
  size_t fault_count;
};

/* Whether this is an attempt's file, of whatever version. */
bool attempt_is(struct span bytes);
/* False with errors if the file cannot be read, or is an attempt at another run. */
bool attempt_judge(struct span file_name, struct span bytes, const struct predict *predict,
                   struct attempt *attempt_out, struct error_list *errors);
void attempt_free(struct attempt *attempt);
/* The judgement as text, and as one JSON object. */
void attempt_write_text(const struct attempt *attempt, const struct predict *predict, struct buf *out);
void attempt_write_json(const struct attempt *attempt, const struct predict *predict, struct buf *out);
