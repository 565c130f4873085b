#include "agents/seven_bit.h"

#include "base/template.h"
#include "mail/mime_7bit.h"

/* Of header and body together, so that they fit a record with what else stands in it. */
enum { PART_OF_RECORD_MAX = JOURNAL_RECORD_MAX / 2 - 64 * 1024 };

/* The field by which a program says what it did; empty where its software has none. */
static struct span remark(const struct agent *agent, const struct seven_bit_facts *facts,
                          struct span encoding, struct arena *arena) {
  const struct template_value values[] = {
      {SPAN("encoding"), encoding}, {SPAN("host"), facts->host}, {SPAN("id"), facts->queue_id}};
  struct buf text = {0};
  template_expand(agent->software->client_conversion, values, sizeof values / sizeof *values, &text);
  struct span copy = arena_copy(arena, buf_span(&text));
  buf_free(&text);
  return copy;
}

static enum mime_7bit_reach reach_of(enum without_8bitmime way) {
  switch (way) {
  case WITHOUT_8BITMIME_CONVERT_MIME: return MIME_7BIT_MIME;
  case WITHOUT_8BITMIME_CONVERT_LABELLED: return MIME_7BIT_LABELLED;
  case WITHOUT_8BITMIME_CONVERT:
  case WITHOUT_8BITMIME_RETURN:
  case WITHOUT_8BITMIME_AS_IT_IS: break;
  }
  return MIME_7BIT_ALL;
}

static void note_convert(const struct agent *agent, struct message_numbers *numbers,
                         struct message *converted, uint32_t parent, struct span why) {
  struct buf header = {0};
  message_write_header(converted, &header);
  converted->version = ++numbers->versions;
  struct journal_record record = agent_record(agent, JOURNAL_CONVERT);
  record.message = converted->number;
  record.number[0] = converted->version;
  record.number[1] = parent;
  record.text[0] = buf_span(&header);
  record.text[1] = message_body(converted);
  record.text[2] = why;
  sim_note_cause(agent->sim, &record);
  buf_free(&header);
}

static enum mime_7bit_result convert(const struct agent *agent, const struct seven_bit_facts *facts,
                                     const struct message *message, struct arena *arena,
                                     struct message **converted_out, const char **why_out) {
  struct mime_7bit_rules rules = {
      .reach = reach_of(agent->software->client_without_8bitmime),
      .remark_quoted_printable = remark(agent, facts, SPAN("quoted-printable"), arena),
      .remark_base64 = remark(agent, facts, SPAN("base64"), arena),
  };
  struct buf old_header = {0}, header = BUF_CAPPED(PART_OF_RECORD_MAX), body = BUF_CAPPED(PART_OF_RECORD_MAX);
  message_write_header(message, &old_header);
  enum mime_7bit_result result =
      mime_to_7bit(buf_span(&old_header), message_body(message), &rules, &header, &body, why_out);
  if (result == MIME_7BIT_CONVERTED) {
    *converted_out = message_new(buf_span(&header), buf_span(&body));
    (*converted_out)->number = message->number;
  }
  buf_free(&old_header);
  buf_free(&header);
  buf_free(&body);
  return result;
}

bool seven_bit_prepare(const struct agent *agent, struct message_numbers *numbers,
                       const struct seven_bit_facts *facts, struct message **message, struct arena *arena,
                       struct span *why_out) {
  enum without_8bitmime way = agent->software->client_without_8bitmime;
  struct message *converted;
  const char *why = "the letter has octets above 127";
  if (way == WITHOUT_8BITMIME_AS_IT_IS) return true;
  enum mime_7bit_result result = way == WITHOUT_8BITMIME_RETURN
                                     ? MIME_7BIT_IMPOSSIBLE
                                     : convert(agent, facts, *message, arena, &converted, &why);
  if (result == MIME_7BIT_IMPOSSIBLE) {
    *why_out = arena_format(arena, "%.*s does not offer 8BITMIME, and %s", SPAN_ARG(facts->server), why);
    return false;
  }
  if (result == MIME_7BIT_AS_IT_WAS) return true;
  note_convert(agent, numbers, converted, (*message)->version,
               arena_format(arena, "%.*s does not offer 8BITMIME (RFC 6152 3)", SPAN_ARG(facts->server)));
  message_release(*message);
  *message = converted;
  return true;
}
