/* The first page: typing searches, arrows choose, Enter opens; at any size no text stands on another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "golden_picture.h"
#include "view/scene_catalogue.h"
#include "view_checks.h"

static const struct catalogue_item items[] = {
    {SPAN_INIT("Jack writes to Janelle"), SPAN_INIT("SMTP push"), SPAN_INIT("Paths"), SPAN_INIT("R3 R26"),
     SPAN_INIT("/jack.json")},
    {SPAN_INIT("The traditional path"), SPAN_INIT("MUA to MUA"), SPAN_INIT("Paths"), SPAN_INIT("R3 R7"),
     SPAN_INIT("/path.json")},
    {SPAN_INIT("The backup MX"), SPAN_INIT("Preference"), SPAN_INIT("Addressing"), SPAN_INIT("R15"),
     SPAN_INIT("/mx.json")},
    {SPAN_INIT("Nobody at home"), SPAN_INIT("A bounce"), SPAN_INIT("Trouble"), SPAN_INIT("R39 R150"),
     SPAN_INIT("/nobody.json")},
    {SPAN_INIT("my own.json"), SPAN_INIT("/home/me"), SPAN_INIT(""), SPAN_INIT(""),
     SPAN_INIT("/home/me/my own.json")},
};
enum { ITEMS = sizeof items / sizeof *items };

struct page {
  struct catalogue_view view;
  struct draw_list picture;
};

static void begin(struct page *page) {
  *page = (struct page){.picture = DRAW_LIST_EMPTY};
  page->view = (struct catalogue_view){.items = items,
                                       .count = ITEMS,
                                       .recent = {4, 2},
                                       .recent_count = 2,
                                       .message = SPAN_EMPTY,
                                       .text_percent = 100,
                                       .width = DU(1600),
                                       .height = DU(900),
                                       .theme = theme_named(THEME_LIGHT)};
  scene_catalogue_draw(&page->view, &page->picture);
}

static void act(struct page *page, struct input input) {
  scene_catalogue_input(&page->view, &input, &page->picture);
  scene_catalogue_draw(&page->view, &page->picture);
}
static void press(struct page *page, enum key key) {
  act(page, (struct input){.kind = INPUT_KEY, .key = key});
}
static void type(struct page *page, const char *text) {
  for (const char *c = text; *c; c++) act(page, (struct input){.kind = INPUT_TEXT, .text = span_of(c, 1)});
}

static void typing_searches(void **state) {
  (void)state;
  static const struct {
    const char *typed;
    size_t found, first;
  } cases[] = {{"MX", 1, 2}, {"r15", 1, 2}, {"r3", 2, 0},       {"paths mua", 1, 1},
               {"  ", 4, 0}, {"zzz", 0, 0}, {"jack.json", 1, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct page page;
    begin(&page);
    type(&page, cases[i].typed);
    if (page.view.search_length) assert_int_equal(page.view.place_count, cases[i].found);
    press(&page, KEY_ENTER);
    if (page.view.search_length && cases[i].found) {
      assert_true(page.view.has_chosen);
      assert_int_equal(page.view.chosen, cases[i].first);
    }
    if (!cases[i].found) assert_false(page.view.has_chosen);
    draw_list_free(&page.picture);
  }
}

static void a_search_is_rubbed_out(void **state) {
  (void)state;
  struct page page;
  begin(&page);
  type(&page, "mxé");
  assert_int_equal(page.view.place_count, 0);
  press(&page, KEY_BACKSPACE); /* a whole character, whatever its octets */
  assert_int_equal(page.view.search_length, 2);
  press(&page, KEY_ESCAPE);
  assert_int_equal(page.view.search_length, 0);
  assert_false(page.view.wants_quit);
  for (int i = 0; i < 100; i++) type(&page, "x");
  assert_true(page.view.search_length <= CATALOGUE_SEARCH_MAX);
  draw_list_free(&page.picture);
}

