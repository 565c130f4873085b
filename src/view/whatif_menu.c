#include "view/whatif_menu.h"

#include "mail/header.h"

/* ---- what could be otherwise here ---- */

struct suggester {
  struct whatif_menu *menu;
  const struct reel *reel;
  const struct world_view *world;
  journal_seq at;
};

static void suggest(struct suggester *s, struct span label, struct span words) {
  struct whatif_menu *menu = s->menu;
  if (menu->count == WHATIF_ITEMS_MAX || words.len >= WHATIF_LINE_MAX) return;
  for (size_t i = 0; i < menu->count; i++)
    if (span_equal(menu->items[i].words, words)) return;
  menu->items[menu->count++] = (struct whatif_item){label, words};
}

/* The name server that nobody named is no machine of the scenario. */
static bool is_machine(const struct suggester *s, int64_t host) {
  const struct journal_host *it = journal_host(s->world->preamble, host);
  return it && it->name.len && !span_equal(it->icon, SPAN("hidden"));
}

static void suggest_host(struct suggester *s, int64_t host) {
  struct arena *arena = &s->menu->arena;
  if (!is_machine(s, host)) return;
  struct span name = journal_host_name(s->world->preamble, host);
  bool down = world_host_down(s->world, (uint16_t)host, s->at);
  suggest(s, arena_format(arena, "%.*s %s", SPAN_ARG(name), down ? "is there again" : "goes down"),
          arena_format(arena, "%s %.*s", down ? "up" : "down", SPAN_ARG(name)));
}

static void suggest_path(struct suggester *s, const struct session *session) {
  struct arena *arena = &s->menu->arena;
  if (!is_machine(s, session->client) || !is_machine(s, session->server) ||
      session->client == session->server)
    return;
  struct span a = journal_host_name(s->world->preamble, session->client);
  struct span b = journal_host_name(s->world->preamble, session->server);
  suggest(s,
          arena_format(arena, "the path from %.*s to %.*s is cut for 10 minutes", SPAN_ARG(a), SPAN_ARG(b)),
          arena_format(arena, "cut %.*s--%.*s for 10m", SPAN_ARG(a), SPAN_ARG(b)));
}

static struct span domain_of(struct span address) {
  size_t at = span_find_last(address, '@');
  return at == SPAN_NONE ? SPAN_EMPTY : span_skip(address, at + 1);
}

/* A name that needs no quotation marks and means the same in any reading. */
static bool is_plain(struct span name) {
  for (size_t i = 0; i < name.len; i++)
    if (!ascii_is_alnum((unsigned char)name.data[i]) && name.data[i] != '.' && name.data[i] != '-')
      return false;
  return name.len > 0;
}

static void suggest_names(struct suggester *s, struct span domain) {
  struct arena *arena = &s->menu->arena;
  if (!is_plain(domain)) return;
  suggest(s, arena_format(arena, "%.*s loses its MX records", SPAN_ARG(domain)),
          arena_format(arena, "dns remove %.*s MX", SPAN_ARG(domain)));
}

/* In quotation marks, without any inside and without control characters. */
static struct span quotable(struct suggester *s, struct span text) {
  char *copy = arena_alloc(&s->menu->arena, text.len + 1);
  size_t len = 0;
  for (size_t i = 0; i < text.len; i++)
    if ((unsigned char)text.data[i] >= 0x20 && text.data[i] != '"' && text.data[i] != 0x7f)
      copy[len++] = text.data[i];
  return span_of(copy, len);
}

/* The copies of it that machines have, sent on from there: the one that is shown first. */
static void suggest_copies(struct suggester *s, uint32_t message, const struct session *session,
                           uint16_t shown) {
  struct arena *arena = &s->menu->arena;
  struct letter_state state;
  struct journal_versions *versions = s->world->versions;
  if (!world_letter_at(s->world, message, s->at, &state)) return;
  world_letter_turn_to(s->world, message, session, s->at, &state);
  for (int others = 0; others <= 1; others++)
    for (size_t i = 0; i < state.count; i++) {
      const struct letter_place *place = &state.places[i];
      struct journal_block block;
      bool is_first = shown ? place->host == shown : i == state.focus;
      bool is_draft = journal_message_block(versions, place->version, &block) && !block.parent;
      if (is_first != !others || is_draft || !is_machine(s, place->host)) continue;
      struct span to = span_first(place->recipients, span_find(place->recipients, '\n'));
      suggest(s,
              arena_format(arena, "the copy of letter %u at %.*s is sent on; change it below", message,
                           SPAN_ARG(journal_host_label(s->world->preamble, place->host))),
              arena_format(arena, "resend %u from %.*s \"envelope_to=%.*s\"", message,
                           SPAN_ARG(journal_host_name(s->world->preamble, place->host)),
                           SPAN_ARG(quotable(s, to))));
    }
}

