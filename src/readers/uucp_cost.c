#include "readers/uucp_cost.h"

#include "base/error.h"

enum { MINUTE_S = 60, HOUR_S = 3600, DAY_S = 24 * HOUR_S };

static const struct kind {
  const char *name, *words;
  int32_t units;
  int64_t wait_s; /* until the next call, if the last one has just ended */
} kinds[UUCP_KIND_COUNT] = {
    [UUCP_LOCAL] = {"LOCAL", "a local network", 25, 0},
    [UUCP_DEDICATED] = {"DEDICATED", "a leased line", 95, 0},
    [UUCP_DIRECT] = {"DIRECT", "a toll-free call", 200, 0},
    [UUCP_DEMAND] = {"DEMAND", "a long-distance call", 300, 0},
    [UUCP_HOURLY] = {"HOURLY", "called every hour", 500, HOUR_S},
    [UUCP_EVENING] = {"EVENING", "called in the evening", 1800, DAY_S},
    [UUCP_DAILY] = {"DAILY", "called once a day", 5000, DAY_S},
    [UUCP_WEEKLY] = {"WEEKLY", "called now and then", 30000, 7 * DAY_S},
    [UUCP_NUMBER] = {"", "a number", 0, 0},
    [UUCP_UNSAID] = {"", "nothing is said of it", UUCP_COST_UNSAID, 0},
};

/* The names of the manual, and two that it no longer has but version 9 still reads. */
static const struct symbol {
  struct span name;
  enum uucp_kind kind; /* UUCP_NUMBER: changes a cost, and does not say when */
  int32_t units;
} symbols[] = {
    {SPAN_INIT("LOCAL"), UUCP_LOCAL, 25},      {SPAN_INIT("DEDICATED"), UUCP_DEDICATED, 95},
    {SPAN_INIT("DIRECT"), UUCP_DIRECT, 200},   {SPAN_INIT("DEMAND"), UUCP_DEMAND, 300},
    {SPAN_INIT("HOURLY"), UUCP_HOURLY, 500},   {SPAN_INIT("EVENING"), UUCP_EVENING, 1800},
    {SPAN_INIT("DAILY"), UUCP_DAILY, 5000},    {SPAN_INIT("POLLED"), UUCP_DAILY, 5000},
    {SPAN_INIT("WEEKLY"), UUCP_WEEKLY, 30000}, {SPAN_INIT("DEAD"), UUCP_NUMBER, UUCP_COST_DEAD},
    {SPAN_INIT("HIGH"), UUCP_NUMBER, -5},      {SPAN_INIT("LOW"), UUCP_NUMBER, 5},
    {SPAN_INIT("FAST"), UUCP_NUMBER, -80},     {SPAN_INIT("ARPA"), UUCP_DEDICATED, 100},
    {SPAN_INIT("DIALED"), UUCP_DEMAND, 300},
};
enum { SYMBOL_COUNT = sizeof symbols / sizeof *symbols };

struct span uucp_cost_nearest(struct span name) {
  struct span names[SYMBOL_COUNT];
  for (size_t i = 0; i < SYMBOL_COUNT; i++) names[i] = symbols[i].name;
  return error_nearest(name, names, SYMBOL_COUNT);
}

bool uucp_cost_named(struct span name, struct uucp_value *value_out) {
  for (size_t i = 0; i < SYMBOL_COUNT; i++) {
    const struct symbol *symbol = &symbols[i];
    if (!span_equal(name, symbol->name)) continue;
    *value_out = (struct uucp_value){.units = symbol->units, .kind = symbol->kind};
    value_out->named = symbol->kind != UUCP_NUMBER;
    value_out->calls = value_out->named ? symbol->units : 0;
    value_out->dead = span_equal(name, SPAN("DEAD"));
    return true;
  }
  return false;
}

struct uucp_value uucp_cost_number(int64_t number) {
  return (struct uucp_value){.units = number, .calls = number, .kind = UUCP_NUMBER};
}

/* DAILY + 10 is called as DAILY is, and of two names the slower one counts. */
static int64_t sum_of_calls(struct uucp_value left, struct uucp_value right, int sign) {
  if (left.named != right.named) return left.named ? left.calls : right.calls;
  if (left.kind != right.kind) return left.kind > right.kind ? left.calls : right.calls;
  return left.calls + sign * right.calls;
}

const char *uucp_cost_join(char sign, struct uucp_value left, struct uucp_value right,
                           struct uucp_value *value_out) {
  struct uucp_value value = left;
  if (sign == '/' && right.units == 0) return "this divides by zero";
  switch (sign) {
  case '+':
  case '-':
    value.units = sign == '+' ? left.units + right.units : left.units - right.units;
    value.calls = sum_of_calls(left, right, sign == '+' ? 1 : -1);
    break;
  case '*':
    value.units = left.units * right.units;
    value.calls = left.calls * right.calls;
    break;
  default:
    value.units = left.units / right.units;
    value.calls = right.calls ? left.calls / right.calls : left.calls;
  }
  if (value.units > UUCP_COST_MAX || value.units < -UUCP_COST_MAX) return "this cost is too large";
  if (value.calls > UUCP_COST_MAX || value.calls < -UUCP_COST_MAX) return "this cost is too large";
  value.mixed = left.mixed || right.mixed || (left.named && right.named && left.kind != right.kind);
  if (!left.named || (right.named && right.kind > left.kind)) value.kind = right.kind;
  if (!right.named && left.named) value.kind = left.kind;
  value.named = left.named || right.named;
  value.dead = left.dead || right.dead;
  *value_out = value;
  return NULL;
}

/* A number says nothing of when: it waits as the name does whose cost is the next one above it. */
static int64_t wait_of_number(int64_t units) {
  for (int kind = UUCP_LOCAL; kind < UUCP_WEEKLY; kind++)
    if (units <= kinds[kind].units) return kinds[kind].wait_s;
  return kinds[UUCP_WEEKLY].wait_s;
}

struct uucp_cost uucp_cost_of(struct uucp_value value) {
  struct uucp_cost cost = {.units = value.units, .kind = value.kind};
  if (!value.named) {
    cost.wait_s = wait_of_number(value.units);
    return cost;
  }
  const struct kind *kind = &kinds[value.kind];
  int64_t calls = value.calls > 0 ? value.calls : 0;
  cost.wait_s = kind->wait_s * calls / kind->units;
  return cost;
}

struct uucp_cost uucp_cost_unsaid(void) {
  return (struct uucp_cost){UUCP_COST_UNSAID, UUCP_UNSAID, wait_of_number(UUCP_COST_UNSAID)};
}

void uucp_cost_adjust(struct uucp_cost *cost, int64_t units) {
  cost->units += units;
  if (cost->units < 0) cost->units = 0;
  if (cost->units > UUCP_COST_MAX) cost->units = UUCP_COST_MAX;
}

const char *uucp_kind_name(enum uucp_kind kind) {
  return kinds[kind].name;
}

const char *uucp_kind_words(enum uucp_kind kind) {
  return kinds[kind].words;
}

void uucp_wait_words(int64_t wait_s, struct buf *out) {
  static const struct {
    int64_t unit_s;
    const char *word;
  } units[] = {{DAY_S, "day"}, {HOUR_S, "hour"}, {MINUTE_S, "minute"}};
  bool said = false;
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    int64_t count = wait_s / units[i].unit_s;
    wait_s %= units[i].unit_s;
    if (!count) continue;
    buf_format(out, "%s%lld %s%s", said ? " " : "", (long long)count, units[i].word, count == 1 ? "" : "s");
    said = true;
  }
  if (!said) buf_add_text(out, "no wait");
}
