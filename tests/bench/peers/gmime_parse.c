#include "gmime_parse.h"

#include <gmime/gmime.h>

void gmime_parse_begin(void) {
  static bool begun;
  if (!begun) g_mime_init();
  begun = true;
}

static uint64_t address_count(GMimeMessage *message, GMimeAddressType type) {
  InternetAddressList *list = g_mime_message_get_addresses(message, type);
  return list ? (uint64_t)internet_address_list_length(list) : 0;
}

static void decode(GMimeMessage *message, struct gmime_parse *found) {
  static const GMimeAddressType types[] = {GMIME_ADDRESS_TYPE_FROM, GMIME_ADDRESS_TYPE_TO,
                                           GMIME_ADDRESS_TYPE_CC};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    found->addresses += address_count(message, types[i]);
  GDateTime *date = g_mime_message_get_date(message);
  if (date) found->dates += (uint64_t)g_date_time_to_unix(date);
  g_mime_message_get_subject(message);
}

struct gmime_parse gmime_parse(const char *bytes, size_t len, bool decoded) {
  struct gmime_parse found = {0};
  GByteArray *array = g_byte_array_new_take((guint8 *)(uintptr_t)bytes, len);
  GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(array);
  g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
  GMimeParser *parser = g_mime_parser_new_with_stream(stream);
  g_mime_parser_set_format(parser, GMIME_FORMAT_MBOX);
  while (!g_mime_parser_eos(parser)) {
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    if (!message) break;
    found.letters++;
    if (decoded) decode(message, &found);
    g_object_unref(message);
  }
  g_object_unref(parser);
  g_object_unref(stream);
  g_byte_array_steal(array, NULL);
  g_byte_array_unref(array);
  return found;
}
