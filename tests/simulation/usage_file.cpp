#include "simulation/usage_file.h"

#include <algorithm>
#include <map>

#include "simulation/posted_usage.h"
#include "usage/base/sid.h"

namespace usage::test {
namespace {

// Two letters, then 32 hex digits that differ from number to number in their last ones and hold letters.
std::string sid(const char* prefix, std::size_t number) {
  std::string digits = std::to_string(number);
  return prefix + std::string("aBcDeF0123456789aBcDeF0123456789").substr(digits.size()) + digits;
}

std::string any_quantity(Dice& dice) {
  switch (dice.below(8)) {
    case 0:
      return dice.one_of<std::string>({"0.001", "0.005", "0.0000001", "999999999999.999", "44.02", "1"});
    case 1:
      return std::to_string(dice.between(1, 9)) + ".00" + std::to_string(dice.below(10));  // close to each other
    case 2:
      return std::to_string(dice.between(1, 99999999)) + "." + std::to_string(dice.below(1000000)) + "00";
    default:
      return std::to_string(dice.between(1, 900)) + "." + std::to_string(dice.between(10, 99));
  }
}

FileRow any_row(Dice& dice, const std::string& installation) {
  FileRow row;
  row.installation = dice.one_in(10) ? "XE" + lowered(installation.substr(2)) : installation;
  row.billing_sid = any_billing_sid(dice);
  row.quantity = any_quantity(dice);
  row.currency = dice.one_in(5) ? "EUR" : "USD";
  if (dice.one_in(3)) row.reference = "INV-" + std::to_string(dice.next() % 1000000000);
  if (dice.one_in(40)) {
    row.kind = RowKind::kInvalid;
    if (dice.one_in(2)) row.quantity = "$5";
  }
  if (dice.one_in(40)) row.kind = RowKind::kLeftOut;
  return row;
}

// The index of a text in a table, put there where it is new.
std::uint32_t index_of(std::vector<std::string>& table, const std::string& text) {
  const auto index = static_cast<std::size_t>(std::find(table.begin(), table.end(), text) - table.begin());
  if (index == table.size()) table.push_back(text);
  return static_cast<std::uint32_t>(index);
}

std::uint32_t installation_of(UsageInput& input, const std::string& installation) {
  const std::string key = sid_key(installation);
  for (std::size_t i = 0; i < input.installations.size(); ++i)
    if (sid_key(input.installations[i]) == key) return static_cast<std::uint32_t>(i);
  input.installations.push_back(installation);
  return static_cast<std::uint32_t>(input.installations.size() - 1);
}

std::optional<Quantity> quantity_of(const std::string& text) {
  const auto parsed = Quantity::parse(text);
  if (const auto* quantity = std::get_if<Quantity>(&parsed)) return *quantity;
  return std::nullopt;
}

template <class Row>
Row unsent(const FileRow& from, const RowPlace& place, std::uint16_t currency) {
  Row row;
  row.place = place;
  row.currency = currency;
  row.installation = from.installation;
  row.billing_sid = from.billing_sid;
  row.quantity = from.quantity;
  row.reference = from.reference;
  row.amount = quantity_of(from.quantity);
  return row;
}

void add(UsageInput& input, const FileRow& from, const RowPlace& place) {
  const auto currency = static_cast<std::uint16_t>(index_of(input.currencies, from.currency));
  if (from.kind == RowKind::kLeftOut) {
    input.left_out.push_back(unsent<LeftOutRow>(from, place, currency));
    input.left_out.back().reason = "left out by choice";
    return;
  }
  const std::uint32_t installation = installation_of(input, from.installation);
  if (from.kind == RowKind::kInvalid) {
    input.invalid.push_back(unsent<InvalidRow>(from, place, currency));
    input.invalid.back().installation_index = installation;
    input.invalid.back().usage_row = from.usage_row;
    input.invalid.back().problems.push_back(
        {0, place.line, "some-problem", "Quantity", from.quantity, "wrong", "mend"});
    return;
  }
  UsageRow row{place, quantity_of(from.quantity).value()};
  row.installation = installation;
  row.billing_sid = index_of(input.billing_sids, from.billing_sid);
  if (!from.reference.empty()) row.reference = index_of(input.references, from.reference);
  row.currency = currency;
  input.rows.push_back(row);
  if (!from.usage_row.empty() || !input.usage_rows.empty()) input.usage_rows.resize(input.rows.size());
  if (!from.usage_row.empty()) input.usage_rows.back() = from.usage_row;
}

}  // namespace

std::string any_installation(Dice& dice) {
  return sid("XE", dice.below(6));
}

std::string any_billing_sid(Dice& dice) {
  return sid("BI", dice.below(4));
}

UsageFile any_file(Dice& dice) {
  UsageFile file;
  const std::size_t installations = dice.between(1, 6);
  for (std::size_t i = 0; i < installations; ++i) {
    const std::string installation = sid("XE", i);
    const std::size_t rows = dice.between(1, 4);
    for (std::size_t n = 0; n < rows; ++n) {
      const bool again = n > 0 && dice.one_in(8);
      file.rows.push_back(again ? FileRow(file.rows.back()) : any_row(dice, installation));
      if (again) file.rows.back().reference.clear();
    }
  }
  if (dice.one_in(3)) dice.shuffle(file.rows);
  return file;
}

UsageInput input_of(const UsageFile& file) {
  UsageInput input;
  InputFile from;
  from.name = from.spool = "usage.csv";
  from.header = "installation,billing_sid,quantity";
  const auto has_name = [](const FileRow& row) { return !row.usage_row.empty(); };
  if (std::ranges::any_of(file.rows, has_name)) from.mapping.usage_row = "usage_row";
  input.files.push_back(from);
  std::uint64_t offset = 100;
  std::uint32_t line = 2;
  for (const FileRow& row : file.rows) {
    add(input, row, {offset, 70, line++});
    offset += 71;
  }
  return input;
}

}  // namespace usage::test
