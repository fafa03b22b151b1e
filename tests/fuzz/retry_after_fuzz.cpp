// A reply's header block, the values looked up in it, and Retry-After. The input: four bytes for the present time, then
// the headers; their first line is tried as a value by itself.
#include <array>
#include <cctype>
#include <chrono>
#include <vector>

#include "oracle.h"
#include "usage/marketplace/judge.h"

using namespace usage;
using namespace usage::fuzz;

namespace {

constexpr Duration kYear = std::chrono::days(365);

WallTime take_time(std::string_view& input) {
  std::int64_t seconds = 0;
  for (int i = 0; i < 4; ++i) seconds = seconds * 256 + take_byte(input);
  return WallTime(std::chrono::seconds(seconds));
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string imf_fixdate(WallTime time) {
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT", kDays[std::chrono::weekday(day).c_encoding()],
                static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                static_cast<int>(date.year()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
  return text;
}

void check_date(std::string_view text, WallTime now) {
  const auto date = parse_http_date(text, now);
  if (!date) return;
  require(parse_http_date(imf_fixdate(*date), now) == date, "a date does not survive being written again",
          imf_fixdate(*date));
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void check_retry_after(std::string_view value, WallTime now) {
  const auto wait = parse_retry_after(value, now);
  require(!wait || (*wait >= Duration::zero() && *wait <= kYear), "a wait out of bounds");
  if (!is_digits(value) || value.size() > 12) return;
  const Duration seconds = std::chrono::seconds(std::strtoll(std::string(value).c_str(), nullptr, 10));
  require(wait == std::min(seconds, kYear), "seconds are read as another wait");
}

std::string lower(std::string_view text) {
  std::string lower;
  for (char c : text) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

// Character by character, sharing nothing with header_value.
std::string last_value(std::string_view headers, std::string_view wanted) {
  std::vector<std::string> lines(1);
  for (char c : headers) c == '\n' ? lines.emplace_back() : lines.back() += c, void();
  std::string value;
  for (const std::string& line : lines) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || lower(line.substr(0, colon)) != lower(wanted)) continue;
    std::string rest = line.substr(colon + 1);
    if (rest.ends_with('\r')) rest.pop_back();
    while (rest.starts_with(' ') || rest.starts_with('\t')) rest.erase(0, 1);
    while (rest.ends_with(' ') || rest.ends_with('\t')) rest.pop_back();
    value = rest;
  }
  return value;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string_view headers = text_of(data, size);
  const WallTime now = take_time(headers);
  for (std::string_view name : {"Retry-After", "Twilio-Request-Id", "a"}) {
    const std::string_view value = header_value(headers, name);
    require(value == last_value(headers, name), "another value of a header", std::string(name));
    check_retry_after(value, now);
  }
  const std::string_view first = headers.substr(0, headers.find('\n'));
  check_retry_after(first, now);
  check_date(first, now);
  return 0;
}
