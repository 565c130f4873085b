/* The keys that the loader knows and those of docs/scenario.schema.json are the same, table by table; and
 * docs/scenario.md explains each of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "scenario_files.h"
#include "world/scenario_draft.h"

static struct arena arena;

static struct span whole_file(const char *path) {
  struct error_list errors = {0};
  struct span text;
  if (!read_real_file(NULL, span_from(path), 1 << 22, &arena, &text, &errors))
    fail_msg("cannot read %s", path);
  return text;
}

static void schema_knows_every_key(void **state) {
  (void)state;
  struct span text = whole_file(TESTS_DIR "/../docs/scenario.schema.json");
  cJSON *schema = cJSON_ParseWithLength(text.data, text.len);
  assert_non_null(schema);
  const cJSON *definitions = cJSON_GetObjectItemCaseSensitive(schema, "$defs");
  for (size_t t = 0; t < KEY_TABLE_COUNT; t++) {
    const struct key_table *table = scenario_key_tables[t];
    assert_int_equal(table->number, t);
    const cJSON *definition = cJSON_GetObjectItemCaseSensitive(definitions, table->name);
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(definition, "properties");
    if (!properties) fail_msg("the schema does not define \"%s\"", table->name);
    for (size_t i = 0; i < table->count; i++)
      if (!cJSON_GetObjectItemCaseSensitive(properties, table->keys[i].name))
        fail_msg("%s: the schema does not know \"%s\"", table->name, table->keys[i].name);
    for (const cJSON *node = properties->child; node; node = node->next) {
      size_t found = 0;
      while (found < table->count && strcmp(table->keys[found].name, node->string) != 0) found++;
      if (found == table->count) fail_msg("%s: the loader does not know \"%s\"", table->name, node->string);
    }
  }
  cJSON_Delete(schema);
}

/* A key is explained where it stands in a row's first cell: | `latency_ms` | … */
static void document_explains_every_key(void **state) {
  (void)state;
  struct span text = whole_file(TESTS_DIR "/../docs/scenario.md");
  for (size_t t = 0; t < KEY_TABLE_COUNT; t++) {
    const struct key_table *table = scenario_key_tables[t];
    for (size_t i = 0; i < table->count; i++) {
      struct span row = arena_format(&arena, "\n| `%s` |", table->keys[i].name);
      if (span_search(text, row) == SPAN_NONE)
        fail_msg("docs/scenario.md does not explain \"%s\" of %s", table->keys[i].name, table->name);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(schema_knows_every_key),
                                     cmocka_unit_test(document_explains_every_key)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  arena_free(&arena);
  return failed;
}
