#include "script.h"

extern const struct script_engine script_echo;

static const struct script_engine *const engines[] = {
    &script_echo,
};

const struct script_engine *script_engine_named(struct span name) {
  for (size_t i = 0; i < sizeof engines / sizeof *engines; i++)
    if (span_equal(name, span_from(engines[i]->name))) return engines[i];
  return NULL;
}
