#include "base/check.h"
#include "mail/date.h"

/* Years are counted from March, so that the leap day is a year's last; 400 years are one era of
 * 146,097 days. 719,468 days lie between 0000-03-01 and 1970-01-01. */
enum { ERA_DAYS = 146097, DAYS_TO_1970 = 719468 };

static int64_t divide_down(int64_t value, int64_t by) {
  return value / by - (value % by < 0);
}

int64_t date_days_from_civil(int32_t year, uint8_t month, uint8_t day) {
  int64_t y = (int64_t)year - (month <= 2);
  int64_t era = divide_down(y, 400);
  int64_t year_of_era = y - era * 400;
  int64_t month_from_march = (month + 9) % 12;
  int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * ERA_DAYS + day_of_era - DAYS_TO_1970;
}

struct date_civil date_civil_from_days(int64_t days) {
  int64_t shifted = days + DAYS_TO_1970;
  int64_t era = divide_down(shifted, ERA_DAYS);
  int64_t day_of_era = shifted - era * ERA_DAYS;
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t month_from_march = (5 * day_of_year + 2) / 153;
  int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return (struct date_civil){
      .year = (int32_t)(year_of_era + era * 400 + (month <= 2)),
      .month = (uint8_t)month,
      .day = (uint8_t)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
      .weekday = (uint8_t)(days + 4 - divide_down(days + 4, 7) * 7), /* 1970-01-01 was a Thursday */
  };
}

struct date_civil date_to_civil(int64_t unix_us, int32_t zone_minutes) {
  int64_t local_us = unix_us + (int64_t)zone_minutes * 60 * DATE_SECOND_US;
  int64_t days = divide_down(local_us, DATE_DAY_US);
  int64_t in_day_us = local_us - days * DATE_DAY_US;
  int64_t second = in_day_us / DATE_SECOND_US;
  struct date_civil civil = date_civil_from_days(days);
  civil.hour = (uint8_t)(second / 3600);
  civil.minute = (uint8_t)(second / 60 % 60);
  civil.second = (uint8_t)(second % 60);
  civil.microsecond = (uint32_t)(in_day_us % DATE_SECOND_US);
  return civil;
}

int64_t date_from_civil(const struct date_civil *civil, int32_t zone_minutes) {
  int64_t days = date_days_from_civil(civil->year, civil->month, civil->day);
  int64_t minutes = (int64_t)civil->hour * 60 + civil->minute - zone_minutes;
  return days * DATE_DAY_US + (minutes * 60 + civil->second) * DATE_SECOND_US + civil->microsecond;
}

static uint8_t days_in_month(int32_t year, uint8_t month) {
  static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return (uint8_t)(days[month - 1] + (month == 2 && leap));
}

bool date_civil_is_valid(const struct date_civil *civil) {
  if (civil->year < DATE_YEAR_MIN || civil->year > DATE_YEAR_MAX) return false;
  if (civil->month < 1 || civil->month > 12) return false;
  if (civil->day < 1 || civil->day > days_in_month(civil->year, civil->month)) return false;
  return civil->hour < 24 && civil->minute < 60 && civil->second <= 60 && civil->microsecond < DATE_SECOND_US;
}
