#include "view/viewer_keys.h"

#include "base/buf.h"
#include "base/check.h"

#define PRESS(k)                                                                                             \
  { .key = (k) }
#define WITH(m, k)                                                                                           \
  { .key = (k), .modifiers = (m) }
#define TYPED(c)                                                                                             \
  { .code_point = (c) }
#define HELD(m, c)                                                                                           \
  { .key = KEY_CHARACTER, .modifiers = (m), .code_point = (c) }
#define HELP(text) SPAN_INIT(text)

/* In the order of the help page. */
const struct viewer_key viewer_keys[] = {
    {ACTION_PLAY, KEYS_FILM, {TYPED(' ')}, HELP("play, pause; at the end, again")},
    {ACTION_FORWARD, KEYS_FILM, {PRESS(KEY_RIGHT), PRESS(KEY_PAGE_DOWN)}, HELP("a step forward")},
    {ACTION_BACK, KEYS_FILM, {PRESS(KEY_LEFT), PRESS(KEY_PAGE_UP)}, HELP("a step back")},
    {ACTION_HOP_FORWARD,
     KEYS_FILM,
     {WITH(MOD_SHIFT, KEY_RIGHT), WITH(MOD_SHIFT, KEY_PAGE_DOWN), TYPED(']')},
     HELP("a hop forward")},
    {ACTION_HOP_BACK,
     KEYS_FILM,
     {WITH(MOD_SHIFT, KEY_LEFT), WITH(MOD_SHIFT, KEY_PAGE_UP), TYPED('[')},
     HELP("a hop back")},
    {ACTION_HOP, KEYS_FILM, {TYPED('1')}, HELP("to a hop")},
    {ACTION_BEGINNING, KEYS_FILM, {PRESS(KEY_HOME)}, HELP("to the beginning")},
    {ACTION_END, KEYS_FILM, {PRESS(KEY_END)}, HELP("to the end")},
    {ACTION_AGAIN, KEYS_FILM, {TYPED('r')}, HELP("the step again")},
    {ACTION_REFUSAL_NEXT, KEYS_FILM, {TYPED('n')}, HELP("to the next refusal")},
    {ACTION_REFUSAL_PREVIOUS, KEYS_FILM, {TYPED('N')}, HELP("to the refusal before")},
    {ACTION_LATER, KEYS_FILM, {TYPED('j')}, HELP("30 minutes later")},
    {ACTION_EARLIER, KEYS_FILM, {TYPED('J')}, HELP("30 minutes earlier")},
    {ACTION_BOOKMARK, KEYS_FILM, {TYPED('k')}, HELP("set a bookmark, take it off")},
    {ACTION_BOOKMARK_NEXT, KEYS_FILM, {TYPED('>')}, HELP("to the next bookmark")},
    {ACTION_BOOKMARK_PREVIOUS, KEYS_FILM, {TYPED('<')}, HELP("to the bookmark before")},
    {ACTION_GRANULARITY, KEYS_FILM, {TYPED('l')}, HELP("step by line, by phase, by hop")},
    {ACTION_FASTER, KEYS_FILM, {TYPED('+'), TYPED('=')}, HELP("faster")},
    {ACTION_SLOWER, KEYS_FILM, {TYPED('-'), TYPED(0x2212)}, HELP("slower")},
    {ACTION_NORMAL_SPEED, KEYS_FILM, {TYPED('0')}, HELP("normal speed")},

    {ACTION_SCROLL_UP, KEYS_PANELS, {PRESS(KEY_UP)}, HELP("scroll up")},
    {ACTION_SCROLL_DOWN, KEYS_PANELS, {PRESS(KEY_DOWN)}, HELP("scroll down")},
    {ACTION_CURRENT, KEYS_PANELS, {TYPED('c')}, HELP("back to the current line")},
    {ACTION_SELECT_UP, KEYS_PANELS, {WITH(MOD_SHIFT, KEY_UP)}, HELP("select lines, upwards")},
    {ACTION_SELECT_DOWN, KEYS_PANELS, {WITH(MOD_SHIFT, KEY_DOWN)}, HELP("select lines, downwards")},
    {ACTION_COPY, KEYS_PANELS, {HELD(MOD_CTRL, 'c')}, HELP("copy the lines selected, or the panel")},
    {ACTION_PANEL, KEYS_PANELS, {TYPED('p')}, HELP("the other panel, in a small window")},
    {ACTION_LADDER, KEYS_PANELS, {TYPED('s')}, HELP("the sequence of the steps as a ladder")},
    {ACTION_EAVESDROP, KEYS_PANELS, {TYPED('e')}, HELP("what an eavesdropper sees")},
    {ACTION_SHORT, KEYS_PANELS, {TYPED('h')}, HELP("the short header, or the full one")},
    {ACTION_RAW, KEYS_PANELS, {TYPED('d')}, HELP("letters decoded, or as on the wire")},
    {ACTION_JUMP_BACK, KEYS_PANELS, {PRESS(KEY_BACKSPACE)}, HELP("back to where a jump began")},

    {ACTION_ZOOM_IN, KEYS_STAGE, {TYPED('z')}, HELP("nearer; also Ctrl and the wheel")},
    {ACTION_ZOOM_OUT, KEYS_STAGE, {TYPED('Z')}, HELP("farther")},
    {ACTION_FIT, KEYS_STAGE, {TYPED('x')}, HELP("all machines")},
    {ACTION_MOVE_LEFT,
     KEYS_STAGE,
     {WITH(MOD_CTRL, KEY_LEFT)},
     HELP("the machine with the focus left, or the view")},
    {ACTION_MOVE_RIGHT, KEYS_STAGE, {WITH(MOD_CTRL, KEY_RIGHT)}, HELP("right")},
    {ACTION_MOVE_UP, KEYS_STAGE, {WITH(MOD_CTRL, KEY_UP)}, HELP("up")},
    {ACTION_MOVE_DOWN, KEYS_STAGE, {WITH(MOD_CTRL, KEY_DOWN)}, HELP("down")},
    {ACTION_TIDY, KEYS_STAGE, {TYPED('X')}, HELP("all machines back in their places")},
    {ACTION_SAVE_POSITIONS, KEYS_STAGE, {HELD(MOD_CTRL, 's')}, HELP("save the positions as a scenario")},

    {ACTION_WHATIF, KEYS_MIND, {TYPED('w')}, HELP("what if: change something")},
    {ACTION_PREDICT, KEYS_MIND, {TYPED('q')}, HELP("predict: it stops and asks")},
    {ACTION_SAVE_ATTEMPT, KEYS_MIND, {TYPED('a')}, HELP("save the answers, for grading")},

    {ACTION_TEXT_LARGER, KEYS_LOOKS, {HELD(MOD_CTRL, '+'), HELD(MOD_CTRL, '=')}, HELP("larger text")},
    {ACTION_TEXT_SMALLER, KEYS_LOOKS, {HELD(MOD_CTRL, '-')}, HELP("smaller text")},
    {ACTION_TEXT_NORMAL, KEYS_LOOKS, {HELD(MOD_CTRL, '0')}, HELP("text of normal size")},
    {ACTION_THEME, KEYS_LOOKS, {TYPED('t')}, HELP("light, dark, high contrast")},
    {ACTION_MOTION, KEYS_LOOKS, {HELD(MOD_CTRL, 'm')}, HELP("less motion, or as usual")},

    {ACTION_FOCUS_NEXT, KEYS_WINDOW, {PRESS(KEY_TAB)}, HELP("to the next control")},
    {ACTION_FOCUS_PREVIOUS, KEYS_WINDOW, {WITH(MOD_SHIFT, KEY_TAB)}, HELP("to the one before")},
    {ACTION_ACTIVATE, KEYS_WINDOW, {PRESS(KEY_ENTER)}, HELP("press the control")},
    {ACTION_FULL_SCREEN, KEYS_WINDOW, {TYPED('f'), PRESS(KEY_F11), PRESS(KEY_F5)}, HELP("full screen")},
    {ACTION_BLANK, KEYS_WINDOW, {TYPED('b'), TYPED('.')}, HELP("blank the screen")},
    {ACTION_HELP, KEYS_WINDOW, {TYPED('?'), PRESS(KEY_F1)}, HELP("this page")},
    {ACTION_CLOSE, KEYS_WINDOW, {PRESS(KEY_ESCAPE)}, HELP("close what is open; back to the catalogue")},
    {ACTION_QUIT, KEYS_WINDOW, {HELD(MOD_CTRL, 'q')}, HELP("end the program")},
};
const size_t viewer_key_count = sizeof viewer_keys / sizeof *viewer_keys;

