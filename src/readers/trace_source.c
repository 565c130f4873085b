/* trace_source: files that are no letter's source, told by how they begin, and what to do about each. */
#include "readers/trace_internal.h"

enum { LOOKED_AT = 4096, BASE64_LINE_LEAST = 40 };

#define SHOW_ORIGINAL                                                                                        \
  "the letter's source: Show original in webmail, View source in a mail program, then save that (.eml)"

static bool refuse(struct error_list *errors, struct span file, const char *message, const char *hint) {
  error_list_add(errors, &(struct error){.file = file,
                                         .message = span_from(message),
                                         .expected = SPAN("a letter as it was received, header and all"),
                                         .hint = span_from(hint)});
  return false;
}

static const struct {
  struct span begins;
  const char *message, *hint;
} kinds[] = {
    {SPAN_INIT("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
     "this is an OLE file: one of Outlook's .msg files, very likely",
     "in Outlook, open the letter: File, Properties, Internet headers; copy them into a text file"},
    {SPAN_INIT("\xFF\xFE"), "this is UTF-16, and not the octets of a letter",
     "iconv -f UTF-16 -t UTF-8 FILE | waystation trace -"},
    {SPAN_INIT("\xFE\xFF"), "this is UTF-16, and not the octets of a letter",
     "iconv -f UTF-16 -t UTF-8 FILE | waystation trace -"},
    {SPAN_INIT("PK\x03\x04"), "this is a ZIP file, or one of an office program",
     "take the letter out of it, or " SHOW_ORIGINAL},
    {SPAN_INIT("\x1F\x8B"), "this is compressed with gzip", "gzip -dc FILE | waystation trace -"},
    {SPAN_INIT("%PDF-"), "this is a PDF: a picture of the letter, without its header", SHOW_ORIGINAL},
    {SPAN_INIT("\x78\x9F\x3E\x22"), "this is a TNEF file: one of Outlook's winmail.dat", SHOW_ORIGINAL},
    {SPAN_INIT("\x89PNG"), "this is a picture", SHOW_ORIGINAL},
    {SPAN_INIT("\xFF\xD8\xFF"), "this is a picture", SHOW_ORIGINAL},
    {SPAN_INIT("!BDN"), "this is an Outlook folder (.pst)",
     "save the letter alone from Outlook, or " SHOW_ORIGINAL},
    {SPAN_INIT("bplist00"), "this is one of Apple's property lists", SHOW_ORIGINAL},
};

/* Latin text in UTF-16 without a mark at its start: every other octet is NUL. */
static bool is_utf16(struct span start) {
  size_t even = 0, odd = 0;
  start = span_first(start, 64);
  for (size_t i = 0; i < start.len; i++) *(i % 2 ? &odd : &even) += start.data[i] == '\0';
  size_t half = start.len / 4; /* half of every other octet */
  return start.len >= 16 && (even >= half) != (odd >= half);
}

static bool is_base64_line(struct span line) {
  for (size_t i = 0; i < line.len; i++)
    if (!ascii_is_alnum(line.data[i]) && line.data[i] != '+' && line.data[i] != '/' && line.data[i] != '=')
      return false;
  return line.len >= BASE64_LINE_LEAST;
}

bool trace_source_check(struct span file, struct span bytes, struct error_list *errors) {
  struct span start = span_first(bytes, LOOKED_AT), text = span_trim(start);
  if (!bytes.len) return refuse(errors, file, "the file is empty", SHOW_ORIGINAL);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (span_starts_with(bytes, kinds[i].begins))
      return refuse(errors, file, kinds[i].message, kinds[i].hint);
  if (is_utf16(start))
    return refuse(errors, file, "this is UTF-16, and not the octets of a letter",
                  "iconv -f UTF-16LE -t UTF-8 FILE | waystation trace -");
  if (span_starts_with(text, SPAN("\xEF\xBB\xBF"))) text = span_skip(text, 3);
  if (text.len && text.data[0] == '<')
    return refuse(errors, file, "this is HTML: a page that shows the letter, without its header",
                  SHOW_ORIGINAL);
  if (text.len && text.data[0] == '{')
    return refuse(errors, file, "this is JSON: a scenario or a journal, and no letter",
                  "waystation show FILE headers, or waystation export FILE mbox -o - | waystation trace -");
  if (span_find(start, '\n') == SPAN_NONE && span_find(start, '\r') != SPAN_NONE)
    return refuse(errors, file, "its lines end in CR alone, as on an old Macintosh",
                  "tr '\\r' '\\n' <FILE | waystation trace -");
  struct span rest = text, line;
  if (span_next(&rest, '\n', &line) && is_base64_line(span_trim(line)))
    return refuse(errors, file, "this is base64: the letter is in there, encoded",
                  "base64 -d FILE | waystation trace -");
  return true;
}

bool trace_source_refuse_text(struct span file, struct span bytes, struct error_list *errors) {
  bool is_blank = !span_trim(span_first(bytes, LOOKED_AT)).len;
  return refuse(errors, file,
                is_blank ? "there is nothing but white space in it" : "this text has no header of a letter",
                SHOW_ORIGINAL);
}
