// Quantities and amounts out of any text, against arithmetic on strings of digits.
#include <algorithm>

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

void check_quantity(std::string_view text, DecimalSign sign, char sign_char) {
  const auto parsed = Quantity::parse(text, sign);
  const auto written = written_as(text, sign_char);
  const bool good = text.size() <= kMaxLength && written && is_quantity(*written);
  require(good == std::holds_alternative<Quantity>(parsed), "taken for a quantity, or not, against the rules");
  if (!good) return require_reasons(std::get<DecimalError>(parsed));
  const Quantity quantity = std::get<Quantity>(parsed);
  require(Amount::from_units(quantity.units()).text() == BigNumber(plain(text, sign_char)).text(), "another value");
  const auto again = std::get<Quantity>(Quantity::parse(quantity.text()));
  require(again == quantity && again.text() == quantity.text(), "its text says something else");
  const std::size_t point = quantity.text().find('.');
  const std::size_t decimals = point == std::string::npos ? 0 : quantity.text().size() - point - 1;
  require(decimals == std::min<std::size_t>(written->decimals, 63), "other decimals than written");
}

void check_amount(std::string_view text, DecimalSign sign, char sign_char) {
  const auto parsed = Amount::parse(text, sign);
  const std::string_view magnitude = text.substr(text.starts_with('-') ? 1 : 0);
  const auto written = written_as(magnitude, sign_char);
  const bool good =
      text.size() <= kMaxLength && written && written->integer.size() <= 23 && written->fraction.size() <= 15;
  require(good == std::holds_alternative<Amount>(parsed), "taken for an amount, or not, against the rules");
  if (!good) return require_reasons(std::get<DecimalError>(parsed));
  const Amount amount = std::get<Amount>(parsed);
  require(amount.text() == BigNumber(plain(text, sign_char)).text(), "another amount");
  require(std::get<Amount>(Amount::parse(amount.text())) == amount, "its text says another amount");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string_view text = text_of(data, size);
  const bool comma = take_byte(text) % 2 != 0;
  const DecimalSign sign = comma ? DecimalSign::kComma : DecimalSign::kPoint;
  check_quantity(text, sign, comma ? ',' : '.');
  check_amount(text, sign, comma ? ',' : '.');
  return 0;
}
