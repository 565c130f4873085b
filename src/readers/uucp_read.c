/* The statements of a map. */
#include "readers/uucp_draft.h"

static const char *const name_expected =
    "letters, digits, \"-\", \"_\" and \".\", the first a letter, a digit or \".\"";

/* ---- words ---- */

static void next(struct uucp_draft *draft) {
  uucp_scan_next(&draft->scan);
}

static bool accept(struct uucp_draft *draft, char sign) {
  if (!uucp_scan_is(&draft->scan, sign)) return false;
  next(draft);
  return true;
}

/* "the line ends here", "\"(\" does not belong here" */
static struct span describe(const struct uucp_draft *draft, struct arena *arena) {
  const struct uucp_scan *scan = &draft->scan;
  unsigned char c = scan->word_text.len ? (unsigned char)scan->word_text.data[0] : 0;
  if (uucp_scan_is_end(scan)) return SPAN("the line ends too early");
  if (scan->word != UUCP_WORD_SIGN || (c > ' ' && c < 0x7f && c != '"'))
    return arena_format(arena, "\"%.*s\" does not belong here", SPAN_ARG(scan->word_text));
  if (c == '"') return SPAN("a quotation mark does not end in its line");
  return arena_format(arena, "an octet that no map has: 0x%02x", c);
}

static bool complain(struct uucp_draft *draft, const char *expected, const char *hint) {
  struct arena arena = ARENA_EMPTY;
  uucp_draft_complain(draft, uucp_draft_here(draft), describe(draft, &arena), expected, span_from(hint));
  arena_free(&arena);
  return false;
}

/* On to what may be read again: the next comma, a brace that closes, the end. */
static void skip(struct uucp_draft *draft) {
  while (!uucp_scan_is_end(&draft->scan) && !uucp_scan_is(&draft->scan, ',') &&
         !uucp_scan_is(&draft->scan, '}'))
    next(draft);
}

static void skip_statement(struct uucp_draft *draft) {
  while (!uucp_scan_is_end(&draft->scan)) next(draft);
}

static bool check_name(struct uucp_draft *draft) {
  static const char signs[] = "!@%:,=(){}<>#\"";
  struct span name = draft->scan.word_text;
  const char *wrong = NULL;
  if (!name.len) wrong = "a name is empty";
  if (name.len > UUCP_NAME_MAX) wrong = "a name is longer than 255 octets";
  for (size_t i = 0; i < name.len && !wrong; i++)
    if (name.data[i] <= ' ' || name.data[i] == 0x7f || memchr(signs, name.data[i], sizeof signs - 1))
      wrong = "a name has a character in it that it cannot have in an address";
  if (wrong) uucp_draft_complain(draft, uucp_draft_here(draft), span_from(wrong), name_expected, SPAN_EMPTY);
  return !wrong;
}

/* The node that the present word names; on to the next word. */
static bool read_node(struct uucp_draft *draft, uint32_t *node_out) {
  if (!uucp_scan_is_name(&draft->scan)) return complain(draft, "the name of a machine", NULL);
  if (!check_name(draft)) return false;
  int32_t node = uucp_draft_node(draft, draft->scan.word_text, uucp_draft_here(draft));
  *node_out = (uint32_t)node;
  next(draft);
  return node != UUCP_NONE;
}

/* ---- costs and links ---- */

static void warn_of_mixture(struct uucp_draft *draft, struct uucp_place place, struct uucp_value value) {
  if (value.mixed)
    uucp_draft_warn(draft, place, SPAN("two kinds of link in one cost make no sense"),
                    "name the one that mail goes by; HIGH, LOW and FAST may be added");
}

/* A cost, or none. False after a complaint. */
static bool read_cost(struct uucp_draft *draft, struct uucp_link *link) {
  struct uucp_place place = uucp_draft_here(draft);
  struct uucp_value value;
  link->cost = uucp_cost_unsaid();
  if (!uucp_scan_is(&draft->scan, '(')) return true;
  if (!uucp_draft_read_cost(draft, &value)) return false;
  if (value.units < 0) {
    uucp_draft_complain(draft, place, SPAN("a link cannot cost less than nothing"), NULL,
                        SPAN("HIGH and FAST are taken off another cost: (DAILY+HIGH)"));
    return true;
  }
  warn_of_mixture(draft, place, value);
  link->cost = uucp_cost_of(value);
  link->dead = value.dead;
  return true;
}

/* "!" and its kind, before or behind a name or a list. */
static bool read_operator(struct uucp_draft *draft, struct uucp_link *link, bool before) {
  if (!uucp_scan_is_operator(&draft->scan)) return true;
  if (link->sign) return complain(draft, "one of them, before or behind the name", NULL);
  link->sign = draft->scan.word_text.data[0];
  link->user_first = before;
  next(draft);
  return true;
}

