#pragma once

#include <cstddef>
#include <span>

namespace usage {

// All of the bytes, however short single writes are. False, with the reason in errno, where they cannot be written.
bool write_whole(int fd, std::span<const std::byte> bytes);

}  // namespace usage
