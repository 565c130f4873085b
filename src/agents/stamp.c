#include "agents/stamp.h"

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
  NAME_ID,
  NAME_FOR,
  NAME_RECIPIENT,
  NAME_DATE_FOLD,
  NAME_DATE,
  NAME_COUNT,
};

static const struct {
  const char *name, *clause;
  enum source source;
} names[NAME_COUNT] = {
    [NAME_HELO] = {"helo", "from", SOURCE_HELO},
    [NAME_SAME_HELO] = {"same_helo", "from", SOURCE_PTR},
    [NAME_OTHER_HELO] = {"other_helo", "comment", SOURCE_HELO},
    [NAME_PTR] = {"ptr", "comment", SOURCE_PTR},
    [NAME_PTR_OR_UNKNOWN] = {"ptr_or_unknown", "comment", SOURCE_PTR},
    [NAME_IP] = {"ip", "comment", SOURCE_TCP},
    [NAME_BARE_IP] = {"bare_ip", "from", SOURCE_TCP},
    [NAME_HOST] = {"host", "by", SOURCE_CONFIGURATION},
    [NAME_VERSION] = {"version", "by", SOURCE_SOFTWARE},
    [NAME_CLIENT] = {"client", "comment", SOURCE_TCP},
    [NAME_FROM_CLAUSE] = {"from_clause", "from", SOURCE_HELO},
    [NAME_PRODUCT] = {"product", "by", SOURCE_SOFTWARE},
    [NAME_WITH] = {"with", "with", SOURCE_SOFTWARE},
    [NAME_WITH_LOWER] = {"with_lower", "with", SOURCE_SOFTWARE},
    [NAME_ID] = {"id", "id", SOURCE_QUEUE},
    [NAME_FOR] = {"for", "for", SOURCE_RCPT},
    [NAME_RECIPIENT] = {"recipient", "for", SOURCE_RCPT},
    [NAME_DATE_FOLD] = {"date_fold", "", SOURCE_SOFTWARE},
    [NAME_DATE] = {"date", "date", SOURCE_CLOCK},
};

/* What a layout is filled in with, and where each value came from. */
struct stamp_writer {
  struct template_value values[NAME_COUNT];
  journal_seq records[NAME_COUNT];
  struct buf block, sources;
};

static void set(struct stamp_writer *writer, enum stamp_name name, struct span value, journal_seq record) {
  writer->values[name] = (struct template_value){span_from(names[name].name), value};
  writer->records[name] = record;
}

static void add_source(struct stamp_writer *writer, enum stamp_name name, size_t offset, size_t length) {
  if (length == 0) return;
  sources_add(&writer->sources, &(struct source_token){
                                    .offset = (uint32_t)offset,
                                    .length = (uint32_t)length,
                                    .clause = span_from(names[name].clause),
                                    .source = names[name].source,
                                    .record = writer->records[name],
                                });
}

/* "(chico.cs.colostate.edu [129.82.45.30])" is two tokens: the name from DNS, the address from TCP. */
static void add_client_sources(struct stamp_writer *writer, size_t offset) {
  size_t name_length = writer->values[NAME_PTR].value.len;
  add_source(writer, NAME_PTR, offset + 1, name_length);
  add_source(writer, NAME_IP, offset + 1 + (name_length ? name_length + 2 : 1),
             writer->values[NAME_IP].value.len);
}

