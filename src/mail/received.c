#include "mail/received.h"

#include "base/check.h"
#include "mail/cfws.h"
#include "mail/received_peer.h"

static const struct span token_names[RECEIVED_TOKENS] = {
    [RECEIVED_FROM] = SPAN_INIT("from"), [RECEIVED_BY] = SPAN_INIT("by"), [RECEIVED_VIA] = SPAN_INIT("via"),
    [RECEIVED_WITH] = SPAN_INIT("with"), [RECEIVED_ID] = SPAN_INIT("id"), [RECEIVED_FOR] = SPAN_INIT("for"),
};

const char *received_token_text(enum received_token token) {
  CHECK(token < RECEIVED_TOKENS);
  return token_names[token].data;
}

const char *received_defect_text(enum received_defect defect) {
  switch (defect) {
  case RECEIVED_NO_FROM: return "the from clause is missing";
  case RECEIVED_NO_BY: return "the by clause is missing";
  case RECEIVED_NO_DATE: return "the date is missing";
  case RECEIVED_BAD_DATE: return "the date cannot be read";
  case RECEIVED_OPEN_COMMENT: return "a comment lacks its closing parenthesis";
  case RECEIVED_EMPTY_CLAUSE: return "a clause has no value";
  case RECEIVED_REPEATED: return "a clause is repeated";
  case RECEIVED_LOOSE_WORDS: return "words stand before the first clause";
  case RECEIVED_TOO_LONG: return "the field is too long";
  }
  return "unknown defect";
}

/* The reading of one field: where it is, and the clause that the next word or comment belongs to. */
struct reader {
  struct received *received;
  struct received_clause *open;
  struct span rest;
  bool flat_comments; /* one did not end: from there on each ends at the next ")" */
  bool no_comments;   /* nor is there any ")" left */
};

static int find_token(struct span word) {
  for (int i = 0; i < RECEIVED_TOKENS; i++)
    if (span_equal_nocase(word, token_names[i])) return i;
  return -1;
}

/* Up to white space, a comment or a semicolon; a quoted string and a <path> hide those. */
static size_t word_len(struct span text) {
  size_t i = 0;
  while (i < text.len && !ascii_is_space(text.data[i]) && text.data[i] != '(' && text.data[i] != ';') {
    struct span rest = span_skip(text, i);
    size_t quoted = rest.data[0] == '"' ? cfws_quoted_len(rest) : 0;
    if (rest.data[0] == '"' && quoted == 0) return text.len; /* swallows the rest, so is met once */
    i += quoted ? quoted : 1;
  }
  return i;
}

/* Octets of a comment that lacks its parenthesis: up to the next token or semicolon. The slide's
 *     from salieri (salieri [129.82.45.76] by chico … */
static size_t open_comment_len(struct span text) {
  for (size_t i = 1; i < text.len; i++) {
    if (text.data[i] == ';') return i;
    if (!ascii_is_space(text.data[i - 1])) continue;
    struct span rest = span_skip(text, i);
    size_t word = 0;
    while (word < rest.len && ascii_is_alpha(rest.data[word])) word++;
    bool whole = word < rest.len && ascii_is_space(rest.data[word]);
    if (whole && find_token(span_first(rest, word)) >= 0) return i;
  }
  return text.len;
}

static size_t comment_len(struct reader *r, struct span *inside_out) {
  size_t len = r->no_comments     ? 0
               : r->flat_comments ? span_find(r->rest, ')') + 1
                                  : cfws_comment_len(r->rest);
  if (len) {
    *inside_out = span_slice(r->rest, 1, len - 2);
    return len;
  }
  r->received->defects |= RECEIVED_OPEN_COMMENT;
  if (r->flat_comments) r->no_comments = true;
  r->flat_comments = true;
  len = open_comment_len(r->rest);
  *inside_out = span_trim(span_slice(r->rest, 1, len - 1));
  return len;
}

/* From start up to the reader's place, without white space at the end. */
static struct span up_to(const struct reader *r, const char *start) {
  return span_trim_right(span_of(start, (size_t)(r->rest.data - start)));
}

