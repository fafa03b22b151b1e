// A whole file read at once, each row by the exact reader, and in chunks by several workers: all that is read, and any
// refusal, is the same. The input: a byte for the chunks' size, then what stands below a header. The parser allocates
// 48 MiB for each chunk, so this is a slow one.
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "oracle.h"
#include "support/input_text_form.h"
#include "usage/base/file.h"
#include "usage/intake/usage_intake.h"

using namespace usage;
using namespace usage::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string_view body = text_of(data, size);
  const unsigned mode = take_byte(body);
  std::string text = "Memo,InstallationSid,BillingSid,Amount,Currency,InvoiceLineId\n";
  text += body;
  const FileDescriptor file(::memfd_create("fuzz", MFD_CLOEXEC));
  require(::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()), "memfd");
  const std::string path = "/proc/self/fd/" + std::to_string(file.get());
  const auto told = [&](ReadingSizes sizes) {
    return test::told_of([&] { return read_usage({path}, {}, {}, sizes); });
  };
  const std::string at_once = told({1, std::size_t{1} << 20, RowLanes::kExact});
  const std::string in_chunks = told({1 + mode % 3, 32 + mode});
  require(at_once == in_chunks, "chunks change what is read", at_once + "\n--- in chunks\n" + in_chunks);
  return 0;
}
