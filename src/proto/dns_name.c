#include "proto/dns_name.h"

#include "base/check.h"
#include "mail/address.h"
#include "proto/dns_text.h"

const char *dns_problem_text(enum dns_problem problem) {
  static const char *const texts[] = {
      [DNS_OK] = "all well",
      [DNS_EMPTY_NAME] = "a name is missing",
      [DNS_EMPTY_LABEL] = "a label of a name is empty",
      [DNS_LABEL_TOO_LONG] = "a label is longer than 63 octets",
      [DNS_NAME_TOO_LONG] = "a name is longer than 255 octets",
      [DNS_BAD_ESCAPE] = "a backslash must be followed by three digits or one other character",
      [DNS_BAD_ADDRESS] = "not an address of this record's family",
      [DNS_BAD_NUMBER] = "not a number, or too large",
      [DNS_UNKNOWN_TYPE] = "a record type that is not known",
      [DNS_UNKNOWN_CLASS] = "a class other than IN",
      [DNS_MISSING_FIELD] = "something is missing at the end of the record",
      [DNS_EXTRA_FIELD] = "something follows the end of the record",
      [DNS_UNBALANCED] = "a quotation mark or parenthesis without its partner",
      [DNS_STRING_TOO_LONG] = "a string is longer than 255 octets",
      [DNS_NO_OWNER] = "a record without a name, and none before it",
      [DNS_BAD_DIRECTIVE] = "a $ directive other than $ORIGIN and $TTL, or without its value",
      [DNS_NOT_IN_ZONE] = "a record whose name is outside the zone",
      [DNS_CNAME_AND_OTHER] = "a CNAME beside other records of the same name",
      [DNS_BAD_SOA] = "a zone needs one SOA record, at its top",
      [DNS_CUT_SHORT] = "the message ends too early",
      [DNS_BAD_POINTER] = "a compression pointer that does not point back",
      [DNS_TOO_MANY] = "too many questions or records",
      [DNS_JUNK_AFTER] = "octets that belong to nothing",
  };
  return (size_t)problem < sizeof texts / sizeof *texts && texts[problem] ? texts[problem]
                                                                          : "unknown problem";
}

/* One label off the front of *rest, and the dot after it if there is one. */
static enum dns_problem next_label(struct span *rest, uint8_t wire_out[1 + DNS_LABEL_MAX], bool *dot_out) {
  size_t len = 0;
  *dot_out = false;
  while (rest->len > 0) {
    if (rest->data[0] == '.') {
      *rest = span_skip(*rest, 1);
      *dot_out = true;
      break;
    }
    uint8_t octet;
    enum dns_problem problem = dns_text_octet(rest, &octet);
    if (problem != DNS_OK) return problem;
    if (len == DNS_LABEL_MAX) return DNS_LABEL_TOO_LONG;
    wire_out[1 + len++] = octet;
  }
  wire_out[0] = (uint8_t)len;
  return len > 0 ? DNS_OK : DNS_EMPTY_LABEL;
}

/* The labels of text, without the root's zero. *absolute_out: it ended in a dot. */
static enum dns_problem labels_to_wire(struct span text, uint8_t wire_out[DNS_NAME_WIRE_MAX], size_t *len_out,
                                       bool *absolute_out) {
  *len_out = 0;
  *absolute_out = span_equal(text, DNS_ROOT);
  if (text.len == 0) return DNS_EMPTY_NAME;
  if (*absolute_out) return DNS_OK;
  while (text.len > 0) {
    uint8_t label[1 + DNS_LABEL_MAX];
    enum dns_problem problem = next_label(&text, label, absolute_out);
    if (problem != DNS_OK) return problem;
    size_t size = (size_t)label[0] + 1;
    if (*len_out + size > DNS_NAME_WIRE_MAX - 1) return DNS_NAME_TOO_LONG;
    memcpy(wire_out + *len_out, label, size);
    *len_out += size;
  }
  return DNS_OK;
}

size_t dns_name_to_wire(struct span name, uint8_t wire_out[DNS_NAME_WIRE_MAX]) {
  size_t len;
  bool absolute;
  if (labels_to_wire(name, wire_out, &len, &absolute) != DNS_OK) return 0;
  wire_out[len] = 0;
  return len + 1;
}

static char *put_octet(char *to, uint8_t octet) {
  if (octet <= ' ' || octet >= 127) return dns_text_put_escaped(to, octet);
  if (memchr(".\\\"();@$", octet, 8)) *to++ = '\\';
  *to++ = (char)octet;
  return to;
}

/* The text of a wire name. */
static size_t write_text(const uint8_t *wire, char text_out[DNS_NAME_TEXT_MAX]) {
  char *to = text_out;
  if (wire[0] == 0) *to++ = '.';
  while (wire[0]) {
    if (to > text_out) *to++ = '.';
    for (size_t i = 1; i <= wire[0]; i++) to = put_octet(to, wire[i]);
    wire += wire[0] + 1;
  }
  return (size_t)(to - text_out);
}

