/* rng: named random streams. One stream for each named purpose, so that a new use of chance in
 * one place moves nothing in another. The generator is xoshiro256** seeded by SplitMix64 from the
 * run's seed and the stream's name; the same on every machine. No floating point. */
#pragma once

#include "base/span.h"

struct rng {
  uint64_t state[4];
};

struct rng rng_named(uint64_t seed, struct span name);
uint64_t rng_next(struct rng *rng);
uint64_t rng_below(struct rng *rng, uint64_t bound); /* 0 ≤ result < bound, unbiased; bound > 0 */
int64_t rng_between(struct rng *rng, int64_t low, int64_t high); /* both ends included */
bool rng_chance(struct rng *rng, uint32_t per_million);          /* true that many times in a million */
/* Exponential delay with the given mean, in integers only (a table of logarithms in fixed point). */
int64_t rng_exponential_us(struct rng *rng, int64_t mean_us);