/* The letter once more, with what one would want to change first. */
static void suggest_letter(struct suggester *s, uint32_t message) {
  struct arena *arena = &s->menu->arena;
  struct journal_record record;
  for (size_t i = 0; i < s->world->letter_count; i++) {
    const struct letter *letter = &s->world->letters[i];
    if (letter->message != message || !letter->count) continue;
    journal_get(s->world->journal, s->world->by_letter[letter->first].record, &record);
    struct header_field subject;
    if (record.kind != JOURNAL_COMPOSE || !header_find(record.text[0], SPAN("Subject"), &subject)) return;
    struct span to = span_first(record.text[3], span_find(record.text[3], '\n'));
    struct span words =
        arena_format(arena, "resend %u \"subject=%.*s\" \"to=%.*s\"", message,
                     SPAN_ARG(quotable(s, header_unfold(subject.value, arena))), SPAN_ARG(quotable(s, to)));
    suggest(s, arena_format(arena, "letter %u is sent once more; change it below", message), words);
    return;
  }
}

static void suggest_all(struct suggester *s, const struct scene_view *view) {
  size_t at_step = reel_moment(s->reel, view->position_ms).step;
  const struct step *step = &s->reel->steps[at_step];
  const struct session *session = step->connection ? world_session(s->world, step->connection) : NULL;
  const struct journal_preamble *preamble = s->world->preamble;
  struct letter_state letter;
  struct journal_record record = {0};
  s->at = step->until;
  if (step->kind != STEP_TITLE && step->record) journal_get(s->world->journal, step->record, &record);
  if (view->machine) suggest_host(s, view->machine);
  for (size_t host = 1; host <= preamble->host_count && host <= UINT16_MAX; host++)
    if (world_host_down(s->world, (uint16_t)host, s->at)) suggest_host(s, (int64_t)host);
  if (record.kind == JOURNAL_ROUTED) suggest_host(s, journal_host_named(preamble, record.text[2]));
  if (session) {
    suggest_host(s, session->server);
    suggest_host(s, session->client);
    suggest_path(s, session);
  }
  uint32_t message = view->letter && world_letter(s->world, view->letter) ? view->letter : step->message;
  if (message && world_letter_at(s->world, message, s->at, &letter)) {
    suggest_names(s, domain_of(span_first(letter.recipients, span_find(letter.recipients, '\n'))));
    suggest_letter(s, message);
    suggest_copies(s, message, session, view->copy);
  }
  for (size_t host = 1; host <= preamble->host_count && s->menu->count + 1 < WHATIF_ITEMS_MAX; host++)
    suggest_host(s, (int64_t)host);
}

/* ---- the line ---- */

static void set_line(struct whatif_menu *menu, struct span words) {
  memcpy(menu->line, words.data, words.len);
  menu->length = menu->cursor = words.len;
  menu->message_length = 0;
}

/* After the last suggestion comes what was written by hand, if anything was. */
static void choose(struct whatif_menu *menu, size_t item) {
  if (item > menu->count || (item == menu->count && !menu->draft_length)) return;
  menu->chosen = item;
  menu->is_selected = item < menu->count;
  set_line(menu, item < menu->count ? menu->items[item].words : span_of(menu->draft, menu->draft_length));
}

static void next_item(struct whatif_menu *menu) {
  size_t last = menu->draft_length ? menu->count : menu->count - 1;
  choose(menu, menu->chosen < last ? menu->chosen + 1 : 0);
}

static void is_edited(struct whatif_menu *menu) {
  menu->is_selected = false;
  menu->chosen = menu->count;
  memcpy(menu->draft, menu->line, menu->length);
  menu->draft_length = menu->length;
  menu->message_length = 0;
}

struct span whatif_menu_line(const struct whatif_menu *menu) {
  return span_of(menu->line, menu->length);
}

static bool is_inside(const struct whatif_menu *menu, size_t at) {
  return at < menu->length && ((unsigned char)menu->line[at] & 0xc0) == 0x80;
}

static size_t before_cursor(const struct whatif_menu *menu) {
  size_t at = menu->cursor;
  if (at > 0) at--;
  while (at > 0 && is_inside(menu, at)) at--;
  return at;
}
static size_t after_cursor(const struct whatif_menu *menu) {
  size_t at = menu->cursor;
  if (at < menu->length) at++;
  while (is_inside(menu, at)) at++;
  return at;
}

