#include "view/provenance.h"

#include "base/check.h"

enum provenance provenance_of(enum source source) {
  switch (source) {
  case SOURCE_HELO:
  case SOURCE_MAIL:
  case SOURCE_RCPT: return PROVENANCE_CLAIMED;
  case SOURCE_PTR: return PROVENANCE_LOOKED_UP;
  case SOURCE_TCP:
  case SOURCE_CONFIGURATION:
  case SOURCE_CLOCK:
  case SOURCE_SOFTWARE:
  case SOURCE_QUEUE:
  case SOURCE_COUNT: break;
  }
  return PROVENANCE_OBSERVED;
}

struct span provenance_name(enum provenance provenance) {
  static const struct span names[PROVENANCE_COUNT] = {SPAN_INIT("claimed"), SPAN_INIT("observed"),
                                                      SPAN_INIT("looked up")};
  CHECK(provenance < PROVENANCE_COUNT);
  return names[provenance];
}

/* ---- tokens ---- */

/* Where the part's fields stand in the block of their author: a REWRITE repeats them elsewhere. */
static size_t base_of(const struct journal_block *author, struct span fields) {
  struct span rest = fields, first;
  if (fields.data >= author->fields.data && fields.data < author->fields.data + author->fields.len)
    return (size_t)(fields.data - author->fields.data);
  if (!journal_next_field(&rest, &first)) return SPAN_NONE;
  return span_search(author->fields, first);
}

bool provenance_next(const struct world_view *world, const struct journal_block *part,
                     struct provenance_walk *walk, struct provenance_token *out) {
  struct journal_block author;
  if (!walk->begun) {
    walk->begun = true;
    walk->rest = SPAN_EMPTY;
    if (!journal_message_block(world->versions, part->version, &author)) return false;
    walk->base = base_of(&author, part->fields);
    if (walk->base != SPAN_NONE) walk->rest = author.sources;
  }
  while (sources_next(&walk->rest, &out->token)) {
    out->index = walk->next++;
    size_t offset = out->token.offset, end = offset + out->token.length;
    if (offset < walk->base || end > walk->base + part->fields.len) continue;
    out->token.offset -= (uint32_t)walk->base;
    return true;
  }
  return false;
}

bool provenance_token_of(const struct world_view *world, journal_seq stamp, uint32_t index,
                         struct source_token *out) {
  struct journal_record record;
  if (stamp == 0 || stamp > journal_count(world->journal)) return false;
  if (journal_kind_at(world->journal, stamp) != JOURNAL_STAMP) return false;
  journal_get(world->journal, stamp, &record);
  struct span rest = record.text[1];
  while (sources_next(&rest, out))
    if (index-- == 0) return true;
  return false;
}

/* ---- in words ---- */

/* The line or address that a token was taken from; empty if the journal does not say. */
static struct span evidence(const struct world_view *world, journal_seq seq) {
  struct journal_record record;
  if (seq == 0 || seq > journal_count(world->journal)) return SPAN_EMPTY;
  journal_get(world->journal, seq, &record);
  switch (record.kind) {
  case JOURNAL_LINE: return record.text[0];
  case JOURNAL_DNS_ANSWER:
  case JOURNAL_DNS_CACHED: {
    struct span rest = record.text[3], first = SPAN_EMPTY;
    span_next(&rest, '\n', &first);
    return first;
  }
  default: return SPAN_EMPTY;
  }
}

static struct span clock_words(const struct world_view *world, uint16_t host, struct arena *arena) {
  const struct journal_host *machine = journal_host(world->preamble, host);
  int64_t ms = machine ? machine->clock_offset_us / 1000 : 0,
          size = ms < 0 ? -ms : ms; /* of what fits 63 bits */
  struct span name = journal_host_label(world->preamble, host);
  if (size == 0) return arena_format(arena, "observed: the clock of %.*s", SPAN_ARG(name));
  return arena_format(arena, "observed: the clock of %.*s, which is %lld.%03d s %s", SPAN_ARG(name),
                      (long long)(size / 1000), (int)(size % 1000), ms < 0 ? "slow" : "fast");
}

struct span provenance_says(const struct world_view *world, journal_seq stamp,
                            const struct source_token *token, struct arena *arena) {
  struct journal_record record;
  journal_get(world->journal, stamp, &record);
  struct span words = span_trim(span_slice(record.text[0], token->offset, token->length));
  struct span proof = evidence(world, token->record);
  switch (token->source) {
  case SOURCE_HELO:
  case SOURCE_MAIL:
  case SOURCE_RCPT:
    if (proof.len) return arena_format(arena, "claimed: the client said “%.*s”", SPAN_ARG(proof));
    return arena_format(arena, "claimed: the client said so in %s",
                        token->source == SOURCE_HELO   ? "its greeting"
                        : token->source == SOURCE_MAIL ? "MAIL FROM"
                                                       : "RCPT TO");
  case SOURCE_TCP: return arena_format(arena, "observed: the TCP connection came from %.*s", SPAN_ARG(words));
  case SOURCE_PTR:
    if (proof.len) return arena_format(arena, "looked up: DNS says “%.*s”", SPAN_ARG(proof));
    return SPAN("looked up: DNS has no name for the address");
  case SOURCE_CONFIGURATION: return SPAN("observed: the server’s own name, as it was set up");
  case SOURCE_CLOCK: return clock_words(world, record.host, arena);
  case SOURCE_SOFTWARE: return SPAN("observed: the program names itself and the protocol spoken");
  case SOURCE_QUEUE: return SPAN("observed: the number under which its queue keeps the letter");
  case SOURCE_COUNT: break;
  }
  return SPAN_EMPTY;
}

