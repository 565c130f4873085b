#include "view/predict_play.h"

#include "base/json_write.h"
#include "base/mem.h"

void predict_play_begin(struct predict_play *play, const struct predict *predict) {
  if (play->predict != predict) {
    predict_play_end(play);
    play->predict = predict;
    play->given = mem_zalloc((predict->count + 1) * sizeof *play->given);
  }
  play->is_on = true;
  play->asked = PREDICT_NONE;
}

void predict_play_end(struct predict_play *play) {
  mem_free(play->given);
  *play = (struct predict_play){.asked = PREDICT_NONE};
}

size_t predict_play_next(const struct predict_play *play, size_t step) {
  if (!play->is_on) return PREDICT_NONE;
  for (size_t i = predict_from(play->predict, step); i < play->predict->count; i++)
    if (play->given[i].state == PREDICT_OPEN) return i;
  return PREDICT_NONE;
}

void predict_play_ask(struct predict_play *play, size_t question) {
  play->asked = question;
  play->pointed = 0;
  play->is_revealed = play->given[question].state != PREDICT_OPEN;
}

static size_t choices_of(const struct predict_play *play) {
  struct arena arena = ARENA_EMPTY;
  struct predict_words words;
  predict_words(play->predict, play->asked, &arena, &words);
  arena_free(&arena);
  return words.count;
}

bool predict_play_answer(struct predict_play *play, size_t choice) {
  if (play->asked == PREDICT_NONE || play->is_revealed || choice >= choices_of(play)) return false;
  play->given[play->asked] = (struct predict_given){PREDICT_ANSWERED, (uint8_t)choice};
  play->pointed = choice;
  play->is_revealed = true;
  return true;
}

void predict_play_show(struct predict_play *play) {
  if (play->asked == PREDICT_NONE || play->is_revealed) return;
  play->given[play->asked] = (struct predict_given){PREDICT_SHOWN, 0};
  play->is_revealed = true;
}

void predict_play_close(struct predict_play *play) {
  play->asked = PREDICT_NONE;
  play->is_revealed = false;
}

struct predict_score predict_play_score(const struct predict_play *play) {
  struct predict_score score = {.questions = play->predict ? play->predict->count : 0};
  for (size_t i = 0; i < score.questions; i++) {
    if (play->given[i].state != PREDICT_ANSWERED) continue;
    score.answered++;
    score.right += play->predict->questions[i].right == play->given[i].choice;
  }
  return score;
}

/* ---- the attempt ---- */

static void write_text(const char *name, struct span text, struct buf *out) {
  buf_format(out, "\"%s\":", name);
  json_write_octets(text, out);
}

static void write_answer(const struct predict_play *play, size_t question, struct arena *arena,
                         struct buf *out) {
  const struct predict *predict = play->predict;
  const struct predict_given *given = &play->given[question];
  const struct step *step = &predict->reel->steps[predict->questions[question].step];
  struct predict_words words;
  predict_words(predict, question, arena, &words);
  buf_add_char(out, '{');
  write_text("question", predict_name(predict, question, arena), out);
  buf_format(out, ",\"step\":%zu,\"time_us\":%lld,", predict->questions[question].step,
             (long long)step->time_us);
  write_text("ask", words.ask, out);
  buf_add_text(out, ",\"choices\":[");
  for (size_t i = 0; i < words.count; i++) {
    if (i) buf_add_char(out, ',');
    json_write_octets(words.choices[i], out);
  }
  /* Choices are counted from 1, as they are on the screen; 0: it was revealed before anybody answered. */
  bool answered = given->state == PREDICT_ANSWERED;
  buf_format(out, "],\"chosen\":%d,\"right\":%zu,\"correct\":%s}", answered ? given->choice + 1 : 0,
             words.right + 1, answered && given->choice == words.right ? "true" : "false");
}

void predict_play_write(const struct predict_play *play, struct buf *out) {
  const struct predict *predict = play->predict;
  struct predict_score score = predict_play_score(play);
  struct arena arena = ARENA_EMPTY;
  char hex[DIGEST_HEX_MAX];
  bool is_first = true;
  journal_fingerprint(predict->reel->world->journal, hex);
  buf_add_text(out, "{\"waystation_attempt\":1,");
  write_text("title", predict->reel->world->preamble->title, out);
  buf_format(out, ",\"fingerprint\":\"%s\",\"questions\":%zu,\"answered\":%zu,\"right\":%zu,\"answers\":[",
             hex, score.questions, score.answered, score.right);
  for (size_t i = 0; i < predict->count; i++) {
    if (play->given[i].state == PREDICT_OPEN) continue;
    if (!is_first) buf_add_char(out, ',');
    buf_add_text(out, "\n");
    write_answer(play, i, &arena, out);
    arena_reset(&arena);
    is_first = false;
  }
  buf_add_text(out, "]}\n");
  arena_free(&arena);
}