/* One Esc too many in front of a lecture hall ends nothing. */
static void esc_asks_before_it_ends(void **state) {
  (void)state;
  struct page page;
  begin(&page);
  type(&page, "mx");
  press(&page, KEY_ESCAPE);
  assert_int_equal(page.view.search_length, 0);
  assert_false(page.view.asks_to_quit);
  press(&page, KEY_ESCAPE);
  assert_true(page.view.asks_to_quit);
  struct input held = {.kind = INPUT_KEY, .key = KEY_ESCAPE, .is_repeat = true};
  scene_catalogue_input(&page.view, &held, &page.picture);
  assert_false(page.view.wants_quit);
  press(&page, KEY_DOWN); /* stays, so the next Esc is a first one again */
  press(&page, KEY_ESCAPE);
  assert_false(page.view.wants_quit);
  press(&page, KEY_ESCAPE);
  assert_true(page.view.wants_quit);
  draw_list_free(&page.picture);
}

static void arrows_choose(void **state) {
  (void)state;
  struct page page;
  begin(&page);
  assert_int_equal(page.view.place_count, 6); /* two of them recent */
  assert_int_equal(page.view.places[0].item, 4);
  press(&page, KEY_DOWN);
  assert_int_equal(page.view.places[page.view.selected].item, 0);
  press(&page, KEY_RIGHT);
  assert_int_equal(page.view.places[page.view.selected].item, 1);
  press(&page, KEY_DOWN);
  assert_int_equal(page.view.places[page.view.selected].item, 2);
  press(&page, KEY_UP);
  press(&page, KEY_UP);
  press(&page, KEY_UP);
  assert_true(page.view.selected <= 1);
  press(&page, KEY_END);
  assert_int_equal(page.view.places[page.view.selected].item, 3);
  press(&page, KEY_ENTER);
  assert_true(page.view.has_chosen);
  assert_int_equal(page.view.chosen, 3);
  draw_list_free(&page.picture);
}

/* Page Up, Page Down, a full stop, F5 and Esc by turns: all that a remote has. */
static void a_remote_is_enough(void **state) {
  (void)state;
  struct page page;
  begin(&page);
  type(&page, ".");
  assert_int_equal(page.view.search_length, 0);
  assert_int_equal(page.view.place_count, 6);
  for (size_t i = 1; i < page.view.place_count; i++) { /* each story can be chosen */
    press(&page, KEY_PAGE_DOWN);
    assert_int_equal(page.view.selected, i);
  }
  press(&page, KEY_PAGE_DOWN);
  assert_int_equal(page.view.selected, page.view.place_count - 1);
  press(&page, KEY_PAGE_UP);
  press(&page, KEY_ESCAPE);
  assert_true(page.view.asks_to_quit);
  press(&page, KEY_F5);
  assert_false(page.view.wants_quit || page.view.wants_full_screen);
  assert_true(page.view.has_chosen && page.view.fills_screen);
  assert_int_equal(page.view.chosen, page.view.places[page.view.place_count - 2].item);
  page.view.has_chosen = page.view.fills_screen = false;
  press(&page, KEY_F11);
  assert_true(page.view.wants_full_screen && !page.view.has_chosen);
  type(&page, "jack.json"); /* a full stop is one after the first letter */
  assert_int_equal(page.view.search_length, 9);
  type(&page, "z");
  press(&page, KEY_F5); /* nothing to open */
  assert_false(page.view.has_chosen || page.view.fills_screen);
  draw_list_free(&page.picture);
}

