/* Addresses that name each step: what can be read by a rule is the same way hop by hop as at once, and
 * written with "!" alone it is the same by every rule. */
#include "base/check.h"
#include "mail/bang_path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_equal(const struct bang_path *a, const struct bang_path *b) {
  CHECK(a->host_count == b->host_count && span_equal(a->user, b->user));
  for (size_t i = 0; i < a->host_count; i++) CHECK(span_equal(a->hosts[i], b->hosts[i]));
}

static void check_steps(struct span address, enum bang_rule rule, struct bang_path path) {
  struct bang_step step;
  while (path.host_count) {
    CHECK(bang_step(address, rule, &step) == BANG_OK);
    CHECK(step.sign && span_equal(step.next, path.hosts[0]));
    CHECK(step.next.len + step.rest.len + 1 == address.len);
    address = step.rest;
    path = bang_path_rest(&path);
  }
  CHECK(bang_step(address, rule, &step) == BANG_OK && !step.sign);
  CHECK(span_equal(address, path.user));
}

static void check_pure(const struct bang_path *path) {
  struct buf pure = {0};
  struct bang_path again;
  bang_path_write(path, &pure);
  for (int rule = 0; rule < BANG_RULE_COUNT; rule++) {
    CHECK(bang_path_read(buf_span(&pure), (enum bang_rule)rule, &again) == BANG_OK);
    check_equal(path, &again);
  }
  CHECK(!bang_address_is_mixed(buf_span(&pure)));
  buf_free(&pure);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct span address = span_of((const char *)data, size);
  struct bang_path path;
  for (int rule = 0; rule < BANG_RULE_COUNT; rule++) {
    enum bang_error error = bang_path_read(address, (enum bang_rule)rule, &path);
    CHECK(bang_error_text(error));
    if (error) continue;
    CHECK(path.host_count <= BANG_PATH_HOSTS_MAX && path.user.len > 0);
    check_steps(address, (enum bang_rule)rule, path);
    check_pure(&path);
  }
  (void)bang_address_is_mixed(address);
  return 0;
}
