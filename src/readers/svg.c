#include "readers/svg.h"

#include "base/check.h"

enum { ICON_SIDE_MAX = 32000 * 64, OPAQUE = 255, ALPHAS_MAX = DRAW_STACK_MAX + 1 };

struct svg {
  const struct svg_options *options;
  struct buf *out;
  unsigned ids;                /* of clips and filters, so far */
  uint32_t alphas[ALPHAS_MAX]; /* what each colour's alpha is multiplied with: 0 to 255 */
  size_t depth;
};

/* ---- words ---- */

static bool xml_allows(uint32_t c) {
  return c >= 32 && (c < 0xD800 || c > 0xDFFF) && c != 0xFFFE && c != 0xFFFF && c <= 0x10FFFF;
}

static void write_utf8(uint32_t c, struct buf *out) {
  if (c < 0x80) {
    buf_add_char(out, (char)c);
  } else if (c < 0x800) {
    buf_add_char(out, (char)(0xC0 | c >> 6));
    buf_add_char(out, (char)(0x80 | (c & 63)));
  } else if (c < 0x10000) {
    buf_add_char(out, (char)(0xE0 | c >> 12));
    buf_add_char(out, (char)(0x80 | (c >> 6 & 63)));
    buf_add_char(out, (char)(0x80 | (c & 63)));
  } else {
    buf_add_char(out, (char)(0xF0 | c >> 18));
    buf_add_char(out, (char)(0x80 | (c >> 12 & 63)));
    buf_add_char(out, (char)(0x80 | (c >> 6 & 63)));
    buf_add_char(out, (char)(0x80 | (c & 63)));
  }
}

void svg_write_escaped(struct span text, struct buf *out) {
  uint32_t c;
  for (size_t size; (size = text_decode(text, &c)) > 0; text = span_skip(text, size)) {
    switch (c) {
    case '&': buf_add_text(out, "&amp;"); break;
    case '<': buf_add_text(out, "&lt;"); break;
    case '>': buf_add_text(out, "&gt;"); break;
    case '"': buf_add_text(out, "&quot;"); break;
    case '\'': buf_add_text(out, "&#39;"); break;
    default: write_utf8(xml_allows(c) ? c : 0xFFFD, out);
    }
  }
}

/* ---- numbers: 1/64 units, in decimals ---- */

static void write_length(struct svg *svg, int64_t value) {
  int64_t thousandths = value * 1000 / 64;
  if (thousandths < 0) buf_add_char(svg->out, '-');
  if (thousandths < 0) thousandths = -thousandths;
  buf_add_i64(svg->out, thousandths / 1000);
  int64_t rest = thousandths % 1000;
  if (rest == 0) return;
  buf_format(svg->out, ".%03lld", (long long)rest);
  while (svg->out->data[svg->out->len - 1] == '0') svg->out->len--;
}

static void attribute(struct svg *svg, const char *name, int64_t value) {
  buf_format(svg->out, " %s=\"", name);
  write_length(svg, value);
  buf_add_char(svg->out, '"');
}

/* A colour with its own alpha and that of what it stands in. */
static void colour_attribute(struct svg *svg, const char *name, uint32_t colour) {
  uint32_t alpha = (colour >> 24) * svg->alphas[svg->depth] / OPAQUE;
  buf_format(svg->out, " %s=\"#%06x\"", name, colour & 0xFFFFFFu);
  if (alpha < OPAQUE)
    buf_format(svg->out, " %s-opacity=\"%u.%03u\"", name, alpha / OPAQUE, alpha * 1000 / OPAQUE % 1000);
}

static void place_attributes(struct svg *svg, struct rect rect) {
  attribute(svg, "x", rect.x);
  attribute(svg, "y", rect.y);
  attribute(svg, "width", rect.w);
  attribute(svg, "height", rect.h);
}

static void write_point(struct svg *svg, struct point point) {
  write_length(svg, point.x);
  buf_add_char(svg->out, ' ');
  write_length(svg, point.y);
}

/* ---- boxes ---- */

static void corner(struct svg *svg, int32_t radius, struct point to) {
  if (radius) {
    buf_add_char(svg->out, 'A');
    write_point(svg, (struct point){radius, radius});
    buf_add_text(svg->out, " 0 0 1 ");
  } else {
    buf_add_char(svg->out, 'L');
  }
  write_point(svg, to);
}

