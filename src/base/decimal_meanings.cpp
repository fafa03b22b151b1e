#include "decimal_meanings.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "decimal_text.h"

namespace usage {
namespace {

// What the text says with these signs, with a point; nothing where they do not fit it.
std::optional<std::string> value_under(std::string_view text, DecimalSign sign, DigitGrouping grouping) {
  if ((grouping != DigitGrouping::kNone) != has_grouping(text, grouping)) return std::nullopt;
  std::optional<std::string> value(text);
  if (grouping != DigitGrouping::kNone) value = ungrouped(text, sign, grouping);
  if (!value || !split_decimal(*value, sign)) return std::nullopt;
  std::replace(value->begin(), value->end(), ',', '.');
  return value;
}

// How to go from the options in force to others.
std::string change_options(const DecimalForm& now, DecimalSign sign, DigitGrouping grouping) {
  std::string give;
  std::string leave_out;
  if (sign != now.sign) (sign == DecimalSign::kComma ? give : leave_out) += " --decimal-comma";
  if (grouping != now.grouping && grouping == DigitGrouping::kNone) leave_out += " --grouping";
  if (grouping != now.grouping && grouping != DigitGrouping::kNone) {
    give += " --grouping " + std::string(name_of(grouping));
  }
  if (!give.empty()) give = "give" + give;
  if (leave_out.empty()) return give;
  return give + (give.empty() ? "" : " and ") + "leave out" + leave_out;
}

}  // namespace

std::string meanings(std::string_view text, const DecimalForm& form) {
  using enum DigitGrouping;
  constexpr std::array<std::pair<DecimalSign, DigitGrouping>, 8> kReadings = {{{DecimalSign::kPoint, kNone},
                                                                               {DecimalSign::kComma, kNone},
                                                                               {DecimalSign::kPoint, kComma},
                                                                               {DecimalSign::kComma, kPoint},
                                                                               {DecimalSign::kPoint, kSpace},
                                                                               {DecimalSign::kComma, kSpace},
                                                                               {DecimalSign::kPoint, kApostrophe},
                                                                               {DecimalSign::kComma, kApostrophe}}};
  std::string remedy;
  if (form.role == DecimalRole::kTotal) return remedy;
  for (const auto& [sign, grouping] : kReadings) {
    const auto value = value_under(text, sign, grouping);
    if (value) remedy += "if it means " + *value + " " + change_options(form, sign, grouping) + ", ";
  }
  return remedy;
}

}  // namespace usage
