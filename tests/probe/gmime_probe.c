/* gmime_probe: a message on standard input as GMime reads it; a witness for header_probe. */
#include <gmime/gmime.h>

#include "mail/header.h"
#include "probe_json.h"

/* Groups are flattened, as header_probe does. */
static bool add_list(struct buf *line, InternetAddressList *list, bool first) {
  for (int i = 0; list && i < internet_address_list_length(list); i++) {
    InternetAddress *address = internet_address_list_get_address(list, i);
    if (INTERNET_ADDRESS_IS_GROUP(address)) {
      first = add_list(line, internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)), first);
      continue;
    }
    InternetAddressMailbox *mailbox = INTERNET_ADDRESS_MAILBOX(address);
    probe_add_address(line, first, span_from(internet_address_get_name(address)),
                      span_from(internet_address_mailbox_get_addr(mailbox)));
    first = false;
  }
  return first;
}

static void add_addresses(struct buf *line, const char *value) {
  InternetAddressList *list = internet_address_list_parse(NULL, value);
  buf_add_text(line, ",\"addresses\":[");
  add_list(line, list, true);
  buf_add_char(line, ']');
  if (list) g_object_unref(list);
}

static void add_date(struct buf *line, const char *value) {
  GDateTime *date = g_mime_utils_header_decode_date(value);
  if (!date) return;
  buf_format(line, ",\"unix\":%lld", (long long)g_date_time_to_unix(date));
  g_date_time_unref(date);
}

static void print_field(GMimeHeader *header, struct buf *line) {
  struct arena arena = ARENA_EMPTY;
  struct span name = span_from(g_mime_header_get_name(header));
  const char *raw = g_mime_header_get_raw_value(header);
  char *unfolded = g_mime_utils_header_unfold(raw);
  char *text = g_mime_utils_header_decode_text(NULL, unfolded);
  buf_add_char(line, '{');
  probe_add_bytes(line, "name", name);
  probe_add_bytes(line, "value", span_trim(span_from(unfolded)));
  probe_add_text(line, "text", span_trim(span_from(text)));
  if (probe_is_address_field(name)) add_addresses(line, raw);
  if (probe_is_date_field(name)) add_date(line, raw);
  probe_print(line);
  g_free(unfolded);
  g_free(text);
  arena_free(&arena);
}

int main(void) {
  struct buf input = probe_read_input(), line = {0};
  g_mime_init();
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer(input.data ? input.data : "", input.len);
  GMimeParser *parser = g_mime_parser_new_with_stream(stream);
  GMimeObject *part = g_mime_parser_construct_part(parser, NULL);
  GMimeHeaderList *headers = part ? g_mime_object_get_header_list(part) : NULL;
  for (int i = 0; headers && i < g_mime_header_list_get_count(headers); i++)
    print_field(g_mime_header_list_get_header_at(headers, i), &line);
  if (part) g_object_unref(part);
  g_object_unref(parser);
  g_object_unref(stream);
  g_mime_shutdown();
  buf_free(&line);
  buf_free(&input);
  return 0;
}
