#include "view/icon.h"

#include "base/check.h"

static const struct span names[ICON_COUNT] = {
    [ICON_LAPTOP] = SPAN_INIT("laptop"),
    [ICON_PHONE] = SPAN_INIT("phone"),
    [ICON_SERVER] = SPAN_INIT("server"),
    [ICON_MAILBOX] = SPAN_INIT("mailbox"),
    [ICON_TRAY_UP] = SPAN_INIT("tray-up"),
    [ICON_GLOBE] = SPAN_INIT("globe"),
    [ICON_LIST] = SPAN_INIT("list"),
    [ICON_GATEWAY] = SPAN_INIT("gateway"),
    [ICON_MODEM] = SPAN_INIT("modem"),
    [ICON_PERSON] = SPAN_INIT("person"),
    [ICON_ENVELOPE] = SPAN_INIT("envelope"),
    [ICON_DIAMOND] = SPAN_INIT("diamond"),
    [ICON_LOCK] = SPAN_INIT("lock"),
    [ICON_EYE] = SPAN_INIT("eye"),
    [ICON_CLOCK] = SPAN_INIT("clock"),
    [ICON_WARNING] = SPAN_INIT("warning"),
    [ICON_CHECK] = SPAN_INIT("check"),
    [ICON_CROSS] = SPAN_INIT("cross"),
    [ICON_PLAY] = SPAN_INIT("play"),
    [ICON_PAUSE] = SPAN_INIT("pause"),
    [ICON_FIRST] = SPAN_INIT("first"),
    [ICON_LAST] = SPAN_INIT("last"),
    [ICON_STEP_BACK] = SPAN_INIT("step-back"),
    [ICON_STEP_FORWARD] = SPAN_INIT("step-forward"),
    [ICON_REPLAY] = SPAN_INIT("replay"),
    [ICON_PLUS] = SPAN_INIT("plus"),
    [ICON_MINUS] = SPAN_INIT("minus"),
    [ICON_SEARCH] = SPAN_INIT("search"),
    [ICON_CHEVRON_UP] = SPAN_INIT("chevron-up"),
    [ICON_CHEVRON_DOWN] = SPAN_INIT("chevron-down"),
    [ICON_CHEVRON_LEFT] = SPAN_INIT("chevron-left"),
    [ICON_CHEVRON_RIGHT] = SPAN_INIT("chevron-right"),
    [ICON_CONTRAST] = SPAN_INIT("contrast"),
};

struct span icon_name(enum icon icon) {
  CHECK(icon < ICON_COUNT);
  return names[icon];
}

bool icon_from_name(struct span name, enum icon *icon_out) {
  for (unsigned i = 0; i < ICON_COUNT; i++) {
    if (!span_equal(name, names[i])) continue;
    *icon_out = (enum icon)i;
    return true;
  }
  return false;
}