static void note_source(void *context, size_t name, size_t offset, size_t length) {
  struct stamp_writer *writer = context;
  if (name == NAME_FROM_CLAUSE && length > 0) {
    size_t helo_length = writer->values[NAME_HELO].value.len;
    add_source(writer, NAME_HELO, offset + 5, helo_length);
    add_client_sources(writer, offset + 5 + helo_length + 1);
  } else if (name == NAME_CLIENT && length > 0) {
    add_client_sources(writer, offset);
  } else if (name != NAME_DATE_FOLD) {
    add_source(writer, (enum stamp_name)name, offset, length);
  }
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

/* "{weekday}, {day} {month} {year} {time} {offset}": programs differ in more than one would think. */
static void write_date_layout(struct span layout, int64_t unix_us, int32_t zone_minutes, struct span zone,
                              struct buf *out) {
  static const char *const weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  struct date_civil civil = date_to_civil(unix_us, zone_minutes);
  char year[8], day[4], day2[4], time[8], offset[8];
  const struct template_value values[] = {
      {SPAN("weekday"), span_from(weekdays[civil.weekday])},
      {SPAN("day"), digits(day, (uint32_t)civil.day, civil.day > 9 ? 2 : 1)},
      {SPAN("day2"), digits(day2, (uint32_t)civil.day, 2)},
      {SPAN("month"), span_from(months[civil.month - 1])},
      {SPAN("year"), digits(year, (uint32_t)civil.year, 4)},
      {SPAN("time"), clock_text(time, &civil)},
      {SPAN("zone"), zone},
      {SPAN("offset"), offset_text(offset, zone_minutes)},
  };
  template_expand(layout, values, sizeof values / sizeof *values, out);
}

static void write_date(const struct agent *agent, int64_t unix_us, struct buf *out) {
  const struct network_host *host = network_host(agent->network, agent->host);
  const struct software *software = agent->software;
  if (software->date_layout.len) {
    bool utc = span_search(software->date_layout, SPAN("{offset}")) == SPAN_NONE;
    write_date_layout(software->date_layout, unix_us, utc ? 0 : host->zone_minutes, host->zone_name, out);
    if (software->zone_comment && host->zone_name.len) buf_format(out, " (%.*s)", SPAN_ARG(host->zone_name));
  } else {
    date_format(unix_us, host->zone_minutes, software->zone_comment ? host->zone_name : SPAN_EMPTY, out);
  }
}

static struct span date_span(const struct agent *agent, int64_t unix_us, struct arena *arena) {
  struct buf text = {0};
  write_date(agent, unix_us, &text);
  struct span copy = arena_copy(arena, buf_span(&text));
  buf_free(&text);
  return copy;
}

struct span stamp_date(const struct agent *agent, struct arena *arena) {
  return date_span(agent, network_host_unix_us(agent->network, agent->host), arena);
}

struct span stamp_date_at(const struct agent *agent, int64_t time_us, struct arena *arena) {
  int64_t ago_us = sim_now(agent->sim) - time_us;
  return date_span(agent, network_host_unix_us(agent->network, agent->host) - ago_us, arena);
}

/* ---- texts ---- */

struct span stamp_fill(const struct agent *agent, struct span layout, struct arena *arena) {
  const struct template_value values[] = {
      {SPAN("host"), network_host(agent->network, agent->host)->name},
      {SPAN("version"), agent->software->version},
      {SPAN("product"), agent->software->product},
      {SPAN("date"), stamp_date(agent, arena)},
  };
  struct buf text = {0};
  template_expand(layout, values, sizeof values / sizeof *values, &text);
  struct span copy = arena_copy(arena, buf_span(&text));
  buf_free(&text);
  return copy;
}

static struct span message_id(const struct agent *agent, struct span number, struct arena *arena) {
  const struct network_host *host = network_host(agent->network, agent->host);
  int64_t unix_us = network_host_unix_us(agent->network, agent->host);
  struct date_civil now = date_to_civil(unix_us, host->zone_minutes), utc = date_to_civil(unix_us, 0);
  struct span utc_stamp = arena_format(arena, "%04d%02u%02u%02u%02u%02u", utc.year, utc.month, utc.day,
                                       utc.hour, utc.minute, utc.second);
  const struct template_value values[] = {
      {SPAN("utc_stamp"), utc_stamp},
      {SPAN("utc_minute"), span_first(utc_stamp, utc_stamp.len - 2)},
      {SPAN("stamp"), arena_format(arena, "%04d%02u%02u%02u%02u%02u", now.year, now.month, now.day, now.hour,
                                   now.minute, now.second)},
      {SPAN("hex_time"), arena_format(arena, "%08llX", (unsigned long long)(unix_us / DATE_SECOND_US))},
      {SPAN("number"), number},
      {SPAN("id"), number},
      {SPAN("host"), host->name},
  };
  struct span layout =
      agent->software->message_id.len ? agent->software->message_id : SPAN("<{stamp}.{number}@{host}>");
  struct buf text = {0};
  template_expand(layout, values, sizeof values / sizeof *values, &text);
  struct span copy = arena_copy(arena, buf_span(&text));
  buf_free(&text);
  return copy;
}

struct span stamp_message_id(const struct agent *agent, uint32_t number, struct arena *arena) {
  return message_id(agent, arena_format(arena, "%u", number), arena);
}

struct span stamp_session_message_id(const struct agent *agent, struct span queue_id, struct arena *arena) {
  return message_id(agent, queue_id, arena);
}

/* ---- Received ---- */

static struct span client_comment(const struct stamp_facts *facts, struct arena *arena) {
  if (!facts->ip.len) return SPAN_EMPTY;
  return arena_format(arena, "(%.*s%s[%.*s])", SPAN_ARG(facts->ptr), facts->ptr.len ? " " : "",
                      SPAN_ARG(facts->ip));
}

static struct span from_clause(const struct stamp_facts *facts, struct span client, struct arena *arena) {
  if (!facts->helo.len) return SPAN_EMPTY;
  return arena_format(arena, "from %.*s %.*s\r\n\t", SPAN_ARG(facts->helo), SPAN_ARG(client));
}

/* "[192.0.2.1]" in place of a name that is not known. */
static struct span bare_ip(const struct stamp_facts *facts, struct arena *arena) {
  if (facts->ptr.len || !facts->ip.len) return SPAN_EMPTY;
  return arena_format(arena, "[%.*s]", SPAN_ARG(facts->ip));
}

/* "esmtp": Exim's way to write it. */
static struct span lower(struct span text, struct arena *arena) {
  char *small = arena_text(arena, text);
  for (size_t i = 0; i < text.len; i++) small[i] = ascii_lower(small[i]);
  return span_of(small, text.len);
}

static struct span for_clause(const struct stamp_facts *facts, struct arena *arena) {
  return facts->recipient.len ? arena_format(arena, "for <%.*s>", SPAN_ARG(facts->recipient)) : SPAN_EMPTY;
}

void stamp_received(const struct agent *agent, struct message_numbers *numbers, struct message **message,
                    const struct stamp_facts *facts) {
  const struct software *software = agent->software;
  struct buf date = {0};
  write_date(agent, network_host_unix_us(agent->network, agent->host), &date);
  journal_seq now = sim_cause(agent->sim);
  struct arena arena = ARENA_EMPTY;
  struct stamp_writer writer = {0};
  struct span client = client_comment(facts, &arena);
  bool same = facts->ptr.len && span_equal_nocase(facts->helo, facts->ptr);
  set(&writer, NAME_HELO, facts->helo, facts->helo_record);
  set(&writer, NAME_SAME_HELO, same ? facts->ptr : SPAN_EMPTY, facts->ptr_record);
  set(&writer, NAME_OTHER_HELO, same ? SPAN_EMPTY : facts->helo, facts->helo_record);
  set(&writer, NAME_PTR, facts->ptr, facts->ptr_record);
  set(&writer, NAME_PTR_OR_UNKNOWN, facts->ptr.len ? facts->ptr : SPAN("unknown"), facts->ptr_record);
  set(&writer, NAME_IP, facts->ip, facts->connect_record);
  set(&writer, NAME_BARE_IP, bare_ip(facts, &arena), facts->connect_record);
  set(&writer, NAME_CLIENT, client, facts->connect_record);
  set(&writer, NAME_FROM_CLAUSE, from_clause(facts, client, &arena), facts->helo_record);
  set(&writer, NAME_HOST, facts->host, 0);
  set(&writer, NAME_VERSION, software->version_stamp.len ? software->version_stamp : software->version, 0);
  set(&writer, NAME_PRODUCT, software->product, 0);
  set(&writer, NAME_WITH, facts->with, facts->helo_record);
  set(&writer, NAME_WITH_LOWER, lower(facts->with, &arena), facts->helo_record);
  set(&writer, NAME_ID, facts->id, now);
  set(&writer, NAME_FOR, for_clause(facts, &arena), facts->recipient_record);
  set(&writer, NAME_RECIPIENT, facts->recipient, facts->recipient_record);
  set(&writer, NAME_DATE_FOLD, facts->recipient.len ? SPAN(" ") : SPAN("\r\n\t"), 0);
  set(&writer, NAME_DATE, buf_span(&date), now);
  template_expand_placed(facts->local ? software->received_local : software->received, writer.values,
                         NAME_COUNT, &writer.block, note_source, &writer);
  buf_add_text(&writer.block, "\r\n");
  struct message *stamped = message_put_on_top(*message, buf_span(&writer.block));
  agent_note_stamp(agent, numbers, stamped, (*message)->version, buf_span(&writer.sources));
  message_release(*message);
  *message = stamped;
  buf_free(&writer.block);
  buf_free(&writer.sources);
  buf_free(&date);
  arena_free(&arena);
}
