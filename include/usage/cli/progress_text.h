// What the screen and the log say of how far a run is. Texts are ASCII, so bytes are columns.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "usage/base/clock.h"
#include "usage/run/progress.h"

namespace usage {

struct Pace {
  double requests_per_second = 0;
  std::optional<Duration> left;  // nothing while it cannot be told
};

// The pace of the last ten seconds; of the whole run before that. Back-off counts as time.
class PaceWatch {
 public:
  Pace see(const RunProgress& progress);

 private:
  struct Moment {
    Duration elapsed{};
    std::uint64_t requests_done = 0;
  };
  std::deque<Moment> moments_{{}};  // the beginning of what is looked at first
};

enum class Colors : std::uint8_t { kNone, kAnsi };
// How amounts are to be shown. Where a run has several currencies, there is one for each, and never their sum.
struct AmountForm {
  bool is_one_currency = true;
  std::string currency;  // empty: the file names none
};

// One line of at most `width` characters; whole parts only, as far as they fit, what matters most first, and " ..."
// where there are more.
std::string progress_line(const RunProgress& progress, const Pace& pace, const AmountForm& form, std::size_t width);
std::string reading_line(std::uint64_t bytes_done, std::uint64_t bytes_total, std::size_t width);

// Below this width there is a line only.
inline constexpr std::size_t kBlockWidth = 50;
struct BlockRoom {
  std::size_t width = 0;  // at most so many characters a line; colours take none
  std::size_t lines = 0;  // at most so many, or 8 where it is less
};
// A bar, rows and amounts by outcome, the wire. Amounts that have no place beside each other go to further lines; where
// these run out, a sign says how many currencies are not shown.
std::vector<std::string> progress_block(const RunProgress& progress, const Pace& pace, const AmountForm& form,
                                        const BlockRoom& room, Colors colors);

// How many of `parts` equal parts are done; all of them only when everything is.
std::uint64_t share(std::uint64_t done, std::uint64_t total, std::uint64_t parts);

}  // namespace usage
