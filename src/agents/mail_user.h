/* mail_user: who has a maildrop on a host. Given by the world to the programs that deliver, serve and
 * authenticate; they never change it.
 *
 * A name is found by walking the list, or, once mail_users_index has been called, at once: a host may
 * have thousands of users. Of two with the same name the first in the list wins, indexed or not.
 */
#pragma once

#include "base/arena.h"
#include "base/span.h"

struct mail_user {
  struct span name;     /* login name and maildrop: "janelle" */
  struct span address;  /* whole: "janelle@umich.edu" */
  struct span password; /* empty: cannot log in */
  uint32_t person;      /* number in the journal */
};

struct mail_users {
  const struct mail_user *items;
  size_t count;
  const uint32_t *index; /* by mail_users_index; NULL: none. Slots hold an item's number from 1, or 0 */
  size_t index_size;     /* slots, a power of two */
};

/* Makes finding quick; the index lives in the arena. Call again after the list has changed. */
void mail_users_index(struct mail_users *users, struct arena *arena);
/* By login name or by whole address; domains and names without letter case. NULL if there is none. */
const struct mail_user *mail_users_find(const struct mail_users *users, struct span name_or_address);
/* Whose mail it is: by the whole address; else, since all domains that end on a host share its users, by the
 * login name or the local part of somebody's address. The local part is without its quotation marks. */
const struct mail_user *mail_users_for(const struct mail_users *users, struct span address,
                                       struct span local_part);