/* ---- from input to a row ---- */

static const struct viewer_key *row_of(struct viewer_chord wanted) {
  for (size_t i = 0; i < viewer_key_count; i++) {
    for (size_t k = 0; k < VIEWER_CHORDS_MAX; k++) {
      const struct viewer_chord *chord = &viewer_keys[i].chords[k];
      if (!chord->key && !chord->code_point) break;
      if (chord->key == wanted.key && chord->modifiers == wanted.modifiers &&
          chord->code_point == wanted.code_point)
        return &viewer_keys[i];
    }
  }
  return NULL;
}

/* One character: ASCII, or the minus sign that some keyboards have. */
static uint32_t character_of(struct span text) {
  if (text.len == 1) return (uint8_t)text.data[0];
  return span_equal(text, SPAN("−")) ? 0x2212 : 0;
}

const struct viewer_key *viewer_key_for(const struct input *input, uint32_t *number_out) {
  *number_out = 0;
  if (input->kind == INPUT_KEY) {
    bool is_character = input->key == KEY_CHARACTER;
    struct viewer_chord chord = {input->key, input->modifiers, is_character ? input->code_point : 0};
    const struct viewer_key *row = row_of(chord);
    /* Ctrl and "+" needs Shift on many keyboards. */
    chord.modifiers &= ~(uint32_t)MOD_SHIFT;
    return row ? row : row_of(chord);
  }
  uint32_t c = input->kind == INPUT_TEXT ? character_of(input->text) : 0;
  if (!c) return NULL;
  if (c >= '1' && c <= '9') {
    *number_out = c - '0';
    return row_of((struct viewer_chord){.code_point = '1'});
  }
  const struct viewer_key *row = row_of((struct viewer_chord){.code_point = c});
  if (!row && c < 0x80) row = row_of((struct viewer_chord){.code_point = (uint8_t)ascii_lower((char)c)});
  return row;
}

