#include "raster_scene.h"

struct scene {
  struct draw_list *list;
  const struct theme *theme;
};

static void label(const struct scene *s, enum text_role role, int32_t x, int32_t y, enum draw_align align,
                  uint32_t colour, const char *text) {
  draw_label(s->list, theme_text(s->theme, role), point_du(x, y), align, colour, span_from(text));
}

static uint32_t hop(const struct scene *s, uint32_t n) {
  return theme_hop(s->theme, n).colour;
}

static void panel(const struct scene *s, struct rect rect) {
  const struct theme *t = s->theme;
  draw_shadow(s->list, &(struct draw_shadow){rect_moved(rect, 0, DU(3)), RADIUS_PANEL, DU(14), t->shadow});
  draw_box(s->list, &(struct draw_box){rect, RADIUS_PANEL, t->surface, t->border, t->border_width, 0});
}

static void badge(const struct scene *s, int32_t x, int32_t y, uint32_t n, const char *text) {
  draw_circle(s->list,
              &(struct draw_circle){.centre = point_du(x, y), .radius = DU(16), .fill = s->theme->surface});
  draw_circle(s->list, &(struct draw_circle){.centre = point_du(x, y), .radius = DU(14), .fill = hop(s, n)});
  struct rect box = {DU(x) - DU(14), DU(y) - DU(14), DU(28), DU(28)};
  draw_label_in(s->list, theme_text(s->theme, TEXT_BODY_STRONG), box, DRAW_CENTRE, s->theme->on_hop,
                span_from(text));
}

static void pill(const struct scene *s, struct rect rect, uint32_t fill, uint32_t border, uint32_t colour,
                 const char *text) {
  draw_box(s->list, &(struct draw_box){rect, rect.h / 2, fill, border, DU(2), 0});
  draw_label_in(s->list, theme_text(s->theme, TEXT_SMALL_STRONG), rect, DRAW_CENTRE, colour, span_from(text));
}

static void button(const struct scene *s, struct rect rect, const char *text) {
  const struct theme *t = s->theme;
  draw_box(s->list, &(struct draw_box){rect, RADIUS_CONTROL + DU(1), t->surface, t->control_border,
                                       t->border_width, 0});
  draw_label_in(s->list, theme_text(t, TEXT_BODY_STRONG), rect, DRAW_CENTRE, t->text, span_from(text));
  draw_hit(s->list, s->list->hit_count + 1, rect, HIT_FOCUSABLE, span_from(text));
}

static void top_bar(const struct scene *s) {
  label(s, TEXT_TITLE, 24, 41, DRAW_LEFT, s->theme->text, "Jack writes to Janelle");
  label(s, TEXT_SUBTITLE, 276, 40, DRAW_LEFT, s->theme->muted, "SMTP push, IMAP pull");
  button(s, rect_du(1312, 12, 48, 40), "A\xe2\x88\x92");
  button(s, rect_du(1368, 12, 48, 40), "A+");
  button(s, rect_du(1428, 12, 96, 40), s->theme->name == THEME_LIGHT ? "Dark" : "Light");
  button(s, rect_du(1536, 12, 40, 40), "?");
}

struct machine {
  int32_t x, y;
  uint32_t hop;
  const char *number, *role, *does, *name, *host;
  enum icon icon;
  bool active;
};

static const struct machine machines[] = {
    {41, 121, 2, "2", "MSA", "Submission", "Comcast outgoing", "smtp.comcast.net", ICON_TRAY_UP, false},
    {289, 121, 3, "3", "MTA", "Transfer", "Comcast relay", "mta.comcast.net", ICON_SERVER, true},
    {569, 121, 4, "4", "MTA", "Transfer", "U of M relay", "mx.umich.edu", ICON_SERVER, true},
    {817, 121, 5, "5", "MDA", "Delivery", "U of M mailbox", "imap.umich.edu", ICON_MAILBOX, false},
    {41, 319, 1, "1", "MUA", "User agent", "Jack\xe2\x80\x99s mail app", "jack-laptop", ICON_LAPTOP, false},
    {817, 319, 6, "6", "MUA", "User agent", "Janelle\xe2\x80\x99s mail app", "janelle-phone", ICON_PHONE,
     false},
};

