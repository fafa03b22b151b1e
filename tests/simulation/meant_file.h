// Files of which it is known what their rows mean, and what a person does to them.
#pragma once

#include <string>
#include <vector>

#include "simulation/dice.h"
#include "simulation/intended_charges.h"
#include "simulation/usage_file.h"

namespace usage::test {

struct MeantRow {
  FileRow row;
  Intent intent = 0;
};
using MeantFile = std::vector<MeantRow>;

inline std::string content_key(const FileRow& row) {
  return content_key(row.installation, row.billing_sid, row.quantity);
}

UsageFile file_of(const MeantFile& rows);
bool means(const MeantFile& file, Intent intent);
// No reference twice on one billing item of an installation; the later row loses it.
void drop_repeated_references(MeantFile& file);

// Makes charges that nobody meant before.
class MeaningSource {
 public:
  explicit MeaningSource(Dice& dice) : dice_(dice) {}

  Intent next() { return next_++; }
  MeantFile any_sheet();
  // Amounts changed, rows added and removed, an equal row added, references and currencies changed, given or dropped.
  void edit(MeantFile& sheet);
  // The same rows for another period: other charges. Some keep their reference, which then stands in two.
  MeantFile for_another_period(const MeantFile& sheet);
  void change_amount(FileRow& row);
  void change_reference(FileRow& row);
  void change_sid(FileRow& row);  // the installation, or the billing SID

 private:
  void edit_once(MeantFile& sheet);
  void change_currencies(MeantFile& sheet);  // one row's, or the whole column

  Dice& dice_;
  Intent next_ = 1;
};

}  // namespace usage::test
