/* A letter from a stranger, traced: it is read or refused, and refused with a reason; trusted lines stand on
 * top; the text has no control character, and is the same with LF and with CRLF; text and JSON are UTF-8. */
#include "base/check.h"
#include "readers/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(struct span text) {
  CHECK(span_is_utf8(text, NULL));
  for (size_t i = 0; i < text.len; i++)
    CHECK(text.data[i] == '\n' || ((unsigned char)text.data[i] >= 0x20 && text.data[i] != 0x7F));
}

static void check_trace(const struct trace *trace) {
  CHECK(trace->hop_count <= TRACE_HOPS_MAX && trace->trusted_count <= trace->hop_count);
  for (size_t i = 0; i < trace->hop_count; i++) {
    const struct trace_hop *hop = &trace->hops[i];
    CHECK(hop->is_trusted == (i < trace->trusted_count) && hop->note_count <= TRACE_NOTES_MAX);
    CHECK(i == 0 || (hop->number + 1 == hop[-1].number && hop->line >= hop[-1].line));
  }
}

/* Reads and writes; false if the bytes are refused. */
static bool trace_bytes(struct span bytes, const struct trace_options *options, struct buf *out) {
  struct arena arena = ARENA_EMPTY;
  struct error_list errors = {0};
  struct trace trace;
  bool well = trace_read(SPAN("fuzz"), bytes, options, &arena, &trace, &errors);
  CHECK(well == (errors.total == 0));
  if (well) {
    struct buf json = {0};
    check_trace(&trace);
    trace_write_text(&trace, out);
    check_text(buf_span(out));
    trace_write_json(&trace, &json);
    CHECK(span_is_utf8(buf_span(&json), NULL) && span_ends_with(buf_span(&json), SPAN("}\n")));
    CHECK(span_find(buf_span(&json), '\n') + 1 == json.len);
    buf_free(&json);
  }
  error_list_free(&errors);
  arena_free(&arena);
  return well;
}

static void check_line_ends(struct span bytes, const struct trace_options *options, struct span text) {
  struct buf crlf = {0}, again = {0};
  struct span line;
  if (span_find(bytes, '\r') != SPAN_NONE || bytes.len > 4000)
    return; /* not the limit of what is looked at */
  for (struct span rest = bytes; span_next(&rest, '\n', &line);) {
    buf_add(&crlf, line);
    if (rest.data) buf_add_text(&crlf, "\r\n");
  }
  if (trace_bytes(buf_span(&crlf), options, &again)) CHECK(span_equal(buf_span(&again), text));
  buf_free(&crlf);
  buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const struct span trusted[] = {SPAN_INIT("b.example"), SPAN_INIT("edu"), SPAN_INIT("10.0.0.0/8"),
                                        SPAN_INIT("192.0.2.1")};
  static const struct trace_options plain = {.message = 0}, given = {.trusted = trusted, .trusted_count = 4};
  struct span bytes = span_of((const char *)data, size), names[TRACE_TRUST_MAX], wrong;
  struct buf text = {0};
  size_t count;
  if (trace_bytes(bytes, &plain, &text)) check_line_ends(bytes, &plain, buf_span(&text));
  buf_clear(&text);
  trace_bytes(bytes, &given, &text);
  if (trace_trust_parse(bytes, names, &count, &wrong)) CHECK(count > 0 && count <= TRACE_TRUST_MAX);
  buf_free(&text);
  return 0;
}