static void machine(const struct scene *s, const struct machine *m) {
  const struct theme *t = s->theme;
  struct rect card = rect_du(m->x, m->y, 166, 113), icon = rect_du(m->x + 13, m->y + 16, 46, 46);
  uint32_t colour = hop(s, m->hop);
  if (m->active)
    draw_box(s->list, &(struct draw_box){.rect = rect_inset(card, -DU(6), -DU(6)),
                                         .radius = DU(17),
                                         .fill = colour_with_alpha(colour, 0x3C)});
  draw_shadow(s->list, &(struct draw_shadow){rect_moved(card, 0, DU(3)), RADIUS_CARD, DU(14), t->shadow});
  draw_box(s->list, &(struct draw_box){card, RADIUS_CARD, t->surface, m->active ? colour : t->border,
                                       m->active ? t->strong_width : DU(2), 0});
  draw_box(s->list, &(struct draw_box){.rect = icon, .radius = DU(10), .fill = colour});
  draw_icon(s->list, &(struct draw_icon){m->icon, rect_inset(icon, DU(4), DU(4)), t->on_hop, colour});
  label(s, TEXT_ROLE, m->x + 69, m->y + 41, DRAW_LEFT, t->text, m->role);
  label(s, TEXT_SMALL_STRONG, m->x + 69, m->y + 60, DRAW_LEFT, t->muted, m->does);
  label(s, TEXT_BODY_STRONG, m->x + 13, m->y + 84, DRAW_LEFT, t->text, m->name);
  label(s, TEXT_HOST, m->x + 13, m->y + 103, DRAW_LEFT, t->muted, m->host);
  badge(s, m->x + 2, m->y + 3, m->hop, m->number);
}

static void link_arc(const struct scene *s, struct point from, struct point to, int32_t lift, int32_t width,
                     uint32_t colour, bool pull) {
  struct point control[4];
  curve_arc(from, to, lift, control);
  draw_stroke(s->list, &(struct draw_stroke){.points = control,
                                             .count = 4,
                                             .is_curve = true,
                                             .butt_ends = pull,
                                             .arrows = DRAW_ARROW_END,
                                             .width = width,
                                             .dash = pull ? DU(9) : 0,
                                             .gap = pull ? DU(7) : 0,
                                             .colour = colour});
}

static void link_label(const struct scene *s, int32_t x, const char *protocol, uint32_t colour,
                       uint32_t second) {
  label(s, TEXT_LINK, x, 195, DRAW_CENTRE, colour, protocol);
  label(s, TEXT_BODY_STRONG, x, 214, DRAW_CENTRE, second, "push");
}

static void pill_label(const struct scene *s, struct rect rect, uint32_t border, const char *protocol,
                       const char *way, uint32_t colour) {
  const struct theme *t = s->theme;
  draw_box(s->list, &(struct draw_box){rect, rect.h / 2, t->surface, border, DU(2), 0});
  int32_t baseline = rect.y + (rect.h + text_cap_height(theme_text(t, TEXT_LINK))) / 2;
  struct point at = {rect.x + DU(13), baseline};
  at.x += draw_label(s->list, theme_text(t, TEXT_LINK), at, DRAW_LEFT, colour, span_from(protocol)) + DU(9);
  draw_label(s->list, theme_text(t, TEXT_BODY_STRONG), at, DRAW_LEFT, t->muted, span_from(way));
}

