#include "agents/stamp.h"

#include "base/check.h"
#include "base/mem.h"
#include "base/template.h"
#include "journal/sources.h"
#include "mail/date.h"

/* The names that a layout may use: what stands there, and where it came from. */
enum stamp_name {
  NAME_HELO,
  NAME_SAME_HELO,
  NAME_OTHER_HELO,
  NAME_PTR,
  NAME_PTR_OR_UNKNOWN,
  NAME_IP,
  NAME_BARE_IP,
  NAME_CLIENT,
  NAME_FROM_CLAUSE,
  NAME_HOST,
  NAME_VERSION,
  NAME_PRODUCT,
  NAME_WITH,
  NAME_WITH_LOWER,
  NAME_PROTOCOL,
  NAME_AUTH_BITS,
  NAME_TLS,
  NAME_TLS_VERSION,
  NAME_TLS_NUMBER,
  NAME_ENVELOPE_FROM,
  NAME_ID,
  NAME_FOR,
  NAME_RECIPIENT,
  NAME_DATE_FOLD,
  NAME_DATE,
  NAME_COUNT,
};

static const struct span layout_names[NAME_COUNT] = {
    [NAME_HELO] = SPAN_INIT("helo"),
    [NAME_SAME_HELO] = SPAN_INIT("same_helo"),
    [NAME_OTHER_HELO] = SPAN_INIT("other_helo"),
    [NAME_PTR] = SPAN_INIT("ptr"),
    [NAME_PTR_OR_UNKNOWN] = SPAN_INIT("ptr_or_unknown"),
    [NAME_IP] = SPAN_INIT("ip"),
    [NAME_BARE_IP] = SPAN_INIT("bare_ip"),
    [NAME_HOST] = SPAN_INIT("host"),
    [NAME_VERSION] = SPAN_INIT("version"),
    [NAME_CLIENT] = SPAN_INIT("client"),
    [NAME_FROM_CLAUSE] = SPAN_INIT("from_clause"),
    [NAME_PRODUCT] = SPAN_INIT("product"),
    [NAME_WITH] = SPAN_INIT("with"),
    [NAME_WITH_LOWER] = SPAN_INIT("with_lower"),
    [NAME_PROTOCOL] = SPAN_INIT("protocol"),
    [NAME_AUTH_BITS] = SPAN_INIT("auth_bits"),
    [NAME_TLS] = SPAN_INIT("tls"),
    [NAME_TLS_VERSION] = SPAN_INIT("tls_version"),
    [NAME_TLS_NUMBER] = SPAN_INIT("tls_number"),
    [NAME_ENVELOPE_FROM] = SPAN_INIT("envelope_from"),
    [NAME_ID] = SPAN_INIT("id"),
    [NAME_FOR] = SPAN_INIT("for"),
    [NAME_RECIPIENT] = SPAN_INIT("recipient"),
    [NAME_DATE_FOLD] = SPAN_INIT("date_fold"),
    [NAME_DATE] = SPAN_INIT("date"),
};

/* In which record a token's value was heard. */
enum heard {
  HEARD_NOWHERE, /* the program knew it by itself */
  HEARD_CONNECT,
  HEARD_PTR,
  HEARD_TLS,
  HEARD_HELO,
  HEARD_MAIL,
  HEARD_RCPT,
  HEARD_CAUSE, /* what made it stamp */
  HEARD_COUNT
};

