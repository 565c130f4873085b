/* What the window remembers: what is written is read again; what is strange is left aside; what is broken
 * says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "readers/settings.h"

static bool read_text(const char *text, struct settings *settings) {
  struct error_list errors = {0};
  bool well = settings_read(SPAN("settings.json"), span_from(text), settings, &errors);
  assert_int_equal(errors.count, well ? 0 : 1);
  if (!well) assert_true(errors.items[0].line >= 1);
  error_list_free(&errors);
  return well;
}

static void what_is_written_is_read_again(void **state) {
  (void)state;
  struct settings settings, again;
  struct buf text = {0}, text_again = {0};
  settings_init(&settings);
  settings.theme = THEME_HIGH_CONTRAST;
  settings.text_percent = 150;
  settings.reduced_motion = true;
  settings.speed_percent = 25;
  settings.by = BY_HOP;
  settings.width_px = 1280;
  settings.height_px = 720;
  struct settings_film *film = settings_film(&settings, SPAN("/a \"b\"/c.json"));
  film->bookmarks = (struct bookmarks){{3, 70, 71}, 3};
  film->moves.items[film->moves.count++] = (struct layout_pin){SPAN("mx.south"), 40, 870};
  settings_film(&settings, SPAN("/other.jsonl"));
  settings_write(&settings, &text);
  buf_add_char(&text, '\0');
  assert_true(read_text(text.data, &again));
  settings_write(&again, &text_again);
  assert_int_equal(text.len - 1, text_again.len);
  assert_memory_equal(text.data, text_again.data, text_again.len);
  assert_int_equal(again.film_count, 2);
  assert_int_equal(again.films[1].bookmarks.records[2], 71);
  assert_int_equal(again.films[1].moves.items[0].y, 870);
  buf_free(&text);
  buf_free(&text_again);
  settings_free(&settings);
  settings_free(&again);
}

static void the_last_seen_stands_first(void **state) {
  (void)state;
  struct settings settings;
  struct arena arena = ARENA_EMPTY;
  settings_init(&settings);
  for (int i = 0; i < SETTINGS_FILMS_MAX + 5; i++)
    settings_film(&settings, arena_format(&arena, "/%d.json", i))->bookmarks.count = (uint32_t)(i % 30);
  assert_int_equal(settings.film_count, SETTINGS_FILMS_MAX);
  assert_true(span_equal(settings.films[0].path, SPAN("/44.json")));
  struct settings_film *film = settings_film(&settings, SPAN("/20.json"));
  assert_int_equal(film->bookmarks.count, 20);
  assert_true(film == &settings.films[0]);
  assert_int_equal(settings.film_count, SETTINGS_FILMS_MAX);
  settings_free(&settings);
  arena_free(&arena);
}

static const char *const strange[] = {
    "{\"waystation_settings\": 1}",
    "{\"waystation_settings\": 1, \"theme\": \"pink\", \"text_size\": 9, \"speed\": 33, \"window\": [1, -5]}",
    "{\"waystation_settings\": 1, \"theme\": 4, \"text_size\": 1e99, \"speed\": [], \"window\": \"big\"}",
    "{\"waystation_settings\": 1, \"films\": {\"file\": 3}, \"step_by\": null, \"new\": true}",
    "{\"waystation_settings\": 1, \"films\": [{\"bookmarks\": [1]}, {\"file\": \"\"}, 7, null]}",
};

static void strange_values_are_the_usual_ones(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
    struct settings settings;
    assert_true(read_text(strange[i], &settings));
    assert_int_equal(settings.theme, THEME_LIGHT);
    assert_int_equal(settings.text_percent, 100);
    assert_int_equal(settings.speed_percent, 100);
    assert_int_equal(settings.by, BY_PHASE);
    assert_int_equal(settings.width_px, 0);
    assert_int_equal(settings.film_count, 0);
    settings_free(&settings);
  }
}

static void strange_films_keep_what_is_right(void **state) {
  (void)state;
  struct settings settings;
  assert_true(
      read_text("{\"waystation_settings\": 1, \"films\": [{\"file\": \"/x\", \"bookmarks\": [5, 5, 4, -1, "
                "\"a\", 9], \"positions\": {\"a\": [1, 2], \"b\": [9999, 2], \"c\": 1, \"d\": [1]}}]}",
                &settings));
  assert_int_equal(settings.films[0].bookmarks.count, 2);
  assert_int_equal(settings.films[0].bookmarks.records[1], 9);
  assert_int_equal(settings.films[0].moves.count, 1);
  settings_free(&settings);
}

static const char *const broken[] = {
    "", "{", "[]", "null", "{\"waystation_settings\": 2}", "{}", "{\"waystation_settings\": 1", "\xff\xfe"};

static void broken_files_say_so(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    struct settings settings;
    assert_false(read_text(broken[i], &settings));
    assert_int_equal(settings.text_percent, 100);
    settings_free(&settings);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_written_is_read_again),
      cmocka_unit_test(the_last_seen_stands_first),
      cmocka_unit_test(strange_values_are_the_usual_ones),
      cmocka_unit_test(strange_films_keep_what_is_right),
      cmocka_unit_test(broken_files_say_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
