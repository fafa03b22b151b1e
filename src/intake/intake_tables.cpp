#include "intake_tables.h"

#include "usage/base/currency.h"
#include "usage/base/error.h"

namespace usage {
namespace {
constexpr std::size_t kMaxCurrencies = 1000;
}  // namespace

// A file that "has" a thousand currencies has another column mapped as its currency.
std::uint16_t IntakeTables::currency_index(std::string_view text) {
  const std::string name = currency_name(text);
  if (name.empty()) return 0;
  const std::uint32_t index = currencies_.index_of(name) + 1;
  if (index > kMaxCurrencies) {
    throw RefusedError("too-many-currencies", "there are more than 1000 different currencies",
                       "map the right column with --column currency=NAME");
  }
  return static_cast<std::uint16_t>(index);
}

void IntakeTables::move_to(UsageInput& input) {
  input.installations = installations.take_sids();
  input.billing_sids = billing_sids.take_sids();
  input.references = references.take_texts();
  for (const std::string& currency : currencies_.texts()) input.currencies.push_back(currency);
  *this = IntakeTables();  // what finds the texts is of no use any more
}

}  // namespace usage
