#pragma once

#include <cstddef>
#include <span>

namespace usage {

// Has the kernel back large memory, which is about to be filled, by huge pages where it may: fewer faults and misses.
void advise_huge_pages(std::span<std::byte> memory);

}  // namespace usage
