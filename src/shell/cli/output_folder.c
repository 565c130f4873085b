#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shell/cli/output.h"

static bool complain(struct error_list *errors, const char *path) {
  error_list_add_message(errors, span_from(path), "cannot write: %s", strerror(errno));
  return false;
}

static const char *inside(struct folder *folder, const char *name) {
  return arena_format(&folder->arena, "%s/%s", folder->path, name).data;
}

static bool refuse(const char *place, bool is_folder, struct error_list *errors) {
  error_list_add(errors, &(struct error){
                             .file = span_from(place),
                             .message = is_folder ? SPAN("there is a folder of that name already")
                                                  : SPAN("there is something of that name that is no folder"),
                             .hint = is_folder ? SPAN("another name, or --force to write into it")
                                               : SPAN("another name"),
                         });
  return false;
}

static struct span without_slash(const char *place) {
  struct span name = span_from(place);
  while (name.len > 1 && span_ends_with(name, SPAN("/"))) name.len--;
  return name;
}

bool folder_may(const char *place, struct output_rule rule, struct error_list *errors) {
  struct arena arena = ARENA_EMPTY;
  struct stat status;
  struct span name = without_slash(place);
  bool is_there = stat(arena_text(&arena, name), &status) == 0;
  bool is_folder = is_there && S_ISDIR(status.st_mode);
  bool may = !span_equal(name, SPAN("-")) && (!is_there || (is_folder && rule.over == OUTPUT_OVER_ALL));
  arena_free(&arena);
  return may || refuse(place, is_folder, errors);
}

bool folder_begin(struct folder *folder, const char *place, struct output_rule rule,
                  struct error_list *errors) {
  *folder = (struct folder){.rule = rule};
  if (!folder_may(place, rule, errors)) return false;
  folder->place = arena_text(&folder->arena, without_slash(place));
  folder->is_new = access(folder->place, F_OK) != 0;
  folder->path = folder->place;
  if (!folder->is_new) return true;
  folder->path = arena_format(&folder->arena, "%s.part%ld", folder->place, (long)getpid()).data;
  if (mkdir(folder->path, 0777) == 0) return true;
  complain(errors, folder->place);
  arena_free(&folder->arena);
  return false;
}

bool folder_make(struct folder *folder, const char *name, struct error_list *errors) {
  struct stat status;
  const char *path = inside(folder, name);
  if (mkdir(path, 0777) == 0) return true;
  if (errno == EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode)) return true;
  return complain(errors, path);
}

bool folder_write(struct folder *folder, const char *name, struct span bytes, struct error_list *errors) {
  return output_write(inside(folder, name), bytes, folder->rule, errors);
}

bool folder_rename(struct folder *folder, const char *name, const char *to, struct error_list *errors) {
  return rename(inside(folder, name), inside(folder, to)) == 0 || complain(errors, inside(folder, to));
}

const char *folder_safe_name(struct folder *folder, struct span name) {
  char *safe = arena_text(&folder->arena, name);
  for (size_t i = 0; i < name.len; i++)
    if (!ascii_is_alnum(safe[i]) && safe[i] != '-' && !(safe[i] == '.' && i > 0)) safe[i] = '_';
  return safe;
}

/* Only ever the folder that we have made ourselves. */
static void remove_folder(struct folder *folder, const char *path) {
  DIR *list = opendir(path);
  if (!list) return;
  for (struct dirent *entry; (entry = readdir(list));) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    const char *inner = arena_format(&folder->arena, "%s/%s", path, entry->d_name).data;
    if (unlink(inner) != 0) remove_folder(folder, inner);
  }
  closedir(list);
  rmdir(path);
}

bool folder_end(struct folder *folder, bool well, struct error_list *errors) {
  if (well && folder->is_new && rename(folder->path, folder->place) != 0)
    well = complain(errors, folder->place);
  if (!well && folder->is_new) remove_folder(folder, folder->path);
  arena_free(&folder->arena);
  return well;
}
