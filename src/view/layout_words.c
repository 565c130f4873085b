/* How much room the names of machines need on their cards. */
#include "view/layout_internal.h"
#include "view/theme.h"

/* Beside a card's longest word, in whole units; and how wide a card is at most. */
struct card_room {
  int32_t beside_label, beside_name, most;
  int32_t percent; /* of the words' sizes */
};
static const struct card_room rooms[CARD_SIZE_COUNT] = {
    [CARD_LARGE] = {30, 29, 300, LAYOUT_LARGE_PERCENT},
    [CARD_FULL] = {23, 25, 232, 100},
    [CARD_MEDIUM] = {19, 23, 190, 100},
    [CARD_SMALL] = {21, 21, 164, 100},
    [CARD_TINY] = {22, 22, 112, 100},
    [CARD_DOT] = {0, 0, 0, 100},
};

static int32_t width_of(enum text_role role, struct span text, const struct card_room *room) {
  struct theme theme = theme_named(THEME_LIGHT);
  return text_width(theme_text(&theme, role), text) * room->percent / 6400 + 1;
}

/* As much of a name as a card shows at least: without its region's. */
static struct span name_on_card(const struct journal_host *host) {
  struct span name = host->name;
  size_t tail = host->region.len + 1;
  if (!host->region.len || name.len <= tail) return name;
  bool has_tail = span_ends_with_nocase(name, host->region) && name.data[name.len - tail] == '.';
  return has_tail ? span_first(name, name.len - tail) : name;
}

static int32_t words_of(const struct journal_host *host, enum card_size size) {
  const struct card_room *room = &rooms[size];
  struct span name = name_on_card(host);
  bool is_named = host->label.len && !span_equal(host->label, host->name);
  if (size == CARD_TINY) return width_of(TEXT_HOST, name, room) + room->beside_name;
  int32_t label = width_of(TEXT_SMALL_STRONG, is_named ? host->label : name, room) + room->beside_label;
  if (size == CARD_SMALL || !is_named) return label;
  int32_t below = width_of(TEXT_HOST, name, room) + room->beside_name;
  return label > below ? label : below;
}

int32_t layout_words_width(const struct world_view *world, const struct layout *layout, enum card_size size) {
  int32_t widest = 0;
  for (size_t i = 0; i < layout->node_count && size != CARD_DOT; i++) {
    int32_t width = words_of(journal_host(world->preamble, layout->nodes[i].host), size);
    if (width > widest) widest = width;
  }
  return widest < rooms[size].most ? widest : rooms[size].most;
}
