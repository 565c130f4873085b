#include "agents/agent.h"

#include "base/check.h"

const char *agent_role_name(enum agent_role role) {
  static const char *const names[] = {
      [AGENT_MUA] = "mua",   [AGENT_MSA] = "msa", [AGENT_MTA] = "mta", [AGENT_MDA] = "mda",
      [AGENT_POP3] = "pop3", [AGENT_MRA] = "mra", [AGENT_DNS] = "dns", [AGENT_RESOLVER] = "resolver",
  };
  return names[role];
}

struct journal_record agent_record(const struct agent *agent, enum journal_kind kind) {
  return (struct journal_record){.kind = (uint16_t)kind, .host = agent->host, .agent = agent->number};
}

void agent_note(const struct agent *agent, struct span text) {
  struct journal_record record = agent_record(agent, JOURNAL_NOTE);
  record.text[0] = text;
  sim_note(agent->sim, &record);
}

/* ---- what is said ---- */

/* How a line ends, as in its record. */
enum line_end { LINE_CRLF, LINE_BARE_LF, LINE_UNFINISHED };

/* Takes one line off the front of *rest, without its end; *octets_out counts it with its end. */
static struct span take_line(struct span *rest, enum line_end *end_out, size_t *octets_out) {
  size_t at = span_find(*rest, '\n');
  struct span line = at == SPAN_NONE ? *rest : span_first(*rest, at);
  *octets_out = at == SPAN_NONE ? rest->len : at + 1;
  bool crlf = at != SPAN_NONE && line.len && line.data[line.len - 1] == '\r';
  if (crlf) line.len--;
  *end_out = at == SPAN_NONE ? LINE_UNFINISHED : crlf ? LINE_CRLF : LINE_BARE_LF;
  *rest = span_skip(*rest, *octets_out);
  return line;
}

/* octets: those of what is sent together with this line and before it. */
static journal_seq note_line(const struct agent *agent, connection_id connection, bool from_client,
                             struct span line, enum line_end end, size_t octets) {
  struct journal_record record = agent_record(agent, JOURNAL_LINE);
  record.connection = connection;
  record.number[0] = from_client ? 0 : 1;
  record.number[1] = connection_arrival_us(agent->network, connection, from_client, octets);
  record.number[2] = end;
  record.text[0] = line;
  return sim_note(agent->sim, &record);
}

journal_seq agent_note_lines(const struct agent *agent, connection_id connection, bool from_client,
                             struct span bytes) {
  journal_seq last = 0;
  size_t octets = 0, whole = bytes.len;
  /* Under TLS nothing of a record can be read before all of it is there. */
  bool as_one = connection_tls(agent->network, connection, from_client) != TLS_NONE;
  while (bytes.len) {
    enum line_end end;
    size_t line_octets;
    struct span line = take_line(&bytes, &end, &line_octets);
    octets += line_octets;
    last = note_line(agent, connection, from_client, line, end, as_one ? whole : octets);
  }
  return last;
}

/* What the other side does when it hears the bytes, it does because of the record. */
static void send_because(const struct agent *agent, connection_id connection, bool from_client,
                         struct span bytes, journal_seq because) {
  journal_seq before = sim_cause(agent->sim);
  sim_set_cause(agent->sim, because);
  connection_send(agent->network, connection, from_client, bytes);
  sim_set_cause(agent->sim, before);
}

/* A client's lines are commands, each with an answer of its own, even where several are pipelined (RFC 2920);
 * a server's are one reply, which is heard when its last line is. */
journal_seq agent_say(const struct agent *agent, connection_id connection, bool from_client,
                      struct span bytes) {
  struct connection_info info;
  journal_seq last = 0;
  if (bytes.len == 0 || !connection_info(agent->network, connection, &info)) return 0;
  if (!from_client) {
    last = agent_note_lines(agent, connection, from_client, bytes);
    send_because(agent, connection, from_client, bytes, last);
    return last;
  }
  while (bytes.len) {
    struct span whole = bytes;
    enum line_end end;
    size_t octets;
    struct span line = take_line(&bytes, &end, &octets);
    last = note_line(agent, connection, from_client, line, end, octets);
    send_because(agent, connection, from_client, span_first(whole, octets), last);
  }
  return last;
}

journal_seq agent_say_message(const struct agent *agent, connection_id connection, bool from_client,
                              struct message *message) {
  struct connection_info info;
  if (!connection_info(agent->network, connection, &info)) return 0;
  journal_seq before = sim_cause(agent->sim);
  size_t octets = message_wire_size(message);
  struct journal_record record = agent_record(agent, JOURNAL_DATA);
  record.connection = connection;
  record.message = message->number;
  record.number[0] = from_client ? 0 : 1;
  record.number[1] = connection_arrival_us(agent->network, connection, from_client, octets);
  record.number[2] = message->version;
  record.number[3] = (int64_t)octets;
  journal_seq data = sim_note_cause(agent->sim, &record);
  connection_send_message(agent->network, connection, from_client, message);
  sim_set_cause(agent->sim, before);
  return data;
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
