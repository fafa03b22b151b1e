#include "simulation/sqlite_memory.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>

namespace usage::test {
namespace {

// Stands before each block; free ones of a size are a list.
struct alignas(16) Block {
  std::size_t size = 0;
  Block* next = nullptr;
};

constexpr std::size_t kSmallest = 32;
constexpr std::size_t kLargest = std::size_t{1} << 20;
std::array<Block*, 64> free_blocks;  // by the power of two that is their size

Block* block_of(void* memory) {
  return static_cast<Block*>(memory) - 1;
}

std::size_t rounded(std::size_t size) {
  return std::bit_ceil(std::max(size, kSmallest));
}

void* allocate(int wanted) {
  const std::size_t size = rounded(static_cast<std::size_t>(wanted));
  Block*& first = free_blocks[static_cast<std::size_t>(std::countr_zero(size))];
  if (first != nullptr) {
    Block* block = first;
    first = block->next;
    return block + 1;
  }
  auto* block = static_cast<Block*>(std::malloc(sizeof(Block) + size));
  if (block == nullptr) return nullptr;
  block->size = size;
  return block + 1;
}

void release(void* memory) {
  if (memory == nullptr) return;
  Block* block = block_of(memory);
  if (block->size > kLargest) return std::free(block);
  Block*& first = free_blocks[static_cast<std::size_t>(std::countr_zero(block->size))];
  block->next = first;
  first = block;
}

int size_of(void* memory) {
  return memory == nullptr ? 0 : static_cast<int>(block_of(memory)->size);
}

void* resize(void* memory, int wanted) {
  if (wanted <= size_of(memory)) return memory;
  void* larger = allocate(wanted);
  if (larger == nullptr) return nullptr;
  std::memcpy(larger, memory, block_of(memory)->size);
  release(memory);
  return larger;
}

int round_up(int size) {
  return static_cast<int>(rounded(static_cast<std::size_t>(size)));
}
int begin(void*) {
  return SQLITE_OK;
}
void end(void*) {}

const sqlite3_mem_methods kPool = {allocate, release, resize, size_of, round_up, begin, end, nullptr};

}  // namespace

void use_pooled_sqlite_memory() {
  static const bool kConfigured = [] {
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &kPool) == SQLITE_OK;
  }();
  if (!kConfigured) std::abort();  // SQLite was used before: the times would not be those that are promised
}

}  // namespace usage::test
