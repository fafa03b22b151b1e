#include "input_rows.h"

namespace usage {

std::string_view usage_row_of(const UsageInput& input, std::uint32_t row) {
  return input.usage_rows.empty() ? std::string_view() : std::string_view(input.usage_rows[row]);
}

std::string_view reference_of(const UsageInput& input, std::uint32_t row) {
  const auto reference = input.rows[row].reference;
  return reference == kNoText ? std::string_view() : std::string_view(input.references[reference]);
}

bool is_of_own_file(const UsageInput& input, std::uint32_t row) {
  return !input.files[input.rows[row].file].mapping.usage_row.empty();
}

RuleRow rule_row(const UsageInput& input, const std::vector<std::string>& billing_keys, std::uint32_t row) {
  const UsageRow& usage = input.rows[row];
  return {row, billing_keys[usage.billing_sid], usage.quantity, reference_of(input, row),
          input.currencies[usage.currency]};
}

}  // namespace usage
