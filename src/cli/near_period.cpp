#include "near_period.h"

#include <algorithm>
#include <iterator>

#include "usage/base/ascii.h"
#include "usage/base/text.h"

namespace usage {
namespace {

// A number ends where no digit stands. Of one digit it is written with two, as months are: 2026-1 and 202601 are alike,
// and 2026-1-1 and 2026-11 are not.
std::string take_number(std::string_view& text) {
  const std::string_view digits = text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
  text.remove_prefix(digits.size());
  const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size() - 1);
  const std::string_view number = digits.substr(zeros);
  return number.size() == 1 ? "0" + std::string(number) : std::string(number);
}

// What is left of a name as it is read aloud: "2026_Q4" is "2026q04", and "2026-4" is "202604".
std::string reading_of(std::string_view name) {
  const std::string lower = ascii_lower(name);
  std::string reading;
  for (std::string_view left = lower; !left.empty();) {
    if (is_digit(left.front())) {
      reading += take_number(left);
      continue;
    }
    if (is_letter(left.front())) reading += left.front();
    left.remove_prefix(1);
  }
  return reading;
}

}  // namespace

std::vector<std::string> periods_read_like(std::string_view name, const std::vector<std::string>& known) {
  std::vector<std::string> alike;
  std::ranges::copy_if(known, std::back_inserter(alike),
                       [reading = reading_of(name)](const std::string& other) { return reading_of(other) == reading; });
  return alike;
}

}  // namespace usage
