#include "world/scenario_values.h"

bool zone_parse(struct span text, int32_t *minutes_out) {
  uint64_t hours, minutes;
  if (span_equal(text, SPAN("Z"))) return *minutes_out = 0, true;
  if (text.len != 6 || text.data[3] != ':' || (text.data[0] != '+' && text.data[0] != '-')) return false;
  if (!span_to_u64(span_slice(text, 1, 2), 14, &hours) || !span_to_u64(span_slice(text, 4, 2), 59, &minutes))
    return false;
  int32_t total = (int32_t)(hours * 60 + minutes);
  *minutes_out = text.data[0] == '-' ? -total : total;
  return true;
}
