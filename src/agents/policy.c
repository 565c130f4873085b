#include "agents/policy.h"

/* Greedy with one place to come back to: a later * makes every earlier one final, so the work is at
 * most pattern times text, whatever a scenario asks for. */
bool wildcard_match(struct span pattern, struct span text) {
  size_t p = 0, t = 0, star = SPAN_NONE, retry = 0;
  while (t < text.len) {
    if (p < pattern.len && pattern.data[p] == '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.len &&
               (pattern.data[p] == '?' || ascii_lower(pattern.data[p]) == ascii_lower(text.data[t]))) {
      p++, t++;
    } else if (star != SPAN_NONE) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.len && pattern.data[p] == '*') p++;
  return p == pattern.len;
}

static bool matches(struct span pattern, struct span text) {
  return pattern.len == 0 || wildcard_match(pattern, text);
}

static bool applies(const struct policy *policy, struct span on, struct span subject, struct span client_name,
                    struct span client_address) {
  bool used_up = policy->times && policy->used >= policy->times;
  return !used_up && span_equal(policy->on, on) && matches(policy->match, subject) &&
         (matches(policy->from, client_name) || matches(policy->from, client_address));
}

const struct smtp_reply *policy_apply(struct policy_list *list, struct span on, struct span subject,
                                      struct span client_name, struct span client_address,
                                      struct span *because_out) {
  for (size_t i = 0; i < list->count; i++) {
    struct policy *policy = &list->items[i];
    if (!applies(policy, on, subject, client_name, client_address)) continue;
    policy->used++;
    *because_out = policy->because;
    return &policy->reply;
  }
  return NULL;
}
