/* output: a file that is being made: seen by others when it is whole, or never.
 *
 *     output_open ──▶ OUT.partNNN ──write to .file──▶ output_commit ──▶ OUT        (a failure: nothing stays)
 *
 * What is already there under the name is only replaced if that was asked for. "-" is standard output. A
 * device or a pipe is written into as it is.
 */
#pragma once

#include <stdio.h>

#include "base/error.h"

struct output {
  const char *path;
  char *part; /* beside it; NULL for standard output, a device, a pipe */
  FILE *file;
  bool force;
};

/* False, with an error, if something of that name is there and may not be replaced, or cannot be written. */
bool output_open(struct output *output, const char *path, bool force, struct error_list *errors);
/* Writes out all, closes, and gives the file its name; false and nothing left if one of these fails. file may
 * be NULL if somebody else has closed it. */
bool output_commit(struct output *output, struct error_list *errors);
void output_abandon(struct output *output);

/* All of that for bytes in hand. */
bool output_write(const char *path, struct span bytes, bool force, struct error_list *errors);

/* A folder of files: made beside its place, and given its name when all is in it. If it is there already and
 * may be written into, each file gets its name when it is whole. Names are relative to the folder. */
struct folder {
  struct arena arena;
  const char *path, *place; /* where files go now; what it is to be called */
  bool is_new;
};

bool folder_begin(struct folder *folder, const char *place, bool force, struct error_list *errors);
bool folder_make(struct folder *folder, const char *name,
                 struct error_list *errors); /* within it; may be there */
bool folder_write(struct folder *folder, const char *name, struct span bytes, struct error_list *errors);
bool folder_rename(struct folder *folder, const char *name, const char *to, struct error_list *errors);
/* The same name without what could lead out of the folder, or be hidden in it. */
const char *folder_safe_name(struct folder *folder, struct span name);
/* well: all is in it. Otherwise, and if it cannot get its name, a new folder is removed. Gives what came of
 * it. */
bool folder_end(struct folder *folder, bool well, struct error_list *errors);
