/* predict_mail: where does it go next, and which line is put on top? */
#include "mail/header.h"
#include "mail/received.h"
#include "view/predict_internal.h"

/* ---- routes ---- */

static struct span domain_of(struct span address) {
  size_t at = span_find_last(address, '@');
  return at == SPAN_NONE ? address : span_skip(address, at + 1);
}

/* The exchangers of the last answer about the domain's mail, at or before a record. */
static void add_exchangers(const struct reel *reel, struct span domain, journal_seq at, struct arena *arena,
                           struct choice_list *choices) {
  enum { LOOK_BACK = 20000 }; /* records; an answer older than that is none that anybody remembers */
  struct journal_record record;
  for (journal_seq seq = at, n = 0; seq > reel->world->preamble->last && n < LOOK_BACK; seq--, n++) {
    enum journal_kind kind = journal_kind_at(reel->world->journal, seq);
    if (kind != JOURNAL_DNS_ANSWER && kind != JOURNAL_DNS_CACHED) continue;
    journal_get(reel->world->journal, seq, &record);
    if (!span_equal_nocase(record.text[1], SPAN("MX")) || !span_equal_nocase(record.text[0], domain))
      continue;
    struct span rest = record.text[3], line;
    while (rest.len && span_next(&rest, '\n', &line)) {
      size_t space = span_find_last(line, ' ');
      if (space == SPAN_NONE) continue;
      struct span name = span_skip(line, space + 1);
      if (span_ends_with(name, SPAN("."))) name = span_first(name, name.len - 1);
      choice_add(choices, arena_copy(arena, name));
    }
    return;
  }
}

/* Machines that take mail for others, from the one after this host on, and round. */
static void add_relays(const struct reel *reel, uint16_t host, struct choice_list *choices) {
  const struct journal_preamble *preamble = reel->world->preamble;
  for (size_t i = 0; i < preamble->host_count; i++) {
    size_t number = (host + i) % preamble->host_count + 1;
    bool takes_mail = false;
    for (size_t k = 0; k < preamble->agent_count; k++)
      takes_mail |=
          preamble->agents[k].host == number && (span_equal(preamble->agents[k].role, SPAN("mta")) ||
                                                 span_equal(preamble->agents[k].role, SPAN("mda")) ||
                                                 span_equal(preamble->agents[k].role, SPAN("pop3")));
    if (takes_mail && number != host) choice_add(choices, preamble->hosts[number - 1].name);
  }
}

void predict_route_words(const struct predict *predict, const struct predict_question *question,
                         struct arena *arena, struct predict_words *out, struct choice_list *choices) {
  static const struct span nowhere = SPAN_INIT("Nowhere: it goes back to the sender");
  const struct reel *reel = predict->reel;
  struct journal_record record;
  journal_get(reel->world->journal, question->record, &record);
  struct span recipient = record.text[1], next = record.text[2];
  struct span here = journal_host_name(reel->world->preamble, record.host);
  out->ask = arena_format(arena, "Where does %.*s send it next?", SPAN_ARG(here));
  out->about = arena_format(arena, "The recipient is %.*s.", SPAN_ARG(recipient));
  choice_add(choices, next.len && !span_equal(record.text[3], SPAN("null_mx")) ? next : nowhere);
  add_exchangers(reel, domain_of(recipient), question->record, arena, choices);
  choice_add(choices, domain_of(recipient));
  add_relays(reel, record.host, choices);
  choice_add(choices, nowhere);
}

/* ---- stamps ---- */

enum { SHOWN_VALUE_MAX = 80 };

static struct span short_field(struct span name, struct span value, struct arena *arena) {
  bool cut = value.len > SHOWN_VALUE_MAX;
  if (cut) {
    value = span_first(value, SHOWN_VALUE_MAX);
    while (value.len && ((unsigned char)value.data[value.len - 1] & 0xc0) == 0x80) value.len--;
    if (value.len && (unsigned char)value.data[value.len - 1] >= 0xc0) value.len--;
  }
  return arena_format(arena, "%.*s: %.*s%s", SPAN_ARG(name), SPAN_ARG(value), cut ? " …" : "");
}

