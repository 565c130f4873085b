#define _XOPEN_SOURCE 700
#include "shell/cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "view/text_metrics.h"

enum { LINKS_MAX = 40, KIND_OCTETS_MAX = 32, DESCRIPTOR_MAX = 1 << 20 };

/* How files begin that may be replaced by their own kind. */
static const struct kind {
  const char *name, *begins;
} kinds[] = {
    [OUTPUT_OVER_NOTHING] = {NULL, NULL},
    [OUTPUT_OVER_JOURNAL] = {"a journal", "{\"seq\":"},
    [OUTPUT_OVER_PICTURE] = {"a PNG", "\x89PNG\r\n\x1a\n"},
    [OUTPUT_OVER_ATTEMPT] = {"an attempt", "{\"waystation_attempt\":"},
    [OUTPUT_OVER_PORTS] = {"a table of ports", "[\n {\"host\":"},
    [OUTPUT_OVER_ALL] = {NULL, NULL},
};

static bool complain(struct error_list *errors, const char *path, const char *what) {
  error_list_add_message(errors, span_from(path), "%s: %s", what, strerror(errno));
  return false;
}

static bool refuse(struct error_list *errors, const char *path, const char *message, const char *expected,
                   const char *hint) {
  error_list_add(errors, &(struct error){.file = span_from(path),
                                         .message = span_from(message),
                                         .expected = span_from(expected),
                                         .hint = span_from(hint)});
  return false;
}

/* ---- what may be written ---- */

/* "-" and the names of descriptors that are open already: they have no place among the files. -1: none. */
static int descriptor_of(const char *path) {
  static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
  struct span name = span_from(path);
  uint64_t number;
  if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0) return STDOUT_FILENO;
  if (strcmp(path, "/dev/stderr") == 0) return STDERR_FILENO;
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
    if (span_starts_with(name, span_from(folders[i])) &&
        span_to_u64(span_skip(name, strlen(folders[i])), DESCRIPTOR_MAX, &number))
      return (int)number;
  return -1;
}

/* Where the links of a name lead: to a file that may still be to be made, or to the name of a descriptor.
 * NULL: nowhere. */
static char *follow(const char *path) {
  struct arena arena = ARENA_EMPTY;
  struct span name = span_from(arena_text(&arena, span_from(path)));
  char target[4096];
  int links = 0;
  for (ssize_t count; links < LINKS_MAX && descriptor_of(name.data) < 0 &&
                      (count = readlink(name.data, target, sizeof target)) > 0;
       links++) {
    size_t slash = span_find_last(name, '/');
    struct span folder = target[0] == '/' || slash == SPAN_NONE ? SPAN_EMPTY : span_first(name, slash + 1);
    name = arena_format(&arena, "%.*s%.*s", SPAN_ARG(folder), (int)count, target);
  }
  char *place = mem_alloc(name.len + 1);
  memcpy(place, name.data, name.len);
  place[name.len] = '\0';
  arena_free(&arena);
  if (links < LINKS_MAX) return place;
  mem_free(place);
  errno = ELOOP;
  return NULL;
}

/* The same of where the links of a path lead. */
static int descriptor_at(const char *path) {
  char *place = follow(path);
  int descriptor = place ? descriptor_of(place) : -1;
  mem_free(place);
  return descriptor;
}

/* Whatever its name: a link and a second name lead to the same file. */
static bool was_read(const struct film *film, const struct stat *status) {
  struct stat other;
  for (size_t i = 0; film && i < film->path_count; i++)
    if (stat(film->paths[i].data, &other) == 0 && other.st_dev == status->st_dev &&
        other.st_ino == status->st_ino)
      return true;
  return false;
}

static bool is_of_kind(const char *path, const struct stat *status, const struct kind *kind) {
  char start[KIND_OCTETS_MAX];
  if (!kind->begins) return false;
  if (status->st_size == 0) return true;
  FILE *file = fopen(path, "rb");
  if (!file) return false;
  size_t wanted = strlen(kind->begins);
  bool same = fread(start, 1, wanted, file) == wanted && memcmp(start, kind->begins, wanted) == 0;
  fclose(file);
  return same;
}

static bool refuse_other_kind(struct error_list *errors, const char *path, const struct kind *kind) {
  struct arena arena = ARENA_EMPTY;
  struct span expected = arena_format(&arena, "a new name, or that of %s", kind->name);
  refuse(errors, path, "there is a file of that name already, and it is of another kind", expected.data,
         "another name for the file");
  arena_free(&arena);
  return false;
}

bool output_may(const char *path, struct output_rule rule, struct error_list *errors) {
  struct stat status;
  const struct kind *kind = &kinds[rule.over];
  if (descriptor_at(path) >= 0 || stat(path, &status) != 0) return true;
  if (S_ISDIR(status.st_mode))
    return refuse(errors, path, "there is a folder of that name", NULL, "another name for the file");
  if (!S_ISREG(status.st_mode)) return true;
  if (was_read(rule.film, &status))
    return refuse(errors, path, "this file was read for what is to be written: it stays as it is", NULL,
                  "another name for the file");
  if (rule.over == OUTPUT_OVER_ALL || is_of_kind(path, &status, kind)) return true;
  if (kind->begins) return refuse_other_kind(errors, path, kind);
  return refuse(errors, path, "there is a file of that name already", NULL,
                "another name, or --force to replace it");
}