/* Tab goes through the controls and the chapters, and back to the cards; no card is opened meanwhile. */
static void tab_reaches_the_controls(void **state) {
  (void)state;
  struct page page;
  begin(&page);
  enum theme_name theme = page.view.theme.name;
  bool was_theme = false, was_chapter = false;
  for (int i = 0; i < 40; i++) {
    struct draw_list before = page.picture;
    uint64_t focused = page.view.focus;
    page.picture = DRAW_LIST_EMPTY;
    scene_catalogue_input(&page.view, &(struct input){.kind = INPUT_KEY, .key = KEY_TAB}, &before);
    scene_catalogue_draw(&page.view, &page.picture);
    assert_false(draw_list_equal(&before, &page.picture)); /* the ring is seen */
    draw_list_free(&before);
    assert_true(page.view.focus != focused);
    if (!page.view.focus) break;
    if (scene_id_kind(page.view.focus) == SCENE_THEME) {
      press(&page, KEY_ENTER);
      was_theme = page.view.theme.name != theme;
    }
    was_chapter = was_chapter || scene_id_kind(page.view.focus) == SCENE_CHAPTER;
  }
  assert_int_equal(page.view.focus, 0);
  assert_true(was_theme && was_chapter);
  assert_false(page.view.has_chosen);
  act(&page,
      (struct input){.kind = INPUT_KEY, .key = KEY_TAB, .modifiers = MOD_SHIFT}); /* the last chapter */
  assert_int_equal(scene_id_kind(page.view.focus), SCENE_CHAPTER);
  press(&page, KEY_ENTER);
  assert_int_equal(page.view.focus, 0);
  assert_true(page.view.selected > 0);
  press(&page, KEY_TAB);
  press(&page, KEY_ESCAPE); /* takes the ring away, and does not end the program */
  assert_true(page.view.focus == 0 && !page.view.wants_quit);
  draw_list_free(&page.picture);
}

static void the_pointer_opens(void **state) {
  (void)state;
  struct page page;
  begin(&page);
  const struct hit_region *hit = draw_list_find_hit(&page.picture, scene_id(SCENE_CATALOGUE, 3));
  assert_non_null(hit);
  act(&page, (struct input){.kind = INPUT_POINTER_DOWN, .position = rect_centre(hit->rect)});
  assert_true(page.view.has_chosen);
  assert_int_equal(page.view.chosen, page.view.places[3].item);
  hit = draw_list_find_hit(&page.picture, scene_id(SCENE_CHAPTER, 3));
  assert_non_null(hit);
  act(&page, (struct input){.kind = INPUT_POINTER_DOWN, .position = rect_centre(hit->rect)});
  assert_int_equal(page.view.places[page.view.selected].section, 3);
  draw_list_free(&page.picture);
}

/* As it was when somebody last looked: the page, then a search with the second card chosen. */
static void the_page_is_as_kept(void **state) {
  (void)state;
  struct page page;
  begin(&page);
  check_golden_picture("catalogue", &page.picture);
  type(&page, "r3");
  press(&page, KEY_RIGHT);
  check_golden_picture("catalogue-search", &page.picture);
  draw_list_free(&page.picture);
}

static void it_can_be_read_at_any_size(void **state) {
  (void)state;
  static const struct {
    int32_t width, height, percent;
  } sizes[] = {{1600, 900, 100}, {1024, 768, 100}, {1280, 720, 150}, {3840, 2160, 100}, {640, 400, 100}};
  int faults = 0;
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    for (unsigned theme = 0; theme < THEME_COUNT; theme++) {
      struct page page;
      begin(&page);
      page.view.theme = theme_named((enum theme_name)theme);
      scene_size(sizes[i].width, sizes[i].height, sizes[i].percent, &page.view.width, &page.view.height);
      for (int step = 0; step < 6; step++) {
        press(&page, KEY_RIGHT);
        faults += check_picture(&page.picture, "catalogue", (size_t)step);
      }
      type(&page, "nothing like that");
      faults += check_picture(&page.picture, "catalogue, nothing found", i);
      draw_list_free(&page.picture);
    }
  }
  assert_int_equal(faults, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(typing_searches),
      cmocka_unit_test(a_search_is_rubbed_out),
      cmocka_unit_test(esc_asks_before_it_ends),
      cmocka_unit_test(arrows_choose),
      cmocka_unit_test(a_remote_is_enough),
      cmocka_unit_test(tab_reaches_the_controls),
      cmocka_unit_test(the_pointer_opens),
      cmocka_unit_test(the_page_is_as_kept),
      cmocka_unit_test(it_can_be_read_at_any_size),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
