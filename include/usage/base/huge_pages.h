#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace usage {

// Has the kernel back large memory, which is about to be filled, by huge pages where it may: fewer faults and misses.
void advise_huge_pages(std::span<std::byte> memory);

// Reserves, in such memory. For what is large and gone through in no order.
template <class T>
void reserve_in_huge_pages(std::vector<T>& values, std::size_t count) {
  if (count <= values.capacity()) return;
  values.reserve(count);
  advise_huge_pages(std::as_writable_bytes(std::span(values.data(), values.capacity())));
}

}  // namespace usage
