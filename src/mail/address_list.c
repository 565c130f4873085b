/* Address lists of header fields (RFC 5322 3.4 and 4.4), read leniently.
 *
 * A value is first cut into elements at the commas, semicolons and colons that stand outside quotes,
 * comments, brackets and literals; then each element is read by itself, so that one that cannot be
 * read costs nothing but itself:
 *
 *     "Baggins, Bilbo" <bbag@shire.example>, friends: jack@comcast.net, alice@cs (Alice);
 *     ╰───────────── element ─────────────╯  ╰─group╯ ╰── element ───╯  ╰── element ───╯
 *
 * A quote, comment or bracket that does not end is an ordinary character, and so is every later one
 * of its kind: that keeps the reading linear in the length of the value.
 */
#include "base/check.h"
#include "mail/address.h"
#include "mail/cfws.h"

enum element_end { ELEMENT_COMMA, ELEMENT_SEMICOLON, ELEMENT_COLON, ELEMENT_LAST };

struct element {
  struct span text;    /* without what ended it */
  struct span inside;  /* of <…>; data is NULL if there are no brackets */
  size_t phrase_len;   /* what stands before the < */
  struct span comment; /* the last one outside <…>, without parentheses */
  bool has_at;         /* an @ outside <…> */
  enum element_end end;
};

struct reader {
  struct span text;
  size_t at;
  bool no_quotes, no_comments; /* one did not end: the rest has none */
  struct span group;
  struct arena *arena;
  struct mailbox_entry *entries;
  size_t count, capacity, bad;
};

/* Octets of the literal at the front of text, "[192.0.2.1]"; 0 if it is none. */
static size_t literal_len(struct span text) {
  for (size_t i = 1; i < text.len; i++) {
    if (text.data[i] == ']') return i + 1;
    if (strchr("[,<>\"", text.data[i])) return 0;
  }
  return 0;
}

/* Octets at r->at that hide the special characters in them; 0 if what stands there hides nothing. */
static size_t hidden_len(struct reader *r) {
  struct span rest = span_skip(r->text, r->at);
  size_t len = 0;
  if (rest.data[0] == '"' && !r->no_quotes) {
    len = cfws_quoted_len(rest);
    r->no_quotes = len == 0;
  } else if (rest.data[0] == '(' && !r->no_comments) {
    len = cfws_comment_len(rest);
    r->no_comments = len == 0;
  } else if (rest.data[0] == '[') {
    len = literal_len(rest);
  }
  return len;
}

/* From the < on: finds its >. Without one, or if another < comes first, the brackets end at the first
 * comma, so that the next address is not lost. */
static void scan_brackets(struct reader *r, struct element *element) {
  size_t open = r->at++, comma = SPAN_NONE;
  while (r->at < r->text.len) {
    char c = r->text.data[r->at];
    size_t hidden = hidden_len(r);
    if (c == '>' || (c == '<' && comma != SPAN_NONE)) break;
    if (c == ',' && comma == SPAN_NONE) comma = r->at;
    r->at += hidden ? hidden : 1;
  }
  bool closed = r->at < r->text.len && r->text.data[r->at] == '>';
  if (!closed && comma != SPAN_NONE) r->at = comma;
  element->inside = span_slice(r->text, open + 1, r->at - open - 1);
  if (closed) r->at++;
}

static enum element_end end_kind(char c, const struct element *element, struct span group) {
  switch (c) {
  case ',': return ELEMENT_COMMA;
  case ';': return group.data ? ELEMENT_SEMICOLON : ELEMENT_COMMA;
  case ':': return element->has_at || element->inside.data ? ELEMENT_LAST : ELEMENT_COLON;
  default: return ELEMENT_LAST;
  }
}

/* The next element, up to what ends it; false at the end of the value. */
static bool next_element(struct reader *r, struct element *element) {
  if (r->at >= r->text.len) return false;
  size_t start = r->at;
  *element = (struct element){.inside = {NULL, 0}, .comment = SPAN_EMPTY, .end = ELEMENT_LAST};
  while (r->at < r->text.len) {
    char c = r->text.data[r->at];
    size_t hidden = hidden_len(r);
    if (hidden && c == '(') element->comment = span_slice(r->text, r->at + 1, hidden - 2);
    if (hidden) {
      r->at += hidden;
      continue;
    }
    element->end = end_kind(c, element, r->group);
    if (element->end != ELEMENT_LAST) break;
    element->has_at = element->has_at || c == '@';
    if (c == '<' && !element->inside.data) {
      element->phrase_len = r->at - start;
      scan_brackets(r, element);
    } else {
      r->at++;
    }
  }
  element->text = span_slice(r->text, start, r->at - start);
  if (r->at < r->text.len) r->at++;
  return true;
}

/* A phrase as a person reads it: quotes and comments gone, each run of white space one space. */
static struct span read_phrase(struct span phrase, struct arena *arena) {
  phrase = span_trim(phrase);
  char *text = arena_alloc(arena, phrase.len + 1);
  size_t len = 0;
  bool gap = false, no_quotes = false, no_comments = false;
  for (size_t i = 0; i < phrase.len;) {
    struct span rest = span_skip(phrase, i);
    bool is_quote = rest.data[0] == '"' && !no_quotes, is_comment = rest.data[0] == '(' && !no_comments;
    size_t hidden = is_quote ? cfws_quoted_len(rest) : is_comment ? cfws_comment_len(rest) : 0;
    no_quotes = no_quotes || (is_quote && !hidden);
    no_comments = no_comments || (is_comment && !hidden);
    if ((is_comment && hidden) || ascii_is_space(rest.data[0])) {
      gap = len > 0;
      i += hidden ? hidden : 1;
      continue;
    }
    if (gap) text[len++] = ' ';
    gap = false;
    if (hidden)
      len += cfws_unescape_to(span_slice(rest, 1, hidden - 2), text + len);
    else if (rest.data[0] != '"') /* a lone one is nobody's name */
      text[len++] = rest.data[0];
    i += hidden ? hidden : 1;
  }
  text[len] = 0;
  return span_of(text, len);
}

