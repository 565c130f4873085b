/* The panel of one machine: what it is, its clock, what it holds, what it added to the letter shown. */
#include "view/scene_machine.h"

#include "mail/date.h"
#include "view/scene_sheet.h"

enum { HEAD = 50 * 64 };

/* ---- what it is ---- */

/* The words of RFC 5598, where it has them. */
static const struct {
  struct span role, word, text;
} roles[] = {
    {SPAN_INIT("mua"), SPAN_INIT("MUA"),
     SPAN_INIT("message user agent: writes, sends and shows mail for a person (RFC 5598 4.2.1)")},
    {SPAN_INIT("msa"), SPAN_INIT("MSA"),
     SPAN_INIT("mail submission agent: accepts what a user agent submits, and makes it fit to be sent (RFC "
               "5598 4.3.1)")},
    {SPAN_INIT("mta"), SPAN_INIT("MTA"),
     SPAN_INIT("message transfer agent: relays mail, one hop nearer to its recipients (RFC 5598 4.3.2)")},
    {SPAN_INIT("mda"), SPAN_INIT("MDA"),
     SPAN_INIT("mail delivery agent: puts mail into the recipient’s message store (RFC 5598 4.3.3)")},
    {SPAN_INIT("pop3"), SPAN_INIT("POP3"),
     SPAN_INIT("server of a message store, for whoever comes to fetch (RFC 5598 4.2.2, RFC 1939)")},
    {SPAN_INIT("imap"), SPAN_INIT("IMAP"),
     SPAN_INIT("server of a message store, where the mail stays (RFC 5598 4.2.2, RFC 9051)")},
    {SPAN_INIT("mra"), SPAN_INIT("MRA"),
     SPAN_INIT("mail retrieval agent: fetches from a message store. Not one of RFC 5598’s agents")},
    {SPAN_INIT("dns"), SPAN_INIT("DNS"), SPAN_INIT("name server: answers for its zones (RFC 1034 2.4)")},
    {SPAN_INIT("resolver"), SPAN_INIT("resolver"),
     SPAN_INIT("asks name servers for this machine’s programs, and remembers (RFC 1034 2.4)")},
};
enum { ROLE_COUNT = sizeof roles / sizeof *roles };

static void write_agent(struct machine_column *column, const struct journal_agent *agent) {
  struct painter *p = column->p;
  struct span word = agent->role, text = SPAN_EMPTY;
  for (size_t i = 0; i < ROLE_COUNT; i++)
    if (span_equal(roles[i].role, agent->role)) word = roles[i].word, text = roles[i].text;
  struct buf where = {0};
  if (agent->port) buf_format(&where, "port %lld", (long long)agent->port);
  if (agent->software.len && !span_equal(agent->software, SPAN("neutral")))
    buf_format(&where, "%slike %.*s", where.len ? ", " : "", SPAN_ARG(agent->software));
  column_pair(column, word, where.len ? arena_copy(p->arena, buf_span(&where)) : SPAN("listens nowhere"));
  buf_free(&where);
  column->indent = column_value_indent();
  if (text.len) column_words(column, text);
  column->indent = 0;
  column->y += DU(4);
}

static void write_being(struct machine_column *column, uint16_t host) {
  const struct journal_preamble *preamble = column->p->world->preamble;
  const struct journal_host *machine = journal_host(preamble, host);
  column_pair(column, SPAN("name"), machine->name);
  struct span address;
  for (size_t nth = 0; (address = journal_host_address(preamble, host, nth)).len || nth == 0; nth++)
    column_pair(column, nth ? SPAN_EMPTY : SPAN("address"), address);
  for (size_t i = 0; i < preamble->person_count; i++)
    if (preamble->people[i].host == host) column_pair(column, SPAN("used by"), preamble->people[i].address);
  if (world_host_down(column->p->world, host, column->p->at))
    column_pair(column, SPAN("state"), SPAN("down: it answers nobody"));
  column_gap(column);
  for (size_t i = 0; i < preamble->agent_count; i++)
    if (preamble->agents[i].host == host) write_agent(column, &preamble->agents[i]);
}

/* ---- its clock ---- */

static struct span date_text(struct painter *p, int64_t unix_us, const struct journal_host *machine) {
  struct buf text = {0};
  date_format(unix_us, (int32_t)machine->zone_minutes, machine->zone, &text);
  struct span copied = arena_copy(p->arena, buf_span(&text));
  buf_free(&text);
  return copied;
}

/* So that the sum of two is within the years that a date can have. */
static bool is_in_calendar(int64_t us) {
  return us > -DATE_DAY_US * 300000 && us < DATE_DAY_US * 1000000;
}

static void write_clock(struct machine_column *column, uint16_t host) {
  struct painter *p = column->p;
  const struct journal_host *machine = journal_host(p->world->preamble, host);
  int64_t start_us = p->world->preamble->start_unix_us, off_us = machine->clock_offset_us;
  bool sane = machine->zone_minutes >= -DATE_ZONE_MAX_MINUTES &&
              machine->zone_minutes <= DATE_ZONE_MAX_MINUTES && is_in_calendar(start_us) &&
              is_in_calendar(off_us);
  int64_t size_ms = !sane ? 0 : (off_us < 0 ? -off_us : off_us) / 1000;
  struct span remark = SPAN("right");
  if (size_ms)
    remark = arena_format(p->arena, "%lld.%03d s %s", (long long)(size_ms / 1000), (int)(size_ms % 1000),
                          off_us < 0 ? "slow" : "fast");
  column_heading(column, SPAN("Clock"), sane ? remark : SPAN_EMPTY);
  if (!sane) { /* a stranger's journal: beyond the calendar */
    column_words(column, SPAN("It shows a time that no calendar has."));
    return;
  }
  int64_t now_us = start_us + p->step->time_us;
  column_pair(column, SPAN("it shows"), date_text(p, now_us + off_us, machine));
  if (size_ms) column_pair(column, SPAN("true time"), date_text(p, now_us, machine));
}