static void box_path(struct svg *svg, struct rect r, int32_t radius, uint8_t corners) {
  int32_t a = corners & DRAW_CORNER_TOP_LEFT ? radius : 0, b = corners & DRAW_CORNER_TOP_RIGHT ? radius : 0;
  int32_t c = corners & DRAW_CORNER_BOTTOM_RIGHT ? radius : 0,
          d = corners & DRAW_CORNER_BOTTOM_LEFT ? radius : 0;
  buf_add_text(svg->out, "<path d=\"M");
  write_point(svg, (struct point){r.x + a, r.y});
  buf_add_char(svg->out, 'L');
  write_point(svg, (struct point){rect_right(r) - b, r.y});
  corner(svg, b, (struct point){rect_right(r), r.y + b});
  buf_add_char(svg->out, 'L');
  write_point(svg, (struct point){rect_right(r), rect_bottom(r) - c});
  corner(svg, c, (struct point){rect_right(r) - c, rect_bottom(r)});
  buf_add_char(svg->out, 'L');
  write_point(svg, (struct point){r.x + d, rect_bottom(r)});
  corner(svg, d, (struct point){r.x, rect_bottom(r) - d});
  buf_add_char(svg->out, 'L');
  write_point(svg, (struct point){r.x, r.y + a});
  corner(svg, a, (struct point){r.x + a, r.y});
  buf_add_text(svg->out, "Z\"");
}

static void box_shape(struct svg *svg, struct rect rect, int32_t radius, uint8_t corners) {
  int32_t half = (rect.w < rect.h ? rect.w : rect.h) / 2;
  if (radius > half) radius = half;
  if (radius < 0) radius = 0;
  if (corners && corners != DRAW_CORNERS_ALL && radius) {
    box_path(svg, rect, radius, corners);
    return;
  }
  buf_add_text(svg->out, "<rect");
  place_attributes(svg, rect);
  if (radius) attribute(svg, "rx", radius);
}

static void write_box(struct svg *svg, const struct draw_box *box) {
  if (box->fill >> 24) {
    box_shape(svg, box->rect, box->radius, box->corners);
    colour_attribute(svg, "fill", box->fill);
    buf_add_text(svg->out, "/>\n");
  }
  if (!(box->border >> 24) || box->border_width <= 0) return;
  int32_t half = box->border_width / 2;
  box_shape(svg, rect_inset(box->rect, half, half), box->radius > half ? box->radius - half : 0,
            box->corners);
  buf_add_text(svg->out, " fill=\"none\"");
  colour_attribute(svg, "stroke", box->border);
  attribute(svg, "stroke-width", box->border_width);
  buf_add_text(svg->out, "/>\n");
}

static void write_shadow(struct svg *svg, const struct draw_shadow *shadow) {
  unsigned id = ++svg->ids;
  buf_format(svg->out, "<filter id=\"%.*sf%u\" filterUnits=\"userSpaceOnUse\"", SPAN_ARG(svg->options->id),
             id);
  place_attributes(svg, rect_inset(shadow->rect, -2 * shadow->blur, -2 * shadow->blur));
  buf_add_text(svg->out, "><feGaussianBlur");
  attribute(svg, "stdDeviation", shadow->blur / 2);
  buf_add_text(svg->out, "/></filter>");
  box_shape(svg, shadow->rect, shadow->radius, DRAW_CORNERS_ALL);
  colour_attribute(svg, "fill", shadow->colour);
  buf_format(svg->out, " filter=\"url(#%.*sf%u)\"/>\n", SPAN_ARG(svg->options->id), id);
}

static void write_circle(struct svg *svg, const struct draw_circle *circle) {
  bool has_border = circle->border >> 24 && circle->border_width > 0;
  for (int pass = 0; pass < 2; pass++) {
    if (pass ? !has_border : !(circle->fill >> 24)) continue;
    buf_add_text(svg->out, "<circle");
    attribute(svg, "cx", circle->centre.x);
    attribute(svg, "cy", circle->centre.y);
    attribute(svg, "r", pass ? circle->radius - circle->border_width / 2 : circle->radius);
    if (pass) {
      buf_add_text(svg->out, " fill=\"none\"");
      colour_attribute(svg, "stroke", circle->border);
      attribute(svg, "stroke-width", circle->border_width);
    } else {
      colour_attribute(svg, "fill", circle->fill);
    }
    buf_add_text(svg->out, "/>\n");
  }
}

/* ---- lines ---- */

