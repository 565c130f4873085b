#include "agents/agent.h"

#include "base/check.h"

const char *agent_role_name(enum agent_role role) {
  static const char *const names[] = {
      [AGENT_MUA] = "mua", [AGENT_MSA] = "msa",   [AGENT_MTA] = "mta",
      [AGENT_MDA] = "mda", [AGENT_POP3] = "pop3", [AGENT_IMAP] = "imap",
      [AGENT_MRA] = "mra", [AGENT_DNS] = "dns",   [AGENT_RESOLVER] = "resolver",
  };
  return names[role];
}

struct journal_record agent_record(const struct agent *agent, enum journal_kind kind) {
  return (struct journal_record){.kind = (uint16_t)kind, .host = agent->host, .agent = agent->number};
}

bool agent_has_address(const struct agent *agent, const struct ip_address *address) {
  char inside[IP_ADDRESS_TEXT_MAX + 1];
  struct buf text = BUF_ON(inside, IP_ADDRESS_TEXT_MAX);
  ip_address_write(address, &text);
  bool own = network_host_has(agent->network, agent->host, buf_span(&text));
  buf_free(&text);
  return own;
}

struct span agent_tagged_address(const struct agent *agent, struct span address, struct arena *arena) {
  if (!agent->software->tags_ipv6 || ip_family_of_text(address) != IP_V6) return address;
  const struct span pieces[] = {SPAN("IPv6:"), address};
  return arena_join(arena, pieces, 2);
}

void agent_note(const struct agent *agent, struct span text) {
  struct journal_record record = agent_record(agent, JOURNAL_NOTE);
  record.text[0] = text;
  sim_note(agent->sim, &record);
}

/* ---- what is said ---- */

/* How a line ends, as in its record. */
enum line_end { LINE_CRLF, LINE_BARE_LF, LINE_UNFINISHED };

/* Takes one line off the front of *rest; given without its end. */
static struct span take_line(struct span *rest, enum line_end *end_out) {
  struct span line = *rest;
  size_t at = span_find(line, '\n');
  if (at == SPAN_NONE) {
    *end_out = LINE_UNFINISHED;
    *rest = SPAN_EMPTY;
    return line;
  }
  *rest = span_of(line.data + at + 1, line.len - at - 1);
  bool crlf = at > 0 && line.data[at - 1] == '\r';
  *end_out = crlf ? LINE_CRLF : LINE_BARE_LF;
  return span_of(line.data, at - crlf);
}

/* A client's lines are commands, each with an answer of its own, even where several are pipelined (RFC 2920)
 * and, under TLS, are one record; a server's are one reply, which is heard when its last line is. */
journal_seq agent_say(const struct agent *agent, connection_id connection, bool from_client,
                      struct span bytes) {
  struct journal_record record = agent_record(agent, JOURNAL_LINE);
  struct span unsent = bytes, rest = bytes;
  journal_seq last = 0;
  while (rest.len) {
    enum line_end end;
    record.text[0] = take_line(&rest, &end);
    record.number[2] = end;
    size_t noted = unsent.len - rest.len;
    if (!from_client && rest.len) {
      connection_note_part(agent->network, connection, from_client, &record, noted, unsent.len);
    } else {
      if (rest.len && unsent.len == bytes.len)
        connection_write_at_once(agent->network, connection, from_client, bytes.len);
      last = connection_say(agent->network, connection, from_client, &record, span_first(unsent, noted));
      unsent = rest;
    }
  }
  return last;
}

journal_seq agent_say_line(const struct agent *agent, connection_id connection, bool from_client,
                           struct span line) {
  struct journal_record record = agent_record(agent, JOURNAL_LINE);
  record.text[0] = span_first(line, line.len - 2);
  record.number[2] = LINE_CRLF;
  return connection_say(agent->network, connection, from_client, &record, line);
}

journal_seq agent_say_message(const struct agent *agent, connection_id connection, bool from_client,
                              struct message *message) {
  struct journal_record record = agent_record(agent, JOURNAL_DATA);
  record.message = message->number;
  record.number[2] = message->version;
  record.number[3] = (int64_t)message_wire_size(message);
  return connection_say_message(agent->network, connection, from_client, &record, message);
}

void agent_note_access(const struct agent *agent, connection_id connection, struct span about,
                       struct span user, bool yes, struct span because, struct span code) {
  struct journal_record record = agent_record(agent, JOURNAL_DECISION);
  record.connection = connection;
  record.text[0] = about;
  record.text[1] = user;
  record.text[2] = yes ? SPAN("accept") : SPAN("reject");
  record.text[3] = because;
  record.text[4] = code;
  sim_note_cause(agent->sim, &record);
}

/* ---- versions ---- */

void agent_note_compose(const struct agent *agent, struct message_numbers *numbers, struct message *message,
                        struct span reverse_path, struct span recipients) {
  CHECK(message->version == 0 && !message->tail);
  message->number = ++numbers->letters;
  if (numbers->letters_max && numbers->letters >= numbers->letters_max)
    sim_reach_limit(agent->sim, SPAN("messages"), numbers->letters_max);
  message->version = ++numbers->versions;
  struct journal_record record = agent_record(agent, JOURNAL_COMPOSE);
  record.message = message->number;
  record.number[0] = message->version;
  record.text[0] = message_block(message);
  record.text[1] = message_body(message);
  record.text[2] = reverse_path;
  record.text[3] = recipients;
  sim_note_cause(agent->sim, &record);
}

journal_seq agent_note_stamp(const struct agent *agent, struct message_numbers *numbers,
                             struct message *message, uint32_t parent_version, struct span sources) {
  CHECK(message->version == 0);
  message->version = ++numbers->versions;
  struct journal_record record = agent_record(agent, JOURNAL_STAMP);
  record.message = message->number;
  record.number[0] = message->version;
  record.number[1] = parent_version;
  record.text[0] = message_block(message);
  record.text[1] = sources;
  return sim_note(agent->sim, &record);
}

static bool same_bytes(const struct message *a, const struct message *b) {
  struct buf first = {0}, second = {0};
  if (message_size(a) != message_size(b)) return false;
  message_write(a, &first);
  message_write(b, &second);
  bool same = span_equal(buf_span(&first), buf_span(&second));
  buf_free(&first);
  buf_free(&second);
  return same;
}

struct message *agent_recognise(const struct agent *agent, connection_id connection, bool to_client,
                                struct message *message) {
  if (message->version) return message;
  struct message *sent = connection_flattened(agent->network, connection, to_client);
  return sent && sent->version && same_bytes(sent, message) ? sent : message;
}
