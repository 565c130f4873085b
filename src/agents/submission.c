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

static bool add_if_missing(struct buf *header, const char *name, const char *behind, struct span value,
                           struct arena *arena) {
  struct header_field field;
  if (header_find(buf_span(header), span_from(name), &field)) return false;
  struct span line = arena_format(arena, "%s: %.*s\r\n", name, SPAN_ARG(value));
  insert(header, place_behind(buf_span(header), span_from(behind)), line, arena);
  return true;
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
  struct span from = smtp_server_reverse_path(session->engine);
  if (software->adds_from && from.len && add_if_missing(&header, "From", "", from, &arena))
    buf_add_text(&added, "From ");
  if (software->adds_date && add_if_missing(&header, "Date", "From", stamp_date(stamper), &arena))
    buf_add_text(&added, "Date ");
  if (software->adds_message_id &&
      add_if_missing(&header, "Message-ID", "Date",
                     stamp_session_message_id(stamper, session->queue_id, &arena), &arena))
    buf_add_text(&added, "Message-ID ");
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
