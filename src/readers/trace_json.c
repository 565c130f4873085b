/* trace_json: a trace for scripts: one object. */
#include "base/json_write.h"
#include "readers/trace_internal.h"

struct object {
  struct buf *out;
  bool has_members;
};

static void begin_member(struct object *object, const char *key) {
  buf_format(object->out, "%s\"%s\":", object->has_members ? "," : "{", key);
  object->has_members = true;
}

static void add_text(struct object *object, const char *key, struct span text) {
  begin_member(object, key);
  json_write_octets(text, object->out);
}

static void add_number(struct object *object, const char *key, int64_t number) {
  begin_member(object, key);
  buf_add_i64(object->out, number);
}

static void add_bool(struct object *object, const char *key, bool value) {
  begin_member(object, key);
  buf_add_text(object->out, value ? "true" : "false");
}

static void add_seconds(struct object *object, const char *key, bool has, int64_t us) {
  begin_member(object, key);
  if (!has) {
    buf_add_text(object->out, "null");
    return;
  }
  /* Downwards also before 1970. */
  buf_add_i64(object->out, us / DATE_SECOND_US - (us % DATE_SECOND_US < 0));
}

static void add_id_time(struct object *object, const char *key, const struct id_time *time) {
  begin_member(object, key);
  if (!time->form) {
    buf_add_text(object->out, "null");
    return;
  }
  struct object inner = {.out = object->out};
  bool is_hour = time->form == ID_TIME_SENDMAIL_HOUR;
  add_text(&inner, "maker", span_from(id_time_maker(time->form)));
  add_text(&inner, "digits", time->digits);
  if (is_hour) add_number(&inner, "hour", time->hour);
  add_seconds(&inner, "unix", !is_hour, time->unix_us);
  add_bool(&inner, "is_local", is_hour || time->form == ID_TIME_PINE);
  buf_add_char(object->out, '}');
}

static void add_notes(struct object *object, const struct trace_hop *hop) {
  begin_member(object, "notes");
  buf_add_char(object->out, '[');
  for (size_t i = 0; i < hop->note_count; i++) {
    struct object note = {.out = object->out};
    if (i) buf_add_char(object->out, ',');
    add_text(&note, "kind", span_from(trace_oddity_name(hop->notes[i].oddity)));
    add_text(&note, "text", hop->notes[i].text);
    buf_add_char(object->out, '}');
  }
  buf_add_char(object->out, ']');
}

static void add_when(struct object *object, const struct trace_hop *hop) {
  const struct date *date = &hop->received.date;
  add_text(object, "date", hop->received.date_text);
  add_seconds(object, "unix", hop->has_date, date->unix_us);
  begin_member(object, "zone_minutes");
  if (hop->has_date && date->zone_known)
    buf_add_i64(object->out, date->zone_minutes);
  else
    buf_add_text(object->out, "null");
  add_seconds(object, "took_seconds", hop->has_delay, hop->delay_us);
  begin_member(object, "took_since");
  if (hop->has_delay)
    buf_add_i64(object->out, hop->delay_since);
  else
    buf_add_text(object->out, "null");
}

