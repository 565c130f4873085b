#define _POSIX_C_SOURCE 200809L
#include "shell/cli/output.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static bool complain(struct error_list *errors, const char *path, const char *what) {
  error_list_add_message(errors, span_from(path), "%s: %s", what, strerror(errno));
  return false;
}

static bool refuse(struct error_list *errors, const char *path, bool is_folder) {
  error_list_add(errors, &(struct error){
                             .file = span_from(path),
                             .message = is_folder ? SPAN("there is a folder of that name")
                                                  : SPAN("there is a file of that name already"),
                             .hint = is_folder ? SPAN("another name for the file")
                                               : SPAN("another name, or --force to replace it"),
                         });
  return false;
}

bool output_open(struct output *output, const char *path, bool force, struct error_list *errors) {
  struct stat status;
  *output = (struct output){.path = path, .force = force};
  if (strcmp(path, "-") == 0) {
    output->file = stdout;
    return true;
  }
  bool is_there = stat(path, &status) == 0;
  if (is_there && S_ISDIR(status.st_mode)) return refuse(errors, path, true);
  if (is_there && !S_ISREG(status.st_mode)) {
    output->file = fopen(path, "wb");
    return output->file || complain(errors, path, "cannot write");
  }
  if (is_there && !force) return refuse(errors, path, false);
  struct buf part = {0};
  buf_format(&part, "%s.part%ld", path, (long)getpid());
  buf_add_char(&part, '\0');
  output->part = part.data;
  output->file = fopen(output->part, "wb");
  if (output->file) return true;
  complain(errors, path, "cannot write");
  output_abandon(output);
  return false;
}

void output_abandon(struct output *output) {
  if (output->file && output->file != stdout) fclose(output->file);
  output->file = NULL;
  if (output->part) remove(output->part);
  mem_free(output->part);
  output->part = NULL;
}

/* A name that was free when we began may not be any more: link() never replaces. */
static bool give_name(const struct output *output) {
  if (!output->force && link(output->part, output->path) == 0) return remove(output->part) == 0;
  if (!output->force && errno == EEXIST) return false;
  return rename(output->part, output->path) == 0;
}

bool output_commit(struct output *output, struct error_list *errors) {
  bool well = true;
  if (output->file) well = !ferror(output->file) && fflush(output->file) == 0;
  if (output->file && output->file != stdout && fclose(output->file) != 0) well = false;
  output->file = NULL;
  if (well && output->part) well = give_name(output);
  if (!well) complain(errors, output->path, "cannot write");
  if (!well && output->part) remove(output->part);
  mem_free(output->part);
  output->part = NULL;
  return well;
}

bool output_write(const char *path, struct span bytes, bool force, struct error_list *errors) {
  struct output output;
  if (!output_open(&output, path, force, errors)) return false;
  fwrite(bytes.data, 1, bytes.len, output.file);
  return output_commit(&output, errors);
}
