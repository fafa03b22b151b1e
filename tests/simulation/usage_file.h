// A file as a person uploads it, and how its rows become the product's input.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "simulation/dice.h"
#include "usage/base/int128.h"
#include "usage/model/usage_row.h"

namespace usage::test {

enum class RowKind : std::uint8_t { kValid, kInvalid, kLeftOut };

struct FileRow {
  RowKind kind = RowKind::kValid;
  std::string installation;
  std::string billing_sid;
  std::string quantity;
  std::string currency;
  std::string reference;
  std::string usage_row = {};  // names a charge of the ledger; mostly empty
};

struct UsageFile {
  std::vector<FileRow> rows;
};

// One to six installations of one to four rows each, in mixed order; now and then equal rows, SIDs in other letters,
// amounts within half a cent of each other, invalid rows and rows left out.
UsageFile any_file(Dice& dice);

std::string any_installation(Dice& dice);
std::string any_billing_sid(Dice& dice);

// The n-th row, from 0, stands at line n + 2.
UsageInput input_of(const UsageFile& file);

}  // namespace usage::test
