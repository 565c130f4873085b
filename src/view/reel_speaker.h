/* reel_speaker: who finds the words for a step, and about what; for reel_caption*.c alone. */
#pragma once

#include "view/reel_internal.h"

struct speaker {
  const struct reel *reel;
  const struct step *step;
  struct journal_record record;
  const struct session *session; /* the record's own; NULL */
  struct arena *arena;
  struct caption *out;
};

#define SAY(speaker, ...) ((speaker)->out->text = arena_format((speaker)->arena, __VA_ARGS__))

struct span speaker_host(const struct speaker *speaker, int64_t host); /* its label */
struct span speaker_here(const struct speaker *speaker);
/* "30 minutes", "2 hours", "5 days": as one would say it. */
struct span speaker_duration(const struct speaker *speaker, int64_t us);

/* reel_caption_names.c */
void say_question(struct speaker *s);
void say_answer(struct speaker *s);
void say_dns_change(struct speaker *s);
void say_routed(struct speaker *s);
/* reel_caption_line.c */
void say_line(struct speaker *s);
/* reel_caption_imap.c: false if the session is another protocol's. */
bool say_imap_line(struct speaker *s);
/* reel_caption_pull.c */
void say_pull_quit(struct speaker *s); /* of the client of a pull */
/* Several questions of a POP3 client in one phase: what they are for. False if the phase is about something
 * else. */
bool say_pull_look(struct speaker *s);