static int64_t root(int64_t square) {
  int64_t low = 0, high = (int64_t)1 << 31;
  while (low < high) {
    int64_t middle = (low + high + 1) / 2;
    if (middle * middle <= square)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

/* A point so far from the tip towards `from`, and so far aside. */
static struct point back_from(struct point tip, struct point from, int64_t back, int64_t aside) {
  int64_t dx = from.x - tip.x, dy = from.y - tip.y, length = root(dx * dx + dy * dy);
  if (length == 0) return tip;
  return (struct point){(int32_t)(tip.x + (dx * back - dy * aside) / length),
                        (int32_t)(tip.y + (dy * back + dx * aside) / length)};
}

static void write_arrow(struct svg *svg, const struct draw_stroke *stroke, struct point tip,
                        struct point from) {
  int32_t length = draw_stroke_arrow_length(stroke), half = draw_stroke_arrow_width(stroke) / 2;
  buf_add_text(svg->out, "<polygon points=\"");
  write_point(svg, tip);
  buf_add_char(svg->out, ' ');
  write_point(svg, back_from(tip, from, length, half));
  buf_add_char(svg->out, ' ');
  write_point(svg, back_from(tip, from, length, -half));
  buf_add_char(svg->out, '"');
  colour_attribute(svg, "fill", stroke->colour);
  buf_add_text(svg->out, "/>\n");
}

static void write_stroke(struct svg *svg, const struct draw_stroke *stroke) {
  uint32_t last = stroke->count - 1;
  bool at_end = stroke->arrows & DRAW_ARROW_END, at_start = stroke->arrows & DRAW_ARROW_START;
  if (stroke->count < 2) return;
  int64_t inside = draw_stroke_arrow_length(stroke) * 3 / 4;
  buf_add_text(svg->out, "<path d=\"M");
  for (uint32_t i = 0; i <= last; i++) {
    struct point point = stroke->points[i];
    if (i == last && at_end) point = back_from(point, stroke->points[last - 1], inside, 0);
    if (i == 0 && at_start) point = back_from(point, stroke->points[1], inside, 0);
    if (i) buf_add_text(svg->out, !stroke->is_curve ? "L" : i % 3 == 1 ? "C" : " ");
    write_point(svg, point);
  }
  buf_add_text(svg->out, "\" fill=\"none\" stroke-linejoin=\"round\"");
  if (!stroke->butt_ends) buf_add_text(svg->out, " stroke-linecap=\"round\"");
  colour_attribute(svg, "stroke", stroke->colour);
  attribute(svg, "stroke-width", stroke->width);
  if (stroke->dash > 0) {
    buf_add_text(svg->out, " stroke-dasharray=\"");
    write_point(svg, (struct point){stroke->dash, stroke->gap});
    buf_add_char(svg->out, '"');
    attribute(svg, "stroke-dashoffset", stroke->dash_start);
  }
  buf_add_text(svg->out, "/>\n");
  if (at_end) write_arrow(svg, stroke, stroke->points[last], stroke->points[last - 1]);
  if (at_start) write_arrow(svg, stroke, stroke->points[0], stroke->points[1]);
}

static void write_polygon(struct svg *svg, const struct draw_polygon *polygon) {
  buf_add_text(svg->out, "<polygon points=\"");
  for (uint32_t i = 0; i < polygon->count; i++) {
    if (i) buf_add_char(svg->out, ' ');
    write_point(svg, polygon->points[i]);
  }
  buf_add_char(svg->out, '"');
  colour_attribute(svg, "fill", polygon->fill);
  buf_add_text(svg->out, "/>\n");
}

/* ---- text ---- */

static void write_text(struct svg *svg, const struct draw_text *text) {
  static const char *const weights[WEIGHT_COUNT] = {"400", "600", "700"};
  if (text->text.len == 0) return;
  int32_t width = text_width(text->style, text->text);
  buf_format(svg->out, "<text class=\"%s\"", text->style.face == FACE_MONO ? "face-mono" : "face-sans");
  attribute(svg, "x", text->baseline.x);
  attribute(svg, "y", text->baseline.y);
  attribute(svg, "font-size", text->style.size);
  buf_format(svg->out, " font-weight=\"%s\"", weights[text->style.weight]);
  colour_attribute(svg, "fill", text->colour);
  if (width > 0 && text->text.len > 1) {
    attribute(svg, "textLength", width);
    buf_add_text(svg->out, " lengthAdjust=\"spacingAndGlyphs\"");
  }
  buf_add_text(svg->out, " xml:space=\"preserve\">");
  svg_write_escaped(text->text, svg->out);
  buf_add_text(svg->out, "</text>\n");
}

/* ---- the list ---- */

static void write_commands(struct svg *svg, const struct draw_list *list);

static void write_icon(struct svg *svg, const struct draw_icon *icon) {
  struct draw_list shapes = DRAW_LIST_EMPTY;
  draw_list_begin(&shapes, ICON_SIDE_MAX, ICON_SIDE_MAX, 0);
  draw_icon_expand(icon, &shapes);
  write_commands(svg, &shapes);
  draw_list_free(&shapes);
}

static void push_clip(struct svg *svg, struct rect rect) {
  unsigned id = ++svg->ids;
  buf_format(svg->out, "<clipPath id=\"%.*sc%u\"><rect", SPAN_ARG(svg->options->id), id);
  place_attributes(svg, rect);
  buf_format(svg->out, "/></clipPath><g clip-path=\"url(#%.*sc%u)\">\n", SPAN_ARG(svg->options->id), id);
}

static void write_command(struct svg *svg, const struct draw_command *command) {
  switch (command->kind) {
  case DRAW_BOX: write_box(svg, &command->as.box); return;
  case DRAW_SHADOW: write_shadow(svg, &command->as.shadow); return;
  case DRAW_CIRCLE: write_circle(svg, &command->as.circle); return;
  case DRAW_STROKE: write_stroke(svg, &command->as.stroke); return;
  case DRAW_POLYGON: write_polygon(svg, &command->as.polygon); return;
  case DRAW_TEXT: write_text(svg, &command->as.text); return;
  case DRAW_ICON: write_icon(svg, &command->as.icon); return;
  case DRAW_CLIP_PUSH: push_clip(svg, command->as.clip.rect); return;
  case DRAW_CLIP_POP: buf_add_text(svg->out, "</g>\n"); return;
  case DRAW_ALPHA_PUSH:
    CHECK(svg->depth + 1 < ALPHAS_MAX);
    svg->depth++;
    svg->alphas[svg->depth] = svg->alphas[svg->depth - 1] * command->as.alpha.alpha / OPAQUE;
    return;
  case DRAW_ALPHA_POP: svg->depth--; return;
  case DRAW_KIND_COUNT: break;
  }
  UNREACHABLE();
}

static void write_commands(struct svg *svg, const struct draw_list *list) {
  for (size_t i = 0; i < list->count; i++) write_command(svg, &list->commands[i]);
}

static void write_words(struct svg *svg) {
  const struct svg_options *options = svg->options;
  buf_format(svg->out, "<title id=\"%.*st\">", SPAN_ARG(options->id));
  svg_write_escaped(options->title, svg->out);
  buf_format(svg->out, "</title>\n<desc id=\"%.*sd\">", SPAN_ARG(options->id));
  svg_write_escaped(options->description, svg->out);
  buf_add_text(svg->out, "</desc>\n");
}

void svg_write(const struct draw_list *list, const struct svg_options *options, struct buf *out) {
  struct svg svg = {.options = options, .out = out, .alphas = {OPAQUE}};
  buf_add_text(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\"");
  if (options->is_a4)
    buf_add_text(out, " width=\"210mm\" height=\"297mm\" preserveAspectRatio=\"xMidYMin meet\"");
  else if (options->width_px)
    buf_format(out, " width=\"%d\" height=\"%d\"", options->width_px, options->height_px);
  buf_add_text(out, " viewBox=\"0 0 ");
  write_point(&svg, (struct point){list->width, list->height});
  buf_format(out, "\" role=\"img\" aria-labelledby=\"%.*st %.*sd\">\n", SPAN_ARG(options->id),
             SPAN_ARG(options->id));
  write_words(&svg);
  /* JetBrains Mono would make one sign of "<>"; here each stands for itself. */
  buf_add_text(out, options->is_a4 ? "<style>@page{size:210mm 297mm;margin:0}" : "<style>");
  buf_add_text(out, ".face-sans{font-family:Inter,\"Helvetica Neue\",Arial,\"Liberation Sans\",sans-serif}"
                    ".face-mono{font-family:\"JetBrains Mono\",\"DejaVu Sans Mono\",Menlo,Consolas,monospace}"
                    ".face-sans,.face-mono{font-variant-ligatures:none;white-space:pre}</style>\n");
  buf_add_text(out, "<rect");
  place_attributes(&svg, (struct rect){0, 0, list->width, list->height});
  colour_attribute(&svg, "fill", list->background);
  buf_add_text(out, "/>\n");
  write_commands(&svg, list);
  buf_add_text(out, "</svg>\n");
}
