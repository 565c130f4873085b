/* predict_internal: what the parts of predict share; for predict*.c alone. */
#pragma once

#include "view/predict.h"

/* Choices while they are gathered: the right one first; what is there already, and empty ones, are left out.
 */
struct choice_list {
  struct span items[PREDICT_CHOICES_MAX];
  size_t count;
};
void choice_add(struct choice_list *list, struct span choice);

/* The command that a server's reply answers: "RCPT", "DATA", "." for the end of a message, "" for the
 * connection itself. *line_out: as the client said it. False if the record is no reply, or goes on with one.
 */
bool predict_replied_to(const struct reel *reel, const struct journal_record *reply, struct span *verb_out,
                        struct span *line_out);
/* predict_reply.c, predict_mail.c: ask, about, and the choices, the right one first. */
void predict_reply_words(const struct predict *predict, const struct predict_question *question,
                         struct arena *arena, struct predict_words *out, struct choice_list *choices);
void predict_route_words(const struct predict *predict, const struct predict_question *question,
                         struct arena *arena, struct predict_words *out, struct choice_list *choices);
void predict_stamp_words(const struct predict *predict, const struct predict_question *question,
                         struct arena *arena, struct predict_words *out, struct choice_list *choices);
/* The code of a reply: "250", "+OK", "-ERR". */
struct span predict_code(struct span line);
