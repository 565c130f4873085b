/* Costs in parentheses: numbers, names, "+", "-", "*", "/". */
#include "readers/uucp_draft.h"

enum { DEPTH_MAX = 32 };

static bool read_sum(struct uucp_draft *draft, int depth, struct uucp_value *value);

static bool complain(struct uucp_draft *draft, struct span message, const char *expected, struct span hint) {
  uucp_draft_complain(draft, uucp_draft_here(draft), message, expected, hint);
  return false;
}

/* A name that there is not costs what an unsaid one does, so that the rest can be read. */
static void read_name(struct uucp_draft *draft, struct uucp_value *value) {
  struct span name = draft->scan.word_text;
  struct arena arena = ARENA_EMPTY;
  if (!uucp_cost_named(name, value)) {
    struct span nearest = uucp_cost_nearest(name), hint = SPAN_EMPTY;
    if (nearest.len) hint = arena_format(&arena, "did you mean %.*s?", SPAN_ARG(nearest));
    complain(draft, arena_format(&arena, "there is no cost \"%.*s\"", SPAN_ARG(name)),
             "LOCAL, DEDICATED, DIRECT, DEMAND, HOURLY, EVENING, DAILY, WEEKLY, DEAD, or a number", hint);
    *value = uucp_cost_number(UUCP_COST_UNSAID);
  }
  arena_free(&arena);
}

static bool read_factor(struct uucp_draft *draft, int depth, struct uucp_value *value) {
  struct uucp_scan *scan = &draft->scan;
  uint64_t number;
  if (depth > DEPTH_MAX)
    return complain(draft, SPAN("too many parentheses in one another"), NULL, SPAN_EMPTY);
  if (uucp_scan_is(scan, '-') || uucp_scan_is(scan, '+')) {
    char sign = scan->word_text.data[0];
    uucp_scan_next(scan);
    if (!read_factor(draft, depth + 1, value)) return false;
    return !uucp_cost_join(sign, uucp_cost_number(0), *value, value);
  }
  if (uucp_scan_is(scan, '(')) {
    uucp_scan_next(scan);
    if (!read_sum(draft, depth + 1, value)) return false;
    if (!uucp_scan_is(scan, ')'))
      return complain(draft, SPAN("a parenthesis is not closed"), "\")\"", SPAN_EMPTY);
  } else if (scan->word == UUCP_WORD_NUMBER) {
    if (!span_to_u64(scan->word_text, UUCP_COST_MAX, &number))
      return complain(draft, SPAN("this number is too large"), "at most 1,000,000,000", SPAN_EMPTY);
    *value = uucp_cost_number((int64_t)number);
  } else if (scan->word == UUCP_WORD_NAME) {
    read_name(draft, value);
  } else {
    return complain(draft, SPAN("here a cost should stand"), "a number, a name such as DEMAND, or \"(\"",
                    SPAN_EMPTY);
  }
  uucp_scan_next(scan);
  return true;
}

/* "first" and its kind bind closer than what is read by read_next. */
static bool read_row(struct uucp_draft *draft, int depth, const char *signs,
                     bool (*read_next)(struct uucp_draft *, int, struct uucp_value *),
                     struct uucp_value *value) {
  struct uucp_value right;
  if (!read_next(draft, depth, value)) return false;
  while (uucp_scan_is(&draft->scan, signs[0]) || uucp_scan_is(&draft->scan, signs[1])) {
    char sign = draft->scan.word_text.data[0];
    uucp_scan_next(&draft->scan);
    if (!read_next(draft, depth, &right)) return false;
    const char *wrong = uucp_cost_join(sign, *value, right, value);
    if (wrong) return complain(draft, span_from(wrong), NULL, SPAN_EMPTY);
  }
  return true;
}

static bool read_product(struct uucp_draft *draft, int depth, struct uucp_value *value) {
  return read_row(draft, depth, "*/", read_factor, value);
}

static bool read_sum(struct uucp_draft *draft, int depth, struct uucp_value *value) {
  return read_row(draft, depth, "+-", read_product, value);
}

bool uucp_draft_read_cost(struct uucp_draft *draft, struct uucp_value *value_out) {
  draft->scan.in_cost = true;
  uucp_scan_next(&draft->scan);
  bool well = read_sum(draft, 0, value_out);
  if (well && !uucp_scan_is(&draft->scan, ')'))
    well = complain(draft, SPAN("a cost does not end"), "\")\", or one of + - * /", SPAN_EMPTY);
  draft->scan.in_cost = false;
  if (well) uucp_scan_next(&draft->scan);
  return well;
}
