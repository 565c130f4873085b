/* zone_probe: reads a zone file on standard input and writes the zone as we would, for other programs to
 * judge.
 *
 *     zone_probe ORIGIN < FILE
 */
#include <stdio.h>

#include "proto/dns_zone.h"

int main(int argument_count, char **arguments) {
  struct buf text = {0}, out = {0};
  char piece[4096];
  size_t len, line;
  if (argument_count != 2) return 2;
  while ((len = fread(piece, 1, sizeof piece, stdin)) > 0) buf_add(&text, span_of(piece, len));
  struct dns_zones *zones = dns_zones_new();
  enum dns_problem problem = dns_zones_add(zones, span_from(arguments[1]));
  if (problem == DNS_OK) problem = dns_zones_read(zones, span_from(arguments[1]), buf_span(&text), &line);
  if (problem != DNS_OK) {
    fprintf(stderr, "zone_probe: line %zu: %s\n", line, dns_problem_text(problem));
    return 1;
  }
  dns_zones_write(zones, 0, &out);
  fwrite(out.data, 1, out.len, stdout);
  dns_zones_free(zones);
  buf_free(&text);
  buf_free(&out);
  return 0;
}
