// A look-up table: read as a plain reader reads it, each key with its SID, or refused with file and line. The input:
// the role, then the table, whose key column is K.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "csv/plain_reader.h"
#include "lookup_table.h"
#include "oracle.h"
#include "usage/base/error.h"
#include "usage/base/file.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/csv/csv_reader.h"

using namespace usage;
using namespace usage::fuzz;
using usage::test::PlainReader;
using usage::test::PlainRow;

namespace {

using Table = std::map<std::string, std::string>;

bool is_sid(Field role, std::string_view text) {
  return role == Field::kInstallation ? is_installation_sid(text) : is_possible_billing_sid(text);
}

std::string blankless(const std::string& cell) {
  return std::string(trim_blanks(cell));
}

// The rows under the one delimiter that parts the header into K and one more column; nothing where that is not clear.
std::optional<Table> plain_table(std::string_view text, Field role) {
  std::optional<Table> table;
  for (const char delimiter : kDelimiters) {
    auto rows = PlainReader::read(text, delimiter);
    if (rows.empty() || rows.front().cells.size() != 2 || blankless(rows.front().cells[0]) != "K") continue;
    if (table) return std::nullopt;
    table.emplace();
    for (auto row = rows.begin() + 1; row != rows.end(); ++row) {
      if (row->cells.size() == 2 && is_sid(role, blankless(row->cells[1])))
        table->emplace(blankless(row->cells[0]), blankless(row->cells[1]));
    }
  }
  return table;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string_view text = text_of(data, size);
  const Field role = take_byte(text) % 2 == 0 ? Field::kInstallation : Field::kBillingSid;
  const FileDescriptor file(::memfd_create("fuzz", MFD_CLOEXEC));
  require(::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()), "memfd");
  std::optional<LookupTable> table;
  try {
    table.emplace(role, LookupOption{"/proc/self/fd/" + std::to_string(file.get()), "K"});
  } catch (const RefusedError& error) {
    const std::string_view told = error.what();
    require(told.find('\n') == std::string_view::npos && !error.remedy().empty(), "no line for people", error.what());
    require(told.starts_with("/proc/self/fd/"), "the file is not named", error.what());
    return 0;
  }
  require(!table->find("no such key"), "a key out of nowhere");
  if (!is_valid_utf8(text) || text.starts_with("\xEF\xBB\xBF")) return 0;
  const auto expected = plain_table(text, role);
  if (!expected) return 0;
  for (const auto& [key, sid] : *expected) {
    const auto found = table->find(key);
    require(found && *found == sid, "a plain reader finds another SID", key + " " + sid);
  }
  return 0;
}