/* An addr-spec without the white space and comments that the obsolete syntax allows around its dots
 * and its @ ("jack . b @ comcast . net"). False if they stand elsewhere: "jack smith@comcast.net". */
static bool compact(struct span text, struct arena *arena, struct span *compact_out) {
  text = span_trim(text);
  char *to = arena_alloc(arena, text.len + 1);
  size_t len = 0;
  bool gap = false;
  for (size_t i = 0; i < text.len;) {
    struct span rest = span_skip(text, i);
    struct span after = cfws_skip(rest);
    if (after.len < rest.len) {
      gap = len > 0 && after.len > 0;
      i += rest.len - after.len;
      continue;
    }
    size_t run = rest.data[0] == '"' ? cfws_quoted_len(rest) : rest.data[0] == '[' ? literal_len(rest) : 1;
    if (run == 0 || rest.data[0] == '(') return false;
    if (gap && !strchr(".@", to[len - 1]) && !strchr(".@", rest.data[0])) return false;
    gap = false;
    memcpy(to + len, rest.data, run);
    len += run;
    i += run;
  }
  to[len] = 0;
  *compact_out = span_of(to, len);
  return true;
}

static bool has_any(struct span text, const char *characters) {
  for (size_t i = 0; i < text.len; i++)
    if (text.data[i] && strchr(characters, text.data[i])) return true;
  return false;
}

/* Off the front of *text: the "@a,@b:" of a source route. */
static bool skip_route(struct span *text) {
  if (text->len == 0 || text->data[0] != '@') return true;
  for (size_t i = 0; i < text->len; i++) {
    if (text->data[i] == '[') i += literal_len(span_skip(*text, i));
    if (i < text->len && text->data[i] == ':') {
      *text = cfws_skip(span_skip(*text, i + 1));
      return true;
    }
  }
  return false;
}

/* Local part and domain; the domain stays empty for a bare local part ("postmaster"). */
static bool read_addr_spec(struct span text, struct arena *arena, struct address *address_out) {
  struct span spec;
  if (text.len && address_plain_len(text, false, address_out) == text.len) return true;
  text = cfws_skip(text);
  if (!skip_route(&text)) return false;
  if (!has_any(text, " \t\r\n("))
    spec = text;
  else if (!compact(text, arena, &spec))
    return false;
  size_t quoted = spec.len && spec.data[0] == '"' ? cfws_quoted_len(spec) : 0;
  size_t at = span_find(span_skip(spec, quoted), '@');
  address_out->local_part = at == SPAN_NONE ? spec : span_first(spec, quoted + at);
  address_out->domain = at == SPAN_NONE ? SPAN_EMPTY : span_skip(spec, quoted + at + 1);
  if (address_out->local_part.len == 0 || (at != SPAN_NONE && address_out->domain.len == 0)) return false;
  if (has_any(span_skip(address_out->local_part, quoted), "<>()[]:;,\\")) return false;
  return !has_any(address_out->domain, "<>(),;@\"\\");
}

/* One more; doubles the room, within the arena. */
static void add_entry(struct reader *r, struct mailbox_entry entry) {
  if (r->count == ADDRESS_LIST_MAX) {
    r->bad++;
    return;
  }
  if (r->count == r->capacity) {
    size_t capacity = r->capacity ? r->capacity * 2 : 4;
    struct mailbox_entry *larger = arena_alloc(r->arena, capacity * sizeof *larger);
    if (r->count) memcpy(larger, r->entries, r->count * sizeof *larger);
    r->entries = larger;
    r->capacity = capacity;
  }
  entry.group = r->group.data ? r->group : SPAN_EMPTY;
  r->entries[r->count++] = entry;
}

static void read_element(struct reader *r, const struct element *element) {
  struct mailbox_entry entry = {.display_name = SPAN_EMPTY};
  struct span spec = element->inside.data ? element->inside : element->text;
  if (cfws_skip(element->text).len == 0) return; /* an empty place between commas (4.4) */
  if (!read_addr_spec(spec, r->arena, &entry.address)) {
    r->bad++;
    return;
  }
  if (element->inside.data)
    entry.display_name = read_phrase(span_first(element->text, element->phrase_len), r->arena);
  if (entry.display_name.len == 0) entry.display_name = span_trim(cfws_unescape(element->comment, r->arena));
  add_entry(r, entry);
}

size_t address_list_parse(struct span value, struct arena *arena, struct mailbox_entry **entries_out,
                          size_t *bad_out) {
  struct reader r = {.text = value, .arena = arena, .group = {NULL, 0}};
  struct element element;
  while (next_element(&r, &element)) {
    if (element.end == ELEMENT_COLON) {
      r.group = read_phrase(element.text, arena);
      continue;
    }
    read_element(&r, &element);
    if (element.end == ELEMENT_SEMICOLON) r.group = (struct span){NULL, 0};
  }
  *entries_out = r.entries;
  if (bad_out) *bad_out = r.bad;
  return r.count;
}
