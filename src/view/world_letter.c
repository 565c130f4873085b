/* Where a letter is: a walk over its own records, up to the one asked for. */
#include "view/world_view.h"

static struct letter_place *place_of(struct letter_state *state, uint16_t host) {
  for (size_t i = 0; i < state->count; i++)
    if (state->places[i].host == host) return &state->places[i];
  return NULL;
}

static struct letter_place *touch(struct letter_state *state, const struct journal_record *record) {
  struct letter_place *place = place_of(state, record->host);
  if (!place && state->count < WORLD_PLACES_MAX) {
    place = &state->places[state->count++];
    *place = (struct letter_place){.host = record->host,
                                   .version = state->version,
                                   .since = record->seq,
                                   .reverse_path = state->reverse_path,
                                   .recipients = state->recipients};
  }
  if (place) state->focus = (size_t)(place - state->places);
  return place;
}

/* The last place stays: a letter is always somewhere, and be it where it was given up. */
static void leave(struct letter_state *state, uint16_t host) {
  struct letter_place *place = place_of(state, host);
  if (!place || state->count < 2) return;
  size_t at = (size_t)(place - state->places);
  for (size_t i = at + 1; i < state->count; i++) state->places[i - 1] = state->places[i];
  state->count--;
  if (state->focus == at) state->focus = state->count - 1;
  if (state->focus > at) state->focus--;
}

/* A copy with nobody waiting for it, not in a store, is passed on: its host has done its duty. */
static void leave_if_done(struct letter_state *state, uint16_t host) {
  struct letter_place *place = place_of(state, host);
  if (place && !place->waiting && !place->is_delivered && !place->is_retrieved) leave(state, host);
}

static void recipient_done(struct letter_state *state, const struct journal_record *record, bool moved) {
  struct letter_place *place = place_of(state, record->host);
  if (!place) return;
  if (place->waiting) place->waiting--;
  if (moved) leave_if_done(state, record->host);
}

static size_t count_lines(struct span text) {
  struct span piece;
  size_t count = 0;
  while (span_next(&text, '\n', &piece)) count += piece.len > 0;
  return count;
}

static void accepted(struct letter_state *state, const struct journal_record *record) {
  state->version = record->number[0];
  struct letter_place *place = touch(state, record);
  if (!place) return;
  place->version = record->number[0];
  place->reverse_path = state->reverse_path = record->text[1];
  place->recipients = state->recipients = record->text[2];
  place->waiting += count_lines(record->text[2]);
  place->accepted = record->number[0];
  place->is_changed = false;
  place->is_delivered = place->is_retrieved = false;
  for (size_t i = state->count; i-- > 0;)
    if (state->places[i].host != record->host) leave_if_done(state, state->places[i].host);
}

static void stored(struct letter_state *state, const struct journal_record *record, uint16_t from) {
  bool retrieved = record->kind == JOURNAL_RETRIEVED;
  state->version = record->number[0];
  struct letter_place *place = touch(state, record);
  if (!place) return;
  place->version = record->number[0];
  place->is_delivered = true;
  place->is_retrieved = retrieved;
  if (!retrieved) {
    if (place->waiting) place->waiting--;
    /* Other recipients still wait for what was accepted: the envelope is still needed. */
    if (place->waiting) {
      place->is_delivered = false;
      place->version = place->accepted;
    }
    if (from && from != record->host) leave_if_done(state, from);
  } else if (from && from != record->host && !record->number[2]) {
    leave(state, from);
  }
}

static void expanded(struct letter_state *state, const struct journal_record *record) {
  struct letter_place *place = place_of(state, record->host);
  if (!place || !place->waiting) return;
  place->waiting += count_lines(record->text[2]) - 1;
  place->is_changed = true;
}

static void sent_on(struct letter_state *state, const struct journal_record *record) {
  struct letter_place *place = place_of(state, record->host);
  if (!place) return;
  place->reverse_path = state->reverse_path = record->text[1];
  place->recipients = state->recipients = record->text[2];
}