static void links(const struct scene *s) {
  const struct theme *t = s->theme;
  uint32_t rest = t->control_border;
  link_arc(s, point_du(208, 178), point_du(288, 177), DU(17), DU(4), colour_with_alpha(hop(s, 2), 0xD8),
           false);
  link_arc(s, point_du(456, 178), point_du(568, 177), DU(17), DU(5), hop(s, 3), false);
  link_arc(s, point_du(736, 178), point_du(816, 177), DU(17), DU(3), rest, false);
  link_arc(s, point_du(124, 318), point_du(124, 236), DU(17), DU(4), colour_with_alpha(hop(s, 1), 0xD8),
           false);
  link_arc(s, point_du(900, 236), point_du(900, 318), DU(17), DU(3), rest, true);
  link_label(s, 247, "SMTP", t->text, t->muted);
  link_label(s, 512, "SMTP", hop(s, 3), hop(s, 3));
  link_label(s, 776, "LMTP", t->muted, t->muted);
  pill_label(s, rect_du(124, 261, 122, 32), hop(s, 1), "SMTP", "push", t->text);
  pill_label(s, rect_du(784, 261, 107, 32), t->border, "IMAP", "pull", t->muted);
}

static void caption(const struct scene *s) {
  const struct theme *t = s->theme;
  struct rect card = rect_du(278, 309, 484, 138);
  panel(s, card);
  draw_box(s->list,
           &(struct draw_box){.rect = rect_du(278, 323, 5, 110), .radius = DU(2), .fill = hop(s, 3)});
  label(s, TEXT_SMALL_STRONG, 302, 339, DRAW_LEFT, t->muted, "Step 48 of 81");
  label(s, TEXT_SMALL_STRONG, 742, 339, DRAW_RIGHT, hop(s, 3), "Internet relay, push");
  label(s, TEXT_CAPTION, 302, 369, DRAW_LEFT, t->text, "Comcast\xe2\x80\x99s relay pushes across the");
  label(s, TEXT_CAPTION, 302, 398, DRAW_LEFT, t->text, "Internet to the University of Michigan\xe2\x80\x99s");
  label(s, TEXT_CAPTION, 302, 427, DRAW_LEFT, t->text, "mail exchanger.");
}

static void envelope(const struct scene *s, int32_t x, int32_t y) {
  struct rect place = rect_du(x, y, 69, 46);
  for (uint32_t i = 0; i < 3; i++)
    draw_box(s->list, &(struct draw_box){.rect = rect_du(x + 6 + (int32_t)i * 10, y - 14, 8, 18),
                                         .radius = DU(1),
                                         .fill = hop(s, i + 1)});
  draw_shadow(s->list, &(struct draw_shadow){rect_moved(place, 0, DU(3)), DU(6), DU(6), 0x50000000});
  draw_icon(s->list, &(struct draw_icon){ICON_ENVELOPE, place, s->theme->ink, s->theme->paper});
}

static void stage(const struct scene *s) {
  const struct theme *t = s->theme;
  panel(s, rect_du(16, 64, 992, 402));
  draw_box(s->list,
           &(struct draw_box){.rect = rect_du(24, 72, 460, 386), .radius = DU(10), .fill = theme_tint(t, 1)});
  draw_box(s->list, &(struct draw_box){
                        .rect = rect_du(540, 72, 460, 386), .radius = DU(10), .fill = theme_tint(t, 4)});
  struct point middle[2] = {point_du(512, 80), point_du(512, 463)};
  draw_stroke(s->list, &(struct draw_stroke){.points = middle,
                                             .count = 2,
                                             .butt_ends = true,
                                             .width = DU(2),
                                             .dash = DU(7),
                                             .gap = DU(6),
                                             .colour = colour_with_alpha(t->control_border, 0xA0)});
  label(s, TEXT_LINK, 40, 103, DRAW_LEFT, t->muted, "comcast.net");
  label(s, TEXT_LINK, 983, 103, DRAW_RIGHT, t->muted, "umich.edu");
  draw_fill(s->list, rect_du(475, 82, 74, 26), t->surface);
  label(s, TEXT_SMALL_STRONG, 512, 101, DRAW_CENTRE, t->muted, "Internet");
  links(s);
  for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) machine(s, &machines[i]);
  pill(s, rect_du(386, 108, 62, 26), hop(s, 3), hop(s, 3), t->on_hop, "client");
  pill(s, rect_du(661, 108, 67, 26), t->surface, hop(s, 4), hop(s, 4), "server");
  caption(s);
  envelope(s, 481, 114);
}

