#include "usage/base/clock.h"

#include <array>
#include <cstdio>

namespace usage {
namespace {

// The value's last `digits` decimal digits.
void put(char* at, std::int64_t value, int digits) {
  for (int i = digits - 1; i >= 0; --i, value /= 10) at[i] = static_cast<char>('0' + value % 10);
}

std::string year_text(int year) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04d", year);
  return text.data();
}

}  // namespace

WallTime SystemClock::wall_now() const {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

SteadyTime SystemClock::steady_now() const {
  return std::chrono::floor<Duration>(std::chrono::steady_clock::now());
}

// By hand: result files have two of them a row.
std::string rfc3339(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::int64_t ms = std::chrono::floor<std::chrono::milliseconds>(time - day).count();
  const int year = static_cast<int>(date.year());
  std::array<char, 24> text{"yyyy-mm-ddTHH:MM:SS.mmm"};
  put(&text[5], static_cast<unsigned>(date.month()), 2);
  put(&text[8], static_cast<unsigned>(date.day()), 2);
  put(&text[11], ms / 3'600'000, 2);
  put(&text[14], ms / 60'000 % 60, 2);
  put(&text[17], ms / 1000 % 60, 2);
  put(&text[20], ms % 1000, 3);
  text[23] = 'Z';
  if (year < 0 || year > 9999) return year_text(year).append(&text[4], 20);
  put(&text[0], year, 4);
  return {text.data(), text.size()};
}

std::string shown_time(WallTime time) {
  const std::string text = rfc3339(time);
  return text.substr(0, 10) + " " + text.substr(11, 8) + " UTC";
}

}  // namespace usage
