#include "mail/bang_path.h"

#include "base/check.h"

const char *bang_error_text(enum bang_error error) {
  static const char *const texts[] = {
      [BANG_OK] = "nothing is wrong",
      [BANG_EMPTY] = "the address is empty",
      [BANG_NO_HOST] = "the name of a machine is missing, or has a sign in it",
      [BANG_NO_USER] = "there is no user at its end",
      [BANG_BAD_CHARACTER] = "a character is in it that no name has",
      [BANG_NAME_TOO_LONG] = "a name in it is too long",
      [BANG_TOO_LONG] = "the address is too long",
      [BANG_TOO_MANY_HOSTS] = "there are too many machines in it",
  };
  return texts[error];
}

/* What mail programs took for a name in 1987: printable ASCII without blanks and without what RFC 822 keeps
 * for itself. */
static bool is_name_character(char c) {
  static const char specials[] = "()<>[]\\,;:\"!@%";
  return c > ' ' && c < 0x7f && !memchr(specials, c, sizeof specials - 1);
}

static bool is_sign(char c) {
  return c == '!' || c == '@' || c == '%';
}

static enum bang_error check_characters(struct span address) {
  if (!address.len) return BANG_EMPTY;
  if (address.len > BANG_PATH_TEXT_MAX) return BANG_TOO_LONG;
  size_t name_len = 0;
  for (size_t i = 0; i < address.len; i++) {
    char c = address.data[i];
    if (!is_sign(c) && !is_name_character(c)) return BANG_BAD_CHARACTER;
    name_len = is_sign(c) ? 0 : name_len + 1;
    if (name_len > BANG_PATH_NAME_MAX) return BANG_NAME_TOO_LONG;
  }
  return BANG_OK;
}

/* In "a!b" the machine stands on the left, and the first one comes next; in "b@c" it stands on the right, and
 * the last one comes next. */
static bool split(struct span address, char sign, struct bang_step *step) {
  size_t at = sign == '!' ? span_find(address, sign) : span_find_last(address, sign);
  if (at == SPAN_NONE) return false;
  struct span left = span_first(address, at), right = span_skip(address, at + 1);
  *step = (struct bang_step){
      .next = sign == '!' ? left : right, .rest = sign == '!' ? right : left, .sign = sign};
  return true;
}

static enum bang_error take_step(struct span address, enum bang_rule rule, struct bang_step *step) {
  static const char orders[BANG_RULE_COUNT][4] = {
      [BANG_FIRST] = "!@%", [BANG_AT_FIRST] = "@%!", [BANG_PERCENT_LAST] = "@!%"};
  *step = (struct bang_step){.next = SPAN_EMPTY, .rest = address};
  for (int i = 0; i < 3; i++)
    if (split(address, orders[rule][i], step)) break;
  if (!step->sign) return BANG_OK;
  if (!step->rest.len) return BANG_NO_USER;
  for (size_t i = 0; i < step->next.len; i++)
    if (is_sign(step->next.data[i])) return BANG_NO_HOST;
  return step->next.len ? BANG_OK : BANG_NO_HOST;
}

enum bang_error bang_step(struct span address, enum bang_rule rule, struct bang_step *step_out) {
  enum bang_error error = check_characters(address);
  return error ? error : take_step(address, rule, step_out);
}

enum bang_error bang_path_read(struct span address, enum bang_rule rule, struct bang_path *path_out) {
  struct bang_step step;
  enum bang_error error = check_characters(address);
  path_out->host_count = 0;
  while (!error) {
    error = take_step(address, rule, &step);
    if (error || !step.sign) break;
    if (path_out->host_count == BANG_PATH_HOSTS_MAX) return BANG_TOO_MANY_HOSTS;
    path_out->hosts[path_out->host_count++] = step.next;
    address = step.rest;
  }
  path_out->user = address;
  return error;
}

void bang_path_write(const struct bang_path *path, struct buf *out) {
  for (size_t i = 0; i < path->host_count; i++) {
    buf_add(out, path->hosts[i]);
    buf_add_char(out, '!');
  }
  buf_add(out, path->user);
}

struct bang_path bang_path_rest(const struct bang_path *path) {
  CHECK(path->host_count > 0);
  struct bang_path rest = {.host_count = path->host_count - 1, .user = path->user};
  memcpy(rest.hosts, path->hosts + 1, rest.host_count * sizeof *rest.hosts);
  return rest;
}

bool bang_path_is_absolute(const struct bang_path *path) {
  return path->host_count > 0 && span_find(path->hosts[0], '.') != SPAN_NONE;
}

static bool equal(const struct bang_path *a, const struct bang_path *b) {
  if (a->host_count != b->host_count || !span_equal(a->user, b->user)) return false;
  for (size_t i = 0; i < a->host_count; i++)
    if (!span_equal(a->hosts[i], b->hosts[i])) return false;
  return true;
}

bool bang_address_is_mixed(struct span address) {
  struct bang_path first, other;
  if (bang_path_read(address, BANG_FIRST, &first)) return false;
  for (int rule = BANG_FIRST + 1; rule < BANG_RULE_COUNT; rule++)
    if (!bang_path_read(address, (enum bang_rule)rule, &other) && !equal(&first, &other)) return true;
  return false;
}