/* ---- what it added ---- */

static struct span first_line(struct span fields) {
  struct span line = fields;
  span_next(&fields, '\n', &line);
  return span_trim_right(line);
}

static void write_added(struct machine_column *column, uint16_t host, const struct sheet *sheet) {
  struct painter *p = column->p;
  struct journal_block block, part;
  size_t count = 0;
  column_heading(column, SPAN("Added to the message"), arena_format(p->arena, "message %u", sheet->message));
  for (int64_t version = sheet->version;
       version && journal_message_block(p->world->versions, version, &block); version = block.under) {
    struct span rest = block.fields;
    while (world_next_part(p->world, &block, &rest, &part)) {
      if (part.host != host) continue;
      struct span fields = part.fields, field;
      while (journal_next_field(&fields, &field) && count < 40) {
        column_entry(column, part.record, world_hop(p->world, host), first_line(field), SPAN_EMPTY,
                     SPAN_EMPTY);
        count++;
      }
    }
  }
  if (!count) column_words(column, SPAN("nothing so far"));
}

/* ---- the panel ---- */

static bool has_role(const struct journal_preamble *preamble, uint16_t host, struct span role) {
  for (size_t i = 0; i < preamble->agent_count; i++)
    if (preamble->agents[i].host == host && span_equal(preamble->agents[i].role, role)) return true;
  return false;
}

static int32_t paint_column(struct painter *p, uint16_t host, struct rect area, int32_t y) {
  struct machine_column column = {.p = p, .area = area, .y = y, .facts = &p->scene->machine};
  const struct journal_preamble *preamble = p->world->preamble;
  struct sheet sheet;
  if (paint_machine_file_of_step(&column)) column_heading(&column, SPAN("The machine"), SPAN_EMPTY);
  write_being(&column, host);
  if (column.facts->queue_count || has_role(preamble, host, SPAN("mta")) ||
      has_role(preamble, host, SPAN("msa")))
    paint_machine_queue(&column);
  paint_machine_files(&column);
  if (column.facts->store_count || has_role(preamble, host, SPAN("mda"))) paint_machine_store(&column);
  if (column.facts->name_count || has_role(preamble, host, SPAN("resolver"))) paint_machine_names(&column);
  paint_machine_zone(&column);
  if (sheet_make(p, &sheet)) write_added(&column, host, &sheet);
  write_clock(&column, host);
  paint_machine_settings(&column);
  return column.y - y;
}

static struct rect paint_heading(struct painter *p, struct rect panel, uint16_t host) {
  struct rect rest = panel, head = rect_cut_top(&rest, HEAD);
  draw_line(p->list, (struct point){head.x, rect_bottom(head)},
            (struct point){rect_right(head), rect_bottom(head)}, DU(1), p->theme->border);
  head = rect_inset(head, SPACE_PADDING, 0);
  struct rect close = rect_cut_right(&head, TARGET_MIN);
  paint_icon_button(p, scene_id(SCENE_MACHINE_CLOSE, 0), rect_inset(close, 0, DU(5)), ICON_CROSS,
                    SPAN("Close: back to the message"));
  rect_cut_right(&head, SPACE_1);
  uint32_t hop = world_hop(p->world, host);
  if (hop) {
    paint_badge(p, (struct point){head.x + DU(13), rect_centre(head).y}, DU(13), hop);
    rect_cut_left(&head, DU(36));
  }
  draw_label_in(p->list, style_of(p, TEXT_PANEL_TITLE), head, DRAW_LEFT, p->theme->text,
                journal_host_label(p->world->preamble, host));
  return rest;
}

void paint_machine(struct painter *p, struct rect panel) {
  uint16_t host = p->view->machine;
  machine_facts_at(&p->scene->machine, p->world, host, p->at, p->step->time_us);
  paint_panel(p, panel);
  struct rect area = rect_inset(paint_heading(p, panel, host), DU(2), DU(2));
  struct rect column = rect_inset(area, SPACE_GAP, DU(9));
  rect_cut_right(&column, DU(4)); /* room for the bar */
  draw_clip_push(p->list, (struct rect){0, 0, 0, 0});
  int32_t height = paint_column(p, host, column, 0) + DU(18);
  draw_clip_pop(p->list);
  int32_t most = height > area.h ? height - area.h : 0;
  int32_t scroll = p->view->machine_scroll < most ? p->view->machine_scroll : most;
  p->scene->limits.machine_down = most;
  draw_hit(p->list, scene_id(SCENE_MACHINE, 0), area, HIT_SCROLLS, SPAN("The machine"));
  draw_clip_push(p->list, area);
  paint_column(p, host, column, column.y - scroll);
  draw_clip_pop(p->list);
  paint_scroll_bar(p, area, height, scroll);
}
