/* output: a file that is being made: seen by others when it is whole, or never. One rule for all commands:
 *
 *     output_open ──▶ OUT.partNNN ──write to .file──▶ output_commit ──▶ OUT        (a failure: nothing stays)
 *
 * - What the command has read is never written, by whatever name or link.
 * - A file that is there already is replaced only by its own kind, or if that was asked for; an empty one
 *   always may be.
 * - Through a symbolic link its target is written, and the link stays.
 * - What is no file (a pipe, a device) is written into as it is. "-" is standard output.
 */
#pragma once

#include <stdio.h>

#include "shell/cli/files.h"

/* What may be replaced. */
enum output_over {
  OUTPUT_OVER_NOTHING,
  OUTPUT_OVER_JOURNAL,
  OUTPUT_OVER_PICTURE, /* a PNG */
  OUTPUT_OVER_ATTEMPT, /* of predict mode */
  OUTPUT_OVER_PORTS,   /* a table of live */
  OUTPUT_OVER_ALL,     /* --force */
};

struct output_rule {
  enum output_over over;
  const struct film *film; /* its files are what was read; NULL: none were */
};

struct output {
  const char *path;
  char *place; /* path with its links followed; NULL for what is written into as it is */
  char *part;  /* beside the place */
  FILE *file;
  bool is_new; /* nothing was there */
};

/* False, with an error, where the rule forbids it: the user's mistake, not the machine's. */
bool output_may(const char *path, struct output_rule rule, struct error_list *errors);
/* False, with an error, if it may not, or cannot, be written. */
bool output_open(struct output *output, const char *path, struct output_rule rule, struct error_list *errors);
/* Writes out all, closes, and gives the file its name; false and nothing left if one of these fails. file may
 * be NULL if somebody else has closed it. */
bool output_commit(struct output *output, struct error_list *errors);
void output_abandon(struct output *output);

/* All of that for bytes in hand. */
bool output_write(const char *path, struct span bytes, struct output_rule rule, struct error_list *errors);

/* At the start of the program: descriptors 0 to 2 are there, so that no file of ours is taken for one of
 * them; and a file that may not grow (ulimit -f) does not kill the program, which has to tidy up. */
void output_begin(void);
/* Says it on standard output or standard error. Texts may be a stranger's: a terminal gets the pictures of
 * control characters (␛) and U+FFFD for what is invisible, turns the line around or is no UTF-8, so that a
 * letter cannot write over what stands there; a file or a pipe gets the very bytes. */
void output_print(struct span text, FILE *to);
/* At its end: false, after a complaint, if something could not be written to standard output. A reader that
 * has left (head) is no fault. */
bool output_end(void);

/* A folder of files: made beside its place, and given its name when all is in it. If it is there already and
 * may be written into, each file gets its name when it is whole. Names are relative to the folder. */
struct folder {
  struct arena arena;
  const char *path, *place; /* where files go now; what it is to be called */
  struct output_rule rule;
  bool is_new;
};

bool folder_may(const char *place, struct output_rule rule, struct error_list *errors);
bool folder_begin(struct folder *folder, const char *place, struct output_rule rule,
                  struct error_list *errors);
bool folder_make(struct folder *folder, const char *name,
                 struct error_list *errors); /* within it; may be there */
bool folder_write(struct folder *folder, const char *name, struct span bytes, struct error_list *errors);
bool folder_rename(struct folder *folder, const char *name, const char *to, struct error_list *errors);
/* The same name without what could lead out of the folder, or be hidden in it. */
const char *folder_safe_name(struct folder *folder, struct span name);
/* well: all is in it. Otherwise, and if it cannot get its name, a new folder is removed. Gives what came of
 * it. */
bool folder_end(struct folder *folder, bool well, struct error_list *errors);
