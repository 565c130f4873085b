/* mail_user: who has a maildrop on a host. Given by the world to the programs that deliver, serve and
 * authenticate; they never change it. */
#pragma once

#include "base/span.h"

struct mail_user {
  struct span name;     /* local part, and login name: "janelle" */
  struct span address;  /* whole: "janelle@umich.edu" */
  struct span password; /* empty: cannot log in */
  uint32_t person;      /* number in the journal */
};

struct mail_users {
  const struct mail_user *items;
  size_t count;
};

/* By login name or by whole address; domains and names without letter case. NULL if there is none. */
const struct mail_user *mail_users_find(const struct mail_users *users, struct span name_or_address);