static void take_comment(struct reader *r) {
  struct span inside = SPAN_EMPTY;
  struct received_clause *clause = r->open;
  const char *start = clause->present ? clause->text.data : r->rest.data;
  r->rest = span_skip(r->rest, comment_len(r, &inside));
  clause->present = true;
  clause->text = up_to(r, start);
  if (clause->comment_count < RECEIVED_COMMENTS_MAX) clause->comments[clause->comment_count++] = inside;
}

static void close_clause(struct reader *r) {
  if (r->open != &r->received->loose && r->open->value.len == 0)
    r->received->defects |= RECEIVED_EMPTY_CLAUSE;
}

/* A word that is a token opens a clause, unless that clause has been; any other is part of the open
 * clause's value as long as no comment has ended it. */
static void take_word(struct reader *r) {
  struct span word = span_first(r->rest, word_len(r->rest));
  int token = find_token(word);
  r->rest = span_skip(r->rest, word.len);
  if (token >= 0 && !r->received->clause[token].present) {
    close_clause(r);
    r->open = &r->received->clause[token];
    *r->open = (struct received_clause){.present = true, .text = word, .value = SPAN_EMPTY};
    return;
  }
  if (token >= 0) r->received->defects |= RECEIVED_REPEATED;
  struct received_clause *clause = r->open;
  if (clause == &r->received->loose) r->received->defects |= RECEIVED_LOOSE_WORDS;
  clause->text = up_to(r, clause->present ? clause->text.data : word.data);
  clause->present = true;
  if (clause->comment_count == 0)
    clause->value = up_to(r, clause->value.len ? clause->value.data : word.data);
}

/* The last semicolon that nothing hides begins the date; one before it separates nothing. */
static bool another_semicolon(struct span rest) {
  while (rest.len && rest.data[0] != ';') {
    size_t hidden = rest.data[0] == '(' ? cfws_comment_len(rest) : 1;
    if (hidden == 0) return false;
    rest = span_skip(rest, hidden);
  }
  return rest.len > 0;
}

static struct span take_clauses(struct reader *r) {
  struct span date = SPAN_EMPTY;
  while ((r->rest = cfws_skip_space(r->rest)).len && date.len == 0) {
    if (r->rest.data[0] == '(') {
      take_comment(r);
    } else if (r->rest.data[0] != ';') {
      take_word(r);
    } else {
      r->rest = span_skip(r->rest, 1);
      if (!another_semicolon(r->rest)) date = r->rest;
    }
  }
  close_clause(r);
  return span_trim(date);
}

static void read_date(struct received *received, struct span date) {
  received->date_text = date;
  if (received->date_text.len == 0)
    received->defects |= RECEIVED_NO_DATE;
  else if (!date_parse(received->date_text, &received->date))
    received->defects |= RECEIVED_BAD_DATE;
}

static void clear(struct received *received) {
  *received = (struct received){.date_text = SPAN_EMPTY};
  received->loose.text = received->loose.value = SPAN_EMPTY;
  for (int i = 0; i < RECEIVED_TOKENS; i++) received->clause[i].text = received->clause[i].value = SPAN_EMPTY;
}

void received_parse(struct span value, struct received *received_out) {
  struct reader r = {.received = received_out, .open = &received_out->loose};
  clear(received_out);
  if (value.len > RECEIVED_VALUE_MAX) received_out->defects |= RECEIVED_TOO_LONG;
  r.rest = span_first(value, RECEIVED_VALUE_MAX);
  read_date(received_out, take_clauses(&r));
  if (!received_out->clause[RECEIVED_FROM].present) received_out->defects |= RECEIVED_NO_FROM;
  if (!received_out->clause[RECEIVED_BY].present) received_out->defects |= RECEIVED_NO_BY;
  received_peer_read(&received_out->clause[RECEIVED_FROM], &received_out->peer);
}

struct span received_for_address(const struct received *received) {
  struct span value = received->clause[RECEIVED_FOR].value;
  if (value.len < 2 || value.data[0] != '<' || value.data[value.len - 1] != '>') return value;
  return span_slice(value, 1, value.len - 2);
}
