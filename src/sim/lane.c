#include "base/check.h"
#include "base/mem.h"
#include "sim/network_parts.h"

/* A lane is what comes to one side of a connection, in order:
 *
 *     arrived ─▶ [bytes, partly read] ─▶ [message] ─▶ [bytes]      coming ─▶ [bytes 10:22:55.1] ─▶ [FIN
 * 10:22:55.3]
 *
 * Bytes that arrive behind bytes which the program has left unread are put together with them, so that
 * what it peeks at grows until it can use it. */

/* ---- segments ---- */

static struct segment *segment_new(enum segment_kind kind, size_t capacity) {
  size_t size = sizeof(struct segment) + capacity;
  struct segment *segment = mem_take(size);
  segment->next = NULL;
  segment->size = size;
  segment->kind = kind;
  return segment;
}

void segment_free(struct segment *segment) {
  if (segment->kind == SEGMENT_MESSAGE) message_release(segment->message);
  mem_give(segment, segment->size);
}

/* The first octets of a new segment. */
static void segment_fill(struct segment *segment, struct span bytes) {
  if (bytes.len) memcpy(segment->bytes, bytes.data, bytes.len);
  segment->unread = span_of(segment->bytes, bytes.len);
}

/* Puts more behind them; false if there is no room. */
static bool segment_add(struct segment *segment, struct span bytes) {
  size_t used = (size_t)(segment->unread.data - segment->bytes) + segment->unread.len;
  if (bytes.len > mem_piece_size(segment->size) - sizeof *segment - used) return false;
  if (bytes.len) memcpy(segment->bytes + used, bytes.data, bytes.len);
  segment->unread.len += bytes.len;
  return true;
}

/* ---- sending ---- */

static struct sim *sim_of(const struct side *side) {
  return side->connection->network->sim;
}

static void arm_for(struct side *side, int64_t time_us) {
  side->lane.event = sim_at(sim_of(side), time_us, connection_arrive, side);
}

/* Rounded up to a microsecond. */
int64_t path_transfer_us(const struct path *path, uint64_t octets) {
  if (path->bytes_per_second <= 0) return 0;
  uint64_t rate = (uint64_t)path->bytes_per_second;
  CHECK(octets < UINT64_MAX / 2000000);
  return (int64_t)((octets * 1000000 + rate - 1) / rate);
}

struct segment *lane_send(struct side *to, enum segment_kind kind, int64_t arrival_us, journal_seq cause,
                          size_t capacity) {
  struct segment *segment = segment_new(kind, capacity);
  segment->arrival_us = arrival_us;
  segment->cause = cause;
  if (to->lane.coming) {
    to->lane.coming_last->next = segment;
  } else {
    to->lane.coming = segment;
    if (!to->arriving) arm_for(to, arrival_us);
  }
  to->lane.coming_last = segment;
  return segment;
}

struct segment *lane_send_octets(struct side *to, enum segment_kind kind, uint64_t octets, journal_seq cause,
                                 size_t capacity) {
  struct transit transit = lane_transit(to, octets);
  to->lane.free_at_us = transit.departure_us;
  return lane_send(to, kind, transit.arrival_us, cause, capacity);
}

void lane_send_bytes(struct side *to, struct span bytes, struct transit transit, journal_seq cause) {
  to->lane.free_at_us = transit.departure_us;
  segment_fill(lane_send(to, SEGMENT_BYTES, transit.arrival_us, cause, bytes.len), bytes);
}

void lane_send_message(struct side *to, struct message *message, struct transit transit, journal_seq cause) {
  to->lane.free_at_us = transit.departure_us;
  lane_send(to, SEGMENT_MESSAGE, transit.arrival_us, cause, 0)->message = message_retain(message);
}

/* ---- arriving ---- */

/* A FIN waits until the program has read what came before it. */
static bool is_held_back(const struct lane *lane) {
  return lane->coming->kind == SEGMENT_FIN && lane->arrived;
}