struct span provenance_says_block(const struct world_view *world, journal_seq seq, struct arena *arena) {
  struct journal_record record;
  journal_get(world->journal, seq, &record);
  struct span host = journal_host_label(world->preamble, record.host);
  if (record.kind == JOURNAL_STAMP)
    return arena_format(arena, "stamped by %.*s when it had the letter", SPAN_ARG(host));
  if (record.kind == JOURNAL_CONVERT)
    return arena_format(arena, "converted to 7 bits by %.*s: %.*s", SPAN_ARG(host), SPAN_ARG(record.text[2]));
  if (record.kind == JOURNAL_REWRITE) return arena_format(arena, "rewritten by %.*s", SPAN_ARG(host));
  return arena_format(arena, "claimed: written by %.*s, brought to all others in DATA", SPAN_ARG(host));
}

/* ---- the envelope ---- */

/* The line "MAIL FROM:<path>" or "RCPT TO:<path>" (RFC 5321 4.1.1.2 and 4.1.1.3), whatever its spaces. */
static bool says_path(struct span line, struct span command, struct span path) {
  if (!span_starts_with_nocase(line, command)) return false;
  struct span rest = span_trim(span_skip(line, command.len));
  if (rest.len && rest.data[0] == '<') rest = span_skip(rest, 1);
  if (!span_starts_with_nocase(rest, path)) return false;
  rest = span_skip(rest, path.len);
  return rest.len == 0 || rest.data[0] == '>' || rest.data[0] == ' ';
}

/* The last line before `data` in its session that told the path. */
static journal_seq line_before(const struct world_view *world, journal_seq data, struct span command,
                               struct span path) {
  struct journal_record record;
  journal_get(world->journal, data, &record);
  const struct session *session = world_session(world, record.connection);
  if (!session) return 0;
  for (size_t i = world_session_heard(world, session, data); i-- > 0;) {
    journal_seq seq = world->by_connection[session->first + i].record;
    if (journal_kind_at(world->journal, seq) != JOURNAL_LINE) continue;
    journal_get(world->journal, seq, &record);
    if (record.number[0] == 0 && says_path(record.text[0], command, path)) return seq;
  }
  return 0;
}

/* The DATA because of which a record happened, a few causes back. */
static journal_seq data_behind(const struct world_view *world, journal_seq seq) {
  struct journal_record record;
  for (int i = 0; seq && i < 8; i++) {
    if (journal_kind_at(world->journal, seq) == JOURNAL_DATA) return seq;
    journal_get(world->journal, seq, &record);
    seq = record.cause;
  }
  return 0;
}

static bool has_line(struct span list, struct span text) {
  struct span line;
  while (span_next(&list, '\n', &line))
    if (span_equal(line, text)) return true;
  return false;
}

/* Is what is asked about, a recipient or (empty) the reverse-path, from there? */
static bool changes_envelope(const struct journal_record *record, struct span recipient) {
  if (!recipient.len) return record->kind == JOURNAL_NEW_ENVELOPE;
  return record->kind == JOURNAL_EXPANDED && has_line(record->text[2], recipient);
}

journal_seq provenance_of_envelope(const struct world_view *world, uint32_t message, uint16_t host,
                                   struct span recipient, journal_seq at) {
  const struct letter *letter = world_letter(world, message);
  struct journal_record record, told = {0};
  for (size_t i = 0; letter && i < letter->count; i++) {
    journal_seq seq = world->by_letter[letter->first + i].record;
    if (seq > at) break;
    enum journal_kind kind = journal_kind_at(world->journal, seq);
    bool changes = kind == JOURNAL_EXPANDED || kind == JOURNAL_NEW_ENVELOPE;
    if (!changes && kind != JOURNAL_COMPOSE && kind != JOURNAL_ACCEPTED) continue;
    journal_get(world->journal, seq, &record);
    if (changes && !(record.host == host && changes_envelope(&record, recipient))) continue;
    if (record.host == host || !told.seq) told = record;
  }
  if (told.kind != JOURNAL_ACCEPTED) return told.seq;
  journal_seq data = data_behind(world, told.seq);
  struct span command = recipient.len ? SPAN("RCPT TO:") : SPAN("MAIL FROM:");
  journal_seq line = data ? line_before(world, data, command, recipient.len ? recipient : told.text[1]) : 0;
  return line ? line : told.seq;
}
