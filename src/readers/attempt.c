#include "readers/attempt.h"

#include <cjson/cJSON.h>
#include <stdarg.h>

#include "base/json_write.h"

struct judge {
  const struct predict *predict;
  struct attempt *attempt;
  struct span file;
  struct error_list *errors;
};

static bool refuse(struct judge *judge, const char *expected, const char *hint, const char *message) {
  error_list_add(judge->errors, &(struct error){.file = judge->file,
                                                .message = span_from(message),
                                                .expected = span_from(expected),
                                                .hint = span_from(hint)});
  return false;
}

static void fault(struct judge *judge, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void fault(struct judge *judge, const char *format, ...) {
  enum { FAULTS_MAX = 100 };
  struct attempt *attempt = judge->attempt;
  if (attempt->fault_count == FAULTS_MAX) return;
  if (!attempt->faults) attempt->faults = arena_alloc(&attempt->arena, FAULTS_MAX * sizeof *attempt->faults);
  va_list arguments;
  va_start(arguments, format);
  attempt->faults[attempt->fault_count++] = arena_vformat(&attempt->arena, format, arguments);
  va_end(arguments);
}

static struct span text_of(const cJSON *object, const char *key) {
  const cJSON *node = cJSON_GetObjectItemCaseSensitive(object, key);
  return cJSON_IsString(node) ? span_from(node->valuestring) : SPAN_EMPTY;
}

/* A whole number from 0 to most; false: it is none. */
static bool number_of(const cJSON *object, const char *key, size_t most, size_t *number_out) {
  const cJSON *node = cJSON_GetObjectItemCaseSensitive(object, key);
  if (!cJSON_IsNumber(node) || !(node->valuedouble >= 0) || !(node->valuedouble <= (double)most))
    return false;
  *number_out = (size_t)node->valuedouble;
  return (double)*number_out == node->valuedouble;
}

/* What a stranger's file says, for quoting: without control characters, and short. */
static struct span shown(struct judge *judge, struct span text) {
  enum { SHOWN_MAX = 60 };
  struct buf out = {0};
  for (size_t i = 0; i < text.len && i < SHOWN_MAX; i++)
    buf_add_char(&out, text.data[i] >= 0x20 && text.data[i] < 0x7f ? text.data[i] : '?');
  struct span copy = arena_copy(&judge->attempt->arena, buf_span(&out));
  buf_free(&out);
  return copy;
}

/* "reply-57", "own-57", "own-57-2": at the step of record 57. */
static size_t find_question(struct judge *judge, struct span name) {
  struct span rest = name, kind, number;
  uint64_t record;
  if (!span_next(&rest, '-', &kind) || !span_next(&rest, '-', &number)) return PREDICT_NONE;
  if (!span_to_u64(number, UINT32_MAX, &record)) return PREDICT_NONE;
  const struct predict *predict = judge->predict;
  size_t step = reel_step_of_record(predict->reel, (journal_seq)record);
  size_t i = predict_before(predict, step);
  for (; i < predict->count && predict->questions[i].step == step; i++)
    if (span_equal(predict_name(predict, i, &judge->attempt->arena), name)) return i;
  return PREDICT_NONE;
}

/* The choices stood on the screen in this order, or the number means something else. */
static bool same_choices(const cJSON *answer, const struct predict_words *words) {
  const cJSON *choices = cJSON_GetObjectItemCaseSensitive(answer, "choices");
  size_t i = 0;
  if (!cJSON_IsArray(choices)) return false;
  for (const cJSON *node = choices->child; node; node = node->next, i++)
    if (i >= words->count || !cJSON_IsString(node) ||
        !span_equal(span_from(node->valuestring), words->choices[i]))
      return false;
  return i == words->count;
}

static void judge_answer(struct judge *judge, const cJSON *answer) {
  struct attempt *attempt = judge->attempt;
  struct span name = text_of(answer, "question");
  struct predict_words words;
  size_t chosen, right, question = find_question(judge, name);
  if (question == PREDICT_NONE) {
    fault(judge, "this run asks no question \"%.*s\"", SPAN_ARG(shown(judge, name)));
    return;
  }
  predict_words(judge->predict, question, &attempt->arena, &words);
  if (attempt->states[question] != ATTEMPT_OPEN) {
    fault(judge, "%.*s is answered twice: the first answer counts", SPAN_ARG(name));
  } else if (!same_choices(answer, &words)) {
    fault(judge, "%.*s was asked with other choices", SPAN_ARG(name));
  } else if (!number_of(answer, "chosen", words.count, &chosen)) {
    fault(judge, "%.*s: \"chosen\" is no choice from 0 to %zu", SPAN_ARG(name), words.count);
  } else if (chosen == 0) {
    attempt->states[question] = ATTEMPT_SHOWN;
  } else {
    attempt->chosen[question] = (uint8_t)(chosen - 1);
    attempt->states[question] = chosen - 1 == words.right ? ATTEMPT_RIGHT : ATTEMPT_WRONG;
    attempt->answered++;
    attempt->right += chosen - 1 == words.right;
  }
  if (number_of(answer, "right", PREDICT_CHOICES_MAX, &right) && right != words.right + 1)
    fault(judge, "%.*s: it claims that choice %zu is right; it is %zu", SPAN_ARG(name), right,
          words.right + 1);
}

static bool judge_all(struct judge *judge, const cJSON *root) {
  struct attempt *attempt = judge->attempt;
  const cJSON *answers = cJSON_GetObjectItemCaseSensitive(root, "answers");
  char hex[DIGEST_HEX_MAX];
  size_t number, count = 0;
  if (!number_of(root, "waystation_attempt", 1, &number) || number != 1)
    return refuse(judge, "{\"waystation_attempt\":1, …}",
                  "predict mode saves such files: press Q in the window",
                  "this is no attempt, or one of an unknown version");
  journal_fingerprint(judge->predict->reel->world->journal, hex);
  if (!span_equal(text_of(root, "fingerprint"), span_from(hex)))
    return refuse(judge, "an attempt at this very scenario", "waystation run FILE --fingerprint names a run",
                  "this is an attempt at another run: the fingerprints differ");
  if (!cJSON_IsArray(answers)) return refuse(judge, "\"answers\": a list", "", "there are no answers");
  for (const cJSON *node = answers->child; node; node = node->next) {
    if (++count > ATTEMPT_ANSWERS_MAX) return refuse(judge, "at most 100000", "", "too many answers");
    judge_answer(judge, node);
  }
  if (number_of(root, "right", SIZE_MAX >> 12, &number) && number != attempt->right)
    fault(judge, "it claims %zu right answers; there are %zu", number, attempt->right);
  return true;
}

bool attempt_is(struct span bytes) {
  cJSON *root = bytes.len <= ATTEMPT_FILE_MAX ? cJSON_ParseWithLength(bytes.data, bytes.len) : NULL;
  bool is = cJSON_HasObjectItem(root, "waystation_attempt");
  cJSON_Delete(root);
  return is;
}

bool attempt_judge(struct span file_name, struct span bytes, const struct predict *predict,
                   struct attempt *attempt_out, struct error_list *errors) {
  struct judge judge = {predict, attempt_out, file_name, errors};
  *attempt_out = (struct attempt){.questions = predict->count};
  if (bytes.len > ATTEMPT_FILE_MAX) return refuse(&judge, "at most 4 MiB", "", "the file is too large");
  attempt_out->states = arena_zalloc(&attempt_out->arena, (predict->count + 1) * sizeof *attempt_out->states);
  attempt_out->chosen = arena_zalloc(&attempt_out->arena, (predict->count + 1) * sizeof *attempt_out->chosen);
  cJSON *root = cJSON_ParseWithLength(bytes.data, bytes.len);
  bool good = cJSON_IsObject(root) ? judge_all(&judge, root)
                                   : refuse(&judge, "one JSON object", "predict mode saves such files",
                                            "this file cannot be read as JSON");
  cJSON_Delete(root);
  if (!good) attempt_free(attempt_out);
  return good;
}

void attempt_free(struct attempt *attempt) {
  arena_free(&attempt->arena);
  *attempt = (struct attempt){.questions = 0};
}

/* ---- the judgement, told ---- */

static const char *const state_names[] = {"open", "shown", "wrong", "right"};

void attempt_write_text(const struct attempt *attempt, const struct predict *predict, struct buf *out) {
  struct arena arena = ARENA_EMPTY;
  buf_format(out, "%.*s: %zu right of %zu questions, %zu answered\n",
             SPAN_ARG(predict->reel->world->preamble->title), attempt->right, attempt->questions,
             attempt->answered);
  for (size_t i = 0; i < attempt->questions; i++) {
    struct predict_words words;
    predict_words(predict, i, &arena, &words);
    buf_format(out, "  %s  %-11.*s %.*s\n", state_names[attempt->states[i]],
               SPAN_ARG(predict_name(predict, i, &arena)), SPAN_ARG(words.ask));
    if (words.about.len) buf_format(out, "                     %.*s\n", SPAN_ARG(words.about));
    if (attempt->states[i] == ATTEMPT_WRONG)
      buf_format(out, "         answered:   %.*s\n", SPAN_ARG(words.choices[attempt->chosen[i]]));
    buf_format(out, "         it is:      %.*s\n", SPAN_ARG(words.choices[words.right]));
    arena_reset(&arena);
  }
  for (size_t i = 0; i < attempt->fault_count; i++)
    buf_format(out, "FAULT: %.*s\n", SPAN_ARG(attempt->faults[i]));
  arena_free(&arena);
}

static void write_text(const char *name, struct span text, struct buf *out) {
  buf_format(out, "\"%s\":", name);
  json_write_octets(text, out);
}

void attempt_write_json(const struct attempt *attempt, const struct predict *predict, struct buf *out) {
  struct arena arena = ARENA_EMPTY;
  buf_add_char(out, '{');
  write_text("title", predict->reel->world->preamble->title, out);
  buf_format(out, ",\"questions\":%zu,\"answered\":%zu,\"right\":%zu,\"answers\":[", attempt->questions,
             attempt->answered, attempt->right);
  for (size_t i = 0; i < attempt->questions; i++) {
    struct predict_words words;
    predict_words(predict, i, &arena, &words);
    bool answered = attempt->states[i] == ATTEMPT_WRONG || attempt->states[i] == ATTEMPT_RIGHT;
    buf_add_text(out, i ? ",{" : "{");
    write_text("question", predict_name(predict, i, &arena), out);
    buf_format(out, ",\"state\":\"%s\",", state_names[attempt->states[i]]);
    write_text("ask", words.ask, out);
    buf_format(out, ",\"chosen\":%d,\"right\":%zu,", answered ? attempt->chosen[i] + 1 : 0, words.right + 1);
    write_text("answer", words.choices[words.right], out);
    buf_add_char(out, '}');
    arena_reset(&arena);
  }
  buf_add_text(out, "],\"faults\":[");
  for (size_t i = 0; i < attempt->fault_count; i++) {
    if (i) buf_add_char(out, ',');
    json_write_octets(attempt->faults[i], out);
  }
  buf_add_text(out, "]}\n");
  arena_free(&arena);
}
