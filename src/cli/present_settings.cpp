#include "present_settings.h"

#include <algorithm>
#include <array>

namespace usage {
namespace {

std::string_view name_of(Source source) {
  constexpr std::array<std::string_view, 4> kNames = {"default", "file", "environment", "command line"};
  return kNames[static_cast<std::size_t>(source)];
}

// A URL without the user and password that it may hold.
std::string without_login(const std::string& url) {
  const std::size_t at = url.find_last_of('@');
  if (at == std::string::npos) return url;
  const std::size_t scheme_end = url.find("://");
  const std::size_t begin = scheme_end == std::string::npos || scheme_end > at ? 0 : scheme_end + 3;
  return url.substr(0, begin) + "(hidden)" + url.substr(at);
}

// Where the ledger lies although nothing says so; nothing where it must be said.
std::optional<std::string> ledger_by_default(const Given& given) {
  try {
    return ledger_of(given).string();
  } catch (const UsageError&) {
    return std::nullopt;
  }
}

}  // namespace

std::vector<PresentSetting> present_settings(const Given& given) {
  std::vector<PresentSetting> present;
  for (const Setting& setting : setting_table()) {
    if (setting.standing == Standing::kCommandLineOnly) continue;
    const auto found = given.settings.find(setting.name);
    PresentSetting& one =
        present.emplace_back(PresentSetting{std::string(setting.name), environment_name(setting), {}, "not set", ""});
    if (found == given.settings.end()) continue;
    one.values = found->second.texts;
    if (setting.kind == ValueKind::kProxy || setting.kind == ValueKind::kBaseUrl)
      for (std::string& url : one.values) url = without_login(url);
    one.source = name_of(found->second.source);
    // Also what a flag only added to.
    const bool told = found->second.source != Source::kDefault && found->second.place != kCommandLinePlace;
    if (told) one.place = found->second.place;
  }
  const auto ledger = std::ranges::find(present, "ledger", &PresentSetting::name);
  if (const auto path = ledger_by_default(given); path && ledger->values.empty()) {
    ledger->values = {*path};
    ledger->source = name_of(Source::kDefault);
  }
  return present;
}

}  // namespace usage