/* What is put together of several tokens has no origin of its own. */
static const struct {
  struct span origin; /* as sources.h has it */
  enum heard heard;
} origins[NAME_COUNT] = {
    [NAME_HELO] = {SOURCE_ORIGIN("from", SOURCE_HELO), HEARD_HELO},
    [NAME_SAME_HELO] = {SOURCE_ORIGIN("from", SOURCE_PTR), HEARD_PTR},
    [NAME_OTHER_HELO] = {SOURCE_ORIGIN("comment", SOURCE_HELO), HEARD_HELO},
    [NAME_PTR] = {SOURCE_ORIGIN("comment", SOURCE_PTR), HEARD_PTR},
    [NAME_PTR_OR_UNKNOWN] = {SOURCE_ORIGIN("comment", SOURCE_PTR), HEARD_PTR},
    [NAME_IP] = {SOURCE_ORIGIN("comment", SOURCE_TCP), HEARD_CONNECT},
    [NAME_BARE_IP] = {SOURCE_ORIGIN("from", SOURCE_TCP), HEARD_CONNECT},
    [NAME_HOST] = {SOURCE_ORIGIN("by", SOURCE_CONFIGURATION), HEARD_NOWHERE},
    [NAME_VERSION] = {SOURCE_ORIGIN("by", SOURCE_SOFTWARE), HEARD_NOWHERE},
    [NAME_PRODUCT] = {SOURCE_ORIGIN("by", SOURCE_SOFTWARE), HEARD_NOWHERE},
    [NAME_WITH] = {SOURCE_ORIGIN("with", SOURCE_SOFTWARE), HEARD_HELO},
    [NAME_WITH_LOWER] = {SOURCE_ORIGIN("with", SOURCE_SOFTWARE), HEARD_HELO},
    [NAME_PROTOCOL] = {SOURCE_ORIGIN("with", SOURCE_SOFTWARE), HEARD_HELO},
    [NAME_AUTH_BITS] = {SOURCE_ORIGIN("comment", SOURCE_SOFTWARE), HEARD_NOWHERE},
    [NAME_TLS] = {SOURCE_ORIGIN("tls", SOURCE_SOFTWARE), HEARD_TLS},
    [NAME_TLS_VERSION] = {SOURCE_ORIGIN("tls", SOURCE_SOFTWARE), HEARD_TLS},
    [NAME_TLS_NUMBER] = {SOURCE_ORIGIN("tls", SOURCE_SOFTWARE), HEARD_TLS},
    [NAME_ENVELOPE_FROM] = {SOURCE_ORIGIN("comment", SOURCE_MAIL), HEARD_MAIL},
    [NAME_ID] = {SOURCE_ORIGIN("id", SOURCE_QUEUE), HEARD_CAUSE},
    [NAME_FOR] = {SOURCE_ORIGIN("for", SOURCE_RCPT), HEARD_RCPT},
    [NAME_RECIPIENT] = {SOURCE_ORIGIN("for", SOURCE_RCPT), HEARD_RCPT},
    [NAME_DATE] = {SOURCE_ORIGIN("date", SOURCE_CLOCK), HEARD_CAUSE},
};

/* ---- layouts ---- */

/* A layout, read at its first use. */
struct layout {
  struct template template;
  bool is_read;
};

struct stamper {
  struct agent agent;
  struct arena life;    /* what the layouts were read into */
  struct arena scratch; /* of one stamp */
  struct layout received, received_local, date, message_id;
  struct buf block, sources;
  struct buf date_text; /* the last date that was written … */
  int64_t date_unix_s;  /* … and its second; a second is the least that any date shows */
};

struct stamper *stamper_new(const struct agent *agent) {
  struct stamper *stamper = mem_zalloc(sizeof *stamper);
  stamper->agent = *agent;
  return stamper;
}

void stamper_free(struct stamper *stamper) {
  if (!stamper) return;
  arena_free(&stamper->life);
  arena_free(&stamper->scratch);
  buf_free(&stamper->block);
  buf_free(&stamper->sources);
  buf_free(&stamper->date_text);
  mem_free(stamper);
}

static const struct template *layout_read(struct stamper *stamper, struct layout *layout, struct span text,
                                          const struct span *names, size_t name_count) {
  if (!layout->is_read) layout->template = template_compile(text, names, name_count, &stamper->life);
  layout->is_read = true;
  return &layout->template;
}

/* ---- where each token came from ---- */

/* A stamp as it is written, and what it is made of. */
struct stamp_writer {
  struct stamper *stamper;
  const struct stamp_facts *facts;
  journal_seq record[HEARD_COUNT];
};

static struct stamp_writer stamp_writer(struct stamper *stamper, const struct stamp_facts *facts) {
  return (struct stamp_writer){
      .stamper = stamper,
      .facts = facts,
      .record = {[HEARD_CONNECT] = facts->connect_record,
                 [HEARD_PTR] = facts->ptr_record,
                 [HEARD_TLS] = facts->tls_record,
                 [HEARD_HELO] = facts->helo_record,
                 [HEARD_MAIL] = facts->mail_record,
                 [HEARD_RCPT] = facts->recipient_record,
                 [HEARD_CAUSE] = sim_cause(stamper->agent.sim)},
  };
}

