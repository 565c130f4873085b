/* The draw list compared, hashed and written as text. */
#include "base/check.h"
#include "view/draw_list.h"

enum { WORDS_MAX = 16 };

/* Every field of a command but its points and its text, in a fixed order. */
struct words {
  uint32_t at[WORDS_MAX];
  size_t count;
};

static void add_word(struct words *words, uint32_t word) {
  CHECK(words->count < WORDS_MAX);
  words->at[words->count++] = word;
}

static void add_length(struct words *words, int32_t length) {
  add_word(words, (uint32_t)length);
}

static void add_rect(struct words *words, struct rect r) {
  add_length(words, r.x);
  add_length(words, r.y);
  add_length(words, r.w);
  add_length(words, r.h);
}

static void add_stroke(struct words *words, const struct draw_stroke *s) {
  add_word(words, s->count);
  add_word(words, (uint32_t)s->is_curve | (uint32_t)s->butt_ends << 1 | (uint32_t)s->arrows << 2);
  add_length(words, s->width);
  add_length(words, s->arrow_length);
  add_length(words, s->arrow_width);
  add_length(words, s->dash);
  add_length(words, s->gap);
  add_length(words, s->dash_start);
  add_word(words, s->colour);
}

static void add_box(struct words *words, const struct draw_box *b) {
  add_rect(words, b->rect);
  add_length(words, b->radius);
  add_word(words, b->fill);
  add_word(words, b->border);
  add_length(words, b->border_width);
  add_word(words, b->corners);
}

static void add_circle(struct words *words, const struct draw_circle *c) {
  add_length(words, c->centre.x);
  add_length(words, c->centre.y);
  add_length(words, c->radius);
  add_word(words, c->fill);
  add_word(words, c->border);
  add_length(words, c->border_width);
}

static void add_text(struct words *words, const struct draw_text *t) {
  add_length(words, t->baseline.x);
  add_length(words, t->baseline.y);
  add_word(words, (uint32_t)t->style.face);
  add_word(words, (uint32_t)t->style.weight);
  add_length(words, t->style.size);
  add_word(words, t->colour);
}

static struct words command_words(const struct draw_command *command) {
  struct words words = {.count = 0};
  add_word(&words, (uint32_t)command->kind);
  switch (command->kind) {
  case DRAW_BOX: add_box(&words, &command->as.box); break;
  case DRAW_SHADOW:
    add_rect(&words, command->as.shadow.rect);
    add_length(&words, command->as.shadow.radius);
    add_length(&words, command->as.shadow.blur);
    add_word(&words, command->as.shadow.colour);
    break;
  case DRAW_CIRCLE: add_circle(&words, &command->as.circle); break;
  case DRAW_STROKE: add_stroke(&words, &command->as.stroke); break;
  case DRAW_POLYGON:
    add_word(&words, command->as.polygon.count);
    add_word(&words, command->as.polygon.fill);
    break;
  case DRAW_TEXT: add_text(&words, &command->as.text); break;
  case DRAW_ICON:
    add_word(&words, (uint32_t)command->as.icon.icon);
    add_rect(&words, command->as.icon.rect);
    add_word(&words, command->as.icon.colour);
    add_word(&words, command->as.icon.back);
    break;
  case DRAW_CLIP_PUSH: add_rect(&words, command->as.clip.rect); break;
  case DRAW_ALPHA_PUSH: add_word(&words, command->as.alpha.alpha); break;
  case DRAW_CLIP_POP:
  case DRAW_ALPHA_POP:
  case DRAW_KIND_COUNT: break;
  }
  return words;
}

/* The points or the text. */
static struct span command_bytes(const struct draw_command *command) {
  if (command->kind == DRAW_TEXT) return command->as.text.text;
  if (command->kind == DRAW_STROKE)
    return span_of((const char *)command->as.stroke.points,
                   command->as.stroke.count * sizeof *command->as.stroke.points);
  if (command->kind == DRAW_POLYGON)
    return span_of((const char *)command->as.polygon.points,
                   command->as.polygon.count * sizeof *command->as.polygon.points);
  return SPAN_EMPTY;
}

static bool command_equal(const struct draw_command *a, const struct draw_command *b) {
  if (a->kind != b->kind) return false;
  struct words wa = command_words(a), wb = command_words(b);
  return memcmp(wa.at, wb.at, wa.count * sizeof *wa.at) == 0 &&
         span_equal(command_bytes(a), command_bytes(b));
}

