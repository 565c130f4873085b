#include "base/rng.h"

#include "base/check.h"

static uint64_t splitmix(uint64_t *state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static uint64_t rotate_left(uint64_t x, int by) {
  return (x << by) | (x >> (64 - by));
}

struct rng rng_named(uint64_t seed, struct span name) {
  struct rng rng;
  uint64_t mixed = seed;
  for (size_t i = 0; i < name.len; i++) mixed = (splitmix(&mixed) ^ (unsigned char)name.data[i]);
  for (size_t i = 0; i < 4; i++) rng.state[i] = splitmix(&mixed);
  return rng;
}

uint64_t rng_next(struct rng *rng) {
  uint64_t *s = rng->state;
  uint64_t result = rotate_left(s[1] * 5, 7) * 9;
  uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate_left(s[3], 45);
  return result;
}

uint64_t rng_below(struct rng *rng, uint64_t bound) {
  CHECK(bound > 0);
  uint64_t unfair = (0 - bound) % bound; /* so many values at the bottom would be drawn too often */
  uint64_t drawn;
  do drawn = rng_next(rng);
  while (drawn < unfair);
  return drawn % bound;
}

int64_t rng_between(struct rng *rng, int64_t low, int64_t high) {
  CHECK(low <= high);
  uint64_t width = (uint64_t)high - (uint64_t)low;
  uint64_t offset = width == UINT64_MAX ? rng_next(rng) : rng_below(rng, width + 1);
  return (int64_t)((uint64_t)low + offset);
}

bool rng_chance(struct rng *rng, uint32_t per_million) {
  return rng_below(rng, 1000000) < per_million;
}

/* −ln(x / 2^32) in 1/2^16, for 1 ≤ x ≤ 2^32: the whole part by shifting, the fraction of the
 * base-2 logarithm by repeated squaring, then times ln 2. */
static uint64_t minus_log(uint64_t x) {
  uint64_t log2 = 0; /* of 2^32 / x, in 1/2^16 */
  if (x >= (1ull << 32)) return 0;
  while (x < (1ull << 31)) {
    x <<= 1;
    log2 += 1u << 16;
  }
  uint64_t fraction = 0; /* of log2(x) − 31 */
  for (uint64_t bit = 1u << 15; bit; bit >>= 1) {
    x = (x * x) >> 31;
    if (x >= (1ull << 32)) {
      x >>= 1;
      fraction |= bit;
    }
  }
  log2 += (1u << 16) - fraction;
  return (log2 * 45426) >> 16; /* ln 2 = 45426 / 65536 */
}

int64_t rng_exponential_us(struct rng *rng, int64_t mean_us) {
  CHECK(mean_us >= 0 && mean_us < INT64_MAX >> 22);
  uint64_t x = (rng_next(rng) >> 33) + 1; /* 1 … 2^31 */
  return (int64_t)(((uint64_t)mean_us * minus_log(x << 1)) >> 16);
}
