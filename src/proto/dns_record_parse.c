/* Records from text: the entries of a zone file (RFC 1035 5.1), and their parts one by one. */
#include "base/check.h"
#include "proto/dns_record.h"
#include "proto/dns_text.h"

/* The fields of one entry, asked for one after another. */
struct fields {
  struct dns_text text;
  struct span origin;
  struct arena *arena;
};

static enum dns_problem take_field(struct fields *fields, struct span *field_out) {
  switch (dns_text_next(&fields->text, field_out)) {
  case DNS_TOKEN_FIELD: return DNS_OK;
  case DNS_TOKEN_END: return DNS_MISSING_FIELD;
  case DNS_TOKEN_UNBALANCED: break;
  }
  return DNS_UNBALANCED;
}

static enum dns_problem take_end(struct fields *fields) {
  struct span field;
  enum dns_problem problem = take_field(fields, &field);
  return problem == DNS_OK ? DNS_EXTRA_FIELD : problem == DNS_MISSING_FIELD ? DNS_OK : problem;
}

static enum dns_problem take_name(struct fields *fields, struct span *name_out) {
  struct span field;
  enum dns_problem problem = take_field(fields, &field);
  return problem != DNS_OK ? problem : dns_name_parse(field, fields->origin, fields->arena, name_out);
}

static enum dns_problem take_number(struct fields *fields, uint64_t max, uint64_t *number_out) {
  struct span field;
  enum dns_problem problem = take_field(fields, &field);
  if (problem != DNS_OK) return problem;
  return span_to_u64(field, max, number_out) ? DNS_OK : DNS_BAD_NUMBER;
}

/* Seconds, or, as all name servers read them, "1w2d3h4m5s". */
static bool parse_seconds(struct span text, uint64_t max, uint64_t *seconds_out) {
  static const char units[] = "wdhms";
  static const uint32_t seconds[] = {604800, 86400, 3600, 60, 1};
  if (span_to_u64(text, max, seconds_out)) return true;
  uint64_t total = 0, number = 0;
  bool has_digits = false;
  for (size_t i = 0; i < text.len; i++) {
    if (ascii_is_digit(text.data[i])) {
      number = number * 10 + (uint64_t)(text.data[i] - '0');
      has_digits = true;
    } else {
      const char *unit = memchr(units, ascii_lower(text.data[i]), sizeof units - 1);
      if (!unit || !has_digits) return false;
      total += number * seconds[unit - units];
      number = 0;
      has_digits = false;
    }
    if (number > max || total > max) return false;
  }
  *seconds_out = total;
  return text.len > 0 && !has_digits; /* a number at the end lacks its unit */
}

static enum dns_problem take_seconds(struct fields *fields, uint64_t max, uint64_t *seconds_out) {
  struct span field;
  enum dns_problem problem = take_field(fields, &field);
  if (problem != DNS_OK) return problem;
  return parse_seconds(field, max, seconds_out) ? DNS_OK : DNS_BAD_NUMBER;
}

/* ---- The data of each form ---- */

static enum dns_problem parse_address(struct fields *fields, struct dns_record *record) {
  struct span field;
  enum dns_problem problem = take_field(fields, &field);
  if (problem != DNS_OK) return problem;
  enum ip_family wanted = record->type == DNS_TYPE_AAAA ? IP_V6 : IP_V4;
  bool good = ip_address_parse(field, &record->address) && record->address.family == wanted;
  return good ? DNS_OK : DNS_BAD_ADDRESS;
}

static enum dns_problem parse_name(struct fields *fields, struct dns_record *record) {
  return take_name(fields, &record->target);
}

static enum dns_problem parse_mx(struct fields *fields, struct dns_record *record) {
  uint64_t preference;
  enum dns_problem problem = take_number(fields, UINT16_MAX, &preference);
  if (problem != DNS_OK) return problem;
  record->mx.preference = (uint16_t)preference;
  return take_name(fields, &record->mx.exchange);
}

static enum dns_problem parse_soa(struct fields *fields, struct dns_record *record) {
  struct dns_soa *soa = &record->soa;
  enum dns_problem problem = take_name(fields, &soa->primary);
  if (problem == DNS_OK) problem = take_name(fields, &soa->responsible);
  uint32_t *const numbers[] = {&soa->serial, &soa->refresh_s, &soa->retry_s, &soa->expire_s, &soa->minimum_s};
  for (size_t i = 0; i < 5 && problem == DNS_OK; i++) {
    uint64_t number = 0;
    problem = i == 0 ? take_number(fields, UINT32_MAX, &number) : take_seconds(fields, UINT32_MAX, &number);
    *numbers[i] = (uint32_t)number;
  }
  return problem;
}

