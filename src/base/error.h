/* error: what is wrong with input from outside (a file, a scenario, an option), for a person.
 *
 * Only world, readers and shell use it. A list collects all errors of a file at once. The texts
 * say in this order: where (file:line:column, JSON pointer), what is wrong, what was expected,
 * what to try.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

struct error {
  struct span file;     /* as the user named it; empty if none */
  uint32_t line;        /* from 1; 0 if unknown */
  uint32_t column;      /* in bytes, from 1; 0 if unknown */
  struct span pointer;  /* JSON pointer (RFC 6901), or empty */
  struct span message;  /* "unknown key \"latancy_ms\"" */
  struct span expected; /* "a number of milliseconds", or empty */
  struct span hint;     /* "did you mean \"latency_ms\"?", or empty */
  bool warning;         /* allowed, and hardly meant */
};

enum { ERROR_LIST_MAX = 100 };

struct error_list {
  struct arena arena; /* owns the texts */
  struct error *items;
  size_t count; /* kept, at most ERROR_LIST_MAX */
  size_t total; /* reported, kept or not */
  size_t capacity;
};

/* Copies the error's texts into the list. */
void error_list_add(struct error_list *list, const struct error *error);
/* Is the same said of the same place? */
bool error_list_has(const struct error_list *list, const struct error *error);
/* A bare message about a file as a whole. */
void error_list_add_message(struct error_list *list, struct span file, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void error_list_free(struct error_list *list);
/* "file:3:14: /hosts/mx: unknown key …\n  expected: …\n  try: …\n"; a warning says so after its place. */
void error_format(const struct error *error, struct buf *out);

/* By how many slips of the finger two words differ: a letter too many, one missing, another one, two that
 * changed places (Damerau–Levenshtein), letter case aside. A large number for long words. */
size_t error_distance(struct span a, struct span b);
/* The candidate nearest to word by edit distance, if near enough to be a slip of the finger;
 * empty otherwise. Letter case counts little. */
struct span error_nearest(struct span word, const struct span *candidates, size_t count);
