#pragma once

#include <cstddef>
#include <span>

namespace usage {

// All of the bytes, however short single writes are. False, with the reason in errno, where they cannot be written.
bool write_whole(int fd, std::span<const std::byte> bytes);

// A terminal that takes nothing at present: somebody holds it (Ctrl-S), or its other end is gone. To write would wait.
bool is_held_terminal(int fd);

}  // namespace usage
