// Quantities and amounts out of any text, against arithmetic on strings of digits. The input: decimal sign and
// grouping, then the text.
#include <algorithm>
#include <array>

#include "base/big_number.h"
#include "oracle.h"
#include "usage/base/decimal.h"

using namespace usage;
using namespace usage::fuzz;
using usage::test::BigNumber;

namespace {

constexpr std::size_t kMaxLength = 128;

struct Written {
  std::string integer;   // without leading zeros
  std::string fraction;  // without trailing zeros
  std::size_t decimals = 0;
};

// One character after the other; nothing where it is no plain decimal.
std::optional<Written> written_as(std::string_view text, char sign) {
  Written written;
  std::size_t digits = 0;
  std::size_t signs = 0;
  for (char c : text) {
    if (c == sign && signs++ == 0) continue;
    if (c < '0' || c > '9') return std::nullopt;
    ++digits;
    if (signs == 1) {
      written.fraction += c;
    } else if (c != '0' || !written.integer.empty()) {
      written.integer += c;
    }
  }
  if (digits == 0) return std::nullopt;
  written.decimals = written.fraction.size();
  while (written.fraction.ends_with('0')) written.fraction.pop_back();
  return written;
}

struct Form {
  DecimalSign sign = DecimalSign::kPoint;
  char sign_char = '.';
  DigitGrouping grouping = DigitGrouping::kNone;
  char grouping_char = '\0';
};

Form take_form(std::string_view& input) {
  constexpr std::array kSigns = {'\0', ',', '.', ' ', '\''};
  const unsigned choice = take_byte(input);
  Form form;
  if (choice % 2 != 0) form = {DecimalSign::kComma, ','};
  const std::size_t grouping = choice / 2 % kSigns.size();
  if (kSigns[grouping] == form.sign_char) return form;  // which the command line refuses
  form.grouping = static_cast<DigitGrouping>(grouping);
  form.grouping_char = kSigns[grouping];
  return form;
}

void replace_all(std::string& text, std::string_view from, char to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from)) {
    text.replace(at, from.size(), 1, to);
  }
}

// Without its grouping signs; nothing where they part other than groups of three, the first of 1 to 3 and not of 0.
std::optional<std::string> without_groups(std::string_view given, const Form& form) {
  std::string text(given);
  if (form.grouping_char == ' ') replace_all(text, "\xC2\xA0", ' '), replace_all(text, "\xE2\x80\xAF", ' ');
  if (form.grouping_char == '\'') replace_all(text, "\xE2\x80\x99", '\'');
  if (form.grouping_char == '\0' || text.find(form.grouping_char) == std::string::npos) return text;
  if (text.front() == '0') return std::nullopt;
  const std::size_t integer = std::min(text.find(form.sign_char), text.size());
  std::string bare = text.substr(integer);
  if (bare.find(form.grouping_char) != std::string::npos) return std::nullopt;
  std::size_t left = integer;  // from the right, three digits and a sign at a time
  for (; left > 3; left -= 4) {
    bare.insert(0, text, left - 3, 3);
    if (text[left - 4] != form.grouping_char) return std::nullopt;
  }
  bare.insert(0, text, 0, left);
  if (left == 0 || bare.find(form.grouping_char) != std::string::npos) return std::nullopt;
  return bare;
}

std::string plain(std::string_view text, char sign) {
  std::string plain(text);
  std::ranges::replace(plain, sign, '.');
  return plain;
}

bool is_quantity(const Written& written) {
  std::string digits = written.integer + written.fraction;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  return !digits.empty() && written.integer.size() <= 15 && written.fraction.size() <= 15 &&
         written.integer.size() + written.fraction.size() <= 15;
}

void require_reasons(const DecimalError& error) {
  require(!error.reason.empty() && !error.remedy.empty(), "a refusal without reason or remedy");
  const auto one_line = [](const std::string& text) { return text.find('\n') == std::string::npos; };
  require(one_line(error.reason) && one_line(error.remedy), "a reason of more than one line", error.reason);
}

void check_quantity(std::string_view text, const Form& form) {
  const auto parsed = Quantity::parse(text, form.sign, form.grouping);
  const auto bare = without_groups(text, form);
  const auto written = bare ? written_as(*bare, form.sign_char) : std::nullopt;
  const bool good = text.size() <= kMaxLength && written && is_quantity(*written);
  require(good == std::holds_alternative<Quantity>(parsed), "taken for a quantity, or not, against the rules");
  if (!good) return require_reasons(std::get<DecimalError>(parsed));
  const Quantity quantity = std::get<Quantity>(parsed);
  require(Amount(quantity).text() == BigNumber(plain(*bare, form.sign_char)).text(), "another value");
  const auto again = std::get<Quantity>(Quantity::parse(quantity.text()));
  require(again == quantity && again.text() == quantity.text(), "its text says something else");
  const std::size_t point = quantity.text().find('.');
  const std::size_t decimals = point == std::string::npos ? 0 : quantity.text().size() - point - 1;
  require(decimals == std::min<std::size_t>(written->decimals, 63), "other decimals than written");
}

void check_amount(std::string_view text, const Form& form) {
  const auto parsed = Amount::parse(text, form.sign, form.grouping);
  const bool negative = text.starts_with('-');
  const auto bare = without_groups(text.substr(negative ? 1 : 0), form);
  const auto written = bare ? written_as(*bare, form.sign_char) : std::nullopt;
  const bool good =
      text.size() <= kMaxLength && written && written->integer.size() <= 23 && written->fraction.size() <= 15;
  require(good == std::holds_alternative<Amount>(parsed), "taken for an amount, or not, against the rules");
  if (!good) return require_reasons(std::get<DecimalError>(parsed));
  const Amount amount = std::get<Amount>(parsed);
  const std::string expected = BigNumber((negative ? "-" : "") + plain(*bare, form.sign_char)).text();
  require(amount.text() == expected, "another amount");
  require(std::get<Amount>(Amount::parse(amount.text())) == amount, "its text says another amount");
  if (!text.ends_with('-')) require(read_any_amount(text, form.sign, form.grouping) == amount, "another total");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string_view text = text_of(data, size);
  const Form form = take_form(text);
  check_quantity(text, form);
  check_amount(text, form);
  return 0;
}