static bool read_link(struct uucp_draft *draft, uint32_t from) {
  struct uucp_link link = {.from = from, .line = draft->scan.word_line};
  if (!read_operator(draft, &link, true)) return false;
  link.terminal = accept(draft, '<');
  struct uucp_place place = uucp_draft_here(draft);
  if (!read_node(draft, &link.to)) return false;
  if (link.terminal && !accept(draft, '>')) return complain(draft, "\">\"", NULL);
  if (!read_operator(draft, &link, false) || !read_cost(draft, &link)) return false;
  if (!link.sign) link.sign = '!';
  if (link.to == from)
    uucp_draft_warn(draft, place, SPAN("a link from a machine to itself"), "it is left out");
  else
    uucp_draft_link(draft, &link);
  return true;
}

/* Things with commas between them; a comma too many does no harm (the manual's program takes it, too). */
static void read_list(struct uucp_draft *draft, bool (*read_one)(struct uucp_draft *draft, uint32_t node),
                      uint32_t node) {
  do {
    if (uucp_scan_is_end(&draft->scan) || uucp_scan_is(&draft->scan, '}')) return;
    if (uucp_scan_is(&draft->scan, ',')) continue;
    if (!read_one(draft, node)) {
      skip(draft);
    } else if (!uucp_scan_is_end(&draft->scan) && !uucp_scan_is(&draft->scan, ',') &&
               !uucp_scan_is(&draft->scan, '}')) {
      complain(draft, "a comma, or the end of the line", "is there a comma between two links?");
      skip(draft);
    }
  } while (!draft->full && accept(draft, ','));
}

static void end_statement(struct uucp_draft *draft) {
  if (!uucp_scan_is_end(&draft->scan)) complain(draft, "the end of the line", NULL);
  skip_statement(draft);
}

static bool read_alias(struct uucp_draft *draft, uint32_t node) {
  struct uucp_place place = uucp_draft_here(draft);
  uint32_t alias;
  if (!read_node(draft, &alias)) return false;
  if (draft->nodes[alias].network || draft->nodes[node].network)
    uucp_draft_complain(draft, place, SPAN("a network has no aliases"), NULL, SPAN_EMPTY);
  else
    uucp_draft_join(draft, node, alias);
  return true;
}

/* ---- networks ---- */

static bool read_member(struct uucp_draft *draft, uint32_t network) {
  struct uucp_link link = {.from = network, .line = draft->scan.word_line, .way = UUCP_WAY_OUT};
  struct uucp_place place = uucp_draft_here(draft);
  if (!read_node(draft, &link.to)) return false;
  if (link.to == network)
    uucp_draft_complain(draft, place, SPAN("a network is no member of itself"), NULL, SPAN_EMPTY);
  else
    uucp_draft_link(draft, &link);
  return true;
}

/* "!{a, b}(LOCAL)" behind the "=". */
static bool read_network(struct uucp_draft *draft, uint32_t network) {
  struct uucp_link link = {.way = UUCP_WAY_INTO, .line = draft->scan.word_line, .to = network};
  size_t first = draft->link_count;
  draft->nodes[network].network = true;
  if (!read_operator(draft, &link, true)) return false;
  if (!accept(draft, '{')) return complain(draft, "\"{\" and the members of the network", NULL);
  read_list(draft, read_member, network);
  if (!accept(draft, '}')) return complain(draft, "\"}\" behind the last member", NULL);
  if (!read_operator(draft, &link, false) || !read_cost(draft, &link)) return false;
  if (!link.sign) link.sign = '!';
  size_t end = draft->link_count;
  for (size_t i = first; i < end; i++) {
    link.from = draft->links[i].to;
    draft->links[i].sign = link.sign;
    draft->links[i].user_first = link.user_first;
    uucp_draft_link(draft, &link);
  }
  return true;
}

static void read_unnamed_network(struct uucp_draft *draft) {
  struct uucp_place place = uucp_draft_here(draft);
  struct span name = arena_format(&draft->map->arena, "{line %u}", place.line);
  next(draft);
  int32_t node = uucp_draft_node(draft, name, place);
  if (node != UUCP_NONE && read_network(draft, (uint32_t)node)) end_statement(draft);
}

/* ---- private, dead, delete, adjust, gatewayed, file ---- */

static const struct keyword {
  struct span word;
  int order; /* of enum uucp_order_kind; -1: none */
} keywords[] = {
    {SPAN_INIT("private"), -1},
    {SPAN_INIT("file"), -1},
    {SPAN_INIT("dead"), UUCP_ORDER_DEAD},
    {SPAN_INIT("delete"), UUCP_ORDER_DELETE},
    {SPAN_INIT("adjust"), UUCP_ORDER_ADJUST},
    {SPAN_INIT("gatewayed"), UUCP_ORDER_GATEWAYED},
};

