#include "column_sample.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "usage/base/ascii.h"
#include "usage/base/sid.h"

namespace usage {
namespace {

constexpr std::size_t kMaxFewValueBytes = 40;

bool is_currency_code(std::string_view cell) {
  return cell.size() == 3 && std::ranges::all_of(cell, is_capital_letter);
}

}  // namespace

bool looks_like_date(std::string_view cell) {
  const std::string_view day = cell.substr(0, cell.find_first_of(" T"));
  std::vector<std::size_t> digits = {0};
  for (char c : day) {
    if (is_digit(c)) {
      ++digits.back();
    } else if (c == '-' || c == '/' || c == '.') {
      digits.push_back(0);
    } else {
      return false;
    }
  }
  if (digits.size() != 3) return false;
  const auto is_short = [](std::size_t n) { return n == 1 || n == 2; };
  const bool year_first = digits[0] == 4 && is_short(digits[2]);
  const bool year_last = is_short(digits[0]) && (digits[2] == 4 || digits[2] == 2);
  return is_short(digits[1]) && (year_first || year_last);
}

void ColumnSample::add(std::string_view cell, std::uint32_t line) {
  if (cell.empty()) return;
  ++found_.filled;
  if (is_installation_sid(cell)) ++found_.installation_sids;
  if (is_usual_billing_sid(cell)) ++found_.billing_sids;
  if (is_currency_code(cell)) ++found_.currency_codes;
  if (looks_like_date(cell)) ++found_.dates;
  numbers_.add(cell, line);
  if (all_differ_ && !hashes_.insert(std::hash<std::string_view>{}(cell)).second) {
    all_differ_ = false;
    hashes_ = {};
  }
  note_value(cell);
}

void ColumnSample::note_value(std::string_view cell) {
  if (!few_) return;
  auto& values = found_.few_values;
  const auto known = std::find_if(values.begin(), values.end(), [&](const auto& value) { return value.first == cell; });
  if (known != values.end()) {
    ++known->second;
    return;
  }
  few_ = values.size() < kMaxFewValues && cell.size() <= kMaxFewValueBytes;
  if (few_) {
    values.emplace_back(cell, 1);
  } else {
    values.clear();
  }
}

ColumnFindings ColumnSample::findings() const {
  ColumnFindings findings = found_;
  findings.number = numbers_.form();
  findings.all_different = all_differ_ && findings.filled > 0;
  return findings;
}

}  // namespace usage
