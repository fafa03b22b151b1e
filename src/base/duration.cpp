// Durations as people write and read them.
#include <algorithm>
#include <array>

#include "usage/base/ascii.h"
#include "usage/base/clock.h"
#include "usage/base/int128.h"

namespace usage {
namespace {

constexpr Duration kLongest = std::chrono::hours(24 * 365);
constexpr std::size_t kMaxDigits = 24;  // far more than a year in microseconds needs; keeps the arithmetic in 128 bits

struct Unit {
  std::string_view name;
  Duration length;
};
constexpr std::array kUnits = {Unit{"ms", std::chrono::milliseconds(1)}, Unit{"s", std::chrono::seconds(1)},
                               Unit{"m", std::chrono::minutes(1)}};

// Takes the unit off the end of the text; seconds where it has none.
Duration take_unit(std::string_view& text) {
  for (const Unit& unit : kUnits) {
    if (text.ends_with(unit.name)) {
      text.remove_suffix(unit.name.size());
      return unit.length;
    }
  }
  return std::chrono::seconds(1);
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

std::string two_units(std::int64_t large, std::string_view large_name, std::int64_t small,
                      std::string_view small_name) {
  std::string text = std::to_string(large).append(" ").append(large_name);
  if (small != 0) text.append(" ").append(std::to_string(small)).append(" ").append(small_name);
  return text;
}

// Tenths matter below ten seconds only.
std::string seconds_text(Duration duration) {
  const std::int64_t tenths = duration / std::chrono::milliseconds(100);
  std::string text = std::to_string(tenths / 10);
  if (tenths < 100 && tenths % 10 != 0) text += "." + std::to_string(tenths % 10);
  return text + " s";
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  const Duration unit = take_unit(text);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point == std::string_view::npos ? "0" : text.substr(point + 1);
  if (!is_digits(whole) || !is_digits(fraction) || whole.size() + fraction.size() > kMaxDigits) return std::nullopt;
  Int128 value = 0;
  Int128 divisor = 1;
  for (char c : whole) value = value * 10 + (c - '0');
  for (char c : fraction) {
    value = value * 10 + (c - '0');
    divisor *= 10;
  }
  value *= unit.count();
  // Finer than a microsecond is refused: rounded to 0 it could mean "no limit".
  if (value % divisor != 0 || value / divisor > kLongest.count()) return std::nullopt;
  return Duration(static_cast<std::int64_t>(value / divisor));
}

std::string duration_text(Duration duration) {
  if (duration < Duration::zero()) return "-" + duration_text(-duration);
  if (duration == Duration::zero()) return "0 s";
  if (duration < std::chrono::milliseconds(1)) return "under 1 ms";
  if (duration < std::chrono::seconds(1)) return std::to_string(duration / std::chrono::milliseconds(1)) + " ms";
  if (duration < std::chrono::minutes(1)) return seconds_text(duration);
  const std::int64_t minutes = duration / std::chrono::minutes(1);
  if (minutes < 60)
    return two_units(minutes, "min", (duration % std::chrono::minutes(1)) / std::chrono::seconds(1), "s");
  return two_units(minutes / 60, "h", minutes % 60, "min");
}

}  // namespace usage