static void add_source(const struct stamp_writer *writer, enum stamp_name name, size_t offset,
                       size_t length) {
  if (length == 0) return;
  sources_add(&writer->stamper->sources, offset, length, origins[name].origin,
              writer->record[origins[name].heard]);
}

/* "(chico.cs.colostate.edu [129.82.45.30])" is two tokens: the name from DNS, the address from TCP. */
static void add_client_sources(const struct stamp_writer *writer, size_t offset) {
  size_t name_length = writer->facts->ptr.len;
  add_source(writer, NAME_PTR, offset + 1, name_length);
  add_source(writer, NAME_IP, offset + 1 + (name_length ? name_length + 2 : 1), writer->facts->ip.len);
}

static void add_from_clause_sources(const struct stamp_writer *writer, size_t offset) {
  size_t helo_length = writer->facts->helo.len;
  add_source(writer, NAME_HELO, offset + 5, helo_length);
  add_client_sources(writer, offset + 5 + helo_length + 1);
}

static void note_source(void *context, size_t name, size_t offset, size_t length) {
  const struct stamp_writer *writer = context;
  if (origins[name].origin.len)
    add_source(writer, (enum stamp_name)name, offset, length);
  else if (length == 0)
    return;
  else if (name == NAME_FROM_CLAUSE)
    add_from_clause_sources(writer, offset);
  else if (name == NAME_CLIENT)
    add_client_sources(writer, offset);
}

/* ---- dates ---- */

static struct span digits(char *out, uint32_t value, size_t count) {
  for (size_t i = count; i > 0; i--) {
    out[i - 1] = (char)('0' + value % 10);
    value /= 10;
  }
  return span_of(out, count);
}

/* "10:22:55" */
static struct span clock_text(char out[8], const struct date_civil *civil) {
  digits(out, civil->hour, 2);
  digits(out + 3, civil->minute, 2);
  digits(out + 6, civil->second, 2);
  out[2] = out[5] = ':';
  return span_of(out, 8);
}

/* "-0600" */
static struct span offset_text(char *out, int32_t zone_minutes) {
  uint32_t minutes = (uint32_t)(zone_minutes < 0 ? -zone_minutes : zone_minutes);
  out[0] = zone_minutes < 0 ? '-' : '+';
  digits(out + 1, minutes / 60, 2);
  digits(out + 3, minutes % 60, 2);
  return span_of(out, 5);
}

enum date_name {
  DATE_WEEKDAY,
  DATE_DAY,
  DATE_DAY2,
  DATE_DAY_PADDED,
  DATE_MONTH,
  DATE_YEAR,
  DATE_TIME,
  DATE_ZONE,
  DATE_OFFSET,
  DATE_NAMES
};

static const struct span date_names[DATE_NAMES] = {
    [DATE_WEEKDAY] = SPAN_INIT("weekday"), [DATE_DAY] = SPAN_INIT("day"),
    [DATE_DAY2] = SPAN_INIT("day2"),       [DATE_DAY_PADDED] = SPAN_INIT("day_padded"),
    [DATE_MONTH] = SPAN_INIT("month"),     [DATE_YEAR] = SPAN_INIT("year"),
    [DATE_TIME] = SPAN_INIT("time"),       [DATE_ZONE] = SPAN_INIT("zone"),
    [DATE_OFFSET] = SPAN_INIT("offset"),
};

/* "{weekday}, {day} {month} {year} {time} {offset}": programs differ in more than one would think. A layout
 * without an offset is one in UTC. */
