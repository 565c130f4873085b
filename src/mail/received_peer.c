#include "mail/received_peer.h"

#include "base/ip_address.h"

/* "[129.82.45.30]", "[IPv6:::1]", "[192.0.2.1]:4123", or an address bare. */
static bool read_address(struct span word, struct span *address_out) {
  struct ip_address address;
  if (word.len && word.data[0] == '[') {
    size_t close = span_find(word, ']');
    word = span_slice(word, 1, (close == SPAN_NONE ? word.len : close) - 1);
  }
  if (span_starts_with_nocase(word, SPAN("IPv6:"))) word = span_skip(word, 5);
  if (!ip_address_parse(word, &address)) return false;
  *address_out = word;
  return true;
}

static bool is_unknown(struct span word) {
  return span_equal_nocase(word, SPAN("unknown"));
}

/* The next word of a comment; parentheses inside are only white space. */
static bool next_word(struct span *rest, struct span *word_out) {
  size_t start = 0, end;
  while (start < rest->len && (ascii_is_space(rest->data[start]) || strchr("()", rest->data[start]))) start++;
  end = start;
  while (end < rest->len && !ascii_is_space(rest->data[end]) && !strchr("()", rest->data[end])) end++;
  *word_out = span_slice(*rest, start, end - start);
  *rest = span_skip(*rest, end);
  return word_out->len > 0;
}

/* "IDENT:jack@name" or "jack@name": the user comes off the front. */
static struct span take_ident(struct span word, struct received_peer *peer) {
  size_t at = span_find_last(word, '@');
  if (at == SPAN_NONE) return word;
  struct span user = span_first(word, at);
  if (span_starts_with_nocase(user, SPAN("IDENT:"))) user = span_skip(user, 6);
  if (peer->ident.len == 0) peer->ident = user;
  return span_skip(word, at + 1);
}

static void set_dns_name(struct span name, struct received_peer *peer) {
  if (peer->dns_name.len || peer->dns_unknown || name.len == 0) return;
  if (is_unknown(name))
    peer->dns_unknown = true;
  else
    peer->dns_name = name;
}

/* The peer named its name in the comment: then what stood after "from" is what was seen. */
static void set_claimed(struct span claimed, struct span value, struct received_peer *peer) {
  struct span address;
  peer->claimed = claimed;
  if (!read_address(value, &address))
    set_dns_name(value, peer);
  else if (peer->address.len == 0)
    peer->address = address;
}

/* qmail: "HELO claimed". */
static bool read_helo_comment(struct span comment, struct span value, struct received_peer *peer) {
  struct span rest = comment, verb, claimed;
  if (!next_word(&rest, &verb)) return false;
  if (!span_equal_nocase(verb, SPAN("HELO")) && !span_equal_nocase(verb, SPAN("EHLO"))) return false;
  set_claimed(next_word(&rest, &claimed) ? claimed : SPAN_EMPTY, value, peer);
  return true;
}

/* Exim: "helo=claimed", "ident=user". True if the word was one of those. */
static bool read_assignment(struct span word, struct span value, struct received_peer *peer) {
  if (span_starts_with_nocase(word, SPAN("helo=")))
    set_claimed(span_skip(word, 5), value, peer);
  else if (span_starts_with_nocase(word, SPAN("ident=")))
    peer->ident = span_skip(word, 6);
  else
    return false;
  return true;
}

/* A word that names or numbers the peer. A name counts only if its address follows. */
static void read_comment(struct span comment, struct span value, struct received_peer *peer) {
  struct span rest = comment, word, name = SPAN_EMPTY, address;
  bool first = true;
  if (span_search(comment, SPAN("may be forged")) != SPAN_NONE) peer->may_be_forged = true;
  if (read_helo_comment(comment, value, peer)) return;
  for (; next_word(&rest, &word); first = false) {
    if (read_assignment(word, value, peer)) continue;
    struct span host =
        span_find(word, '@') == SPAN_NONE ? word : span_skip(word, span_find_last(word, '@') + 1);
    if (peer->address.len == 0 && read_address(host, &address)) {
      set_dns_name(take_ident(name, peer), peer);
      take_ident(word, peer);
      peer->address = address;
    }
    if (first) name = word;
  }
}

void received_peer_read(const struct received_clause *from, struct received_peer *peer_out) {
  struct span address;
  *peer_out = (struct received_peer){SPAN_EMPTY, SPAN_EMPTY, SPAN_EMPTY, SPAN_EMPTY, false, false};
  if (!from->present) return;
  size_t first = 0;
  while (first < from->value.len && !ascii_is_space(from->value.data[first])) first++;
  struct span value = span_first(from->value, first);
  peer_out->claimed = value;
  for (uint8_t i = 0; i < from->comment_count; i++) read_comment(from->comments[i], value, peer_out);
  if (peer_out->address.len == 0 && read_address(value, &address)) peer_out->address = address;
}
