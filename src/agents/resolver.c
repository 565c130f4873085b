#include "agents/resolver.h"

#include "base/check.h"
#include "base/mem.h"
#include "proto/dns_cache.h"
#include "proto/dns_message.h"

enum { BUCKETS = 256 };

struct waiter {
  struct waiter *next;
  resolver_answer_fn *fn;
  void *context;
};

/* One question under way, with all who wait for its answer, in the order in which they asked. */
struct question {
  struct question *next; /* in its bucket */
  struct resolver *resolver;
  struct arena arena;
  struct span name;
  enum dns_type type;
  uint16_t id;
  unsigned tries;
  struct event_handle timer;
  struct waiter *first, **last;
};

struct resolver {
  struct agent agent;
  host_id name_server;
  struct dns_cache *cache;
  struct question *buckets[BUCKETS]; /* by name and type */
  uint16_t last_id;
  struct buf text, wire;
};

/* ---- questions under way ---- */

static struct question **bucket_of(struct resolver *resolver, struct span name, enum dns_type type) {
  return &resolver->buckets[(dns_name_hash(name) ^ (uint32_t)type) % BUCKETS];
}

/* The link that leads to it, or to NULL. */
static struct question **find(struct resolver *resolver, struct span name, enum dns_type type) {
  struct question **link = bucket_of(resolver, name, type);
  while (*link && !((*link)->type == type && dns_name_equal((*link)->name, name))) link = &(*link)->next;
  return link;
}

static struct question *add_question(struct resolver *resolver, struct span name, enum dns_type type) {
  struct question **link = find(resolver, name, type);
  struct question *question = mem_ztake(sizeof *question);
  question->resolver = resolver;
  question->name = arena_copy(&question->arena, name);
  question->type = type;
  question->id = ++resolver->last_id;
  question->last = &question->first;
  return *link = question;
}

static void add_waiter(struct question *question, resolver_answer_fn *fn, void *context) {
  struct waiter *waiter = arena_alloc(&question->arena, sizeof *waiter);
  *waiter = (struct waiter){.fn = fn, .context = context};
  *question->last = waiter;
  question->last = &waiter->next;
}

static void free_question(struct question *question) {
  sim_cancel(question->resolver->agent.sim, question->timer);
  arena_free(&question->arena);
  mem_give(question, sizeof *question);
}

/* Tells all who wait. The question is forgotten first: who asks the same again asks anew. */
static void finish(struct question *question, const struct resolver_answer *answer) {
  struct resolver *resolver = question->resolver;
  struct question **link = find(resolver, question->name, question->type);
  CHECK(*link == question);
  *link = question->next;
  for (const struct waiter *waiter = question->first; waiter; waiter = waiter->next) {
    sim_set_cause(resolver->agent.sim, answer->record);
    waiter->fn(waiter->context, answer);
  }
  free_question(question);
}

/* ---- asking ---- */

static void say_question(struct journal_record *record, struct span name, enum dns_type type,
                         struct arena *arena) {
  record->text[0] = name;
  record->text[1] = dns_type_text(type, arena);
}

static void on_silence(void *context);

static void send_question(struct question *question) {
  struct resolver *resolver = question->resolver;
  struct sim *sim = resolver->agent.sim;
  struct dns_message message = {.id = question->id,
                                .recursion_desired = true,
                                .has_question = true,
                                .datagram_max = DNS_DATAGRAM_EDNS_MAX,
                                .question = {question->name, question->type}};
  buf_clear(&resolver->wire);
  bool encoded = dns_message_encode(&message, DNS_DATAGRAM_MAX, &resolver->wire);
  CHECK(encoded); /* the name was parsed */
  struct journal_record record = agent_record(&resolver->agent, JOURNAL_DNS_QUERY);
  say_question(&record, question->name, question->type, &question->arena);
  record.number[0] = question->id;
  record.number[1] = resolver->name_server;
  record.text[2] = buf_span(&resolver->wire);
  journal_seq before = sim_cause(sim);
  sim_note_cause(sim, &record);
  question->tries++;
  network_send_datagram(resolver->agent.network, resolver->agent.host, resolver->name_server, PORT_DOMAIN,
                        PORT_RESOLVER, buf_span(&resolver->wire));
  question->timer = sim_after(sim, RESOLVER_WAIT_US, on_silence, question);
  sim_set_cause(sim, before);
}

static void on_silence(void *context) {
  struct question *question = context;
  struct resolver *resolver = question->resolver;
  struct journal_record record = agent_record(&resolver->agent, JOURNAL_DNS_TIMEOUT);
  say_question(&record, question->name, question->type, &question->arena);
  record.number[0] = question->id;
  journal_seq noted = sim_note_cause(resolver->agent.sim, &record);
  if (question->tries < RESOLVER_TRIES) {
    send_question(question);
    return;
  }
  finish(question, &(struct resolver_answer){.status = RESOLVER_TIMED_OUT, .record = noted});
}

/* ---- answers ---- */