struct line {
  const char *at, *said;
  bool is_client;
};

static const struct line lines[] = {
    {"26.10", "250 STARTTLS", false},
    {"26.60", "MAIL FROM:<jack@comcast.net> SIZE=812", true},
    {"27.10", "250 2.1.0 Sender OK", false},
    {"27.50", "RCPT TO:<janelle@umich.edu>", true},
    {"28.00", "250 2.1.5 Recipient OK", false},
    {"28.40", "DATA", true},
    {"28.80", "354 Start mail input; end with <CRLF>.<CRLF>", false},
    {"29.20", "(11 header lines, 1 body line) .", true},
};

static void line(const struct scene *s, int32_t i, const struct line *l, bool is_current) {
  const struct theme *t = s->theme;
  int32_t y = 540 + 29 * i;
  uint32_t colour = hop(s, l->is_client ? 3 : 4);
  if (is_current) {
    draw_box(s->list, &(struct draw_box){.rect = rect_du(24, y - 1, 976, 28),
                                         .radius = RADIUS_SMALL,
                                         .fill = theme_highlight(t, 3, FRACTION_ONE)});
    draw_box(s->list, &(struct draw_box){.rect = rect_du(24, y - 1, 5, 28), .radius = DU(2), .fill = colour});
  }
  label(s, TEXT_HOST, 40, y + 18, DRAW_LEFT, t->muted, l->at);
  struct rect box = rect_du(102, y, 36, 24);
  draw_box(s->list,
           &(struct draw_box){box, RADIUS_SMALL, l->is_client ? colour : t->surface, colour, DU(2), 0});
  struct text_style strong = {FACE_MONO, WEIGHT_BOLD, DU(16)};
  draw_label_in(s->list, strong, box, DRAW_CENTRE, l->is_client ? t->on_hop : colour,
                l->is_client ? SPAN("C:") : SPAN("S:"));
  if (is_current)
    label(s, TEXT_SUBTITLE, 152, y + 19, DRAW_LEFT, t->muted, l->said);
  else
    label(s, TEXT_WIRE, 152, y + 19, DRAW_LEFT, t->text, l->said);
}

static void conversation(const struct scene *s) {
  static const char *const digits[] = {"1", "2", "3", "4", "5"};
  const struct theme *t = s->theme;
  panel(s, rect_du(16, 482, 992, 294));
  draw_fill(s->list, rect_du(17, 532, 990, 1), t->border);
  label(s, TEXT_PANEL_TITLE, 36, 517, DRAW_LEFT, t->text, "Conversation");
  label(s, TEXT_BODY, 177, 516, DRAW_LEFT, t->muted, "mta.comcast.net to mx.umich.edu, SMTP port 25");
  label(s, TEXT_SMALL, 794, 515, DRAW_RIGHT, t->muted, "4 earlier lines");
  for (uint32_t i = 0; i < 5; i++) {
    struct rect tab = rect_du(812 + 38 * (int32_t)i, 492, 33, 33);
    uint32_t edge = i < 3 ? hop(s, i + 1) : t->border;
    draw_box(s->list, &(struct draw_box){tab, RADIUS_CONTROL, i == 2 ? edge : t->surface, edge, DU(2), 0});
    uint32_t colour = i == 2 ? t->on_hop : i < 3 ? t->text : t->muted;
    draw_label_in(s->list, theme_text(t, TEXT_BODY_STRONG), tab, DRAW_CENTRE, colour, span_from(digits[i]));
    draw_hit(s->list, 100 + i, tab, HIT_FOCUSABLE, span_from(digits[i]));
  }
  for (int32_t i = 0; i < 8; i++) line(s, i, &lines[i], i == 7);
}

struct field {
  int32_t y;
  uint32_t hop; /* 0: goes on from the line above */
  const char *number, *name, *value;
};

