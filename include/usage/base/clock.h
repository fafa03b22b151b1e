// Time, injected: the simulation and the tests bring their own.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace usage {

using WallTime = std::chrono::sys_time<std::chrono::microseconds>;
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime wall_now() const = 0;      // for records and people
  virtual SteadyTime steady_now() const = 0;  // for waiting
};

class SystemClock final : public Clock {
 public:
  WallTime wall_now() const override;
  SteadyTime steady_now() const override;
};

// RFC 3339 in UTC with milliseconds: 2026-10-31T23:59:59.123Z.
std::string rfc3339(WallTime time);
// For people, to the second: "2026-10-31 23:59:59 UTC".
std::string shown_time(WallTime time);

// A date as HTTP writes it (RFC 9110 section 5.6.7: IMF-fixdate, and the two obsolete forms). Nothing where it is none.
std::optional<WallTime> parse_http_date(std::string_view text, WallTime now);

// "60" (seconds), "0.5", "500ms", "1.5s", "15m"; at least 0 and at most a year. Nothing where it is none.
std::optional<Duration> parse_duration(std::string_view text);
std::string duration_text(Duration duration);  // for people: "500 ms", "12 s", "15 min 3 s", "2 h 5 min"

}  // namespace usage
