// A configuration file: an error of ours that tells the place in one line, or settings that say the same when they are
// written down and read again. The whole input is the file's text.
#include <sys/mman.h>
#include <unistd.h>

#include <cctype>

#include "oracle.h"
#include "setting_values.h"
#include "usage/base/error.h"
#include "usage/base/file.h"

using namespace usage;
using namespace usage::fuzz;

namespace {

// A file in memory.
class TextFile {
 public:
  explicit TextFile(std::string_view text) : fd_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    require(::write(fd_.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()), "memfd");
  }
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_.get()); }

 private:
  FileDescriptor fd_;
};

void require_good(const UsageError& error) {
  const std::string told = std::string(error.what()) + " | " + error.remedy();
  require(!error.remedy().empty() && told.find('\n') == std::string::npos, "no line for people", told);
}

// TOML's basic string with every byte that is not plain escaped; the text is valid UTF-8.
std::string basic_string_of(std::string_view text) {
  std::string toml = "\"";
  for (char c : text) {
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\u%04X", static_cast<unsigned>(c));
    const bool plain = static_cast<unsigned char>(c) >= 0x80 || std::isalnum(static_cast<unsigned char>(c)) != 0;
    toml += plain ? std::string(1, c) : std::string(escape);
  }
  return toml + "\"";
}

std::string toml_text(const Setting& setting, const std::string& text) {
  return setting.kind == ValueKind::kFlag || setting.kind == ValueKind::kCount ? text : basic_string_of(text);
}

std::string written(const Settings& settings) {
  std::string toml;
  for (const auto& [name, value] : settings) {
    std::string list;
    for (const std::string& text : value.texts) {
      list += (list.empty() ? "" : ", ") + toml_text(*value.setting, text);
    }
    const bool repeatable = value.setting->occurrence == Occurrence::kRepeatable;
    toml += std::string(name) + " = " + (repeatable ? "[" + list + "]" : list) + "\n";
  }
  return toml;
}

void check_values(const Settings& settings) {
  try {
    check_settings(settings);
  } catch (const UsageError& error) {
    require_good(error);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const TextFile file(text);
  Settings settings;
  try {
    settings = read_config_file(file.path());
  } catch (const UsageError& error) {
    require_good(error);
    return 0;
  }
  const TextFile copy(written(settings));
  const Settings again = read_config_file(copy.path());
  require(again.size() == settings.size(), "a setting is lost", written(settings));
  for (const auto& [name, value] : settings) {
    require(again.at(name).texts == value.texts, "a setting is read otherwise", written(settings));
  }
  check_values(settings);
  return 0;
}
