#include <algorithm>
#include <cstdint>

#include "usage/base/text.h"
#include "usage/marketplace/judge.h"

namespace usage {
namespace {

constexpr std::chrono::seconds kLongestWait = std::chrono::days(365);  // anything longer is taken as this

std::optional<Duration> parse_seconds(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  std::int64_t seconds = 0;
  for (char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    seconds = std::min<std::int64_t>(seconds * 10 + (c - '0'), kLongestWait.count());
  }
  return std::chrono::seconds(seconds);
}

std::optional<Duration> time_until(std::optional<WallTime> date, WallTime now) {
  if (!date) return std::nullopt;
  return std::clamp<Duration>(std::chrono::duration_cast<Duration>(*date - now), Duration::zero(), kLongestWait);
}

}  // namespace

std::optional<Duration> parse_retry_after(std::string_view value, WallTime now) {
  value = trim_blanks(value);
  const auto wait = parse_seconds(value);
  return wait ? wait : time_until(parse_http_date(value, now), now);
}

std::string_view header_value(std::string_view headers, std::string_view name) {
  std::string_view found;
  while (!headers.empty()) {
    const std::size_t end = std::min(headers.find('\n'), headers.size());
    std::string_view line = headers.substr(0, end);
    headers.remove_prefix(std::min(end + 1, headers.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !ascii_equal_ignoring_case(line.substr(0, colon), name)) continue;
    found = trim_blanks(line.substr(colon + 1));
  }
  return found;
}

}  // namespace usage
