// The texts that repeat, of all files of one input.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sid_table.h"
#include "text_table.h"
#include "usage/model/usage_row.h"

namespace usage {

struct IntakeTables {
  SidTable installations{"XE"};
  SidTable billing_sids{"BI"};
  TextTable references;

  // By its currency_name, from 1; 0 where that is empty. RefusedError where there are more than a file of charges can
  // have.
  std::uint16_t currency_index(std::string_view text);
  // Hands everything out; call once.
  void move_to(UsageInput& input);

 private:
  TextTable currencies_;
};

}  // namespace usage
