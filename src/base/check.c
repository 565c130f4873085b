#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

static void (*describe_context)(void *, char *, unsigned long);
static void *describe_argument;

void check_set_context(void (*describe)(void *context, char *text_out, unsigned long size), void *context) {
  describe_context = describe;
  describe_argument = context;
}

_Noreturn void check_failed(const char *condition, const char *file, int line) {
  char context[256] = "";
  if (describe_context) describe_context(describe_argument, context, sizeof context);
  fprintf(stderr, "waystation: internal error: %s at %s:%d%s%s\n", condition, file, line,
          context[0] ? ", during " : "", context);
  abort();
}
