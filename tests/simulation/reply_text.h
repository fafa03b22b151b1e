// Bodies of a 202 as an endpoint may write them, good and bad.
#pragma once

#include <string>
#include <vector>

#include "simulation/dice.h"
#include "simulation/posted_usage.h"

namespace usage::test {

struct ReplyText {
  std::string name;
  std::string body;
  bool is_sure = true;  // that the table takes it as a whole answer
};

// Every item once, with its flag: reordered, reformatted or rounded, the total exact, in doubles, missing or null.
ReplyText whole_reply(Dice& dice, const std::vector<Item>& items, const std::vector<bool>& submitted);

// Not a whole answer, in one of many ways.
ReplyText bad_reply(Dice& dice, const std::vector<Item>& items, const std::vector<bool>& submitted);

}  // namespace usage::test
