/* The text of a message, from 354 to the lone dot (RFC 5321 4.5.2, 4.1.1.4).
 *
 *                    '.'             CR              LF
 *      LINE_START ───────▶ DOT ──────────▶ DOT_CR ──────▶ the end
 *        │  ▲               │ else           │ else
 *   else ▼  │ LF            ▼                ▼ (the dot was stuffed, the CR is looked at again)
 *      IN_LINE ◀────────────┘      CR ◀──────┘
 *        │  ▲  else: the CR was bare
 *        └──┴── CR ──▶ CR
 *
 * A line starts only after CRLF, so that no bare CR or LF, however it is treated, can make a dot the last
 * one. */
#include "base/check.h"
#include "proto/smtp_server_internal.h"

void smtp_server_begin_text(struct smtp_server *server) {
  uint32_t line_max = server->config->text_line_max;
  struct buf bytes = server->data.bytes;
  buf_clear(&bytes);
  server->data = (struct smtp_data){
      .bare_newlines = server->config->bare_newlines,
      .line_max = (line_max ? line_max : SMTP_TEXT_LINE_MAX) - 2,
      .bytes = bytes,
  };
  smtp_server_enter(server, SMTP_SERVER_TEXT);
}

static void add(struct smtp_data *data, struct span bytes) {
  if (data->has_bare) return; /* it will be refused: no need to keep it */
  buf_add(&data->bytes, bytes);
}

static void add_in_line(struct smtp_data *data, struct span bytes) {
  data->line_len += bytes.len;
  if (data->line_len > data->line_max) data->too_long = true;
  add(data, bytes);
}

static void end_line(struct smtp_data *data) {
  data->line_len = 0;
  add(data, SPAN("\r\n"));
}

static void take_bare(struct smtp_data *data, char c) {
  switch (data->bare_newlines) {
  case SMTP_BARE_REFUSE: data->has_bare = true; break;
  case SMTP_BARE_HANG_UP:
    if (c == '\n')
      data->has_bare = data->ends_now = true;
    else
      add_in_line(data, span_of(&c, 1));
    break;
  case SMTP_BARE_NORMALISE: end_line(data); break;
  case SMTP_BARE_KEEP:
    if (c == '\n')
      end_line(data);
    else
      add_in_line(data, span_of(&c, 1));
    break;
  }
}

/* Takes a piece of a line, up to and with its CR if that is there. *cr: the next CR of the input, found once
 * for all the bare LFs before it. */
static void take_in_line(struct smtp_data *data, struct span *input, const char **cr) {
  const char *start = input->data, *end = start + input->len;
  if (*cr < start) {
    *cr = memchr(start, '\r', input->len);
    if (!*cr) *cr = end;
  }
  const char *lf = memchr(start, '\n', (size_t)(*cr - start));
  const char *stop = lf ? lf : *cr;
  add_in_line(data, span_of(start, (size_t)(stop - start)));
  *input = span_skip(*input, (size_t)(stop - start) + (stop < end));
  if (lf)
    take_bare(data, '\n');
  else if (stop < end)
    data->at = DATA_CR;
}

/* Nearly all text is whole lines without anything special: they are taken as one piece. */
static void take_whole_lines(struct smtp_data *data, struct span *input) {
  const char *start = input->data, *end = start + input->len, *at = start;
  while (at < end && *at != '.') {
    const char *cr = memchr(at, '\r', (size_t)(end - at));
    if (!cr || cr + 1 == end || cr[1] != '\n' || memchr(at, '\n', (size_t)(cr - at))) break;
    if ((size_t)(cr - at) > data->line_max) data->too_long = true;
    at = cr + 2;
  }
  add(data, span_of(start, (size_t)(at - start)));
  *input = span_skip(*input, (size_t)(at - start));
}

bool smtp_data_take(struct smtp_data *data, struct span *input) {
  const char *cr = NULL;
  data->begun = data->begun || input->len;
  while (input->len > 0) {
    if (data->at == DATA_LINE_START) take_whole_lines(data, input);
    if (input->len == 0) break;
    char c = input->data[0];
    switch (data->at) {
    case DATA_LINE_START:
      data->at = c == '.' ? DATA_DOT : DATA_IN_LINE;
      if (c == '.') *input = span_skip(*input, 1);
      break;
    case DATA_DOT:
      data->at = c == '\r' ? DATA_DOT_CR : DATA_IN_LINE;
      if (c == '\r') *input = span_skip(*input, 1);
      break;
    case DATA_DOT_CR:
      if (c == '\n') {
        *input = span_skip(*input, 1);
        return true;
      }
      data->at = DATA_CR;
      break;
    case DATA_CR:
      data->at = c == '\n' ? DATA_LINE_START : DATA_IN_LINE;
      if (c == '\n') {
        end_line(data);
        *input = span_skip(*input, 1);
      } else {
        take_bare(data, '\r');
      }
      break;
    case DATA_IN_LINE: take_in_line(data, input, &cr); break;
    }
    if (data->ends_now) return true;
  }
  return false;
}

void smtp_server_next_refusal(struct smtp_server *server) {
  server->lmtp_next++;
  smtp_server_say(server, server->lmtp_refusal, SPAN_EMPTY);
  if (server->lmtp_next == server->lmtp_until) smtp_server_end_transaction(server);
}

/* What is wrong with the message as such; SMTP_TEXT_COUNT if nothing is. */
static enum smtp_text fault_of(const struct smtp_data *data) {
  if (data->has_bare) return SMTP_TEXT_BARE_NEWLINE;
  if (data->bytes.overflowed) return SMTP_TEXT_TOO_BIG;
  return data->too_long ? SMTP_TEXT_LINE_TOO_LONG : SMTP_TEXT_COUNT;
}

void smtp_server_end_text(struct smtp_server *server) {
  enum smtp_text fault = fault_of(&server->data);
  server->verb = SPAN("DATA");
  if (fault == SMTP_TEXT_COUNT) {
    if (!server->message) server->message = message_from_bytes(buf_span(&server->data.bytes));
    server->decision = (struct smtp_server_decision){.message = server->message};
    smtp_server_decide(server, SMTP_SERVER_DECIDE_MESSAGE);
    return;
  }
  bool each = server->config->dialect == SMTP_DIALECT_LMTP;
  server->lmtp_refusal = fault;
  server->lmtp_next = 0;
  server->lmtp_until = each ? server->recipient_count : 1;
  smtp_server_next_refusal(server);
  if (server->data.ends_now) smtp_server_close(server);
}
