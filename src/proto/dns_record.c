#include "proto/dns_record.h"

#include "base/check.h"
#include "proto/dns_text.h"

struct type_rule {
  enum dns_type type;
  enum dns_form form;
  struct span name;
};

static const struct type_rule type_rules[] = {
    {DNS_TYPE_A, DNS_FORM_ADDRESS, SPAN_INIT("A")},      {DNS_TYPE_NS, DNS_FORM_NAME, SPAN_INIT("NS")},
    {DNS_TYPE_CNAME, DNS_FORM_NAME, SPAN_INIT("CNAME")}, {DNS_TYPE_SOA, DNS_FORM_SOA, SPAN_INIT("SOA")},
    {DNS_TYPE_PTR, DNS_FORM_NAME, SPAN_INIT("PTR")},     {DNS_TYPE_MX, DNS_FORM_MX, SPAN_INIT("MX")},
    {DNS_TYPE_TXT, DNS_FORM_STRINGS, SPAN_INIT("TXT")},  {DNS_TYPE_AAAA, DNS_FORM_ADDRESS, SPAN_INIT("AAAA")},
    {DNS_TYPE_ANY, DNS_FORM_RAW, SPAN_INIT("ANY")},
};
enum { TYPE_RULES = sizeof type_rules / sizeof *type_rules };

static const char *const rcode_names[] = {
    [DNS_NOERROR] = "NOERROR",   [DNS_FORMERR] = "FORMERR", [DNS_SERVFAIL] = "SERVFAIL",
    [DNS_NXDOMAIN] = "NXDOMAIN", [DNS_NOTIMP] = "NOTIMP",   [DNS_REFUSED] = "REFUSED",
};
enum { RCODE_NAMES = sizeof rcode_names / sizeof *rcode_names };

static const struct type_rule *rule_of(enum dns_type type) {
  for (size_t i = 0; i < TYPE_RULES; i++) {
    if (type_rules[i].type == type) return &type_rules[i];
  }
  return NULL;
}

enum dns_form dns_type_form(enum dns_type type) {
  const struct type_rule *rule = rule_of(type);
  return rule ? rule->form : DNS_FORM_RAW;
}

struct span dns_type_text(enum dns_type type, struct arena *arena) {
  const struct type_rule *rule = rule_of(type);
  return rule ? rule->name : arena_format(arena, "TYPE%u", (unsigned)type);
}

bool dns_type_named(struct span text, enum dns_type *type_out) {
  for (size_t i = 0; i < TYPE_RULES; i++) {
    if (span_equal_nocase(text, type_rules[i].name)) {
      *type_out = type_rules[i].type;
      return true;
    }
  }
  uint64_t number; /* RFC 3597 5 */
  if (!span_starts_with_nocase(text, SPAN("TYPE")) ||
      !span_to_u64(span_skip(text, 4), DNS_TYPE_MAX, &number) || number == 0) {
    return false;
  }
  *type_out = (enum dns_type)number;
  return true;
}

const char *dns_rcode_name(enum dns_rcode rcode) {
  return (size_t)rcode < RCODE_NAMES ? rcode_names[rcode] : "RESERVED";
}

bool dns_rcode_named(struct span text, enum dns_rcode *rcode_out) {
  for (size_t i = 0; i < RCODE_NAMES; i++) {
    if (span_equal_nocase(text, span_from(rcode_names[i]))) {
      *rcode_out = (enum dns_rcode)i;
      return true;
    }
  }
  return false;
}

bool dns_string_next(struct span *rest, struct span *string_out) {
  if (rest->len == 0) return false;
  size_t len = (uint8_t)rest->data[0];
  *string_out = span_slice(*rest, 1, len);
  *rest = span_skip(*rest, 1 + len);
  return true;
}

struct span dns_strings_join(struct span strings, struct arena *arena) {
  char *text = arena_alloc(arena, strings.len + 1);
  size_t len = 0;
  struct span one;
  while (dns_string_next(&strings, &one)) {
    memcpy(text + len, one.data, one.len);
    len += one.len;
  }
  return span_of(text, len);
}

struct span dns_strings_make(struct span text, struct arena *arena) {
  size_t count = text.len ? (text.len + DNS_STRING_MAX - 1) / DNS_STRING_MAX : 1, len = 0;
  char *strings = arena_alloc(arena, text.len + count);
  do {
    struct span piece = span_first(text, DNS_STRING_MAX);
    strings[len++] = (char)piece.len;
    memcpy(strings + len, piece.data, piece.len);
    len += piece.len;
    text = span_skip(text, piece.len);
  } while (text.len > 0);
  return span_of(strings, len);
}

/* ---- Writing ---- */

static void write_address(const struct dns_record *record, struct buf *out) {
  ip_address_write(&record->address, out);
}

static void write_name(const struct dns_record *record, struct buf *out) {
  dns_name_write(record->target, out);
}

static void write_mx(const struct dns_record *record, struct buf *out) {
  buf_add_u64(out, record->mx.preference);
  buf_add_char(out, ' ');
  dns_name_write(record->mx.exchange, out);
}

static void write_soa(const struct dns_record *record, struct buf *out) {
  const struct dns_soa *soa = &record->soa;
  const uint32_t numbers[] = {soa->serial, soa->refresh_s, soa->retry_s, soa->expire_s, soa->minimum_s};
  dns_name_write(soa->primary, out);
  buf_add_char(out, ' ');
  dns_name_write(soa->responsible, out);
  for (size_t i = 0; i < 5; i++) {
    buf_add_char(out, ' ');
    buf_add_u64(out, numbers[i]);
  }
}

