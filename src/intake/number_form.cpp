#include "number_form.h"

#include <algorithm>
#include <array>
#include <string>
#include <variant>
#include <vector>

#include "usage/base/ascii.h"
#include "usage/base/readable.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kMaxDigits = 15;
constexpr std::size_t kGroupDigits = 3;
constexpr std::string_view kSigns = "., '";

// One spelling for what looks alike: no-break spaces, typographic apostrophe and minus.
std::string plain_signs(std::string_view cell) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kSpellings = {
      {{"\u00A0", " "}, {"\u202F", " "}, {"\u2019", "'"}, {"\u2212", "-"}}};
  std::string text(trim_blanks(cell));
  for (const auto& [from, to] : kSpellings) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

bool strip(std::string_view& text, std::string_view mark) {
  if (text.starts_with(mark)) {
    text.remove_prefix(mark.size());
  } else if (text.ends_with(mark)) {
    text.remove_suffix(mark.size());
  } else {
    return false;
  }
  text = trim_blanks(text);
  return true;
}

// Takes off what stands around the digits: minus before or behind, parentheses, a currency sign.
void strip_decoration(std::string_view& text, NumberLook& look) {
  constexpr std::array<std::string_view, 4> kCurrencySigns = {"$", "\u20AC", "\u00A3", "\u00A5"};
  look.negative = strip(text, "-");
  for (std::string_view sign : kCurrencySigns) look.decorated = strip(text, sign) || look.decorated;
  look.negative = strip(text, "-") || look.negative;
  if (!text.starts_with('(') || !text.ends_with(')')) return;
  text = trim_blanks(text.substr(1, text.size() - 2));
  look.negative = look.decorated = true;
  for (std::string_view sign : kCurrencySigns) strip(text, sign);
}

// The digits between the signs: "1.234,5" is 1, 234, 5.
struct Parts {
  std::vector<std::string_view> groups;
  std::string signs;
};

std::optional<Parts> parts_of(std::string_view text) {
  Parts parts;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && is_digit(text[at])) continue;
    if (at < text.size() && kSigns.find(text[at]) == std::string_view::npos) return std::nullopt;
    parts.groups.push_back(text.substr(begin, at - begin));
    if (at < text.size()) parts.signs += text[at];
    begin = at + 1;
  }
  return parts;
}

// Whether the groups from the second up to `end` are all of three digits, behind a first one of one to three.
bool are_grouped(const Parts& parts, std::size_t end) {
  const std::string_view first = parts.groups.front();
  if (first.empty() || first.size() > kGroupDigits || first.front() == '0') return false;
  return std::all_of(parts.groups.begin() + 1, parts.groups.begin() + static_cast<std::ptrdiff_t>(end),
                     [](std::string_view group) { return group.size() == kGroupDigits; });
}

DecimalSign decimal_of(char sign) {
  return sign == '.' ? DecimalSign::kPoint : DecimalSign::kComma;
}

DigitGrouping grouping_of(char sign) {
  switch (sign) {
    case ',':
      return DigitGrouping::kComma;
    case '.':
      return DigitGrouping::kPoint;
    case ' ':
      return DigitGrouping::kSpace;
    default:
      return DigitGrouping::kApostrophe;
  }
}

bool is_decimal_sign(char sign) {
  return sign == '.' || sign == ',';
}

// One kind of sign, n times, is grouping from two on; a point then leaves only the comma for decimals, and so on.
bool read_as_groups(const Parts& parts, NumberLook& look) {
  if (!are_grouped(parts, parts.groups.size())) return false;
  look.grouping = grouping_of(parts.signs.front());
  if (parts.signs.front() == '.') look.decimal_sign = DecimalSign::kComma;
  if (parts.signs.front() == ',') look.decimal_sign = DecimalSign::kPoint;
  return true;
}

// The only sign: a decimal sign, unless three digits behind it could as well be a group.
bool read_single_sign(const Parts& parts, NumberLook& look) {
  const char sign = parts.signs.front();
  const bool may_group = parts.groups.back().size() == kGroupDigits && are_grouped(parts, parts.groups.size());
  if (!is_decimal_sign(sign)) return may_group && read_as_groups(parts, look);
  if (may_group) look.ambiguous = sign;
  if (!may_group) look.decimal_sign = decimal_of(sign);
  return true;
}