static void write_date_layout(struct stamper *stamper, const struct network_host *host, int64_t unix_us) {
  static const char weekdays[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const struct template *template =
      layout_read(stamper, &stamper->date, stamper->agent.software->date_layout, date_names, DATE_NAMES);
  int32_t zone_minutes = template_uses(template, DATE_OFFSET) ? host->zone_minutes : 0;
  struct date_civil civil = date_to_civil(unix_us, zone_minutes);
  char year[8], day[4], day2[4], day_padded[4] = " ", time[8], offset[8];
  const struct span values[DATE_NAMES] = {
      [DATE_WEEKDAY] = span_of(weekdays[civil.weekday], 3),
      [DATE_DAY] = digits(day, (uint32_t)civil.day, civil.day > 9 ? 2 : 1),
      [DATE_DAY2] = digits(day2, (uint32_t)civil.day, 2),
      [DATE_DAY_PADDED] = civil.day > 9
                              ? digits(day_padded, (uint32_t)civil.day, 2)
                              : span_of(day_padded, 1 + digits(day_padded + 1, (uint32_t)civil.day, 1).len),
      [DATE_MONTH] = span_of(months[civil.month - 1], 3),
      [DATE_YEAR] = digits(year, (uint32_t)civil.year, 4),
      [DATE_TIME] = clock_text(time, &civil),
      [DATE_ZONE] = host->zone_name,
      [DATE_OFFSET] = offset_text(offset, zone_minutes),
  };
  template_fill(template, values, &stamper->date_text, NULL, NULL);
}

static void write_date(struct stamper *stamper, int64_t unix_us) {
  const struct network_host *host = network_host(stamper->agent.network, stamper->agent.host);
  const struct software *software = stamper->agent.software;
  struct span comment = software->zone_comment ? host->zone_name : SPAN_EMPTY;
  struct buf *out = &stamper->date_text;
  buf_clear(out);
  if (!software->date_layout.len) {
    date_format(unix_us, host->zone_minutes, comment, out);
    return;
  }
  write_date_layout(stamper, host, unix_us);
  if (!comment.len) return;
  buf_add(out, SPAN(" ("));
  buf_add(out, comment);
  buf_add_char(out, ')');
}

static int64_t unix_us_of(const struct stamper *stamper) {
  return network_host_unix_us(stamper->agent.network, stamper->agent.host);
}

struct span stamp_date_of(struct stamper *stamper, int64_t unix_us) {
  int64_t unix_s = unix_us / DATE_SECOND_US - (unix_us % DATE_SECOND_US < 0);
  if (!stamper->date_text.len || stamper->date_unix_s != unix_s) write_date(stamper, unix_us);
  stamper->date_unix_s = unix_s;
  return buf_span(&stamper->date_text);
}

struct span stamp_date(struct stamper *stamper) {
  return stamp_date_of(stamper, unix_us_of(stamper));
}

/* ---- texts ---- */

struct span stamp_fill(struct stamper *stamper, struct span layout, struct arena *arena) {
  const struct agent *agent = &stamper->agent;
  const struct template_value values[] = {
      {SPAN("host"), network_host(agent->network, agent->host)->name},
      {SPAN("version"), agent->software->version},
      {SPAN("product"), agent->software->product},
      {SPAN("date"), stamp_date(stamper)},
  };
  struct buf text = {0};
  template_expand(layout, values, sizeof values / sizeof *values, &text);
  struct span copy = arena_copy(arena, buf_span(&text));
  buf_free(&text);
  return copy;
}

enum id_name { ID_UTC_STAMP, ID_UTC_MINUTE, ID_STAMP, ID_HEX_TIME, ID_NUMBER, ID_ID, ID_HOST, ID_NAMES };

static const struct span id_names[ID_NAMES] = {
    [ID_UTC_STAMP] = SPAN_INIT("utc_stamp"), [ID_UTC_MINUTE] = SPAN_INIT("utc_minute"),
    [ID_STAMP] = SPAN_INIT("stamp"),         [ID_HEX_TIME] = SPAN_INIT("hex_time"),
    [ID_NUMBER] = SPAN_INIT("number"),       [ID_ID] = SPAN_INIT("id"),
    [ID_HOST] = SPAN_INIT("host"),
};

enum { STAMP_LENGTH = 14 };

/* "20040618102255" */
static struct span stamp_text(char out[STAMP_LENGTH], int64_t unix_us, int32_t zone_minutes) {
  struct date_civil civil = date_to_civil(unix_us, zone_minutes);
  digits(out, (uint32_t)civil.year, 4);
  digits(out + 4, civil.month, 2);
  digits(out + 6, civil.day, 2);
  digits(out + 8, civil.hour, 2);
  digits(out + 10, civil.minute, 2);
  digits(out + 12, civil.second, 2);
  return span_of(out, STAMP_LENGTH);
}

/* Eight upper-case hexadecimal digits, or more where a time needs them. */
static struct span hex_time_text(struct stamper *stamper, int64_t unix_us) {
  return arena_format(&stamper->scratch, "%08llX", (unsigned long long)(unix_us / DATE_SECOND_US));
}

static struct span message_id(struct stamper *stamper, struct span number, struct arena *arena) {
  const struct network_host *host = network_host(stamper->agent.network, stamper->agent.host);
  struct span layout = stamper->agent.software->message_id;
  if (!layout.len) layout = SPAN("<{stamp}.{number}@{host}>");
  const struct template *template = layout_read(stamper, &stamper->message_id, layout, id_names, ID_NAMES);
  int64_t unix_us = unix_us_of(stamper);
  char utc[STAMP_LENGTH], local[STAMP_LENGTH];
  bool in_utc = template_uses(template, ID_UTC_STAMP) || template_uses(template, ID_UTC_MINUTE);
  struct span utc_stamp = in_utc ? stamp_text(utc, unix_us, 0) : SPAN_EMPTY;
  arena_reset(&stamper->scratch);
  const struct span values[ID_NAMES] = {
      [ID_UTC_STAMP] = utc_stamp,
      [ID_UTC_MINUTE] = span_first(utc_stamp, STAMP_LENGTH - 2),
      [ID_STAMP] =
          template_uses(template, ID_STAMP) ? stamp_text(local, unix_us, host->zone_minutes) : SPAN_EMPTY,
      [ID_HEX_TIME] = template_uses(template, ID_HEX_TIME) ? hex_time_text(stamper, unix_us) : SPAN_EMPTY,
      [ID_NUMBER] = number,
      [ID_ID] = number,
      [ID_HOST] = host->name,
  };
  buf_clear(&stamper->block);
  template_fill(template, values, &stamper->block, NULL, NULL);
  return arena_copy(arena, buf_span(&stamper->block));
}

struct span stamp_message_id(struct stamper *stamper, uint32_t number, struct arena *arena) {
  char digits_inside[12];
  struct buf text = BUF_ON(digits_inside, 0);
  buf_add_u64(&text, number);
  return message_id(stamper, buf_span(&text), arena);
}

struct span stamp_session_message_id(struct stamper *stamper, struct span queue_id, struct arena *arena) {
  return message_id(stamper, queue_id, arena);
}

/* ---- Received ---- */

/* "(name [address])" or "([address])"; "(name [address] (may be forged))" in sendmail's words. */
static struct span client_comment(const struct stamp_facts *facts, struct arena *arena) {
  if (!facts->ip.len) return SPAN_EMPTY;
  const struct span pieces[] = {SPAN("("), facts->ptr, facts->ptr.len ? SPAN(" [") : SPAN("["), facts->ip,
                                facts->may_be_forged ? SPAN("] (may be forged))") : SPAN("])")};
  return arena_join(arena, pieces, 5);
}

static struct span from_clause(const struct stamp_facts *facts, struct arena *arena) {
  if (!facts->helo.len) return SPAN_EMPTY;
  const struct span pieces[] = {SPAN("from "), facts->helo, SPAN(" "), client_comment(facts, arena),
                                SPAN("\r\n\t")};
  return arena_join(arena, pieces, 5);
}

/* "[192.0.2.1]" in place of a name that is not known. */
static struct span bare_ip(const struct stamp_facts *facts, struct arena *arena) {
  if (facts->ptr.len || !facts->ip.len) return SPAN_EMPTY;
  const struct span pieces[] = {SPAN("["), facts->ip, SPAN("]")};
  return arena_join(arena, pieces, 3);
}

/* "esmtp": Exim's way to write it. */
static struct span lower(struct span text, struct arena *arena) {
  char *small = arena_text(arena, text);
  for (size_t i = 0; i < text.len; i++) small[i] = ascii_lower(small[i]);
  return span_of(small, text.len);
}

static struct span for_clause(const struct stamp_facts *facts, struct arena *arena) {
  if (!facts->recipient.len) return SPAN_EMPTY;
  const struct span pieces[] = {SPAN("for <"), facts->recipient, SPAN(">")};
  return arena_join(arena, pieces, 3);
}

static bool is_same_helo(const struct stamp_facts *facts) {
  return facts->ptr.len && span_equal_nocase(facts->helo, facts->ptr);
}

static struct span value_of(struct stamper *stamper, const struct stamp_facts *facts, enum stamp_name name) {
  const struct software *software = stamper->agent.software;
  struct arena *arena = &stamper->scratch;
  switch (name) {
  case NAME_HELO: return facts->helo;
  case NAME_SAME_HELO: return is_same_helo(facts) ? facts->ptr : SPAN_EMPTY;
  case NAME_OTHER_HELO: return is_same_helo(facts) ? SPAN_EMPTY : facts->helo;
  case NAME_PTR: return facts->ptr;
  case NAME_PTR_OR_UNKNOWN: return facts->ptr.len ? facts->ptr : SPAN("unknown");
  case NAME_IP: return facts->ip;
  case NAME_BARE_IP: return bare_ip(facts, arena);
  case NAME_CLIENT: return client_comment(facts, arena);
  case NAME_FROM_CLAUSE: return from_clause(facts, arena);
  case NAME_HOST: return facts->host;
  case NAME_VERSION: return software->version_stamp.len ? software->version_stamp : software->version;
  case NAME_PRODUCT: return software->product;
  case NAME_WITH: return facts->with;
  case NAME_WITH_LOWER: return lower(facts->with, arena);
  case NAME_PROTOCOL: return span_first(facts->with, span_find(facts->with, 'P') + 1); /* before RFC 3848 */
  case NAME_AUTH_BITS: return span_ends_with(facts->with, SPAN("A")) ? SPAN("bits=0") : SPAN_EMPTY;
  case NAME_TLS: return tls_suite_name(facts->tls);
  case NAME_TLS_VERSION: return tls_version_name(facts->tls);
  case NAME_TLS_NUMBER: return span_skip(tls_version_name(facts->tls), 4); /* "1.3" of "TLSv1.3" */
  case NAME_ENVELOPE_FROM: return facts->reverse_path;
  case NAME_ID: return facts->id;
  case NAME_FOR: return for_clause(facts, arena);
  case NAME_RECIPIENT: return facts->recipient;
  case NAME_DATE_FOLD: return facts->recipient.len ? SPAN(" ") : SPAN("\r\n\t");
  case NAME_DATE: return stamp_date(stamper);
  case NAME_COUNT: break;
  }
  UNREACHABLE();
}

/* The software's layout of a whole field, its line end included. */
static const struct template *received_layout(struct stamper *stamper, bool local) {
  const struct software *software = stamper->agent.software;
  struct layout *layout = local ? &stamper->received_local : &stamper->received;
  if (layout->is_read) return &layout->template;
  const struct span lines[] = {local ? software->received_local : software->received, SPAN("\r\n")};
  return layout_read(stamper, layout, arena_join(&stamper->life, lines, 2), layout_names, NAME_COUNT);
}

void stamp_received(struct stamper *stamper, struct message_numbers *numbers, struct message **message,
                    const struct stamp_facts *facts) {
  struct stamp_writer writer = stamp_writer(stamper, facts);
  struct span values[NAME_COUNT];
  const struct template *template = received_layout(stamper, facts->local);
  arena_reset(&stamper->scratch);
  buf_clear(&stamper->block);
  buf_clear(&stamper->sources);
  for (uint64_t left = template->names; left;) {
    unsigned name = template_take_name(&left);
    values[name] = value_of(stamper, facts, (enum stamp_name)name);
  }
  template_fill(template, values, &stamper->block, sim_keeps_texts(stamper->agent.sim) ? note_source : NULL,
                &writer);
  struct message *stamped = message_put_on_top(*message, buf_span(&stamper->block));
  agent_note_stamp(&stamper->agent, numbers, stamped, (*message)->version, buf_span(&stamper->sources));
  message_release(*message);
  *message = stamped;
}
