/* The keys of SEARCH (RFC 9051 6.4.4; RFC 3501 6.4.4 for NEW, OLD, RECENT), as a tree. */
#include "proto/imap_session.h"

struct reader {
  struct imap_server *server;
  struct imap_scan *scan;
  struct imap_search *search;
  int depth;
};

static struct imap_key *new_key(struct reader *reader, enum imap_key_kind kind) {
  struct imap_key *key = arena_zalloc(&reader->server->arena, sizeof *key);
  key->kind = kind;
  return key;
}

static struct imap_key *negated(struct reader *reader, struct imap_key *inner) {
  struct imap_key *key = new_key(reader, IMAP_KEY_NOT);
  key->first = inner;
  return key;
}

static struct imap_key *read_one(struct reader *reader);

/* Keys with spaces between; all of them must fit. */
static struct imap_key *read_all(struct reader *reader) {
  struct imap_key *key = new_key(reader, IMAP_KEY_AND), **end = &key->first;
  do {
    *end = read_one(reader);
    if (!*end) return NULL;
    end = &(*end)->next;
  } while (imap_scan_space(reader->scan));
  return key;
}

/* ---- the words ---- */

enum argument { NOTHING, DATE, NUMBER, TEXT, FIELD_TEXT, KEYWORD, KEY, TWO_KEYS, UID_SET };

static const struct word {
  struct span name;
  enum imap_key_kind kind;
  enum argument argument;
  uint32_t flags;
  bool is_not;
  struct span field; /* of HEADER */
} words[] = {
    {SPAN_INIT("ALL"), IMAP_KEY_ALL, NOTHING, 0, false, SPAN_INIT("")},
    {SPAN_INIT("ANSWERED"), IMAP_KEY_FLAGS, NOTHING, IMAP_ANSWERED, false, SPAN_INIT("")},
    {SPAN_INIT("BCC"), IMAP_KEY_HEADER, TEXT, 0, false, SPAN_INIT("Bcc")},
    {SPAN_INIT("BEFORE"), IMAP_KEY_BEFORE, DATE, 0, false, SPAN_INIT("")},
    {SPAN_INIT("BODY"), IMAP_KEY_BODY, TEXT, 0, false, SPAN_INIT("")},
    {SPAN_INIT("CC"), IMAP_KEY_HEADER, TEXT, 0, false, SPAN_INIT("Cc")},
    {SPAN_INIT("DELETED"), IMAP_KEY_FLAGS, NOTHING, IMAP_DELETED, false, SPAN_INIT("")},
    {SPAN_INIT("DRAFT"), IMAP_KEY_FLAGS, NOTHING, IMAP_DRAFT, false, SPAN_INIT("")},
    {SPAN_INIT("FLAGGED"), IMAP_KEY_FLAGS, NOTHING, IMAP_FLAGGED, false, SPAN_INIT("")},
    {SPAN_INIT("FROM"), IMAP_KEY_HEADER, TEXT, 0, false, SPAN_INIT("From")},
    {SPAN_INIT("HEADER"), IMAP_KEY_HEADER, FIELD_TEXT, 0, false, SPAN_INIT("")},
    {SPAN_INIT("KEYWORD"), IMAP_KEY_NOTHING, KEYWORD, 0, false, SPAN_INIT("")},
    {SPAN_INIT("LARGER"), IMAP_KEY_LARGER, NUMBER, 0, false, SPAN_INIT("")},
    {SPAN_INIT("NEW"), IMAP_KEY_NEW, NOTHING, 0, false, SPAN_INIT("")},
    {SPAN_INIT("NOT"), IMAP_KEY_NOT, KEY, 0, false, SPAN_INIT("")},
    {SPAN_INIT("OLD"), IMAP_KEY_FLAGS, NOTHING, IMAP_RECENT, true, SPAN_INIT("")},
    {SPAN_INIT("ON"), IMAP_KEY_ON, DATE, 0, false, SPAN_INIT("")},
    {SPAN_INIT("OR"), IMAP_KEY_OR, TWO_KEYS, 0, false, SPAN_INIT("")},
    {SPAN_INIT("RECENT"), IMAP_KEY_FLAGS, NOTHING, IMAP_RECENT, false, SPAN_INIT("")},
    {SPAN_INIT("SEEN"), IMAP_KEY_FLAGS, NOTHING, IMAP_SEEN, false, SPAN_INIT("")},
    {SPAN_INIT("SENTBEFORE"), IMAP_KEY_SENTBEFORE, DATE, 0, false, SPAN_INIT("")},
    {SPAN_INIT("SENTON"), IMAP_KEY_SENTON, DATE, 0, false, SPAN_INIT("")},
    {SPAN_INIT("SENTSINCE"), IMAP_KEY_SENTSINCE, DATE, 0, false, SPAN_INIT("")},
    {SPAN_INIT("SINCE"), IMAP_KEY_SINCE, DATE, 0, false, SPAN_INIT("")},
    {SPAN_INIT("SMALLER"), IMAP_KEY_SMALLER, NUMBER, 0, false, SPAN_INIT("")},
    {SPAN_INIT("SUBJECT"), IMAP_KEY_HEADER, TEXT, 0, false, SPAN_INIT("Subject")},
    {SPAN_INIT("TEXT"), IMAP_KEY_TEXT, TEXT, 0, false, SPAN_INIT("")},
    {SPAN_INIT("TO"), IMAP_KEY_HEADER, TEXT, 0, false, SPAN_INIT("To")},
    {SPAN_INIT("UID"), IMAP_KEY_SET, UID_SET, 0, false, SPAN_INIT("")},
    {SPAN_INIT("UNANSWERED"), IMAP_KEY_FLAGS, NOTHING, IMAP_ANSWERED, true, SPAN_INIT("")},
    {SPAN_INIT("UNDELETED"), IMAP_KEY_FLAGS, NOTHING, IMAP_DELETED, true, SPAN_INIT("")},
    {SPAN_INIT("UNDRAFT"), IMAP_KEY_FLAGS, NOTHING, IMAP_DRAFT, true, SPAN_INIT("")},
    {SPAN_INIT("UNFLAGGED"), IMAP_KEY_FLAGS, NOTHING, IMAP_FLAGGED, true, SPAN_INIT("")},
    {SPAN_INIT("UNKEYWORD"), IMAP_KEY_ALL, KEYWORD, 0, false, SPAN_INIT("")},
    {SPAN_INIT("UNSEEN"), IMAP_KEY_FLAGS, NOTHING, IMAP_SEEN, true, SPAN_INIT("")},
};

