/* list: the catalogue: every scenario with its title, by topic. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json_write.h"
#include "base/mem.h"
#include "shell/cli/catalogue.h"
#include "shell/cli/command.h"
#include "shell/cli/files.h"
#include "shell/cli/options.h"
#include "shell/cli/output.h"

enum { LIST_JSON, LIST_COUNT };

static int compare_names(const void *a, const void *b) {
  return span_compare(*(const struct span *)a, *(const struct span *)b);
}

static size_t find_files(struct span folder, struct arena *arena, struct span **names_out) {
  struct span *names = NULL;
  size_t count = 0, capacity = 0;
  DIR *directory = opendir(folder.data);
  struct dirent *entry;
  while (directory && (entry = readdir(directory))) {
    if (!span_ends_with(span_from(entry->d_name), SPAN(".json"))) continue;
    names = mem_grow(names, &capacity, count + 1, sizeof *names);
    names[count++] = arena_format(arena, "%.*s/%s", SPAN_ARG(folder), entry->d_name);
  }
  if (directory) closedir(directory);
  if (count) qsort(names, count, sizeof *names, compare_names);
  *names_out = arena_alloc(arena, count * sizeof *names);
  if (count) memcpy(*names_out, names, count * sizeof *names);
  mem_free(names);
  return count;
}

/* The lowest of the course's numbers that it teaches: the course's own order. */
static uint32_t first_lesson(struct span teaches) {
  uint64_t lowest = 1000, number;
  struct span word;
  while (span_next(&teaches, ' ', &word))
    if (span_to_u64(span_skip(word, 1), 999, &number) && number < lowest) lowest = number;
  return (uint32_t)lowest;
}

static int compare_lessons(const struct catalogue_entry *x, const struct catalogue_entry *y) {
  if (x->lesson != y->lesson) return x->lesson < y->lesson ? -1 : 1;
  /* Without ".json", so that "a" stands before "a-corrected". */
  return span_compare(span_first(x->path, x->path.len - 5), span_first(y->path, y->path.len - 5));
}

/* A topic stands where its first lesson stands. */
static int compare_entries(const void *a, const void *b) {
  const struct catalogue_entry *x = a, *y = b;
  if (x->topic_lesson != y->topic_lesson) return x->topic_lesson < y->topic_lesson ? -1 : 1;
  int order = span_compare(x->topic, y->topic);
  return order ? order : compare_lessons(x, y);
}

static void order_topics(struct catalogue_entry *entries, size_t count) {
  for (size_t i = 0; i < count; i++) {
    entries[i].topic_lesson = entries[i].lesson;
    for (size_t j = 0; j < count; j++)
      if (span_equal(entries[i].topic, entries[j].topic) && entries[j].lesson < entries[i].topic_lesson)
        entries[i].topic_lesson = entries[j].lesson;
  }
}

size_t catalogue_read(struct span folder, struct arena *arena, struct catalogue_entry **entries_out) {
  struct span *names;
  size_t count = find_files(folder, arena, &names), kept = 0;
  struct catalogue_entry *entries = arena_zalloc(arena, count * sizeof *entries);
  struct scenario_reader reader = files_scenario_reader(arena);
  for (size_t i = 0; i < count; i++) {
    struct error_list errors = {0};
    struct scenario *scenario = scenario_load(names[i], &reader, &errors);
    if (scenario) {
      struct buf teaches = {0};
      for (size_t t = 0; t < scenario->teaches.count; t++)
        buf_format(&teaches, "%s%.*s", t ? " " : "", SPAN_ARG(scenario->teaches.items[t]));
      entries[kept++] = (struct catalogue_entry){
          .path = names[i],
          .title = arena_copy(arena, scenario->title),
          .subtitle = arena_copy(arena, scenario->subtitle),
          .topic = arena_copy(arena, scenario->topic.len ? scenario->topic : SPAN("Other")),
          .teaches = arena_copy(arena, buf_span(&teaches)),
      };
      buf_free(&teaches);
    }
    scenario_free(scenario);
    error_list_free(&errors);
  }
  for (size_t i = 0; i < kept; i++) entries[i].lesson = first_lesson(entries[i].teaches);
  order_topics(entries, kept);
  if (kept) qsort(entries, kept, sizeof *entries, compare_entries);
  *entries_out = entries;
  return kept;
}