bool draw_list_equal(const struct draw_list *a, const struct draw_list *b) {
  if (a->width != b->width || a->height != b->height || a->background != b->background ||
      a->count != b->count)
    return false;
  for (size_t i = 0; i < a->count; i++)
    if (!command_equal(&a->commands[i], &b->commands[i])) return false;
  return true;
}

static uint64_t hash_word(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
  return hash ^ hash >> 32;
}

static uint64_t hash_bytes(uint64_t hash, struct span bytes) {
  hash = hash_word(hash, bytes.len);
  for (size_t i = 0; i < bytes.len; i += 8) {
    uint64_t word = 0;
    struct span piece = span_slice(bytes, i, 8);
    memcpy(&word, piece.data, piece.len);
    hash = hash_word(hash, word);
  }
  return hash;
}

uint64_t draw_list_hash(const struct draw_list *list) {
  uint64_t hash = hash_word(0, (uint64_t)(uint32_t)list->width << 32 | (uint32_t)list->height);
  hash = hash_word(hash, list->background);
  for (size_t i = 0; i < list->count; i++) {
    struct words words = command_words(&list->commands[i]);
    for (size_t w = 0; w < words.count; w++) hash = hash_word(hash, words.at[w]);
    hash = hash_bytes(hash, command_bytes(&list->commands[i]));
  }
  return hash;
}

/* A length in design units: "16", "-0.5", "3.015625". */
static void dump_length(struct buf *out, int32_t length) {
  uint32_t size = length < 0 ? 0u - (uint32_t)length : (uint32_t)length;
  if (length < 0) buf_add_char(out, '-');
  buf_add_u64(out, size / 64);
  uint32_t millionths = size % 64 * 15625;
  if (millionths == 0) return;
  buf_add_char(out, '.');
  for (uint32_t digit = 100000; millionths > 0; digit /= 10) {
    buf_add_char(out, (char)('0' + millionths / digit));
    millionths %= digit;
  }
}

static void dump_named(struct buf *out, const char *name, int32_t length) {
  if (length == 0) return;
  buf_format(out, " %s ", name);
  dump_length(out, length);
}

static void dump_pair(struct buf *out, int32_t a, char between, int32_t b) {
  dump_length(out, a);
  buf_add_char(out, between);
  dump_length(out, b);
}

static void dump_rect(struct buf *out, struct rect r) {
  buf_add_char(out, ' ');
  dump_pair(out, r.x, ',', r.y);
  buf_add_char(out, ' ');
  dump_pair(out, r.w, 'x', r.h);
}

static void dump_colour(struct buf *out, const char *name, uint32_t colour) {
  if (colour >> 24 == 0) return;
  buf_format(out, " %s #%06X", name, (unsigned)(colour & 0xFFFFFF));
  if (colour >> 24 != 0xFF) buf_format(out, "/%02X", (unsigned)(colour >> 24));
}

static void dump_border(struct buf *out, uint32_t colour, int32_t width) {
  if (colour >> 24 == 0 || width <= 0) return;
  dump_colour(out, "border", colour);
  buf_add_char(out, ' ');
  dump_length(out, width);
}

static void dump_points(struct buf *out, const struct point *points, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    buf_add_char(out, ' ');
    dump_pair(out, points[i].x, ',', points[i].y);
  }
}

/* Quoted; what is not printable UTF-8 as \xNN. */
static void dump_quoted(struct buf *out, struct span text) {
  buf_add_text(out, " \"");
  for (size_t i = 0; i < text.len;) {
    uint32_t c;
    size_t size = text_decode(span_skip(text, i), &c);
    unsigned char byte = (unsigned char)text.data[i];
    if (byte == '"' || byte == '\\')
      buf_format(out, "\\%c", byte);
    else if (byte < 0x20 || byte == 0x7F || (size == 1 && byte >= 0x80))
      buf_format(out, "\\x%02X", byte);
    else
      buf_add(out, span_slice(text, i, size));
    i += size;
  }
  buf_add_char(out, '"');
}

static void dump_box(struct buf *out, const struct draw_box *b) {
  dump_rect(out, b->rect);
  dump_named(out, "radius", b->radius);
  if (b->corners != DRAW_CORNERS_ALL) buf_format(out, " corners %u", b->corners);
  dump_colour(out, "fill", b->fill);
  dump_border(out, b->border, b->border_width);
}

static void dump_circle(struct buf *out, const struct draw_circle *c) {
  dump_points(out, &c->centre, 1);
  dump_named(out, "radius", c->radius);
  dump_colour(out, "fill", c->fill);
  dump_border(out, c->border, c->border_width);
}