static bool read_set(struct reader *reader, struct imap_key *key, bool by_uid) {
  struct imap_server *server = reader->server;
  bool was = server->uid_variant;
  server->uid_variant = by_uid;
  bool good = imap_view_pick(server, reader->scan, &key->pick);
  server->uid_variant = was;
  return good;
}

/* What follows the word. */
static bool read_argument(struct reader *reader, const struct word *word, struct imap_key *key) {
  struct imap_scan *scan = reader->scan;
  struct span keyword;
  if (word->argument == NOTHING) return true;
  if (!imap_scan_space(scan)) return false;
  switch (word->argument) {
  case NOTHING: return true;
  case DATE: return imap_scan_date(scan, &key->days);
  case NUMBER: return imap_scan_number(scan, &key->number);
  case TEXT: return imap_scan_astring(scan, &key->text);
  case FIELD_TEXT:
    return imap_scan_astring(scan, &key->name) && imap_scan_space(scan) &&
           imap_scan_astring(scan, &key->text);
  case KEYWORD: return imap_scan_atom(scan, &keyword);
  case UID_SET: return read_set(reader, key, true);
  case KEY: return (key->first = read_one(reader)) != NULL;
  case TWO_KEYS:
    key->first = read_one(reader);
    if (!key->first || !imap_scan_space(scan)) return false;
    return (key->first->next = read_one(reader)) != NULL;
  }
  return false;
}

static struct imap_key *read_word(struct reader *reader, const struct word *word) {
  struct imap_key *key = new_key(reader, word->kind);
  key->flags = word->flags;
  key->name = word->field;
  if (!read_argument(reader, word, key)) return NULL;
  bool by_header = word->kind >= IMAP_KEY_HEADER;
  bool by_sent = word->kind >= IMAP_KEY_SENTBEFORE && word->kind <= IMAP_KEY_SENTSINCE;
  if (by_header || by_sent) reader->search->needs_text = true;
  return word->is_not ? negated(reader, key) : key;
}

static struct imap_key *read_inner(struct reader *reader) {
  struct imap_scan *scan = reader->scan;
  if (imap_scan_char(scan, '(')) {
    struct imap_key *inner = read_all(reader);
    return inner && imap_scan_char(scan, ')') ? inner : NULL;
  }
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (imap_scan_word(scan, words[i].name)) return read_word(reader, &words[i]);
  struct imap_key *key = new_key(reader, IMAP_KEY_SET);
  return read_set(reader, key, false) ? key : NULL;
}

static struct imap_key *read_one(struct reader *reader) {
  if (reader->depth == IMAP_SEARCH_DEPTH_MAX) return NULL;
  reader->depth++;
  struct imap_key *key = read_inner(reader);
  reader->depth--;
  return key;
}

struct imap_key *imap_key_read(struct imap_server *server, struct imap_scan *scan,
                               struct imap_search *search) {
  struct reader reader = {server, scan, search, 0};
  return read_all(&reader);
}
