#include "mail/html_text.h"

struct html_writer {
  struct buf *out;
  size_t start; /* of the text in out */
  bool gap;     /* white space was read since the last word */
};

static bool at_line_start(const struct html_writer *w) {
  return w->out->len == w->start || w->out->data[w->out->len - 1] == '\n';
}

static void end_line(struct html_writer *w) {
  if (!at_line_start(w)) buf_add_char(w->out, '\n');
  w->gap = false;
}

static void put(struct html_writer *w, struct span text) {
  if (w->gap && !at_line_start(w)) buf_add_char(w->out, ' ');
  w->gap = false;
  buf_add(w->out, text);
}

/* ---- tags ---- */

static bool is_one_of(struct span name, const char *const *names) {
  for (; *names; names++)
    if (span_equal_nocase(name, span_from(*names))) return true;
  return false;
}

static const char *const blocks[] = {"p",  "div", "br", "tr", "li", "ul", "ol",  "table", "blockquote", "h1",
                                     "h2", "h3",  "h4", "h5", "h6", "hr", "pre", "body",  NULL};
static const char *const emphatic[] = {"em", "i", "strong", "b", NULL};
static const char *const silent[] = {"script", "style", "title", NULL};

/* The name behind "<" or "</". */
static struct span tag_name(struct span tag) {
  size_t len = 0;
  if (!tag.len || !ascii_is_alpha(tag.data[0])) return SPAN_EMPTY;
  while (len < tag.len && (ascii_is_alpha(tag.data[len]) || ascii_is_digit(tag.data[len]))) len++;
  return span_first(tag, len);
}

/* Up to the end of the element of that name, or of the text. */
static struct span skip_element(struct span rest, struct span name) {
  for (size_t at; (at = span_search(rest, SPAN("</"))) != SPAN_NONE;) {
    rest = span_skip(rest, at + 2);
    if (span_equal_nocase(tag_name(rest), name)) break;
  }
  size_t end = span_find(rest, '>');
  return end == SPAN_NONE ? span_skip(rest, rest.len) : span_skip(rest, end + 1);
}

/* rest begins with "<". Returns what follows the tag; rest itself if it is none: "a < b". */
static struct span take_tag(struct html_writer *w, struct span rest) {
  if (span_starts_with(rest, SPAN("<!--"))) {
    size_t end = span_search(rest, SPAN("-->"));
    return end == SPAN_NONE ? span_skip(rest, rest.len) : span_skip(rest, end + 3);
  }
  bool closes = rest.len > 1 && rest.data[1] == '/';
  struct span name = tag_name(span_skip(rest, closes ? 2 : 1));
  bool declares = rest.len > 1 && (rest.data[1] == '!' || rest.data[1] == '?');
  if (!name.len && !declares) return rest;
  size_t end = span_find(rest, '>');
  struct span after = end == SPAN_NONE ? span_skip(rest, rest.len) : span_skip(rest, end + 1);
  if (is_one_of(name, silent) && !closes) return skip_element(after, name);
  if (is_one_of(name, blocks)) end_line(w);
  if (!is_one_of(name, emphatic)) return after;
  if (closes)
    buf_add_char(w->out, '*'); /* with no blank in front of it */
  else
    put(w, SPAN("*"));
  return after;
}

/* ---- character references ---- */

static void put_code_point(struct html_writer *w, uint32_t c) {
  char utf8[4];
  size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  if (len == 1) utf8[0] = (char)c;
  for (size_t i = len; len > 1 && i > 0; i--, c >>= 6)
    utf8[i - 1] = (char)(i > 1 ? 0x80 | (c & 0x3f) : (0xf00 >> len & 0xff) | c);
  put(w, span_of(utf8, len));
}

/* "&#8217;" or "&#x2019;", without & and ;. Control characters and surrogates are no text. */
static bool read_number(struct span text, uint32_t *c_out) {
  bool hex = text.len > 1 && (text.data[1] == 'x' || text.data[1] == 'X');
  struct span digits = span_skip(text, hex ? 2 : 1);
  uint32_t c = 0, base = hex ? 16 : 10;
  if (!digits.len || digits.len > 7) return false;
  for (size_t i = 0; i < digits.len; i++) {
    char d = ascii_lower(digits.data[i]);
    uint32_t value = ascii_is_digit(d)      ? (uint32_t)(d - '0')
                     : d >= 'a' && d <= 'f' ? (uint32_t)(d - 'a' + 10)
                                            : 99;
    if (value >= base) return false;
    c = c * base + value;
  }
  *c_out = c;
  return c >= 0x20 && (c < 0x7f || c >= 0xa0) && c < 0x110000 && (c < 0xd800 || c > 0xdfff);
}

/* rest begins with "&". Returns what follows the reference; rest itself if it is none. */
static struct span take_reference(struct html_writer *w, struct span rest) {
  static const struct {
    struct span name, text;
  } named[] = {{SPAN_INIT("amp"), SPAN_INIT("&")},  {SPAN_INIT("lt"), SPAN_INIT("<")},
               {SPAN_INIT("gt"), SPAN_INIT(">")},   {SPAN_INIT("quot"), SPAN_INIT("\"")},
               {SPAN_INIT("apos"), SPAN_INIT("'")}, {SPAN_INIT("nbsp"), SPAN_INIT(" ")}};
  enum { REFERENCE_MAX = 12 };
  size_t end = span_find(span_first(rest, REFERENCE_MAX), ';');
  if (end == SPAN_NONE) return rest;
  struct span inside = span_slice(rest, 1, end - 1), after = span_skip(rest, end + 1);
  uint32_t c;
  if (inside.len && inside.data[0] == '#') {
    if (!read_number(inside, &c)) return rest;
    put_code_point(w, c);
    return after;
  }
  for (size_t i = 0; i < sizeof named / sizeof *named; i++)
    if (span_equal(inside, named[i].name)) {
      put(w, named[i].text);
      return after;
    }
  return rest;
}

void html_text(struct span html, struct buf *out) {
  struct html_writer w = {.out = out, .start = out->len};
  while (html.len) {
    char c = html.data[0];
    struct span after = c == '<' ? take_tag(&w, html) : c == '&' ? take_reference(&w, html) : html;
    if (after.len == html.len) {
      if (ascii_is_space(c))
        w.gap = true;
      else
        put(&w, span_first(html, 1));
      after = span_skip(html, 1);
    }
    html = after;
  }
  end_line(&w);
}
