/* whatif_copy: the copy of a letter that a machine has, edited, and sent on from there by hand: typed at the
 * server to which the machine would give it.
 *
 *     resend 1 from mx2.example.edu to_host=mx1.example.edu subject=…
 *        └── { "does": "type", "from_host": …, "to_host": …, "lines": ["EHLO …", "MAIL FROM:<…>", …] }
 */
#include "base/json_write.h"
#include "journal/message_view.h"
#include "journal/preamble.h"
#include "mail/header.h"
#include "world/whatif_internal.h"

enum { PORT_SMTP = 25, PORT_LMTP = 24 };

struct copy {
  uint32_t message;
  struct span host;
  uint16_t host_number;
  int64_t version;                      /* 0: there is none */
  struct span reverse_path, recipients; /* the envelope as the machine was told it; a recipient a line */
  struct span next_host;                /* where it goes from here */
  int64_t port;
};

/* ---- where it lies, and where it would go ---- */

static void look_at(const struct journal_preamble *preamble, const struct journal_record *record,
                    struct copy *copy) {
  switch ((int)record->kind) {
  case JOURNAL_COMPOSE:
    copy->version = record->number[0];
    copy->reverse_path = record->text[2];
    copy->recipients = record->text[3];
    break;
  case JOURNAL_ACCEPTED:
    copy->version = record->number[0];
    copy->reverse_path = record->text[1];
    copy->recipients = record->text[2];
    break;
  case JOURNAL_NEW_ENVELOPE:
    copy->reverse_path = record->text[1];
    copy->recipients = record->text[2];
    break;
  case JOURNAL_STAMP:
  case JOURNAL_CONVERT:
  case JOURNAL_REWRITE:
  case JOURNAL_DELIVERED:
  case JOURNAL_RETRIEVED: copy->version = record->number[0]; break;
  case JOURNAL_ROUTED: copy->next_host = journal_host_name(preamble, record->number[1]); break;
  default: break;
  }
}

/* The port at which the machine calls the next one, as it did in this run. */
static void find_port(const struct journal *journal, uint16_t to, struct copy *copy) {
  struct journal_record record;
  copy->port = PORT_SMTP;
  for (journal_seq seq = 1; to && seq <= journal_count(journal); seq++) {
    if (journal_kind_at(journal, seq) != JOURNAL_CONNECT) continue;
    journal_get(journal, seq, &record);
    bool is_mail = span_equal(record.text[1], SPAN("smtp")) || span_equal(record.text[1], SPAN("lmtp"));
    if (!is_mail || record.host != copy->host_number || record.number[0] != to) continue;
    copy->port = record.number[1];
    return;
  }
}

static bool find_copy(struct whatif_reader *reader, int64_t at_us, struct copy *copy) {
  const struct journal *journal = reader->source->journal;
  struct journal_preamble *preamble = journal_preamble_new(journal);
  struct journal_record record;
  copy->host_number = journal_host_named(preamble, copy->host);
  copy->reverse_path = copy->recipients = copy->next_host = SPAN_EMPTY;
  for (journal_seq seq = 1; seq <= journal_count(journal); seq++) {
    if (journal_time_at(journal, seq) > at_us) break;
    journal_get(journal, seq, &record);
    if (record.message == copy->message && record.host == copy->host_number) look_at(preamble, &record, copy);
  }
  find_port(journal, journal_host_named(preamble, copy->next_host), copy);
  copy->next_host = arena_copy(&reader->arena, copy->next_host.len ? copy->next_host : copy->host);
  journal_preamble_free(preamble);
  if (copy->version) return true;
  return whatif_fail(reader, "a machine that has had the letter by then",
                     SPAN("waystation show FILE path says where each letter went"),
                     "%.*s has no copy of letter %u at that time", SPAN_ARG(copy->host), copy->message);
}

/* ---- edits ---- */

/* A key of an entry of the script, as a field of the letter; NULL: it is none. */
static const char *field_of(const char *key) {
  static const char *const fields[][2] = {{"to", "To"},     {"cc", "Cc"},     {"subject", "Subject"},
                                          {"from", "From"}, {"date", "Date"}, {"message_id", "Message-ID"}};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (strcmp(fields[i][0], key) == 0) return fields[i][1];
  return NULL;
}

