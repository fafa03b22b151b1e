#include "usage/base/huge_pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <memory>

namespace usage {

namespace {
constexpr std::size_t kHugePage = std::size_t{1} << 21;  // the least that gains by it; other sizes work, too
}  // namespace

void advise_huge_pages(std::span<std::byte> memory) {
  if (memory.size() < kHugePage) return;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* begin = memory.data();
  std::size_t size = memory.size();
  if (std::align(page, page, begin, size) == nullptr) return;
  ::madvise(begin, size / page * page, MADV_HUGEPAGE);  // where it may not, nothing is lost
}

}  // namespace usage