/* ---- words ---- */

static const char *const key_names[KEY_COUNT] = {
    [KEY_ENTER] = "Enter",
    [KEY_ESCAPE] = "Esc",
    [KEY_TAB] = "Tab",
    [KEY_BACKSPACE] = "Backspace",
    [KEY_DELETE] = "Delete",
    [KEY_LEFT] = "←",
    [KEY_RIGHT] = "→",
    [KEY_UP] = "↑",
    [KEY_DOWN] = "↓",
    [KEY_HOME] = "Home",
    [KEY_END] = "End",
    [KEY_PAGE_UP] = "Page Up",
    [KEY_PAGE_DOWN] = "Page Down",
    [KEY_F1] = "F1",
    [KEY_F2] = "F2",
    [KEY_F3] = "F3",
    [KEY_F4] = "F4",
    [KEY_F5] = "F5",
    [KEY_F6] = "F6",
    [KEY_F7] = "F7",
    [KEY_F8] = "F8",
    [KEY_F9] = "F9",
    [KEY_F10] = "F10",
    [KEY_F11] = "F11",
    [KEY_F12] = "F12",
};

static void add_chord(const struct viewer_chord *chord, struct buf *words) {
  uint32_t c = chord->code_point;
  bool is_capital = !chord->key && c >= 'A' && c <= 'Z';
  if (chord->modifiers & MOD_CTRL) buf_add_text(words, "Ctrl ");
  if (chord->modifiers & MOD_ALT) buf_add_text(words, "Alt ");
  if (chord->modifiers & MOD_SHIFT || is_capital) buf_add_text(words, "Shift ");
  if (chord->key && chord->key != KEY_CHARACTER)
    buf_add_text(words, key_names[chord->key]);
  else if (c == ' ')
    buf_add_text(words, "Space");
  else if (c == '-' || c == 0x2212)
    buf_add_text(words, "−");
  else
    buf_format(words, "%c", ascii_upper((char)c));
}

struct span viewer_key_words(const struct viewer_key *key, struct arena *arena) {
  if (key->action == ACTION_HOP) return SPAN("1 … 9");
  struct buf words = {0};
  for (size_t i = 0; i < VIEWER_CHORDS_MAX; i++) {
    const struct viewer_chord *chord = &key->chords[i];
    if (!chord->key && !chord->code_point) break;
    /* "=" is "+" without Shift; the two minus signs are one to the eye; a remote has no Shift. */
    if (i > 0 && (chord->code_point == '=' || chord->code_point == 0x2212)) continue;
    if (i > 0 && (chord->key == KEY_PAGE_DOWN || chord->key == KEY_PAGE_UP) && chord->modifiers) continue;
    if (i > 0) buf_add_text(&words, "  ");
    add_chord(chord, &words);
  }
  struct span copy = arena_copy(arena, buf_span(&words));
  buf_free(&words);
  return copy;
}

struct span viewer_key_group_name(enum viewer_key_group group) {
  static const struct span names[KEYS_GROUP_COUNT] = {
      [KEYS_FILM] = SPAN_INIT("The film"),      [KEYS_PANELS] = SPAN_INIT("Panels"),
      [KEYS_STAGE] = SPAN_INIT("The machines"), [KEYS_MIND] = SPAN_INIT("Questions"),
      [KEYS_LOOKS] = SPAN_INIT("Looks"),        [KEYS_WINDOW] = SPAN_INIT("The window"),
  };
  CHECK(group < KEYS_GROUP_COUNT);
  return names[group];
}
