#include "usage/base/huge_pages.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

TEST_CASE("memory that is advised to lie in huge pages keeps what it holds") {
  std::vector<std::byte> memory(5'000'001, std::byte{7});
  usage::advise_huge_pages(std::span(memory).subspan(1));
  CHECK(std::count(memory.begin(), memory.end(), std::byte{7}) == 5'000'001);
  usage::advise_huge_pages(std::span(memory).first(100));
  usage::advise_huge_pages({});
}