static const struct keyword *find_keyword(const struct uucp_scan *scan) {
  for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
    if (scan->word == UUCP_WORD_NAME && span_equal(scan->word_text, keywords[i].word)) return &keywords[i];
  return NULL;
}

static bool read_order(struct uucp_draft *draft, uint32_t kind) {
  struct uucp_order order = {.kind = (enum uucp_order_kind)kind, .to = UUCP_NONE, .units = UUCP_COST_UNSAID};
  struct uucp_place place = uucp_draft_here(draft);
  uint32_t to;
  struct uucp_value value;
  order.line = place.line;
  order.column = place.column;
  if (!read_node(draft, &order.node)) return false;
  bool takes_link = kind == UUCP_ORDER_DEAD || kind == UUCP_ORDER_DELETE;
  if (takes_link && uucp_scan_is_operator(&draft->scan)) {
    next(draft);
    if (!read_node(draft, &to)) return false;
    order.to = (int32_t)to;
  }
  if (kind == UUCP_ORDER_ADJUST && uucp_scan_is(&draft->scan, '(')) {
    if (!uucp_draft_read_cost(draft, &value)) return false;
    order.units = value.units;
  }
  uucp_draft_order(draft, &order);
  return true;
}

static bool read_private(struct uucp_draft *draft, uint32_t node) {
  (void)node;
  if (!uucp_scan_is_name(&draft->scan)) return complain(draft, "the name of a machine", NULL);
  if (!check_name(draft)) return false;
  uucp_draft_hide(draft, draft->scan.word_text, uucp_draft_here(draft));
  next(draft);
  return true;
}

/* "file {u.usa.wa.1}": what is said of the following lines is said of that part of the map, too. */
static void read_part(struct uucp_draft *draft) {
  const struct uucp_scan *scan = &draft->scan;
  struct span text = SPAN_EMPTY;
  while (!uucp_scan_is_end(scan) && !uucp_scan_is(scan, '}')) {
    const char *end = scan->word_text.data + scan->word_text.len;
    text = text.len ? span_of(text.data, (size_t)(end - text.data)) : scan->word_text;
    next(draft);
  }
  if (span_is_plain(text) && text.len <= UUCP_NAME_MAX) draft->part = text;
}

static void read_keyword(struct uucp_draft *draft, const struct keyword *keyword) {
  next(draft); /* the brace */
  if (keyword->order >= 0)
    read_list(draft, read_order, (uint32_t)keyword->order);
  else if (span_equal(keyword->word, SPAN("file")))
    read_part(draft);
  else if (uucp_scan_is(&draft->scan, '}'))
    uucp_draft_end_private(draft);
  else
    read_list(draft, read_private, 0);
  if (!accept(draft, '}')) {
    complain(draft, "\"}\"", NULL);
    skip_statement(draft);
    return;
  }
  end_statement(draft);
}

/* ---- all ---- */

static void read_statement(struct uucp_draft *draft) {
  uint32_t host;
  const struct keyword *keyword = find_keyword(&draft->scan);
  if (draft->scan.word_column != 1 && uucp_scan_is_name(&draft->scan)) {
    uucp_draft_complain(draft, uucp_draft_here(draft),
                        SPAN("the line begins with white space, and there is none that it could continue"),
                        NULL, SPAN("a machine's name stands at the start of its line"));
    return;
  }
  if (uucp_scan_is(&draft->scan, '=')) {
    read_unnamed_network(draft);
    return;
  }
  struct span word = draft->scan.word_text;
  struct uucp_place place = uucp_draft_here(draft);
  if (keyword) {
    next(draft);
    if (uucp_scan_is(&draft->scan, '{')) {
      read_keyword(draft, keyword);
      return;
    }
    host = (uint32_t)uucp_draft_node(draft, word, place); /* a machine of that name */
  } else if (!read_node(draft, &host)) {
    return;
  }
  if (draft->full) return;
  if (!accept(draft, '=')) {
    if (uucp_scan_is_end(&draft->scan))
      complain(draft, "the machines that it calls, or \"=\" and its other names", "host neighbour(DEMAND)");
    read_list(draft, read_link, host);
  } else if (uucp_scan_is(&draft->scan, '{') || uucp_scan_is_operator(&draft->scan)) {
    if (!read_network(draft, host)) return;
  } else if (uucp_scan_is_end(&draft->scan)) {
    complain(draft, "names of the same machine, or \"{\" and the members of a network", NULL);
  } else {
    read_list(draft, read_alias, host);
  }
  end_statement(draft);
}

void uucp_draft_read(struct uucp_draft *draft) {
  next(draft);
  while (draft->scan.word != UUCP_WORD_END_OF_MAP && !draft->full) {
    read_statement(draft);
    skip_statement(draft);
    if (draft->scan.word == UUCP_WORD_END) next(draft);
  }
}
