#include "agents/final_stamp.h"

#include "journal/sources.h"

/* A field with one token, and the record where that was heard. */
static void add_field(struct final_stamp *stamp, bool with_sources, struct span name, struct span token,
                      struct span origin, journal_seq heard) {
  size_t before = stamp->block.len;
  char *start = buf_room(&stamp->block, name.len + sizeof ": " + token.len + sizeof "\r\n");
  char *to = buf_put(buf_put(start, name), SPAN(": ")), *end = buf_put(buf_put(to, token), SPAN("\r\n"));
  stamp->block.len += (size_t)(end - start);
  if (with_sources) sources_add(&stamp->sources, before + (size_t)(to - start), token.len, origin, heard);
}

struct message *final_stamp_on(struct final_stamp *stamp, const struct agent *agent,
                               struct message_numbers *numbers, struct message *message,
                               const struct final_facts *facts) {
  static const struct span path_said = SOURCE_ORIGIN("Return-Path", SOURCE_MAIL),
                           path_set_up = SOURCE_ORIGIN("Return-Path", SOURCE_CONFIGURATION),
                           recipient_said = SOURCE_ORIGIN("Delivered-To", SOURCE_RCPT);
  const struct software *software = agent->software;
  bool with_sources = sim_keeps_texts(agent->sim);
  buf_clear(&stamp->block);
  buf_clear(&stamp->sources);
  if (software->adds_return_path) {
    buf_clear(&stamp->path);
    buf_add_char(&stamp->path, '<');
    buf_add(&stamp->path, facts->reverse_path);
    buf_add_char(&stamp->path, '>');
    add_field(stamp, with_sources, SPAN("Return-Path"), buf_span(&stamp->path),
              facts->reverse_path_set_up ? path_set_up : path_said, facts->mail);
  }
  if (software->adds_delivered_to)
    add_field(stamp, with_sources, SPAN("Delivered-To"), facts->recipient, recipient_said, facts->rcpt);
  if (stamp->block.len == 0) return message_retain(message);
  struct message *stamped = message_put_on_top(message, buf_span(&stamp->block));
  sim_set_cause(agent->sim,
                agent_note_stamp(agent, numbers, stamped, message->version, buf_span(&stamp->sources)));
  return stamped;
}

void final_stamp_free(struct final_stamp *stamp) {
  buf_free(&stamp->block);
  buf_free(&stamp->sources);
  buf_free(&stamp->path);
}