bool read_signs(const Parts& parts, NumberLook& look) {
  if (parts.signs.empty()) return true;
  if (parts.signs.size() == 1) return read_single_sign(parts, look);
  const char first = parts.signs.front();
  const std::size_t other = parts.signs.find_first_not_of(first);
  if (other == std::string::npos) return read_as_groups(parts, look);
  const bool last_is_decimal = other + 1 == parts.signs.size() && is_decimal_sign(parts.signs.back());
  if (!last_is_decimal || !are_grouped(parts, parts.groups.size() - 1)) return false;
  look.grouping = grouping_of(first);
  look.decimal_sign = decimal_of(parts.signs.back());
  return true;
}

// 007 is an identifier, and so is a number too long for money.
bool is_identifier(const Parts& parts, std::size_t digits) {
  const std::string_view first = parts.groups.front();
  return digits > kMaxDigits || (first.size() > 1 && first.front() == '0');
}

std::size_t digits_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_digit));
}

}  // namespace

std::optional<NumberLook> look_at_number(std::string_view cell) {
  NumberLook look;
  const std::string plain = plain_signs(cell);
  std::string_view text = plain;
  strip_decoration(text, look);
  const std::size_t digits = digits_in(text);
  if (digits == 0 || !is_digit(text.back())) return std::nullopt;
  const auto parts = parts_of(text);
  if (!parts || is_identifier(*parts, digits) || !read_signs(*parts, look)) return std::nullopt;
  look.zero = text.find_first_of("123456789") == std::string_view::npos;
  return look;
}

std::optional<Amount> amount_under(std::string_view cell, DecimalSign sign) {
  const auto look = look_at_number(cell);
  if (!look || (look->decimal_sign && *look->decimal_sign != sign)) return std::nullopt;
  const std::string plain = plain_signs(cell);
  const char point = sign == DecimalSign::kPoint ? '.' : ',';
  std::string digits = look->negative ? "-" : "";
  for (char c : plain) {
    if (is_digit(c)) digits += c;
    if (c == point) digits += '.';
  }
  return readable(Amount::parse(digits));
}

void NumberFormSample::add(std::string_view cell, std::uint32_t line) {
  const auto look = look_at_number(cell);
  if (!look) return;
  ++form_.numbers;
  if (look->zero) ++form_.zeros;
  if (look->negative) ++form_.negatives;
  if (look->decorated) ++form_.decorated;
  if (look->ambiguous) add_doubt(*look->ambiguous == '.' ? points_ : commas_, cell, line);
  proves_point_ = proves_point_ || look->decimal_sign == DecimalSign::kPoint;
  proves_comma_ = proves_comma_ || look->decimal_sign == DecimalSign::kComma;
  if (look->grouping == DigitGrouping::kNone) return;
  groups_differ_ = groups_differ_ || (form_.grouping != DigitGrouping::kNone && form_.grouping != look->grouping);
  form_.grouping = look->grouping;
}

void NumberFormSample::add_doubt(Doubt& doubt, std::string_view cell, std::uint32_t line) {
  if (doubt.cells++ > 0) return;
  doubt.text = std::string(cell);
  doubt.line = line;
}

void NumberFormSample::leave_open(NumberForm& form, const Doubt& doubt) {
  if (doubt.cells == 0) return;
  if (form.ambiguous == 0 || doubt.line < form.ambiguous_line) {
    form.ambiguous_text = doubt.text;
    form.ambiguous_line = doubt.line;
  }
  form.ambiguous += doubt.cells;
}

// A sign that is proven to be the decimal sign, or to group, settles the cells where it stands alone.
NumberForm NumberFormSample::form() const {
  NumberForm form = form_;
  form.contradictory = groups_differ_ || (proves_point_ && proves_comma_);
  if (form.contradictory) {
    form.grouping = DigitGrouping::kNone;
  } else if (proves_point_ || proves_comma_) {
    form.decimal_sign = proves_comma_ ? DecimalSign::kComma : DecimalSign::kPoint;
  }
  if (form.decimal_sign != DecimalSign::kPoint && form.grouping != DigitGrouping::kPoint) leave_open(form, points_);
  if (form.decimal_sign != DecimalSign::kComma && form.grouping != DigitGrouping::kComma) leave_open(form, commas_);
  return form;
}

}  // namespace usage
