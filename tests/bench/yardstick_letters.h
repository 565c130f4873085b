/* yardstick_letters: the least that can carry letters over four hops and into a mailbox, to judge ours by.
 *
 * Every session says the lines that ours say, byte for byte as long: a greeting, EHLO and its eight lines,
 * three pipelined commands and their answers, the letter, QUIT. Each arrival is an event of the bare kernel;
 * who hears bytes finds their lines with memchr and goes by code or verb. Every line is a record: sixteen
 * octets of head and the text. A letter's body is shared; each hop puts a block of Received on top.
 *
 * It checks nothing, answers no mistake, has no names, queue, causes, time-outs, policy or store, and knows
 * one conversation only.
 */
#pragma once

#include <stdint.h>

enum yardstick_journal { YARDSTICK_FULL, YARDSTICK_DIGEST, YARDSTICK_COUNT };

struct yardstick_letters {
  uint32_t letters, in_flight;
  enum yardstick_journal journal;
};

struct yardstick_counts {
  uint64_t events, records, octets;
};

struct yardstick_counts yardstick_letters_run(const struct yardstick_letters *what);
