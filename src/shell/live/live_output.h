/* live_output: what waits to be written to a socket: bytes, and letters by reference, in order. A letter
 * becomes bytes only when its turn has come, so that a slow reader of many letters costs one of them. */
#pragma once

#include "mail/message.h"

struct live_output {
  struct live_piece *pieces; /* a ring */
  size_t first, count, capacity;
  size_t octets; /* of the bytes; letters are not counted before their turn */
};

bool live_output_is_empty(const struct live_output *output);
void live_output_add(struct live_output *output, struct span bytes);
void live_output_add_message(struct live_output *output, struct message *message);
/* Moves pieces from the front to the end of buf, until it has so many octets or nothing is left. */
void live_output_take(struct live_output *output, struct buf *buf, size_t enough);
void live_output_clear(struct live_output *output);