static void add_hop(const struct trace_hop *hop, struct buf *out) {
  struct object object = {.out = out};
  const struct received *received = &hop->received;
  const struct received_clause *by = &received->clause[RECEIVED_BY];
  struct span with = received->clause[RECEIVED_WITH].value;
  const char *means = trace_protocol_text(with);
  add_number(&object, "number", hop->number);
  add_number(&object, "line", hop->line);
  add_bool(&object, "trusted", hop->is_trusted);
  add_text(&object, "by", hop->by);
  add_text(&object, "by_comment", by->comment_count ? by->comments[0] : SPAN_EMPTY);
  add_text(&object, "software", span_from(trace_software_name(hop->software)));
  add_text(&object, "claimed", hop->claimed);
  add_text(&object, "dns_name", hop->dns_name);
  add_text(&object, "lookup", span_from(trace_lookup_name(hop->lookup)));
  add_text(&object, "address", hop->address);
  add_text(&object, "address_kind",
           span_from(hop->special       ? hop->special->kind
                     : hop->address.len ? "public"
                                        : ""));
  add_text(&object, "ident", received->peer.ident);
  add_text(&object, "via", received->clause[RECEIVED_VIA].value);
  add_text(&object, "with", with);
  add_text(&object, "with_means", span_from(means ? means : ""));
  add_bool(&object, "login", hop->is_login);
  add_text(&object, "id", received->clause[RECEIVED_ID].value);
  add_id_time(&object, "id_time", &hop->id_time);
  add_text(&object, "for", received_for_address(received));
  add_when(&object, hop);
  add_text(&object, "joins", span_from(trace_join_name(hop->join)));
  add_notes(&object, hop);
  buf_add_char(out, '}');
}

static void add_fields(struct object *object, const struct trace *trace, struct arena *arena) {
  begin_member(object, "fields");
  buf_add_char(object->out, '[');
  for (size_t i = 0; i < trace->field_count; i++) {
    const struct trace_field *field = &trace->fields[i];
    struct object inner = {.out = object->out};
    if (i) buf_add_char(object->out, ',');
    add_number(&inner, "line", field->line);
    add_text(&inner, "name", field->name);
    add_text(&inner, "value", field->value);
    add_bool(&inner, "above_trusted", field->hops_above < trace->trusted_count);
    add_text(&inner, "text", trace_field_text(trace, field, arena));
    buf_add_char(object->out, '}');
  }
  buf_add_char(object->out, ']');
}

static void add_trusted(struct object *object, const struct trace *trace) {
  bool has_domain = trace->trust_domain.len > 0;
  begin_member(object, "trusted");
  buf_add_char(object->out, '[');
  for (size_t i = 0; trace->trust_is_given && i < trace->options->trusted_count; i++) {
    if (i) buf_add_char(object->out, ',');
    json_write_octets(trace->options->trusted[i], object->out);
  }
  if (!trace->trust_is_given && has_domain) json_write_octets(trace->trust_domain, object->out);
  buf_add_char(object->out, ']');
}

static void add_trust(struct object *object, const struct trace *trace, struct arena *arena) {
  const struct trace_hop *last = trace_last_trusted(trace);
  add_trusted(object, trace);
  add_bool(object, "trust_is_given", trace->trust_is_given);
  add_text(object, "trust_ends", span_from(trace_end_name(trace->end)));
  add_number(object, "last_trusted", last ? last->number : 0);
  add_text(object, "last_address", last ? last->address : SPAN_EMPTY);
  add_text(object, "verdict", trace_verdict(trace, arena));
  add_text(object, "advice", trace_advice(trace, arena));
}

void trace_write_json(const struct trace *trace, struct buf *out) {
  struct arena arena = ARENA_EMPTY;
  struct object object = {.out = out};
  add_number(&object, "letter", trace->message);
  add_number(&object, "letters", trace->messages);
  add_text(&object, "date", trace->date_text);
  add_seconds(&object, "date_unix", trace->has_date, trace->date.unix_us);
  add_text(&object, "message_id", trace->message_id);
  add_id_time(&object, "message_id_time", &trace->message_id_time);
  begin_member(&object, "hops");
  buf_add_char(out, '[');
  for (size_t i = 0; i < trace->hop_count; i++) {
    if (i) buf_add_char(out, ',');
    add_hop(&trace->hops[i], out);
  }
  buf_add_char(out, ']');
  add_number(&object, "hops_not_shown", (int64_t)trace->hops_passed_over);
  add_fields(&object, trace, &arena);
  add_number(&object, "junk_lines", trace->junk_lines);
  add_trust(&object, trace, &arena);
  buf_add_text(out, "}\n");
  arena_free(&arena);
}
