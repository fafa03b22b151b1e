#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "usage/base/aligned.h"
#include "usage/base/list_text.h"

namespace {

using usage::aligned;
using usage::first_entries;
using usage::first_of_list;
using usage::list_text;

}  // namespace

TEST_CASE("a list has its separator between entries only, which are worded as asked") {
  const std::vector<std::string> names = {"a", "b", "c"};
  CHECK(list_text(names, ", ") == "a, b, c");
  CHECK(list_text(first_entries(names, 2), "; ", [](const std::string& name) { return name + "!"; }) == "a!; b!");
  CHECK(list_text(first_entries(names, 9), "") == "abc");
  CHECK(list_text(std::vector<std::string>(), ", ").empty());
}

TEST_CASE("the first entries of a list say how many there are beyond them") {
  CHECK(first_of_list(std::vector<std::string>{"a", "b", "c"}, 3, ", ") == "a, b, c");
  CHECK(first_of_list(std::vector<std::string>{"a", "b", "c"}, 2, "; ") == "a; b; and 1 more");
  CHECK(first_of_list(std::vector<std::string>(1500, "a"), 1, ", ") == "a, and 1,499 more");
}

TEST_CASE("cells stand below each other, and an empty column takes no room") {
  CHECK(aligned({{"run", "rows", "", "why"}, {"2026-10-1", "7", "", ""}}, 1) ==
        "  run        rows  why\n"
        "  2026-10-1     7\n");
  CHECK(aligned({}, 0).empty());
}