static void dump_stroke(struct buf *out, const struct draw_stroke *s) {
  buf_add_text(out, s->is_curve ? " curve" : " line");
  dump_points(out, s->points, s->count);
  dump_named(out, "width", s->width);
  if (s->butt_ends) buf_add_text(out, " butt");
  if (s->arrows & DRAW_ARROW_START) buf_add_text(out, " arrow-start");
  if (s->arrows & DRAW_ARROW_END) buf_add_text(out, " arrow-end");
  dump_named(out, "arrow-length", s->arrow_length);
  dump_named(out, "arrow-width", s->arrow_width);
  dump_named(out, "dash", s->dash);
  dump_named(out, "gap", s->gap);
  dump_named(out, "start", s->dash_start);
  dump_colour(out, "colour", s->colour);
}

static void dump_text(struct buf *out, const struct draw_text *t) {
  static const char *const faces[FACE_COUNT] = {"sans", "mono"};
  static const char *const weights[WEIGHT_COUNT] = {"regular", "semibold", "bold"};
  dump_points(out, &t->baseline, 1);
  buf_format(out, " %s %s ", faces[t->style.face], weights[t->style.weight]);
  dump_length(out, t->style.size);
  dump_colour(out, "colour", t->colour);
  dump_quoted(out, t->text);
}

static void dump_icon(struct buf *out, const struct draw_icon *icon) {
  buf_add_char(out, ' ');
  buf_add(out, icon_name(icon->icon));
  dump_rect(out, icon->rect);
  dump_colour(out, "colour", icon->colour);
  dump_colour(out, "back", icon->back);
}

static const char *const kind_names[DRAW_KIND_COUNT] = {
    [DRAW_BOX] = "box",          [DRAW_SHADOW] = "shadow",       [DRAW_CIRCLE] = "circle",
    [DRAW_STROKE] = "stroke",    [DRAW_POLYGON] = "polygon",     [DRAW_TEXT] = "text",
    [DRAW_ICON] = "icon",        [DRAW_CLIP_PUSH] = "clip",      [DRAW_CLIP_POP] = "end-clip",
    [DRAW_ALPHA_PUSH] = "alpha", [DRAW_ALPHA_POP] = "end-alpha",
};

static void dump_command(struct buf *out, const struct draw_command *command) {
  CHECK(command->kind < DRAW_KIND_COUNT);
  buf_add_text(out, kind_names[command->kind]);
  switch (command->kind) {
  case DRAW_BOX: dump_box(out, &command->as.box); break;
  case DRAW_SHADOW:
    dump_rect(out, command->as.shadow.rect);
    dump_named(out, "radius", command->as.shadow.radius);
    dump_named(out, "blur", command->as.shadow.blur);
    dump_colour(out, "colour", command->as.shadow.colour);
    break;
  case DRAW_CIRCLE: dump_circle(out, &command->as.circle); break;
  case DRAW_STROKE: dump_stroke(out, &command->as.stroke); break;
  case DRAW_POLYGON:
    dump_points(out, command->as.polygon.points, command->as.polygon.count);
    dump_colour(out, "fill", command->as.polygon.fill);
    break;
  case DRAW_TEXT: dump_text(out, &command->as.text); break;
  case DRAW_ICON: dump_icon(out, &command->as.icon); break;
  case DRAW_CLIP_PUSH: dump_rect(out, command->as.clip.rect); break;
  case DRAW_ALPHA_PUSH: buf_format(out, " %u", command->as.alpha.alpha); break;
  case DRAW_CLIP_POP:
  case DRAW_ALPHA_POP:
  case DRAW_KIND_COUNT: break;
  }
  buf_add_char(out, '\n');
}

static void dump_hit(struct buf *out, const struct hit_region *hit) {
  static const char *const flags[] = {" focusable", " scrolls", " drags", " text"};
  buf_format(out, "hit %llu", (unsigned long long)hit->id);
  dump_rect(out, hit->rect);
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
    if (hit->flags & 1u << i) buf_add_text(out, flags[i]);
  if (hit->label.len > 0) dump_quoted(out, hit->label);
  buf_add_char(out, '\n');
}

void draw_list_dump(const struct draw_list *list, struct buf *out) {
  buf_add_text(out, "picture ");
  dump_pair(out, list->width, 'x', list->height);
  dump_colour(out, "background", list->background);
  buf_add_char(out, '\n');
  for (size_t i = 0; i < list->count; i++) dump_command(out, &list->commands[i]);
  for (size_t i = 0; i < list->hit_count; i++) dump_hit(out, &list->hits[i]);
  if (list->overflowed) buf_add_text(out, "overflowed\n");
}
