#include "view/eavesdrop.h"

#include "base/base64.h"

/* ---- reading credentials ---- */

/* Base64 as printable text, with NUL as a space; empty if it is none. */
static struct span decoded(struct span text, struct arena *arena) {
  struct buf bytes = {0};
  struct span found = SPAN_EMPTY;
  if (text.len && base64_decode(text, &bytes)) found = arena_copy(arena, buf_span(&bytes));
  buf_free(&bytes);
  return found;
}

/* PLAIN: authorization identity, NUL, user, NUL, password (RFC 4616 2). */
static struct span plain_words(struct span bytes, struct arena *arena) {
  struct span rest = bytes, identity, user;
  if (!span_next(&rest, '\0', &identity) || !rest.data || !span_next(&rest, '\0', &user) || !rest.data ||
      !user.len)
    return SPAN_EMPTY;
  return arena_format(arena, "user %.*s, password %.*s", SPAN_ARG(user), SPAN_ARG(rest));
}

/* The line without its first word. */
static struct span after_word(struct span line, struct span *word_out) {
  struct span rest = line;
  if (!span_next(&rest, ' ', word_out) || !rest.data) return SPAN_EMPTY;
  return span_trim(rest);
}

/* "PLAIN AGph…", "LOGIN amFjaw==": a mechanism and, perhaps, the first answer. */
static struct span mechanism_words(struct span text, struct arena *arena) {
  struct span mechanism, first = after_word(text, &mechanism);
  if (!first.len) return SPAN_EMPTY;
  struct span bytes = decoded(first, arena);
  if (span_equal_nocase(mechanism, SPAN("PLAIN"))) return plain_words(bytes, arena);
  if (span_equal_nocase(mechanism, SPAN("LOGIN"))) return arena_format(arena, "user %.*s", SPAN_ARG(bytes));
  return SPAN_EMPTY;
}

/* The answer to "334 UGFzc3dvcmQ6": what the server asked for is base64, too. */
static struct span answer_words(struct span line, struct span challenge, struct arena *arena) {
  struct span bytes = decoded(line, arena), asked = decoded(challenge, arena);
  if (!bytes.len) return SPAN_EMPTY;
  struct span plain = plain_words(bytes, arena);
  if (plain.len) return plain;
  if (span_starts_with_nocase(asked, SPAN("user"))) return arena_format(arena, "user %.*s", SPAN_ARG(bytes));
  if (span_starts_with_nocase(asked, SPAN("pass")))
    return arena_format(arena, "password %.*s", SPAN_ARG(bytes));
  return arena_format(arena, "%.*s: a digest, the password itself is not in it", SPAN_ARG(bytes));
}

static struct span pop3_words(struct span line, struct arena *arena) {
  struct span word, rest = after_word(line, &word);
  if (!rest.len) return SPAN_EMPTY;
  if (span_equal_nocase(word, SPAN("USER"))) return arena_format(arena, "user %.*s", SPAN_ARG(rest));
  if (span_equal_nocase(word, SPAN("PASS"))) return arena_format(arena, "password %.*s", SPAN_ARG(rest));
  if (span_equal_nocase(word, SPAN("APOP")))
    return arena_format(arena, "%.*s: a digest, the password itself is not in it", SPAN_ARG(rest));
  return SPAN_EMPTY;
}

static struct span imap_words(struct span line, struct arena *arena) {
  struct span tag, command, user, rest = after_word(line, &tag);
  rest = after_word(rest, &command);
  if (span_equal_nocase(command, SPAN("AUTHENTICATE"))) return mechanism_words(rest, arena);
  if (!span_equal_nocase(command, SPAN("LOGIN"))) return SPAN_EMPTY;
  struct span password = after_word(rest, &user);
  return arena_format(arena, "user %.*s, password %.*s", SPAN_ARG(user), SPAN_ARG(password));
}

/* What the server said last before the nth record, if it was a challenge: "334 …" or "+ …"; NULL data if not.
 */
static struct span challenge_before(const struct world_view *world, const struct session *session,
                                    size_t nth) {
  struct journal_record record;
  for (size_t i = nth; i-- > 0;) {
    journal_seq seq = world->by_connection[session->first + i].record;
    if (journal_kind_at(world->journal, seq) != JOURNAL_LINE) continue;
    journal_get(world->journal, seq, &record);
    if (record.number[0] == 0) break;
    if (span_starts_with(record.text[0], SPAN("334 "))) return span_trim(span_skip(record.text[0], 4));
    if (span_starts_with(record.text[0], SPAN("+ "))) return span_trim(span_skip(record.text[0], 2));
    break;
  }
  return (struct span){NULL, 0};
}

static struct span secret_of(const struct world_view *world, const struct session *session, size_t nth,
                             struct span line, struct arena *arena) {
  struct span challenge = challenge_before(world, session, nth), word, rest = after_word(line, &word);
  if (challenge.data) return answer_words(line, challenge, arena);
  if (span_equal_nocase(word, SPAN("AUTH"))) return mechanism_words(rest, arena);
  if (span_starts_with_nocase(session->protocol, SPAN("pop3"))) return pop3_words(line, arena);
  if (span_starts_with_nocase(session->protocol, SPAN("imap"))) return imap_words(line, arena);
  return SPAN_EMPTY;
}

/* ---- what is on the wire ---- */

static bool is_sealed(const struct session *session, journal_seq seq) {
  return session->sealed && seq > session->sealed;
}

static void hear_line(const struct world_view *world, const struct session *session, size_t nth,
                      const struct journal_record *record, struct arena *arena, struct overheard *out) {
  out->text = record->text[0];
  out->octets = record->text[0].len + (record->number[2] ? 1 : 2);
  if (!out->is_server) out->secret = secret_of(world, session, nth, record->text[0], arena);
  out->is_credential = out->secret.len > 0;
}

static void hear_message(const struct world_view *world, const struct journal_record *record,
                         struct arena *arena, struct overheard *out) {
  struct buf text = {0};
  journal_message_write(world->versions, record->number[2], &text);
  out->is_message = true;
  out->octets = record->number[3] > 0 ? (size_t)record->number[3] : 0;
  out->text = arena_copy(arena, buf_span(&text));
  buf_free(&text);
}

bool eavesdrop(const struct world_view *world, const struct session *session, size_t nth, struct arena *arena,
               struct overheard *out) {
  struct journal_record record;
  journal_seq seq = world->by_connection[session->first + nth].record;
  journal_get(world->journal, seq, &record);
  *out = (struct overheard){.record = seq, .is_server = record.number[0] != 0};
  out->text = out->secret = SPAN_EMPTY;
  switch (record.kind) {
  case JOURNAL_LINE:
    if (is_sealed(session, seq)) return false;
    hear_line(world, session, nth, &record, arena, out);
    return true;
  case JOURNAL_DATA:
    if (is_sealed(session, seq)) return false;
    hear_message(world, &record, arena, out);
    return true;
  case JOURNAL_TLS_RECORD:
    out->is_sealed = true;
    out->octets = record.number[2] > 0 ? (size_t)record.number[2] : 0;
    out->text = record.text[1];
    return true;
  default: return false;
  }
}

struct span eavesdrop_summary(const struct world_view *world, const struct session *session, journal_seq at,
                              struct arena *arena) {
  struct journal_record record;
  if (!session->encrypted || session->encrypted > at) return SPAN("plain text: anybody on the way reads it");
  journal_get(world->journal, session->encrypted, &record);
  int version = (int)record.number[0];
  if (version == 12 || version == 13)
    return arena_format(arena, "TLS 1.%d: only lengths and times", version - 10);
  return SPAN("TLS: only lengths and times");
}