static void apply(struct letter_state *state, const struct journal_record *record, uint16_t *from) {
  struct letter_place *place;
  state->is_given_up = false;
  switch (record->kind) {
  case JOURNAL_COMPOSE:
    state->version = record->number[0];
    state->reverse_path = record->text[2];
    state->recipients = record->text[3];
    touch(state, record);
    break;
  case JOURNAL_DATA: *from = record->host; break;
  case JOURNAL_CONVERT: /* for a session: the letter stays as it is */ touch(state, record); break;
  case JOURNAL_STAMP:
  case JOURNAL_REWRITE:
    state->version = record->number[0];
    place = touch(state, record);
    if (place) place->version = record->number[0];
    break;
  case JOURNAL_ACCEPTED: accepted(state, record); break;
  case JOURNAL_EXPANDED: expanded(state, record); break;
  case JOURNAL_NEW_ENVELOPE: sent_on(state, record); break;
  case JOURNAL_RELAYED: recipient_done(state, record, true); break;
  case JOURNAL_BOUNCED:
  case JOURNAL_EXPIRED:
  case JOURNAL_DISCARDED:
    recipient_done(state, record, false);
    state->is_given_up = true;
    break;
  case JOURNAL_FILE_READ: /* where it lies, and goes on lying */
    place = place_of(state, record->host);
    if (place) state->focus = (size_t)(place - state->places);
    break;
  case JOURNAL_DELIVERED:
  case JOURNAL_RETRIEVED: stored(state, record, *from); break;
  default: break;
  }
}

const struct letter *world_letter(const struct world_view *world, uint32_t message) {
  size_t low = 0, high = world->letter_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (world->letters[middle].message < message)
      low = middle + 1;
    else
      high = middle;
  }
  bool found = low < world->letter_count && world->letters[low].message == message;
  return found ? &world->letters[low] : NULL;
}

bool world_letter_at(const struct world_view *world, uint32_t message, journal_seq at,
                     struct letter_state *state_out) {
  const struct letter *letter = world_letter(world, message);
  struct journal_record record;
  uint16_t from = 0;
  memset(state_out, 0, sizeof *state_out);
  state_out->reverse_path = state_out->recipients = SPAN_EMPTY;
  if (!letter) return false;
  for (size_t i = 0; i < letter->count; i++) {
    journal_seq seq = world->by_letter[letter->first + i].record;
    if (seq > at) break;
    journal_get(world->journal, seq, &record);
    apply(state_out, &record, &from);
  }
  return state_out->count > 0;
}

static bool has_been_accepted(const struct world_view *world, uint32_t message, const struct session *session,
                              journal_seq at) {
  const struct letter *letter = world_letter(world, message);
  struct journal_record record;
  for (size_t i = 0; letter && i < letter->count; i++) {
    journal_seq seq = world->by_letter[letter->first + i].record;
    if (seq > at) break;
    if (seq < session->opened || journal_kind_at(world->journal, seq) != JOURNAL_ACCEPTED) continue;
    journal_get(world->journal, seq, &record);
    if (record.host == session->server) return true;
  }
  return false;
}

void world_letter_turn_to(const struct world_view *world, uint32_t message, const struct session *session,
                          journal_seq at, struct letter_state *state) {
  if (!session || session->is_pull || !world_session_open(session, at)) return;
  if (world_session_letter(world, session, at) != message) return;
  uint16_t now = state->places[state->focus].host;
  const struct letter_place *place = place_of(state, session->client);
  if (!place || now == session->client || now == session->server) return;
  if (!has_been_accepted(world, message, session, at)) state->focus = (size_t)(place - state->places);
}

/* ---- an envelope that aliases have changed ---- */

static void add_lines(struct buf *out, struct span lines) {
  struct span line;
  while (span_next(&lines, '\n', &line)) {
    if (!line.len) continue;
    if (out->len) buf_add_char(out, '\n');
    buf_add(out, line);
  }
}

/* The list with those that one of its recipients became in his place. */
static struct span replaced(struct span list, struct span recipient, struct span into, struct arena *arena) {
  struct buf text = {0};
  struct span line;
  while (span_next(&list, '\n', &line)) add_lines(&text, span_equal(line, recipient) ? into : line);
  struct span copy = arena_copy(arena, buf_span(&text));
  buf_free(&text);
  return copy;
}

struct span world_envelope_recipients(const struct world_view *world, uint32_t message, uint16_t host,
                                      journal_seq at, struct arena *arena) {
  const struct letter *letter = world_letter(world, message);
  struct span list = SPAN_EMPTY;
  struct journal_record record;
  for (size_t i = 0; letter && i < letter->count; i++) {
    journal_seq seq = world->by_letter[letter->first + i].record;
    if (seq > at) break;
    journal_get(world->journal, seq, &record);
    if (record.host != host) continue;
    if (record.kind == JOURNAL_ACCEPTED || record.kind == JOURNAL_NEW_ENVELOPE) list = record.text[2];
    if (record.kind == JOURNAL_EXPANDED) list = replaced(list, record.text[1], record.text[2], arena);
  }
  return list;
}