/* At least one string, up to the end of the entry. */
static enum dns_problem parse_strings(struct fields *fields, struct dns_record *record) {
  struct buf strings = BUF_CAPPED(DNS_RDATA_MAX);
  enum dns_problem problem;
  for (;;) {
    struct span field;
    uint8_t string[1 + DNS_STRING_MAX];
    problem = take_field(fields, &field);
    if (problem == DNS_OK) problem = dns_text_string(field, string);
    if (problem != DNS_OK) break;
    if (!buf_add(&strings, span_of((char *)string, (size_t)string[0] + 1))) {
      problem = DNS_STRING_TOO_LONG;
      break;
    }
  }
  if (problem == DNS_MISSING_FIELD && strings.len > 0) {
    problem = DNS_OK;
    record->strings = arena_copy(fields->arena, buf_span(&strings));
  }
  buf_free(&strings);
  return problem;
}

static int hex_value(char c) {
  if (ascii_is_digit(c)) return c - '0';
  c = ascii_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum dns_problem add_hex(struct span digits, struct buf *out) {
  if (digits.len % 2) return DNS_BAD_NUMBER;
  for (size_t i = 0; i < digits.len; i += 2) {
    int high = hex_value(digits.data[i]), low = hex_value(digits.data[i + 1]);
    if (high < 0 || low < 0 || !buf_add_char(out, (char)(high << 4 | low))) return DNS_BAD_NUMBER;
  }
  return DNS_OK;
}

/* "\# 4 c0000201": the count, then that many octets, in fields of whole octets (RFC 3597 5). */
static enum dns_problem parse_raw(struct fields *fields, struct dns_record *record) {
  struct span field;
  uint64_t count;
  enum dns_problem problem = take_field(fields, &field);
  if (problem != DNS_OK) return problem;
  if (!span_equal(field, SPAN("\\#"))) return DNS_UNKNOWN_TYPE;
  problem = take_number(fields, DNS_RDATA_MAX, &count);
  if (problem != DNS_OK) return problem;
  struct buf octets = BUF_CAPPED(DNS_RDATA_MAX);
  while (problem == DNS_OK && octets.len < count) {
    problem = take_field(fields, &field);
    if (problem == DNS_OK) problem = add_hex(field, &octets);
  }
  if (problem == DNS_OK && octets.len != count) problem = DNS_BAD_NUMBER;
  if (problem == DNS_OK) record->raw = arena_copy(fields->arena, buf_span(&octets));
  buf_free(&octets);
  return problem;
}

typedef enum dns_problem parse_fn(struct fields *fields, struct dns_record *record);
static parse_fn *const parsers[DNS_FORM_COUNT] = {
    [DNS_FORM_RAW] = parse_raw, [DNS_FORM_ADDRESS] = parse_address, [DNS_FORM_NAME] = parse_name,
    [DNS_FORM_MX] = parse_mx,   [DNS_FORM_SOA] = parse_soa,         [DNS_FORM_STRINGS] = parse_strings,
};

/* The data up to the end of the entry; strings have taken the end with them. */
static enum dns_problem parse_data(struct fields *fields, struct dns_record *record) {
  enum dns_form form = dns_type_form(record->type);
  enum dns_problem problem = parsers[form](fields, record);
  return problem != DNS_OK || form == DNS_FORM_STRINGS ? problem : take_end(fields);
}

enum dns_problem dns_record_make(struct span name, struct span type, uint32_t ttl_s, struct span data,
                                 struct span origin, struct arena *arena, struct dns_record *record_out) {
  struct dns_record record = {.ttl_s = ttl_s};
  enum dns_problem problem = dns_name_parse(name, origin, arena, &record.name);
  if (problem != DNS_OK) return problem;
  if (!dns_type_named(type, &record.type) || record.type == DNS_TYPE_ANY) return DNS_UNKNOWN_TYPE;
  struct fields fields = {.text = {.rest = data}, .origin = origin, .arena = arena};
  problem = parse_data(&fields, &record);
  if (problem == DNS_OK && fields.text.rest.len > 0) problem = DNS_EXTRA_FIELD; /* a second line */
  if (problem == DNS_OK) *record_out = record;
  return problem;
}

/* ---- Entries ---- */

/* TTL and class in either order, each of them or not, then the type. */
static enum dns_problem parse_head(struct fields *fields, struct dns_record *record) {
  bool has_ttl = false, has_class = false;
  for (;;) {
    struct span field;
    uint64_t ttl_s;
    enum dns_problem problem = take_field(fields, &field);
    if (problem != DNS_OK) return problem;
    if (!has_ttl && ascii_is_digit(field.len ? field.data[0] : 0)) {
      if (!parse_seconds(field, DNS_TTL_MAX, &ttl_s)) return DNS_BAD_NUMBER;
      record->ttl_s = (uint32_t)ttl_s;
      has_ttl = true;
    } else if (!has_class && span_equal_nocase(field, SPAN("IN"))) {
      has_class = true;
    } else if (span_equal_nocase(field, SPAN("CH")) || span_equal_nocase(field, SPAN("HS"))) {
      return DNS_UNKNOWN_CLASS;
    } else {
      bool known = dns_type_named(field, &record->type) && record->type != DNS_TYPE_ANY;
      return known ? DNS_OK : DNS_UNKNOWN_TYPE;
    }
  }
}

static enum dns_problem parse_directive(struct span word, struct fields *fields,
                                        struct dns_file_state *state) {
  enum dns_problem problem = DNS_BAD_DIRECTIVE;
  if (span_equal_nocase(word, SPAN("$ORIGIN"))) {
    struct span origin;
    problem = take_name(fields, &origin);
    if (problem == DNS_OK) state->origin = arena_copy(fields->arena, origin);
  } else if (span_equal_nocase(word, SPAN("$TTL"))) {
    uint64_t ttl_s;
    problem = take_seconds(fields, DNS_TTL_MAX, &ttl_s);
    if (problem == DNS_OK) state->ttl_s = (uint32_t)ttl_s;
  }
  if (problem == DNS_MISSING_FIELD) problem = DNS_BAD_DIRECTIVE;
  return problem == DNS_OK ? take_end(fields) : problem;
}

/* The owner, unless the line begins with white space, and the rest of the record. */
static enum dns_problem parse_entry(struct span owner, bool has_owner, struct fields *fields,
                                    struct dns_file_state *state, struct dns_record *record) {
  *record = (struct dns_record){.name = state->owner, .ttl_s = state->ttl_s};
  if (has_owner) {
    enum dns_problem problem = dns_name_parse(owner, state->origin, fields->arena, &record->name);
    if (problem != DNS_OK) return problem;
    state->owner = record->name;
  }
  if (record->name.len == 0) return DNS_NO_OWNER;
  enum dns_problem problem = parse_head(fields, record);
  return problem != DNS_OK ? problem : parse_data(fields, record);
}

bool dns_record_next(struct span *text, struct dns_file_state *state, struct arena *arena,
                     struct dns_record *record_out, enum dns_problem *problem_out) {
  *problem_out = DNS_OK;
  while (text->len > 0) {
    struct fields fields = {.text = {.rest = *text}, .origin = state->origin, .arena = arena};
    bool has_owner = !ascii_is_space(text->data[0]);
    struct fields ahead = fields;
    struct span first;
    enum dns_problem problem = take_field(&ahead, &first);
    if (problem == DNS_MISSING_FIELD) { /* an empty line, or a comment */
      *text = ahead.text.rest;
      continue;
    }
    bool is_directive = problem == DNS_OK && has_owner && span_starts_with(first, SPAN("$"));
    if (has_owner) fields = ahead;
    if (problem == DNS_OK) {
      problem = is_directive ? parse_directive(first, &fields, state)
                             : parse_entry(first, has_owner, &fields, state, record_out);
    }
    *text = fields.text.rest;
    *problem_out = problem;
    if (problem != DNS_OK) return false;
    if (!is_directive) return true;
  }
  return false;
}

enum dns_problem dns_record_parse(struct span line, struct span origin, struct arena *arena,
                                  struct dns_record *record_out) {
  struct dns_file_state state = {.origin = origin, .ttl_s = DNS_TTL_DEFAULT};
  struct dns_record record;
  enum dns_problem problem;
  if (!dns_record_next(&line, &state, arena, &record, &problem)) {
    return problem == DNS_OK ? DNS_MISSING_FIELD : problem;
  }
  if (span_trim(line).len > 0) return DNS_EXTRA_FIELD;
  *record_out = record;
  return DNS_OK;
}
