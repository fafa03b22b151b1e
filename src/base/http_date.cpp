// Dates as HTTP writes them: RFC 9110 section 5.6.7. Own parsing, because strptime follows the locale.
#include <algorithm>
#include <array>

#include "usage/base/clock.h"

namespace usage {
namespace {

using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;
using std::chrono::years;

constexpr std::array<std::string_view, 7> kWeekdays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                       "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Reads a text from its front; once something does not fit, ok() stays false.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && text_.empty(); }
  void literal(std::string_view expected) {
    ok_ = ok_ && text_.starts_with(expected);
    if (ok_) text_.remove_prefix(expected.size());
  }
  int digits(std::size_t count) {
    ok_ = ok_ && text_.size() >= count && text_.substr(0, count).find_first_not_of("0123456789") == text_.npos;
    int value = 0;
    for (std::size_t i = 0; ok_ && i < count; ++i) value = value * 10 + (text_[i] - '0');
    if (ok_) text_.remove_prefix(count);
    return value;
  }
  // asctime pads the day with a space: " 6".
  int padded_digits() {
    if (!text_.starts_with(' ')) return digits(2);
    literal(" ");
    return digits(1);
  }
  std::chrono::month month() {
    const auto found = std::find(kMonths.begin(), kMonths.end(), text_.substr(0, 3));
    ok_ = ok_ && found != kMonths.end();
    if (ok_) text_.remove_prefix(3);
    return std::chrono::month(static_cast<unsigned>(found - kMonths.begin()) + 1);
  }
  std::chrono::seconds time_of_day() {
    const int hour = digits(2);
    literal(":");
    const int minute = digits(2);
    literal(":");
    const int second = digits(2);
    ok_ = ok_ && hour < 24 && minute < 60 && second <= 60;  // 60: a leap second
    return std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
  }

 private:
  std::string_view text_;
  bool ok_ = true;
};

std::chrono::day day_of(int number) {
  return std::chrono::day(static_cast<unsigned>(number));
}

std::optional<WallTime> time_of(const Scanner& scanner, year_month_day date, std::chrono::seconds time_of_day) {
  if (!scanner.at_end() || !date.ok()) return std::nullopt;
  return WallTime(sys_days(date)) + time_of_day;
}

// "06 Nov 1994 08:49:37 GMT", after "Sun, "
std::optional<WallTime> parse_imf_fixdate(Scanner scanner) {
  const int day = scanner.digits(2);
  scanner.literal(" ");
  const auto month = scanner.month();
  scanner.literal(" ");
  const int year_number = scanner.digits(4);
  scanner.literal(" ");
  const auto time_of_day = scanner.time_of_day();
  scanner.literal(" GMT");
  return time_of(scanner, year(year_number) / month / day_of(day), time_of_day);
}

// Two digits of a year mean the latest such year that lies at most 50 years ahead.
year full_year(int two_digits, std::chrono::month_day day, std::chrono::seconds time_of_day, WallTime now) {
  const auto today = std::chrono::floor<std::chrono::days>(now);
  const WallTime latest = WallTime(sys_days(year_month_day(today) + years(50))) + (now - today);
  const int this_year = static_cast<int>(year_month_day(today).year());
  int candidate = this_year / 100 * 100 + 100 + two_digits;
  const auto time_in = [&](int y) { return WallTime(sys_days(year(y) / day)) + time_of_day; };
  while (time_in(candidate) > latest) candidate -= 100;
  return year(candidate);
}

// "06-Nov-94 08:49:37 GMT", after "Sunday, "
std::optional<WallTime> parse_rfc850(Scanner scanner, WallTime now) {
  const int day = scanner.digits(2);
  scanner.literal("-");
  const auto month = scanner.month();
  scanner.literal("-");
  const int two_digits = scanner.digits(2);
  scanner.literal(" ");
  const auto time_of_day = scanner.time_of_day();
  scanner.literal(" GMT");
  if (!scanner.ok()) return std::nullopt;
  const year y = full_year(two_digits, month / day_of(day), time_of_day, now);
  return time_of(scanner, y / month / day_of(day), time_of_day);
}

// "Nov  6 08:49:37 1994", after "Sun "
std::optional<WallTime> parse_asctime(Scanner scanner) {
  const auto month = scanner.month();
  scanner.literal(" ");
  const int day = scanner.padded_digits();
  scanner.literal(" ");
  const auto time_of_day = scanner.time_of_day();
  scanner.literal(" ");
  const int year_number = scanner.digits(4);
  return time_of(scanner, year(year_number) / month / day_of(day), time_of_day);
}

}  // namespace

std::optional<WallTime> parse_http_date(std::string_view text, WallTime now) {
  // The day's name tells the form; whether it is the right one does not matter.
  for (std::string_view name : kWeekdays) {
    const std::string_view abbreviation = name.substr(0, 3);
    if (!text.starts_with(abbreviation)) continue;
    if (text.substr(3).starts_with(", ")) return parse_imf_fixdate(Scanner(text.substr(5)));
    if (text.substr(3).starts_with(" ")) return parse_asctime(Scanner(text.substr(4)));
    if (!text.starts_with(name) || !text.substr(name.size()).starts_with(", ")) return std::nullopt;
    return parse_rfc850(Scanner(text.substr(name.size() + 2)), now);
  }
  return std::nullopt;
}

}  // namespace usage