struct editing {
  struct whatif_reader *reader;
  const struct whatif_edit *edits;
  size_t count;
};

static const struct span *edited(const struct editing *editing, const char *key) {
  for (size_t i = 0; i < editing->count; i++)
    if (strcmp(editing->edits[i].key, key) == 0) return &editing->edits[i].value;
  return NULL;
}

static bool can_edit(const struct editing *editing) {
  static const char *const others[] = {"text", "fields", "reverse_path", "envelope_to", "to_host", "port"};
  for (size_t i = 0; i < editing->count; i++) {
    const char *key = editing->edits[i].key;
    bool known = field_of(key) != NULL;
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) known = known || strcmp(others[k], key) == 0;
    if (!known)
      return whatif_fail(editing->reader,
                         "to, cc, subject, from, date, message_id, text, fields, reverse_path, envelope_to, "
                         "to_host or port",
                         SPAN("without \"from HOST\" the author writes the letter anew"),
                         "a copy that is sent on has no \"%s\"", key);
  }
  return true;
}

/* "janelle" is a person of the scenario. */
static struct span address_of(const struct editing *editing, struct span word) {
  const struct scenario *scenario = editing->reader->source->scenario;
  for (size_t i = 0; i < scenario->person_count; i++)
    if (span_equal(scenario->people[i].name, word)) return scenario->people[i].address;
  return word;
}

static struct span field_value(const struct editing *editing, const struct whatif_edit *edit) {
  struct span rest = edit->value, piece, all = SPAN_EMPTY;
  if (strcmp(edit->key, "to") != 0 && strcmp(edit->key, "cc") != 0) return edit->value;
  while (rest.len && span_next(&rest, ',', &piece))
    all = arena_format(&editing->reader->arena, "%.*s%s%.*s", SPAN_ARG(all), all.len ? ", " : "",
                       SPAN_ARG(address_of(editing, span_trim(piece))));
  return all;
}

/* A field that is edited keeps its place. */
static void write_header(const struct editing *editing, struct span header, struct buf *out) {
  bool *done = arena_zalloc(&editing->reader->arena, (editing->count + 1) * sizeof *done);
  struct header_reader fields = header_read(header);
  struct header_field field;
  enum header_item item;
  while ((item = header_next(&fields, &field)) != HEADER_END) {
    size_t i = 0;
    for (; i < editing->count; i++) {
      const char *name = field_of(editing->edits[i].key);
      if (name && !done[i] && item == HEADER_FIELD && span_equal_nocase(field.name, span_from(name))) break;
    }
    if (i == editing->count) {
      buf_add(out, field.text);
      continue;
    }
    done[i] = true;
    buf_format(out, "%s: %.*s\r\n", field_of(editing->edits[i].key),
               SPAN_ARG(field_value(editing, &editing->edits[i])));
  }
  for (size_t i = 0; i < editing->count; i++)
    if (field_of(editing->edits[i].key) && !done[i])
      buf_format(out, "%s: %.*s\r\n", field_of(editing->edits[i].key),
                 SPAN_ARG(field_value(editing, &editing->edits[i])));
  if (edited(editing, "fields")) buf_format(out, "%.*s\n", SPAN_ARG(*edited(editing, "fields")));
}

/* ---- what is typed ---- */

static void type_line(struct span line, struct buf *out) {
  buf_add_text(out, ", ");
  json_write_octets(line, out);
}

/* A line that begins with a dot gets one more (RFC 5321 4.5.2). */
static void type_lines(const struct editing *editing, struct span text, struct buf *out) {
  struct span line;
  while (text.len && span_next(&text, '\n', &line)) {
    if (line.len && line.data[line.len - 1] == '\r') line.len--;
    if (line.len && line.data[0] == '.')
      line = arena_format(&editing->reader->arena, ".%.*s", SPAN_ARG(line));
    type_line(line, out);
  }
}

