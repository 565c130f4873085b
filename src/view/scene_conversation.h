/* scene_conversation: one line of the conversation's panel, as it is said or as it is overheard. For
 * scene_conversation.c and scene_eavesdrop.c alone.
 */
#pragma once

#include "view/scene_internal.h"

struct row {
  journal_seq record;
  uint16_t host; /* who says it; 0: nobody, it is a remark */
  bool is_server;
  struct span letter; /* in the badge: "C:" */
  struct span text;
  struct span note; /* below it, for the eyes of the eavesdropper: what a credential says */
  bool is_remark;   /* in words, not what was said */
  bool is_sealed;   /* under TLS: a length */
  bool is_long;     /* a whole letter: more rows than a line gets */
  size_t octets;    /* of what is sealed */
};

/* The nth record of a session as somebody on the wire has it; false if there is nothing. */
bool eavesdrop_row(struct painter *p, const struct session *session, size_t nth, struct row *row_out);
/* A length as a bar, from x on, with a lock before it. */
void paint_sealed(struct painter *p, const struct row *row, struct rect place);
/* The eye on the link that is listened to, at its middle. */
void paint_eye(struct painter *p, struct point at);