static const struct field fields[] = {
    {231, 3, "3", "Received:", " from smtp.comcast.net"},
    {255, 0, "", "", "  by mta.comcast.net with ESMTPS id Q88c2;"},
    {279, 0, "", "", "  Mon, 2 Mar 2026 09:14:04 -0500"},
    {319, 2, "2", "Received:", " from jack-laptop ([192.0.2.17])"},
    {343, 0, "", "", "  by smtp.comcast.net with ESMTPSA id 7F3A1;"},
    {367, 0, "", "", "  Mon, 2 Mar 2026 09:14:03 -0500"},
    {407, 1, "1", "From:", " Jack <jack@comcast.net>"},
    {431, 1, "", "To:", " Janelle <janelle@umich.edu>"},
    {455, 1, "", "Subject:", " Lunch on Friday?"},
    {479, 1, "", "Date:", " Mon, 2 Mar 2026 09:14:02 -0500"},
    {503, 1, "", "Message-ID:", " <b71.4e2@jack-laptop>"},
};

static void block(const struct scene *s, int32_t y, int32_t height, uint32_t n) {
  draw_box(s->list, &(struct draw_box){.rect = rect_du(1036, y, 536, height),
                                       .radius = RADIUS_SMALL,
                                       .fill = theme_tint(s->theme, n)});
  draw_box(s->list,
           &(struct draw_box){.rect = rect_du(1036, y, 6, height), .radius = DU(2), .fill = hop(s, n)});
}

static void fields_of_message(const struct scene *s) {
  const struct theme *t = s->theme;
  block(s, 208, 82, 3);
  block(s, 296, 82, 2);
  block(s, 384, 130, 1);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    const struct field *f = &fields[i];
    struct point at = point_du(1082, f->y);
    if (f->number[0]) {
      draw_circle(s->list, &(struct draw_circle){
                               .centre = point_du(1060, f->y - 5), .radius = DU(12), .fill = hop(s, f->hop)});
      draw_label_in(s->list, theme_text(t, TEXT_SMALL_STRONG), rect_du(1048, f->y - 17, 24, 24), DRAW_CENTRE,
                    t->on_hop, span_from(f->number));
    }
    at.x += draw_label(s->list, theme_text(t, TEXT_HEADER_NAME), at, DRAW_LEFT, hop(s, f->hop),
                       span_from(f->name));
    draw_label(s->list, theme_text(t, TEXT_HEADER), at, DRAW_LEFT, t->text, span_from(f->value));
  }
}

static void message(const struct scene *s) {
  const struct theme *t = s->theme;
  panel(s, rect_du(1024, 64, 560, 712));
  draw_fill(s->list, rect_du(1025, 114, 558, 1), t->border);
  label(s, TEXT_PANEL_TITLE, 1044, 98, DRAW_LEFT, t->text, "The message");
  int32_t held = text_width(theme_text(t, TEXT_BODY), SPAN("held by Comcast relay"));
  label(s, TEXT_BODY, 1560, 98, DRAW_RIGHT, t->muted, "held by Comcast relay");
  struct point centre = {DU(1560) - held - DU(20), DU(92)};
  draw_circle(s->list, &(struct draw_circle){.centre = centre, .radius = DU(11), .fill = hop(s, 3)});
  draw_label_in(s->list, theme_text(t, TEXT_SMALL_STRONG),
                (struct rect){centre.x - DU(11), DU(81), DU(22), DU(22)}, DRAW_CENTRE, t->on_hop, SPAN("3"));
  draw_box(s->list, &(struct draw_box){
                        .rect = rect_du(1036, 126, 536, 70), .radius = RADIUS_CONTROL, .fill = t->sunken});
  label(s, TEXT_SMALL_STRONG, 1048, 150, DRAW_LEFT, t->muted, "Envelope");
  label(s, TEXT_SMALL, 1560, 150, DRAW_RIGHT, t->muted, "spoken in SMTP, not part of the message");
  label(s, TEXT_HEADER, 1048, 179, DRAW_LEFT, t->text, "FROM <jack@comcast.net>");
  label(s, TEXT_HEADER, 1334, 179, DRAW_LEFT, t->text, "TO <janelle@umich.edu>");
  fields_of_message(s);
  draw_fill(s->list, rect_du(1044, 526, 520, 1), t->border);
  label(s, TEXT_SMALL_STRONG, 1048, 552, DRAW_LEFT, t->muted, "Body");
  label(s, TEXT_HEADER, 1094, 552, DRAW_LEFT, t->text, "Are you free for lunch on Friday? Jack");
}

