#include "agents/name_server.h"

#include "base/mem.h"
#include "proto/dns_zone.h"

struct fault {
  struct fault *next;
  struct span name;
  enum dns_rcode rcode;
  bool silent; /* not answered at all */
};

struct name_server {
  struct agent agent;
  const struct dns_zones *zones;
  struct fault *faults;
  struct arena arena; /* the faults */
  struct buf text, wire;
};

/* ---- planned faults ---- */

static struct fault *fault_named(const struct name_server *server, struct span name) {
  for (struct fault *fault = server->faults; fault; fault = fault->next)
    if (dns_name_equal(fault->name, name)) return fault;
  return NULL;
}

/* The fault that lies nearest above a name. A fault that has ended hides none above it. */
static const struct fault *fault_for(const struct name_server *server, struct span name) {
  const struct fault *nearest = NULL;
  for (const struct fault *fault = server->faults; fault; fault = fault->next) {
    bool active = fault->silent || fault->rcode != DNS_NOERROR;
    if (!active || !dns_name_is_within(name, fault->name)) continue;
    if (!nearest || dns_name_is_within(fault->name, nearest->name)) nearest = fault;
  }
  return nearest;
}

bool name_server_set_fault(struct name_server *server, struct span name, struct span rcode) {
  enum dns_rcode code = DNS_NOERROR;
  bool silent = span_equal(rcode, SPAN("TIMEOUT"));
  if (rcode.len && !silent && !dns_rcode_named(rcode, &code)) return false;
  if (dns_name_parse(name, DNS_ROOT, &server->arena, &name) != DNS_OK) return false;
  struct fault *fault = fault_named(server, name);
  if (!fault) {
    fault = arena_zalloc(&server->arena, sizeof *fault);
    fault->name = arena_copy(&server->arena, name);
    fault->next = server->faults;
    server->faults = fault;
  }
  fault->rcode = code;
  fault->silent = silent;
  return true;
}

/* ---- answering ---- */

static void note_silence(struct name_server *server, struct span why, struct span name) {
  buf_clear(&server->text);
  buf_add(&server->text, why);
  buf_add(&server->text, name);
  agent_note(&server->agent, buf_span(&server->text));
}

static struct span records_text(struct name_server *server, const struct dns_section *answers) {
  buf_clear(&server->text);
  for (size_t i = 0; i < answers->count; i++) {
    if (i) buf_add_char(&server->text, '\n');
    dns_record_write(&answers->records[i], &server->text);
  }
  return buf_span(&server->text);
}

/* Of what the wire holds. */
static journal_seq note_answer(struct name_server *server, host_id to, const struct dns_message *answer,
                               struct arena *arena) {
  struct journal_record record = agent_record(&server->agent, JOURNAL_DNS_ANSWER);
  record.number[0] = answer->id;
  record.number[1] = to;
  record.number[2] = dns_message_finding(answer, arena).ttl_s;
  record.text[0] = answer->question.name;
  record.text[1] = dns_type_text(answer->question.type, arena);
  record.text[2] = span_from(dns_rcode_name(answer->rcode));
  record.text[3] = records_text(server, &answer->answers);
  record.text[4] = buf_span(&server->wire);
  return sim_note(server->agent.sim, &record);
}

static void send(struct name_server *server, host_id to, uint16_t port, const struct dns_message *answer,
                 size_t max, struct arena *arena) {
  struct sim *sim = server->agent.sim;
  buf_clear(&server->wire);
  bool fits = dns_message_encode(answer, max, &server->wire);
  journal_seq before = sim_cause(sim), noted = note_answer(server, to, answer, arena);
  if (!fits) {
    note_silence(server, SPAN("an answer that does not fit DNS: "), answer->question.name);
    return;
  }
  sim_set_cause(sim, noted);
  network_send_datagram(server->agent.network, server->agent.host, to, port, PORT_DOMAIN,
                        buf_span(&server->wire));
  sim_set_cause(sim, before);
}

/* What there is to say to a question; false: nothing, by plan. */
static bool find_answer(struct name_server *server, const struct dns_message *query, struct arena *arena,
                        struct dns_message *answer_out) {
  const struct fault *fault = fault_for(server, query->question.name);
  if (fault && fault->silent) return false;
  if (fault || query->opcode != 0) {
    *answer_out = (struct dns_message){.is_response = true,
                                       .has_question = true,
                                       .recursion_desired = query->recursion_desired,
                                       .question = query->question,
                                       .opcode = query->opcode,
                                       .rcode = fault ? fault->rcode : DNS_NOTIMP};
  } else {
    dns_zones_answer(server->zones, &query->question, arena, answer_out);
    answer_out->recursion_desired = query->recursion_desired;
  }
  answer_out->id = query->id;
  answer_out->datagram_max = query->datagram_max ? DNS_DATAGRAM_EDNS_MAX : 0;
  return true;
}

static size_t datagram_max(const struct dns_message *query) {
  if (query->datagram_max <= DNS_DATAGRAM_MAX) return DNS_DATAGRAM_MAX;
  return query->datagram_max < DNS_DATAGRAM_EDNS_MAX ? query->datagram_max : DNS_DATAGRAM_EDNS_MAX;
}

static void on_datagram(void *context, host_id from, uint64_t tag, struct span bytes) {
  struct name_server *server = context;
  struct arena arena = ARENA_EMPTY;
  struct dns_message query, answer;
  enum dns_problem problem = dns_message_decode(bytes, &arena, &query);
  if (problem != DNS_OK || query.is_response || !query.has_question)
    note_silence(server, SPAN("a datagram that is no question was thrown away: "),
                 span_from(dns_problem_text(problem)));
  else if (!find_answer(server, &query, &arena, &answer))
    note_silence(server, SPAN("no answer, by plan: "), query.question.name);
  else
    send(server, from, (uint16_t)tag, &answer, datagram_max(&query), &arena);
  arena_free(&arena);
}

struct name_server *name_server_new(const struct agent *agent, const struct dns_zones *zones) {
  struct name_server *server = mem_zalloc(sizeof *server);
  server->agent = *agent;
  server->zones = zones;
  network_on_datagram(agent->network, agent->host, PORT_DOMAIN, on_datagram, server);
  return server;
}

void name_server_free(struct name_server *server) {
  if (!server) return;
  arena_free(&server->arena);
  buf_free(&server->text);
  buf_free(&server->wire);
  mem_free(server);
}
