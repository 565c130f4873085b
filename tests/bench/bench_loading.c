/* bench_loading: from a scenario's JSON text to a checked struct scenario, beside stock cJSON's parse alone.
 *
 * The yardstick parses and frees the tree and does nothing else: no check of keys, types, ranges, references,
 * duplicates or UTF-8, no defaults, no struct. Each runs in a process of its own, as a command does that
 * loads one scenario. The text: 500 domains with two hosts each, 5,000 people, letters between them, indented
 * as an editor does it, or without any white space. */
#include <cjson/cJSON.h>
#include <stdio.h>

#include "base/check.h"
#include "base/rng.h"
#include "bench_frame.h"
#include "world/scenario_load.h"

enum { DOMAINS = 500, PEOPLE = 5000, OCTETS = 11000000 };

struct text {
  bool indented;
  struct buf json;
};

static struct text indented = {true, {0}}, dense = {false, {0}};

static void line(struct text *text, int depth, const char *words) {
  if (text->indented) {
    buf_add_char(&text->json, '\n');
    for (int i = 0; i < depth; i++) buf_add_text(&text->json, "  ");
    buf_add_text(&text->json, words);
    return;
  }
  for (const char *c = words; *c; c++)
    if (*c != ' ' || (c > words && c[-1] != ':' && c[-1] != ',' && c[-1] != '{' && c[-1] != '['))
      buf_add_char(&text->json, *c);
}

#define LINE(depth, ...)                                                                                     \
  do {                                                                                                       \
    char words_of_line[256];                                                                                 \
    snprintf(words_of_line, sizeof words_of_line, __VA_ARGS__);                                              \
    line(text, depth, words_of_line);                                                                        \
  } while (0)

static void add_hosts(struct text *text) {
  LINE(1, "\"hosts\": {");
  for (int i = 0; i < DOMAINS; i++) {
    LINE(2, "\"mx.d%d.example\": {", i);
    LINE(3, "\"runs\": [\"mta\", \"mda\", \"pop3\"],");
    LINE(3, "\"mail_for\": [\"d%d.example\"]", i);
    LINE(2, "},");
    LINE(2, "\"laptop%d\": {", i);
    LINE(3, "\"runs\": [\"mua\", \"mra\"],");
    LINE(3, "\"submits_to\": \"mx.d%d.example\",", i);
    LINE(3, "\"reads_from\": { \"pop3\": \"mx.d%d.example\" }", i);
    LINE(2, "}%s", i + 1 < DOMAINS ? "," : "");
  }
  LINE(1, "},");
}

static void add_people(struct text *text) {
  LINE(1, "\"people\": {");
  for (int i = 0; i < PEOPLE; i++) {
    LINE(2, "\"p%d\": {", i);
    LINE(3, "\"address\": \"p%d@d%d.example\",", i, i % DOMAINS);
    LINE(3, "\"uses\": \"laptop%d\",", i % DOMAINS);
    LINE(3, "\"password\": \"pass\"");
    LINE(2, "}%s", i + 1 < PEOPLE ? "," : "");
  }
  LINE(1, "},");
}

static void add_script(struct text *text) {
  struct rng rng = rng_named(1, SPAN("letters"));
  LINE(1, "\"script\": [");
  for (int i = 0; i < 99999 && text->json.len < OCTETS; i++) {
    LINE(2, "{");
    LINE(3, "\"at\": \"%ds\",", i);
    LINE(3, "\"who\": \"p%d\",", (int)rng_below(&rng, PEOPLE));
    LINE(3, "\"does\": \"send\",");
    LINE(3, "\"to\": [\"p%d\"],", (int)rng_below(&rng, PEOPLE));
    LINE(3, "\"subject\": \"Letter %d\",", i);
    LINE(3, "\"text\": \"Dear friend,\\nhow are you?\\n\"");
    LINE(2, "},");
  }
  LINE(2, "{ \"at\": \"30h\", \"who\": \"p0\", \"does\": \"fetch\" }");
  LINE(1, "]");
}

static struct span json_of(struct text *text) {
  if (text->json.len == 0) {
    LINE(0, "{");
    LINE(1, "\"waystation\": 1,");
    LINE(1, "\"title\": \"Letters\",");
    add_hosts(text);
    add_people(text);
    add_script(text);
    LINE(0, "}");
  }
  return buf_span(&text->json);
}

static bool read_file(void *context, struct span path, size_t size_max, struct arena *arena,
                      struct span *bytes_out, struct error_list *errors) {
  (void)size_max, (void)arena, (void)errors;
  bool software = span_starts_with(path, SPAN("software/"));
  *bytes_out = software ? SPAN("{ \"received\": \"Received: by {host}; {date}\" }") : json_of(context);
  return true;
}

static void load_scenario(struct bench_watch *watch, const void *argument) {
  struct text *text = (struct text *)(uintptr_t)argument;
  struct span json = json_of(text);
  struct error_list errors = {0};
  struct scenario_reader reader = {.read_file = read_file, .context = text, .software_dir = SPAN("software")};
  bench_start(watch);
  struct scenario *scenario = scenario_load(SPAN("letters.json"), &reader, &errors);
  CHECK(scenario && scenario->action_count > 1000);
  bench_note(watch, "letters", scenario->action_count);
  scenario_free(scenario);
  bench_stop(watch, json.len);
  error_list_free(&errors);
}

static void parse_only(struct bench_watch *watch, const void *argument) {
  struct span json = json_of((struct text *)(uintptr_t)argument);
  bench_start(watch);
  cJSON *tree = cJSON_ParseWithLength(json.data, json.len);
  CHECK(tree);
  cJSON_Delete(tree);
  bench_stop(watch, json.len);
}

static const struct bench_case cases[] = {
    {"loading, indented",
     "octets",
     1e6,
     {{.name = "scenario_load", .run = load_scenario, .argument = &indented, .apart = true},
      {.name = "stock cJSON, parse only",
       .run = parse_only,
       .argument = &indented,
       .at_least = 1.3,
       .apart = true}}},
    {"loading, dense",
     "octets",
     1e6,
     {{.name = "scenario_load", .run = load_scenario, .argument = &dense, .apart = true},
      {.name = "stock cJSON, parse only",
       .run = parse_only,
       .argument = &dense,
       .at_least = 1.3,
       .apart = true}}},
};

int main(int argc, char **argv) {
  return bench_main(argc, argv, cases, sizeof cases / sizeof *cases);
}