/* ---- writing ---- */

/* A pipe, a device, a descriptor that is open: never made anew. */
static bool open_as_it_is(struct output *output, int descriptor, struct error_list *errors) {
  if (descriptor == STDOUT_FILENO) {
    output->file = stdout;
    return true;
  }
  int file = descriptor >= 0 ? dup(descriptor) : open(output->path, O_WRONLY | O_NOCTTY);
  output->file = file >= 0 ? fdopen(file, "wb") : NULL;
  if (!output->file && file >= 0) close(file);
  return output->file || complain(errors, output->path, "cannot write");
}

static bool open_part(struct output *output, const struct stat *old, struct error_list *errors) {
  struct buf part = {0};
  output->place = follow(output->path);
  if (output->place && (!old || access(output->place, W_OK) == 0)) {
    buf_format(&part, "%s.part%ld", output->place, (long)getpid());
    buf_add_char(&part, '\0');
    output->part = part.data;
    output->file = fopen(output->part, "wb");
  }
  if (output->file && old) (void)!fchmod(fileno(output->file), old->st_mode & 0777);
  if (output->file) return true;
  complain(errors, output->path, "cannot write");
  output_abandon(output);
  return false;
}

bool output_open(struct output *output, const char *path, struct output_rule rule,
                 struct error_list *errors) {
  struct stat status;
  *output = (struct output){.path = path};
  if (!output_may(path, rule, errors)) return false;
  int descriptor = descriptor_at(path);
  bool is_there = stat(path, &status) == 0;
  if (descriptor >= 0 || (is_there && !S_ISREG(status.st_mode)))
    return open_as_it_is(output, descriptor, errors);
  output->is_new = !is_there && rule.over != OUTPUT_OVER_ALL;
  return open_part(output, is_there ? &status : NULL, errors);
}

void output_abandon(struct output *output) {
  if (output->file && output->file != stdout) fclose(output->file);
  output->file = NULL;
  if (output->part) remove(output->part);
  mem_free(output->part);
  mem_free(output->place);
  output->part = output->place = NULL;
}

/* A name that was free when we began may not be any more: link() never replaces. */
static bool give_name(const struct output *output) {
  if (output->is_new && link(output->part, output->place) == 0) return remove(output->part) == 0;
  if (output->is_new && errno == EEXIST) return false;
  return rename(output->part, output->place) == 0;
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
  mem_free(output->place);
  output->part = output->place = NULL;
  return well;
}

bool output_write(const char *path, struct span bytes, struct output_rule rule, struct error_list *errors) {
  struct output output;
  if (!output_open(&output, path, rule, errors)) return false;
  if (bytes.len) fwrite(bytes.data, 1, bytes.len, output.file);
  return output_commit(&output, errors);
}

/* ---- standard output ---- */

void output_begin(void) {
  signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of one write, like a full disk */
  for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++) {
    if (fcntl(file, F_GETFD) != -1) continue;
    /* What is written to standard output has to fail; what is said to standard error is lost. */
    int made = open("/dev/null", file == STDOUT_FILENO ? O_RDONLY : O_WRONLY);
    if (made >= 0 && made != file) close(made);
  }
}

static void add_shown(struct span text, struct buf *out) {
  while (text.len) {
    unsigned char first = (unsigned char)text.data[0];
    uint32_t c;
    size_t size = text_decode(text, &c);
    if (first == '\n' || first == '\t')
      buf_add_char(out, (char)first);
    else if (first < 0x20 || first == 0x7F)
      buf_format(out, "\xe2\x90%c", (char)(0x80 + c - 0x2400)); /* U+2400 … U+2421 */
    else
      buf_add(out, c == 0xFFFD ? SPAN("\xef\xbf\xbd") : span_first(text, size));
    text = span_skip(text, size);
  }
}

void output_print(struct span text, FILE *to) {
  struct buf shown = {0};
  if (isatty(fileno(to))) {
    add_shown(text, &shown);
    text = buf_span(&shown);
  }
  if (text.len) fwrite(text.data, 1, text.len, to);
  buf_free(&shown);
}

bool output_end(void) {
  errno = 0;
  bool failed = fflush(stdout) != 0;
  int trouble = failed ? errno : 0;
  if (!failed && !ferror(stdout)) return true;
  struct pollfd reader = {.fd = STDOUT_FILENO, .events = POLLOUT};
  if (trouble == EPIPE || (poll(&reader, 1, 0) == 1 && (reader.revents & POLLERR))) return true;
  fprintf(stderr, "waystation: standard output could not be written%s%s\n", trouble ? ": " : "",
          trouble ? strerror(trouble) : "");
  return false;
}
