/* reel_internal: what the parts of the reel share; for reel*.c alone. */
#pragma once

#include "view/reel.h"

/* Gives each step its class and the number of its phase. */
void reel_cut_phases(struct reel *reel);
/* What kind of hop a session is: "Submission", "Internet relay" … */
struct span reel_session_name(const struct world_view *world, const struct session *session);

/* A verb of a client: what it belongs to, what it means, where that is written. */
struct verb {
  struct span name;
  enum phase_class phase_class;
  struct span meaning;
  struct span rfc;
};
/* NULL if nobody knows it. */
const struct verb *verb_of(struct span line, bool is_pull);
/* What a server's reply means by its first characters; empty if there is nothing to say. */
struct span reply_meaning(struct span line, bool is_pull);