static struct resolver_answer answer_of(const struct dns_finding *finding, journal_seq record) {
  static const enum resolver_status statuses[] = {
      [DNS_FOUND] = RESOLVER_FOUND,
      [DNS_NO_DATA] = RESOLVER_NO_DATA,
      [DNS_NO_NAME] = RESOLVER_NO_NAME,
      [DNS_FAILED] = RESOLVER_FAILED,
  };
  return (struct resolver_answer){.status = statuses[finding->kind],
                                  .records = finding->records.records,
                                  .count = finding->kind == DNS_FOUND ? finding->records.count : 0,
                                  .name = finding->name,
                                  .record = record};
}

/* Tells what the cache knows; false if it knows nothing. */
static bool answer_from_cache(struct resolver *resolver, const struct dns_question *asked,
                              struct arena *arena, resolver_answer_fn *fn, void *context) {
  struct sim *sim = resolver->agent.sim;
  struct dns_finding finding;
  struct span records;
  if (!dns_cache_get(resolver->cache, asked, sim_now(sim), &finding, &records)) return false;
  struct journal_record record = agent_record(&resolver->agent, JOURNAL_DNS_CACHED);
  say_question(&record, asked->name, asked->type, arena);
  record.number[0] = finding.ttl_s;
  record.text[2] = span_from(dns_rcode_name(finding.rcode));
  record.text[3] = records;
  journal_seq before = sim_cause(sim);
  struct resolver_answer answer = answer_of(&finding, sim_note_cause(sim, &record));
  fn(context, &answer);
  sim_set_cause(sim, before);
  return true;
}

static void on_datagram(void *context, host_id from, uint64_t tag, struct span bytes) {
  struct resolver *resolver = context;
  struct arena arena = ARENA_EMPTY;
  struct dns_message message;
  (void)tag;
  bool sound = dns_message_decode(bytes, &arena, &message) == DNS_OK && message.is_response &&
               message.has_question && from == resolver->name_server;
  struct question *question = sound ? *find(resolver, message.question.name, message.question.type) : NULL;
  if (question && question->id == message.id) {
    struct dns_finding finding = dns_message_finding(&message, &arena);
    dns_cache_put(resolver->cache, &message.question, &finding, sim_now(resolver->agent.sim));
    struct resolver_answer answer = answer_of(&finding, sim_cause(resolver->agent.sim));
    finish(question, &answer);
  } else {
    agent_note(&resolver->agent, SPAN("a datagram that answers no open question was thrown away"));
  }
  arena_free(&arena);
}

/* ---- the public face ---- */

struct resolver *resolver_new(const struct agent *agent, host_id name_server) {
  struct resolver *resolver = mem_zalloc(sizeof *resolver);
  resolver->agent = *agent;
  resolver->name_server = name_server;
  resolver->cache = dns_cache_new(0);
  network_on_datagram(agent->network, agent->host, PORT_RESOLVER, on_datagram, resolver);
  return resolver;
}

void resolver_free(struct resolver *resolver) {
  if (!resolver) return;
  for (size_t i = 0; i < BUCKETS; i++)
    for (struct question *question = resolver->buckets[i], *next; question; question = next) {
      next = question->next;
      free_question(question);
    }
  dns_cache_free(resolver->cache);
  buf_free(&resolver->text);
  buf_free(&resolver->wire);
  mem_free(resolver);
}

/* What cannot be asked: no such thing can exist. */
static void refuse(struct resolver *resolver, struct span what, const char *why, resolver_answer_fn *fn,
                   void *context) {
  struct sim *sim = resolver->agent.sim;
  journal_seq before = sim_cause(sim);
  struct journal_record record = agent_record(&resolver->agent, JOURNAL_NOTE);
  buf_clear(&resolver->text);
  buf_add_char(&resolver->text, '"');
  buf_add(&resolver->text, what);
  buf_add_text(&resolver->text, why);
  record.text[0] = buf_span(&resolver->text);
  struct resolver_answer answer = {.status = RESOLVER_NO_NAME, .record = sim_note_cause(sim, &record)};
  fn(context, &answer);
  sim_set_cause(sim, before);
}

static void ask(struct resolver *resolver, const struct dns_question *asked, struct arena *arena,
                resolver_answer_fn *fn, void *context) {
  if (answer_from_cache(resolver, asked, arena, fn, context)) return;
  struct question *question = *find(resolver, asked->name, asked->type);
  bool is_new = !question;
  if (is_new) question = add_question(resolver, asked->name, asked->type);
  add_waiter(question, fn, context);
  if (is_new) send_question(question);
}

void resolver_ask(struct resolver *resolver, struct span name, enum dns_type type, resolver_answer_fn *fn,
                  void *context) {
  struct arena arena = ARENA_EMPTY;
  struct dns_question asked = {.type = type};
  if (dns_name_parse(name, DNS_ROOT, &arena, &asked.name) == DNS_OK)
    ask(resolver, &asked, &arena, fn, context);
  else
    refuse(resolver, name, "\" is not a domain name", fn, context);
  arena_free(&arena);
}

void resolver_ask_ptr(struct resolver *resolver, struct span address, resolver_answer_fn *fn, void *context) {
  struct arena arena = ARENA_EMPTY;
  struct ip_address parsed;
  if (ip_address_parse(address, &parsed)) {
    struct dns_question asked = {dns_name_reverse(&parsed, &arena), DNS_TYPE_PTR};
    ask(resolver, &asked, &arena, fn, context);
  } else {
    refuse(resolver, address, "\" is not an address", fn, context);
  }
  arena_free(&arena);
}