static struct span received_line(struct span from, struct span by, struct span with, struct arena *arena) {
  return arena_format(arena, "Received:%s%.*s by %.*s%s%.*s", from.len ? " from " : "", SPAN_ARG(from),
                      SPAN_ARG(by), with.len ? " with " : "", SPAN_ARG(with));
}

/* The wrong orders: from and by exchanged; the host that comes next; one that it came by before. */
static void received_choices(const struct reel *reel, const struct journal_record *stamp, struct span value,
                             struct arena *arena, struct choice_list *choices) {
  const struct journal_preamble *preamble = reel->world->preamble;
  struct received received;
  received_parse(value, &received);
  struct span from = received.clause[RECEIVED_FROM].value, by = received.clause[RECEIVED_BY].value;
  struct span with = received.clause[RECEIVED_WITH].value;
  if (!by.len) by = journal_host_name(preamble, stamp->host);
  choice_add(choices, received_line(from, by, with, arena));
  if (!from.len) from = by; /* it was written here: nobody has handed it over */
  choice_add(choices, received_line(by, from, with, arena));
  /* What it was told, and what it has seen, may be two things. */
  if (received.peer.dns_name.len) choice_add(choices, received_line(received.peer.dns_name, by, with, arena));
  struct choice_list others = {.count = 0};
  add_relays(reel, stamp->host, &others);
  for (size_t i = 0; i < others.count; i++) {
    if (span_equal_nocase(others.items[i], from) || span_equal_nocase(others.items[i], by)) continue;
    choice_add(choices, received_line(by, others.items[i], with, arena));
    choice_add(choices, received_line(others.items[i], by, with, arena));
    break;
  }
  choice_add(choices, SPAN("None: a relay passes the letter on unchanged"));
  choice_add(choices, SPAN("Return-Path, with the envelope’s sender"));
}

/* A maildrop's own fields: what the envelope said is written down, since the envelope ends here. */
static void other_choices(const struct reel *reel, const struct journal_record *stamp, struct span first,
                          struct arena *arena, struct choice_list *choices) {
  struct letter_state letter;
  struct span sender = SPAN_EMPTY, recipient = SPAN_EMPTY;
  if (world_letter_at(reel->world, stamp->message, stamp->seq, &letter)) {
    sender = letter.reverse_path;
    recipient = span_first(letter.recipients, span_find(letter.recipients, '\n'));
  }
  choice_add(choices, first);
  choice_add(choices, arena_format(arena, "Return-Path: <%.*s>", SPAN_ARG(recipient)));
  choice_add(choices, arena_format(arena, "From: %.*s", SPAN_ARG(sender)));
  choice_add(choices, arena_format(arena, "Return-Path: <%.*s>", SPAN_ARG(sender)));
  choice_add(choices, SPAN("None: the letter is stored as it came"));
}

void predict_stamp_words(const struct predict *predict, const struct predict_question *question,
                         struct arena *arena, struct predict_words *out, struct choice_list *choices) {
  const struct reel *reel = predict->reel;
  struct journal_record record;
  struct header_reader reader;
  struct header_field field;
  journal_get(reel->world->journal, question->record, &record);
  struct span here = journal_host_name(reel->world->preamble, record.host);
  out->ask = arena_format(arena, "Which line does %.*s put on top of the header?", SPAN_ARG(here));
  reader = header_read(record.text[0]);
  if (header_next(&reader, &field) != HEADER_FIELD) return;
  struct span value = header_unfold(field.value, arena);
  if (span_equal_nocase(field.name, SPAN("Received")))
    received_choices(reel, &record, value, arena, choices);
  else
    other_choices(reel, &record, short_field(field.name, value, arena), arena, choices);
}
