/* software_layouts: the texts of a software with places to fill in, and which names may stand in each. */
#pragma once

#include "world/scenario_draft.h"

/* What a layout may name. */
struct layout_names {
  const struct span *names;
  size_t count;
  const char *all; /* for the message */
};

extern const struct layout_names software_reply_names, software_received_names, software_date_names,
    software_message_id_names, software_conversion_names, software_bounce_names;

read_fn read_layout;       /* struct span; which names it may use is key->with */
read_fn read_reply_layout; /* the same, of a reply with its code (RFC 5321 4.2) */
