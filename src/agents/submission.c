#include "agents/submission.h"

#include "agents/stamp.h"
#include "base/mem.h"
#include "mail/header.h"

/* Where in a header a new field goes: behind the named one, or at the end. */
static size_t place_behind(struct span header, struct span name) {
  struct header_field field;
  return header_find(header, name, &field) ? field.offset + field.text.len : header.len;
}

static void insert(struct buf *header, size_t at, struct span line, struct arena *arena) {
  struct span old = arena_copy(arena, buf_span(header));
  buf_clear(header);
  buf_add(header, span_first(old, at));
  buf_add(header, line);
  buf_add(header, span_skip(old, at));
}

/* A header that is being completed. */
struct completion {
  struct buf *header;
  size_t front; /* where fields go that precede those of the letter */
  enum added_place place;
  struct buf *added; /* their names, each with a blank behind it */
  struct arena *arena;
};

/* behind: the field whose neighbour it is, where there are such places. */
static void add_if_missing(struct completion *c, struct span name, const char *behind, struct span value) {
  struct header_field field;
  struct span header = buf_span(c->header);
  if (!value.len || header_find(header, name, &field)) return;
  size_t at = c->place == ADDED_IN_PLACE ? place_behind(header, span_from(behind)) : header.len;
  struct span line = arena_format(c->arena, "%.*s: %.*s\r\n", SPAN_ARG(name), SPAN_ARG(value));
  insert(c->header, c->place == ADDED_IN_FRONT ? c->front : at, line, c->arena);
  c->front += line.len;
  buf_add(c->added, name);
  buf_add_char(c->added, ' ');
}

static void note_rewrite(const struct agent *agent, struct message_numbers *numbers, struct message *message,
                         uint32_t parent, struct span header, struct span why) {
  message->version = ++numbers->versions;
  struct journal_record record = agent_record(agent, JOURNAL_REWRITE);
  record.message = message->number;
  record.number[0] = message->version;
  record.number[1] = parent;
  record.text[0] = header;
  record.text[1] = why;
  sim_note_cause(agent->sim, &record);
}

void submission_complete(const struct agent *agent, struct message_numbers *numbers, struct message **message,
                         const struct smtp_session *session) {
  const struct software *software = agent->software;
  struct stamper *stamper = smtp_session_stamper(session);
  struct arena arena = ARENA_EMPTY;
  struct buf header = {0}, added = {0};
  message_write_header(*message, &header);
  struct completion c = {&header, 0, software->adds_at, &added, &arena};
  for (const uint8_t *next = software->adds; *next != ADDED_NOTHING; next++) {
    if (*next == ADDED_FROM)
      add_if_missing(&c, SPAN("From"), "", smtp_server_reverse_path(session->engine));
    else if (*next == ADDED_DATE)
      add_if_missing(&c, SPAN("Date"), "From", stamp_date(stamper));
    else
      add_if_missing(&c, software->message_id_field, "Date",
                     stamp_session_message_id(stamper, session->queue_id, &arena));
  }
  if (added.len) {
    struct message *complete = message_with_header(*message, buf_span(&header));
    note_rewrite(agent, numbers, complete, (*message)->version, buf_span(&header),
                 arena_format(&arena, "added %.*s(RFC 6409 8)", SPAN_ARG(buf_span(&added))));
    message_release(*message);
    *message = complete;
  }
  buf_free(&header);
  buf_free(&added);
  arena_free(&arena);
}
