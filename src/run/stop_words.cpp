#include "stop_words.h"

#include <algorithm>
#include <csignal>
#include <initializer_list>

#include "usage/ledger/records.h"

namespace usage {

std::string signal_name(int signal) {
  if (signal == SIGINT) return "SIGINT";
  if (signal == SIGTERM) return "SIGTERM";
  if (signal == SIGHUP) return "SIGHUP";
  return "signal " + std::to_string(signal);
}

std::string who_sent(int signal) {
  if (signal == SIGINT) return "Ctrl-C (SIGINT)";
  if (signal == SIGHUP) return "the end of its terminal (SIGHUP)";
  return "another program (" + signal_name(signal) + ")";
}

int weight_of_stop(std::string_view name) {
  const auto is_any_of = [&](std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
  };
  if (is_any_of({kLedgerGone, kLockGone})) return 4;
  if (name == kMaxUnknown) return 3;
  if (is_any_of({stop_name(StopCause::kCredentials), stop_name(StopCause::kProxyCredentials)})) return 2;
  return is_any_of({signal_name(SIGINT), signal_name(SIGTERM), signal_name(SIGHUP)}) ? 1 : 0;
}

std::string stop_name(StopCause cause) {
  switch (cause) {
    case StopCause::kCredentials:
      return "credentials";
    case StopCause::kProxyCredentials:
      return "proxy-credentials";
    case StopCause::kCertificate:
      return "certificate";
    case StopCause::kLocalConfiguration:
      return "local-configuration";
    case StopCause::kNone:
      break;
  }
  return "stopped";
}

}  // namespace usage