void lane_arm_event(struct side *side) {
  int64_t now_us = sim_now(sim_of(side)), arrival_us = side->lane.coming->arrival_us;
  if (arrival_us > now_us)
    arm_for(side, arrival_us);
  else if (!is_held_back(&side->lane))
    arm_for(side, now_us);
}

struct segment *lane_take_due(struct lane *lane, int64_t now_us) {
  struct segment *segment = lane->coming;
  if (!segment || segment->arrival_us > now_us || is_held_back(lane)) return NULL;
  lane->coming = segment->next;
  segment->next = NULL;
  return segment;
}

static struct segment **last_link(struct lane *lane) {
  struct segment **link = &lane->arrived;
  while (*link && (*link)->next) link = &(*link)->next;
  return link;
}

void lane_add_arrived(struct side *side, struct segment *segment) {
  struct segment **link = last_link(&side->lane), *last = *link;
  if (!last) {
    *link = segment;
  } else if (last->kind == SEGMENT_BYTES && segment->kind == SEGMENT_BYTES) {
    lane_add_arrived_bytes(side, segment->unread);
    segment_free(segment);
  } else {
    last->next = segment;
  }
}

/* Behind what has arrived before: in the last segment if that is bytes, with more room if it needs it. */
void lane_add_arrived_bytes(struct side *side, struct span bytes) {
  struct segment **link = last_link(&side->lane);
  struct segment *last = *link;
  bool behind_bytes = last && last->kind == SEGMENT_BYTES;
  if (behind_bytes && segment_add(last, bytes)) return;
  struct span before = behind_bytes ? last->unread : SPAN_EMPTY;
  struct segment *segment = segment_new(SEGMENT_BYTES, 2 * before.len + bytes.len);
  segment_fill(segment, before);
  CHECK(segment_add(segment, bytes));
  if (behind_bytes) {
    *link = segment;
    segment_free(last);
  } else {
    *(last ? &last->next : link) = segment;
  }
}

/* ---- reading ---- */

void lane_consume(struct side *side, size_t count) {
  struct lane *lane = &side->lane;
  struct segment *front = lane->arrived;
  if (front->kind == SEGMENT_BYTES && count != front->unread.len) {
    CHECK(count < front->unread.len);
    front->unread = span_skip(front->unread, count);
    return;
  }
  lane->arrived = front->next;
  if (!lane->arrived) lane_arm(side);
  segment_free(front);
}

void lane_set_flattened(struct lane *lane, struct message *message) {
  if (message) message_retain(message);
  message_release(lane->flattened);
  lane->flattened = message;
}

void lane_flatten_front(struct side *side) {
  struct lane *lane = &side->lane;
  struct segment *front = lane->arrived, *behind = front->next;
  struct span more = behind && behind->kind == SEGMENT_BYTES ? behind->unread : SPAN_EMPTY;
  struct buf wire = {0};
  message_write_wire(front->message, &wire);
  struct segment *flat = segment_new(SEGMENT_BYTES, wire.len + more.len);
  segment_fill(flat, buf_span(&wire));
  CHECK(segment_add(flat, more));
  buf_free(&wire);
  lane_set_flattened(lane, front->message);
  flat->next = behind;
  if (more.len) {
    flat->next = behind->next;
    segment_free(behind);
  }
  lane->arrived = flat;
  segment_free(front);
}

/* ---- the end ---- */

static void free_all(struct segment **list) {
  while (*list) {
    struct segment *segment = *list;
    *list = segment->next;
    segment_free(segment);
  }
}

void lane_clear(struct side *side) {
  struct lane *lane = &side->lane;
  free_all(&lane->arrived);
  free_all(&lane->coming);
  lane_set_flattened(lane, NULL);
  if (lane->event.generation) sim_cancel(sim_of(side), lane->event);
  lane->event = (struct event_handle){0, 0};
}
