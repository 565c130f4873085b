#include "mail/message_id.h"

#include "mail/cfws.h"

/* A comment or quoted string longer than a line may be hides nothing: a bound on looking for its end. */
enum { HIDDEN_MAX = 998 };

static size_t hidden_len(struct span rest) {
  if (rest.data[0] == '(') return cfws_comment_len(span_first(rest, HIDDEN_MAX));
  return rest.data[0] == '"' ? cfws_quoted_len(span_first(rest, HIDDEN_MAX)) : 0;
}

/* Off the front: what hides a <, and what is not one. */
static struct span skip_to_id(struct span rest) {
  while (rest.len && rest.data[0] != '<') {
    size_t hidden = hidden_len(rest);
    rest = span_skip(rest, hidden ? hidden : 1);
  }
  return rest;
}

bool message_id_next(struct span *rest, struct message_id *id_out) {
  struct span at = skip_to_id(*rest);
  size_t close = span_find(at, '>');
  if (close == SPAN_NONE) {
    *rest = SPAN_EMPTY;
    return false;
  }
  struct span text = span_slice(at, 1, close - 1);
  size_t open = span_find_last(text, '<'); /* "<a <b@c>": the first has no end */
  if (open != SPAN_NONE) text = span_skip(text, open + 1);
  *rest = span_skip(at, close + 1);
  text = span_trim(text);
  size_t middle = span_find_last(text, '@');
  id_out->text = text;
  id_out->left = middle == SPAN_NONE ? text : span_first(text, middle);
  id_out->right = middle == SPAN_NONE ? SPAN_EMPTY : span_skip(text, middle + 1);
  return true;
}

bool message_id_parse(struct span value, struct message_id *id_out) {
  return message_id_next(&value, id_out);
}

static bool is_dot_atom(struct span text) {
  bool after_atom = false;
  for (size_t i = 0; i < text.len; i++) {
    char c = text.data[i];
    if (c == '.' ? !after_atom : c <= 32 || c >= 127 || strchr("()<>[]:;@\\,\"", c)) return false;
    after_atom = c != '.';
  }
  return after_atom;
}

static bool is_no_fold_literal(struct span text) {
  if (text.len < 2 || text.data[0] != '[' || text.data[text.len - 1] != ']') return false;
  for (size_t i = 1; i + 1 < text.len; i++)
    if (text.data[i] <= 32 || text.data[i] >= 127 || strchr("[]\\", text.data[i])) return false;
  return true;
}

bool message_id_is_valid(struct span text) {
  size_t middle = span_find(text, '@');
  if (middle == SPAN_NONE) return false;
  struct span right = span_skip(text, middle + 1);
  return is_dot_atom(span_first(text, middle)) && (is_dot_atom(right) || is_no_fold_literal(right));
}