static void take_out(struct whatif_menu *menu, size_t from, size_t to) {
  memmove(menu->line + from, menu->line + to, menu->length - to);
  menu->length -= to - from;
  menu->cursor = from;
  is_edited(menu);
}

static void put_in(struct whatif_menu *menu, struct span text) {
  size_t kept = menu->is_selected ? 0 : menu->length;
  if (text.len > WHATIF_LINE_MAX - kept || !span_is_utf8(text, NULL)) return;
  if (menu->is_selected) take_out(menu, 0, menu->length);
  memmove(menu->line + menu->cursor + text.len, menu->line + menu->cursor, menu->length - menu->cursor);
  memcpy(menu->line + menu->cursor, text.data, text.len);
  /* Line ends and the like, of a text that is pasted: it is one line. */
  for (size_t i = 0; i < text.len; i++)
    if ((unsigned char)menu->line[menu->cursor + i] < ' ') menu->line[menu->cursor + i] = ' ';
  menu->length += text.len;
  menu->cursor += text.len;
  is_edited(menu);
}

/* ---- life and input ---- */

void whatif_menu_open(struct whatif_menu *menu, const struct reel *reel, const struct scene_view *view) {
  struct suggester suggester = {.menu = menu, .reel = reel, .world = reel->world};
  whatif_menu_close(menu);
  menu->is_open = true;
  menu->at_us = reel->steps[reel_moment(reel, view->position_ms).step].time_us;
  suggest_all(&suggester, view);
  choose(menu, 0);
}

void whatif_menu_close(struct whatif_menu *menu) {
  arena_free(&menu->arena);
  *menu = (struct whatif_menu){.is_open = false};
}

void whatif_menu_complain(struct whatif_menu *menu, struct span words) {
  if (words.len > WHATIF_MESSAGE_MAX) words = span_first(words, WHATIF_MESSAGE_MAX);
  while (words.len && !span_is_utf8(words, NULL)) words.len--;
  memcpy(menu->message, words.data, words.len);
  menu->message_length = words.len;
}

static void move_cursor(struct whatif_menu *menu, size_t to) {
  menu->cursor = to;
  menu->is_selected = false;
}

static bool on_key(struct whatif_menu *menu, const struct input *input) {
  if (input->key == KEY_CHARACTER) return false; /* Ctrl and the like: the window's */
  switch ((int)input->key) {
  case KEY_ESCAPE: whatif_menu_close(menu); break;
  case KEY_ENTER: menu->wants_run = menu->length > 0; break;
  case KEY_UP:
  case KEY_PAGE_UP: choose(menu, menu->chosen ? menu->chosen - 1 : 0); break;
  case KEY_TAB:
  case KEY_PAGE_DOWN:
  case KEY_DOWN: next_item(menu); break;
  case KEY_LEFT: move_cursor(menu, before_cursor(menu)); break;
  case KEY_RIGHT: move_cursor(menu, after_cursor(menu)); break;
  case KEY_HOME: move_cursor(menu, 0); break;
  case KEY_END: move_cursor(menu, menu->length); break;
  case KEY_BACKSPACE: take_out(menu, before_cursor(menu), menu->cursor); break;
  case KEY_DELETE: take_out(menu, menu->is_selected ? 0 : menu->cursor, after_cursor(menu)); break;
  default: return false;
  }
  return true;
}

static void on_click(struct whatif_menu *menu, uint64_t id) {
  switch ((int)scene_id_kind(id)) {
  case SCENE_WHATIF_ITEM: choose(menu, scene_id_number(id)); break;
  case SCENE_WHATIF_RUN: menu->wants_run = menu->length > 0; break;
  case SCENE_WHATIF_CARD: break;
  default: whatif_menu_close(menu); break;
  }
}

bool whatif_menu_input(struct whatif_menu *menu, const struct input *input, const struct draw_list *picture) {
  if (!menu->is_open) return false;
  switch (input->kind) {
  case INPUT_KEY: return on_key(menu, input);
  case INPUT_PASTE:
  case INPUT_TEXT: put_in(menu, input->text); return true;
  case INPUT_POINTER_DOWN: {
    const struct hit_region *hit = draw_list_hit(picture, input->position);
    on_click(menu, hit ? hit->id : 0);
    return true;
  }
  case INPUT_WHEEL:
  case INPUT_POINTER_UP: return true;
  case INPUT_POINTER_MOVE:
  case INPUT_POINTER_LEAVE:
  case INPUT_RESIZE:
  case INPUT_DROP_FILE:
  case INPUT_QUIT:
  case INPUT_KIND_COUNT: break;
  }
  return false;
}