/* What goes between < and >: "Ben <ben@x.example>" is given with his name. */
static struct span path_of(struct span address) {
  size_t open = span_find_last(address, '<'), close = span_find_last(address, '>');
  if (open == SPAN_NONE || close == SPAN_NONE || close < open) return address;
  return span_slice(address, open + 1, close - open - 1);
}

static void type_envelope(const struct editing *editing, const struct copy *copy, struct buf *out) {
  struct arena *arena = &editing->reader->arena;
  const struct span *from = edited(editing, "reverse_path"), *to = edited(editing, "envelope_to");
  if (!to) to = edited(editing, "to");
  struct span rest = to ? *to : copy->recipients, piece;
  type_line(
      arena_format(arena, "MAIL FROM:<%.*s>", SPAN_ARG(from ? path_of(*from) : path_of(copy->reverse_path))),
      out);
  while (rest.len && span_next(&rest, to ? ',' : '\n', &piece))
    if (piece.len)
      type_line(
          arena_format(arena, "RCPT TO:<%.*s>", SPAN_ARG(path_of(address_of(editing, span_trim(piece))))),
          out);
}

static bool type_letter(const struct editing *editing, const struct copy *copy, struct buf *out) {
  const struct journal *journal = editing->reader->source->journal;
  struct journal_versions *versions = journal_versions_new(journal);
  const struct span *text = edited(editing, "text");
  struct buf header = {0}, changed = {0};
  journal_message_header(versions, copy->version, &header);
  struct span body = journal_message_body(versions, copy->version);
  write_header(editing, buf_span(&header), &changed);
  bool good = span_is_utf8(buf_span(&changed), NULL) && (text || span_is_utf8(body, NULL));
  if (good) {
    type_line(SPAN("DATA"), out);
    type_lines(editing, buf_span(&changed), out);
    type_line(SPAN_EMPTY, out);
    type_lines(editing, text ? *text : body, out);
    type_line(SPAN("."), out);
  } else {
    whatif_fail(editing->reader, "a letter in UTF-8", SPAN("text=\"another text\" takes its place"),
                "letter %u has octets that nobody can type", copy->message);
  }
  buf_free(&header);
  buf_free(&changed);
  journal_versions_free(versions);
  return good;
}

static bool write_entry(const struct editing *editing, const struct copy *copy, int64_t at_us,
                        struct buf *out) {
  const struct span *to_host = edited(editing, "to_host"), *port = edited(editing, "port");
  uint64_t number = (uint64_t)copy->port;
  buf_add_text(out, "{ \"at\": \"");
  whatif_write_time(at_us, out);
  buf_add_char(out, '"');
  whatif_write_text("who", editing->reader->source->scenario->people[0].name, out);
  whatif_write_text("does", SPAN("type"), out);
  whatif_write_text("from_host", copy->host, out);
  whatif_write_text("to_host", to_host ? *to_host : copy->next_host, out);
  if (port) span_to_u64(*port, 65535, &number);
  if (to_host && !port) number = PORT_SMTP;
  const char *hello = number == PORT_LMTP ? "LHLO" : "EHLO";
  buf_format(out, ", \"port\": %llu, \"lines\": [\"%s %.*s\"", (unsigned long long)number, hello,
             SPAN_ARG(copy->host));
  type_envelope(editing, copy, out);
  bool good = type_letter(editing, copy, out);
  buf_add_text(out, ", \"QUIT\"] }");
  buf_format(editing->reader->what, "the copy of letter %u at %.*s is sent on from there", copy->message,
             SPAN_ARG(copy->host));
  if (!to_host) buf_format(editing->reader->what, " to %.*s", SPAN_ARG(copy->next_host));
  return good;
}

bool whatif_resend_copy(struct whatif_reader *reader, uint32_t message, struct span host,
                        const struct whatif_edit *edits, size_t count, int64_t at_us) {
  struct editing editing = {reader, edits, count};
  struct copy copy = {.message = message, .host = host};
  if (!reader->source->scenario->person_count)
    return whatif_fail(reader, "a scenario with a person in it", SPAN_EMPTY, "nobody is there to send it");
  return can_edit(&editing) && find_copy(reader, at_us, &copy) &&
         write_entry(&editing, &copy, at_us, whatif_member(reader, WHATIF_SCRIPT));
}
