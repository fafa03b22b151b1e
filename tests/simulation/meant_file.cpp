#include "simulation/meant_file.h"

#include <algorithm>
#include <set>

#include "simulation/posted_usage.h"

namespace usage::test {
namespace {

std::string fresh_reference(Dice& dice) {
  return "CORR-" + std::to_string(dice.next() % 1000000000);
}

}  // namespace

UsageFile file_of(const MeantFile& rows) {
  UsageFile file;
  for (const MeantRow& row : rows) file.rows.push_back(row.row);
  return file;
}

bool means(const MeantFile& file, Intent intent) {
  return std::any_of(file.begin(), file.end(), [&](const MeantRow& row) { return row.intent == intent; });
}

void drop_repeated_references(MeantFile& file) {
  std::set<std::string> seen;
  for (auto& [row, intent] : file)
    if (!row.reference.empty() &&
        !seen.insert(lowered(row.installation) + lowered(row.billing_sid) + row.reference).second)
      row.reference.clear();
}

MeantFile MeaningSource::any_sheet() {
  MeantFile sheet;
  UsageFile file = any_file(dice_);
  if (file.rows.size() > 8) file.rows.resize(8);  // more rows only take longer
  for (FileRow& row : file.rows) sheet.push_back({std::move(row), next()});
  return sheet;
}

void MeaningSource::edit(MeantFile& sheet) {
  for (std::size_t n = dice_.between(1, 3); n > 0; --n) edit_once(sheet);
  if (dice_.one_in(6)) change_currencies(sheet);
  drop_repeated_references(sheet);
}

void MeaningSource::edit_once(MeantFile& sheet) {
  const std::size_t i = dice_.below(sheet.size());
  switch (dice_.below(7)) {
    case 0:
    case 1:
      return change_amount(sheet[i].row);
    case 2:
      return change_reference(sheet[i].row);
    case 3:
      if (sheet.size() > 1) sheet.erase(sheet.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    case 4: {
      MeantRow row{any_file(dice_).rows.front(), next()};
      row.row.kind = RowKind::kValid;
      if (row.row.quantity == "$5") change_amount(row.row);
      sheet.push_back(row);
      return;
    }
    default: {
      MeantRow equal{sheet[i].row, next()};
      equal.row.reference.clear();
      sheet.insert(sheet.begin() + static_cast<std::ptrdiff_t>(dice_.below(sheet.size() + 1)), equal);
    }
  }
}

MeantFile MeaningSource::for_another_period(const MeantFile& sheet) {
  MeantFile other = sheet;
  for (MeantRow& row : other) {
    row.intent = next();
    if (!row.row.reference.empty() && !dice_.one_in(3)) row.row.reference = fresh_reference(dice_);
  }
  if (dice_.one_in(2)) edit(other);
  return other;
}

void MeaningSource::change_amount(FileRow& row) {
  row.quantity = std::to_string(dice_.between(1, 900)) + "." + std::to_string(dice_.between(10, 99));
}

void MeaningSource::change_reference(FileRow& row) {
  row.reference = dice_.one_in(2) ? "" : fresh_reference(dice_);
}

void MeaningSource::change_currencies(MeantFile& sheet) {
  const bool is_one = dice_.one_in(2);
  const std::string currency = dice_.one_of<std::string>({"", "EUR", "USD"});
  if (is_one) return void(sheet[dice_.below(sheet.size())].row.currency = currency);
  for (MeantRow& row : sheet) row.row.currency = currency;
}

void MeaningSource::change_sid(FileRow& row) {
  if (dice_.one_in(2))
    row.installation = any_installation(dice_);
  else
    row.billing_sid = any_billing_sid(dice_);
}

}  // namespace usage::test