struct segment {
  int32_t from, to;
  uint32_t hop;
  const char *name;
};

static const struct segment segments[] = {
    {224, 510, 1, "Submission"},       {514, 713, 2, "Internal relay"},   {717, 1010, 3, "Internet relay"},
    {1014, 1197, 4, "Local delivery"}, {1201, 1432, 5, "Mailbox access"},
};

static void ticks(const struct scene *s) {
  const struct theme *t = s->theme;
  for (size_t i = 0; i < sizeof segments / sizeof *segments; i++) {
    const struct segment *g = &segments[i];
    draw_fill(s->list, rect_du(g->from + 36, 857, 2, 11), t->muted);
    for (int32_t x = g->from + 56; x < g->to - 90; x += 11)
      draw_fill(s->list, rect_du(x, 857, 2, 6), t->muted);
    draw_box(s->list, &(struct draw_box){
                          .rect = rect_du(g->to - 82, 859, 33, 6), .radius = DU(3), .fill = hop(s, g->hop)});
    draw_icon(s->list,
              &(struct draw_icon){ICON_DIAMOND, rect_du(g->to - 42, 854, 16, 16), hop(s, g->hop % 6 + 1), 0});
  }
}

static void timeline(const struct scene *s) {
  const struct theme *t = s->theme;
  panel(s, rect_du(16, 792, 1568, 92));
  for (int32_t i = 0; i < 2; i++) {
    struct rect control = rect_du(32 + 120 * i, 817, 44, 44);
    draw_box(s->list, &(struct draw_box){control, DU(10), t->surface, t->control_border, t->border_width, 0});
    draw_icon(s->list, &(struct draw_icon){i ? ICON_LAST : ICON_FIRST, rect_inset(control, DU(12), DU(12)),
                                           t->text, 0});
  }
  draw_circle(s->list,
              &(struct draw_circle){.centre = point_du(114, 839), .radius = DU(28), .fill = t->text});
  draw_icon(s->list, &(struct draw_icon){ICON_PLAY, rect_du(100, 825, 28, 28), t->on_text, 0});
  for (size_t i = 0; i < 5; i++) {
    const struct segment *g = &segments[i];
    label(s, TEXT_SMALL_STRONG, g->from, 822, DRAW_LEFT, i == 2 ? t->text : t->muted, g->name);
    struct rect bar = rect_du(g->from, 836, g->to - g->from, 16);
    draw_box(s->list,
             &(struct draw_box){.rect = bar,
                                .radius = DU(4),
                                .fill = i < 2 ? hop(s, g->hop) : colour_mix(t->surface, hop(s, g->hop), 20)});
  }
  draw_box(s->list, &(struct draw_box){.rect = rect_du(717, 836, 178, 16),
                                       .radius = DU(4),
                                       .fill = hop(s, 3),
                                       .corners = DRAW_CORNERS_LEFT});
  ticks(s);
  draw_fill(s->list, rect_du(893, 853, 3, 24), t->text);
  draw_circle(s->list, &(struct draw_circle){point_du(894, 844), DU(13), t->text, t->surface, DU(2)});
  struct text_style clock = theme_text(t, TEXT_CLOCK);
  draw_label(s->list, clock, point_du(1563, 833), DRAW_RIGHT, t->text, SPAN("00:29.98"));
  label(s, TEXT_BODY, 1563, 858, DRAW_RIGHT, t->muted, "1\xc3\x97 speed");
}

void raster_scene(struct draw_list *list, const struct theme *theme) {
  struct scene scene = {list, theme};
  draw_list_begin(list, DU(1600), DU(900), theme->background);
  top_bar(&scene);
  stage(&scene);
  conversation(&scene);
  message(&scene);
  timeline(&scene);
  draw_list_end(list);
}