static void write_string(struct span string, struct buf *out) {
  buf_add_char(out, '"');
  for (size_t i = 0; i < string.len; i++) {
    uint8_t octet = (uint8_t)string.data[i];
    if (octet < ' ' || octet >= 127) {
      char escaped[4];
      dns_text_put_escaped(escaped, octet);
      buf_add(out, span_of(escaped, sizeof escaped));
      continue;
    }
    if (octet == '"' || octet == '\\') buf_add_char(out, '\\');
    buf_add_char(out, string.data[i]);
  }
  buf_add_char(out, '"');
}

static void write_strings(const struct dns_record *record, struct buf *out) {
  struct span rest = record->strings, string;
  while (dns_string_next(&rest, &string)) {
    if (string.data != record->strings.data + 1) buf_add_char(out, ' ');
    write_string(string, out);
  }
}

static void write_raw(const struct dns_record *record, struct buf *out) {
  static const char digits[] = "0123456789abcdef";
  buf_add_text(out, "\\# ");
  buf_add_u64(out, record->raw.len);
  if (record->raw.len > 0) buf_add_char(out, ' ');
  for (size_t i = 0; i < record->raw.len; i++) {
    uint8_t octet = (uint8_t)record->raw.data[i];
    buf_add_char(out, digits[octet >> 4]);
    buf_add_char(out, digits[octet & 15]);
  }
}

typedef void write_fn(const struct dns_record *record, struct buf *out);
static write_fn *const writers[DNS_FORM_COUNT] = {
    [DNS_FORM_RAW] = write_raw, [DNS_FORM_ADDRESS] = write_address, [DNS_FORM_NAME] = write_name,
    [DNS_FORM_MX] = write_mx,   [DNS_FORM_SOA] = write_soa,         [DNS_FORM_STRINGS] = write_strings,
};

void dns_record_write_data(const struct dns_record *record, struct buf *out) {
  writers[dns_type_form(record->type)](record, out);
}

void dns_record_write(const struct dns_record *record, struct buf *out) {
  const struct type_rule *rule = rule_of(record->type);
  dns_name_write(record->name, out);
  buf_add_char(out, ' ');
  buf_add_u64(out, record->ttl_s);
  buf_add_text(out, " IN ");
  if (rule) {
    buf_add(out, rule->name);
  } else {
    buf_add_text(out, "TYPE");
    buf_add_u64(out, (uint64_t)record->type);
  }
  buf_add_char(out, ' ');
  dns_record_write_data(record, out);
}

/* ---- Comparing ---- */

static bool same_soa(const struct dns_soa *a, const struct dns_soa *b) {
  return dns_name_equal(a->primary, b->primary) && dns_name_equal(a->responsible, b->responsible) &&
         a->serial == b->serial && a->refresh_s == b->refresh_s && a->retry_s == b->retry_s &&
         a->expire_s == b->expire_s && a->minimum_s == b->minimum_s;
}

static bool same_data(const struct dns_record *a, const struct dns_record *b) {
  switch (dns_type_form(a->type)) {
  case DNS_FORM_ADDRESS: return ip_address_equal(&a->address, &b->address);
  case DNS_FORM_NAME: return dns_name_equal(a->target, b->target);
  case DNS_FORM_MX:
    return a->mx.preference == b->mx.preference && dns_name_equal(a->mx.exchange, b->mx.exchange);
  case DNS_FORM_SOA: return same_soa(&a->soa, &b->soa);
  case DNS_FORM_STRINGS: return span_equal(a->strings, b->strings);
  case DNS_FORM_RAW:
  case DNS_FORM_COUNT: break;
  }
  return span_equal(a->raw, b->raw);
}

bool dns_record_equal(const struct dns_record *a, const struct dns_record *b) {
  return a->type == b->type && dns_name_equal(a->name, b->name) && same_data(a, b);
}

/* ---- Copying ---- */

enum { TEXTS_MAX = 3 };

/* The spans of a record; their number. */
static size_t texts_of(struct dns_record *record, struct span *texts_out[TEXTS_MAX]) {
  size_t count = 0;
  texts_out[count++] = &record->name;
  switch (dns_type_form(record->type)) {
  case DNS_FORM_NAME: texts_out[count++] = &record->target; break;
  case DNS_FORM_MX: texts_out[count++] = &record->mx.exchange; break;
  case DNS_FORM_SOA:
    texts_out[count++] = &record->soa.primary;
    texts_out[count++] = &record->soa.responsible;
    break;
  case DNS_FORM_STRINGS: texts_out[count++] = &record->strings; break;
  case DNS_FORM_RAW: texts_out[count++] = &record->raw; break;
  case DNS_FORM_ADDRESS:
  case DNS_FORM_COUNT: break;
  }
  return count;
}

size_t dns_record_texts_size(const struct dns_record *record) {
  struct dns_record copy = *record;
  struct span *texts[TEXTS_MAX];
  size_t count = texts_of(&copy, texts), size = 0;
  for (size_t i = 0; i < count; i++) size += texts[i]->len;
  return size;
}

struct dns_record dns_record_copy(const struct dns_record *record, char **to) {
  struct dns_record copy = *record;
  struct span *texts[TEXTS_MAX];
  size_t count = texts_of(&copy, texts);
  for (size_t i = 0; i < count; i++) {
    if (texts[i]->len) memcpy(*to, texts[i]->data, texts[i]->len);
    texts[i]->data = *to;
    *to += texts[i]->len;
  }
  return copy;
}