static void print_entries(const struct catalogue_entry *entries, size_t count) {
  struct span topic = SPAN_EMPTY;
  struct buf out = {0};
  for (size_t i = 0; i < count; i++) {
    if (!span_equal(topic, entries[i].topic))
      buf_format(&out, "%s%.*s\n", i ? "\n" : "", SPAN_ARG(entries[i].topic));
    topic = entries[i].topic;
    size_t slash = span_find_last(entries[i].path, '/');
    struct span name = span_skip(entries[i].path, slash == SPAN_NONE ? 0 : slash + 1);
    buf_format(&out, "  %-34.*s %.*s  (%.*s)\n", SPAN_ARG(name), SPAN_ARG(entries[i].title),
               SPAN_ARG(entries[i].teaches));
  }
  output_print(buf_span(&out), stdout);
  buf_free(&out);
}

static void print_json(const struct catalogue_entry *entries, size_t count) {
  struct buf out = {0};
  for (size_t i = 0; i < count; i++) {
    const struct {
      const char *key;
      struct span text;
    } members[] = {{"path", entries[i].path},
                   {"title", entries[i].title},
                   {"subtitle", entries[i].subtitle},
                   {"topic", entries[i].topic},
                   {"teaches", entries[i].teaches}};
    for (size_t m = 0; m < sizeof members / sizeof *members; m++) {
      buf_format(&out, "%s\"%s\":", m ? "," : "{", members[m].key);
      json_write_octets(members[m].text, &out);
    }
    buf_add_text(&out, "}\n");
  }
  output_print(buf_span(&out), stdout);
  buf_free(&out);
}

static void print_text(struct span folder, const struct catalogue_entry *entries, size_t count, bool ours) {
  print_entries(entries, count);
  printf("%s%zu scenarios in %.*s\n", count ? "\n" : "", count, SPAN_ARG(folder));
  if (count && ours)
    printf("  R1 to R56 are lessons of the course: docs/course.md says which; a search for R15 in the window "
           "finds\n"
           "  what shows that one\n");
  if (count)
    printf("  try: waystation run %.*s\n", SPAN_ARG(ours ? SPAN("jack-to-janelle") : entries[0].path));
}

static int run(int count, char **words) {
  struct option known[LIST_COUNT] = {[LIST_JSON] = {.name = "--json"}};
  struct options options = {.known = known, .known_count = LIST_COUNT};
  struct arena arena = ARENA_EMPTY;
  struct catalogue_entry *entries;
  if (!options_parse("list", count, words, &options)) return EXIT_INPUT;
  struct span folder = options.file_count ? span_from(options.files[0]) : files_data_dir("scenarios", &arena);
  if (!files_is_folder(folder)) {
    fprintf(stderr, "waystation list: %.*s is not a folder\n", SPAN_ARG(folder));
    arena_free(&arena);
    return EXIT_INPUT;
  }
  size_t found = catalogue_read(folder, &arena, &entries);
  if (known[LIST_JSON].given)
    print_json(entries, found);
  else
    print_text(folder, entries, found, options.file_count == 0);
  arena_free(&arena);
  return EXIT_WELL;
}

const struct command command_list = {
    .name = "list",
    .arguments = "[FOLDER]",
    .summary = "List the scenarios by topic, with what they teach",
    .help = "Without FOLDER: the scenarios that come with the program.\n\n  --json    one JSON object for "
            "each scenario\n\nexample: waystation list\n",
    .run = run,
};