struct span dns_name_from_wire(const uint8_t *wire, struct arena *arena) {
  char text[DNS_NAME_TEXT_MAX];
  size_t len = write_text(wire, text);
  return arena_copy(arena, span_of(text, len));
}

/* A host's name, as nearly every name is: its text is its own canonical form. */
static bool is_plain(struct span text) {
  return text.len + 2 <= DNS_NAME_WIRE_MAX && domain_is_valid(text);
}

enum dns_problem dns_name_parse(struct span text, struct span origin, struct arena *arena,
                                struct span *name_out) {
  if (is_plain(text) && span_equal(origin, DNS_ROOT)) {
    *name_out = text;
    return DNS_OK;
  }
  *name_out = DNS_ROOT;
  uint8_t wire[DNS_NAME_WIRE_MAX];
  size_t len = 0;
  bool absolute = false;
  if (!span_equal(text, SPAN("@"))) {
    enum dns_problem problem = labels_to_wire(text, wire, &len, &absolute);
    if (problem != DNS_OK) return problem;
  }
  wire[len] = 0;
  if (!absolute) {
    uint8_t tail[DNS_NAME_WIRE_MAX];
    size_t tail_len = dns_name_to_wire(origin, tail);
    CHECK(tail_len > 0);
    if (len + tail_len > DNS_NAME_WIRE_MAX) return DNS_NAME_TOO_LONG;
    memcpy(wire + len, tail, tail_len);
  }
  char canonical[DNS_NAME_TEXT_MAX];
  struct span name = span_of(canonical, write_text(wire, canonical));
  *name_out =
      span_equal(span_first(text, name.len), name) ? span_first(text, name.len) : arena_copy(arena, name);
  return DNS_OK;
}

/* Without the dot at the end, if it is one. */
static struct span trim_final_dot(struct span name) {
  if (name.len < 2 || name.data[name.len - 1] != '.') return name;
  size_t backslashes = 0;
  while (backslashes + 1 < name.len && name.data[name.len - 2 - backslashes] == '\\') backslashes++;
  return backslashes % 2 ? name : span_first(name, name.len - 1);
}

void dns_name_write(struct span name, struct buf *out) {
  name = trim_final_dot(name);
  buf_add(out, name);
  if (!span_equal(name, DNS_ROOT)) buf_add_char(out, '.');
}

bool dns_name_equal(struct span a, struct span b) {
  return span_equal_nocase(trim_final_dot(a), trim_final_dot(b));
}

uint32_t dns_name_hash(struct span name) {
  return span_hash_nocase(trim_final_dot(name));
}

bool dns_name_parent(struct span name, struct span *parent_out) {
  name = trim_final_dot(name);
  if (span_equal(name, DNS_ROOT)) return false;
  for (size_t at = 0; at < name.len; at++) {
    if (name.data[at] == '\\') {
      at++; /* what follows is not syntax; the digits of \DDD are harmless */
    } else if (name.data[at] == '.') {
      *parent_out = span_skip(name, at + 1);
      return true;
    }
  }
  *parent_out = DNS_ROOT;
  return true;
}

bool dns_name_is_within(struct span name, struct span ancestor) {
  do {
    if (dns_name_equal(name, ancestor)) return true;
  } while (dns_name_parent(name, &name));
  return false;
}

/* The key of a plain name: its labels backwards. */
static size_t plain_key(struct span name, uint8_t *key_out) {
  size_t len = 0, start;
  for (size_t end = name.len; end > 0; end = start ? start - 1 : 0) {
    for (start = end; start > 0 && name.data[start - 1] != '.'; start--) continue;
    for (size_t i = start; i < end; i++) key_out[len++] = (uint8_t)ascii_lower(name.data[i]);
    key_out[len++] = 0;
  }
  return len;
}

/* Each label ends in 0; a 0 or 1 within it becomes 1 1 or 1 2, which keeps the order. */
size_t dns_name_key(struct span name, uint8_t key_out[DNS_NAME_KEY_MAX]) {
  uint8_t wire[DNS_NAME_WIRE_MAX];
  if (is_plain(name)) return plain_key(name, key_out);
  if (dns_name_to_wire(name, wire) == 0) return SPAN_NONE;
  uint8_t starts[DNS_NAME_LABELS_MAX];
  size_t count = 0, len = 0;
  for (size_t at = 0; wire[at]; at += (size_t)wire[at] + 1) starts[count++] = (uint8_t)at;
  while (count-- > 0) {
    const uint8_t *label = wire + starts[count];
    for (size_t i = 1; i <= label[0]; i++) {
      uint8_t octet = (uint8_t)ascii_lower((char)label[i]);
      if (octet <= 1) key_out[len++] = 1;
      key_out[len++] = octet <= 1 ? (uint8_t)(octet + 1) : octet;
    }
    key_out[len++] = 0;
  }
  return len;
}
