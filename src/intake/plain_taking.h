// Plain rows on their way from a worker into the input.
#pragma once

#include <cstdint>
#include <vector>

#include "intake_tables.h"
#include "plain_intake.h"
#include "usage/model/usage_row.h"

namespace usage {

// One chunk's; its rows are taken in order, others in between.
class PlainTaking {
 public:
  // `first_line`: that of the chunk's begin. What is given outlives the object.
  PlainTaking(const PlainBatch& batch, PlainTexts& texts, std::uint32_t first_line)
      : batch_(batch), texts_(texts), first_line_(first_line) {}

  // Appends the rows that stand before that place, with their indexes in the whole input.
  void take_before(std::uint64_t offset, std::uint16_t file, IntakeTables& tables, std::vector<UsageRow>& rows);

 private:
  UsageRow in_input(UsageRow row, IntakeTables& tables);
  std::uint32_t new_installation(std::uint32_t of_worker, SidTable& installations) const;
  void index_references(IntakeTables& tables, std::vector<UsageRow>& rows, std::size_t begin) const;

  const PlainBatch& batch_;
  PlainTexts& texts_;
  std::uint32_t first_line_;
  std::size_t next_ = 0;
};

}  // namespace usage
